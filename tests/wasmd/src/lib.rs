//! wasmd beside the embedded chain, with the same face: what a test does on one it can do on the other.
//!
//! - [`abci`], [`alone`] – the application without its consensus, for tests that move time
//! - [`beacon`] – what draws, beside it
//! - [`chain`] – starting a chain of one node, and holding one that runs
//! - [`network`], [`gate`] – several validators that can be stopped and cut off one by one
//! - [`home`] – the folder of a node: its genesis, its validator, its settings
//! - [`process`] – a process that ends with this one, however this one ends
//! - [`rpc`] – calls of CometBFT's RPC, of either chain
//!
//! Invariants: no port is fixed, nothing is left behind, and the accounts are those of the embedded chain, under the same
//! numbers. `make wasmd` builds the program into `target/wasmd`.
#![allow(clippy::arithmetic_side_effects, reason = "coins and milliseconds of tests are far from their types' ends")]

pub mod abci;
pub mod alone;
pub mod beacon;
pub mod chain;
pub mod gate;
pub mod home;
pub mod network;
pub mod process;
pub mod rpc;

pub use alone::Alone;
pub use beacon::beacon;
pub use chain::{Config, Line, StartError, Wasmd, spawn};
pub use network::Network;
pub use rpc::Rpc;
