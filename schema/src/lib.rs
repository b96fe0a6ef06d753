//! What is said: the messages, answers, events, digests and units that both sides of the chain share.
//!
//! - [`unit`] – dollars, tokens, time and identities, each a type of its own
//!
//! Invariants: no storage, no async, no files, no clock; nothing that is money is a bare integer.

pub mod unit;
