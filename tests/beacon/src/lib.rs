//! The beacon: rounds of randomness in the scheme of drand's quicknet, signed with a key of our own.
//!
//! - [`quicknet`] – the public chain's key and clock
//! - `scheme` – a round's message, its randomness and its check
//! - `signer` – a chain of one key that signs any round
//!
//! Invariants: it knows nothing else of ours, reads no clock and draws no randomness: all follows from the seed.
//! A signer signs rounds that have not come yet, so whoever holds one keeps the time.

pub mod quicknet;
mod scheme;
mod signer;

pub use scheme::{randomness, verify};
pub use signer::Signer;
