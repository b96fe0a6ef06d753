//! Text into a model's tokens and back, and the digest that names a model: what engine, worker and client compute alike.
//!
//! - [`tongue`] – how a model reads a prompt and writes an answer, by files that are checked first
//! - [`tokens`], [`chat`] – text into tokens and back, conversations into text
//! - [`speech`] – tokens into text as they come
//! - [`digest`] – what names a model: the digests of its decisive files
//! - [`file`], [`error`] – files read within bounds; what can go wrong
//!
//! Whoever has these files gets the same tokens of the same prompt, on any machine and on any day. Whatever their content
//! is, it is refused by an error, never by a panic.

pub mod chat;
pub mod digest;
pub mod error;
pub mod file;
pub mod speech;
pub mod tokens;
pub mod tongue;

pub use chat::{Chat, Message};
pub use digest::Files;
pub use error::Error;
pub use speech::Speech;
pub use tokens::Tokens;
pub use tongue::Tongue;
