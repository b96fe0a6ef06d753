//! Keys: words, derivation, signatures, and the files in which keys rest.
//!
//! - [`signer`] – what signs, and the one way to ask it
//! - [`words`] – mnemonics, and the keys that follow from them
//! - [`memory`] – a key in memory, wiped when it goes
//! - [`address`] – addresses, and the chains that they are of
//! - [`file`], [`ring`] – encrypted keyfiles, and a folder of them
//! - [`error`] – what may be wrong with a key

pub mod address;
pub mod error;
pub mod file;
pub mod memory;
pub mod ring;
pub mod signer;
pub mod words;

pub use error::KeyError;
pub use memory::SecretKey;
pub use ring::Ring;
pub use signer::Signer;
