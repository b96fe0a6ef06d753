//! Keys, the chain, and the client of Hearth: what `hearth` and `hearthd` sign and ask with.
//!
//! - [`error`], [`random`], [`files`] – what may go wrong, sorted; the system's randomness; files that are whole or not there
//! - [`key`] – words, derivation, signatures, and the files in which keys rest
//! - [`chain`] – one chain behind several endpoints: blocks, balances, contracts
//! - [`tx`] – transactions in steps that can be written down between: prepare, submit, find, wait
//! - [`suite`] – the contracts of a deployment, typed
//! - [`deploy`] – the plan carried out on a chain, and the record of it
//! - [`card`] – how a worker introduces its node to the owner
//! - [`amount`] – tokens, dollars and durations as people write them
//! - [`verify`], [`seal`] – signatures checked off chain; requests that only their node reads
//! - [`session`], [`receipt`] – a client's side of a deal without network; what it can show to anyone
//! - [`door`], [`buyer`] – a node's door over HTTP; offers taken, asked and checked, with the next at hand
//! - [`command`] – `hearth`
//!
//! Invariants: only what implements [`key::Signer`] signs; no secret is in an argument, an error, a log or a `Debug`; a
//! transaction is signed once, and signed anew only when its bytes can never be included; a transaction is done when its
//! height is known, not before.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]

pub mod error;
pub mod files;
pub mod random;

pub mod key;

pub mod chain;
pub mod tx;

pub mod card;
pub mod deploy;
pub mod suite;

pub mod seal;
pub mod verify;

pub mod receipt;
pub mod session;

pub mod buyer;
pub mod door;

pub mod amount;
pub mod command;

pub use chain::{Chain, Client};
pub use error::{Error, Refusal, Sort};
pub use suite::Suite;
pub use tx::{Outcome, Sender, Signed};
