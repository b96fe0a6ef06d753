//! A CosmWasm chain in one process, which real clients take for a real one.
//!
//! - [`store`], [`disk`] – the state with its journal, and what outlives the process
//! - [`chain`], [`gas`], [`fault`], [`address`] – what surrounds a transaction
//! - [`auth`], [`bank`], [`gov`], [`wasm`] – the modules
//! - [`tx`], [`price`] – transactions, from their bytes to their result
//! - [`block`], [`node`], [`chaos`] – blocks, when they are made, and what may go wrong
//! - [`query`], [`rpc`], [`rest`], [`grpc`], [`commands`] – what clients ask, and how
//! - [`accounts`], [`beacon`] – what stands beside the chain from genesis on
//! - [`devnet`], [`handle`], [`error`] – starting a chain, and holding one that runs
//! - [`print`] – what a person in front of a terminal sees
//!
//! Invariants: one thread owns the state; a transaction that fails leaves only its fee and sequence behind, a panic not
//! even those; a block is kept whole or not at all; time never goes back. Of ours it knows the beacon's signer alone.
#![allow(clippy::arithmetic_side_effects, reason = "gas, heights and numbers are far from their types' ends")]
#![allow(missing_docs, reason = "fields of messages and constants that their module's line explains")]

pub mod accounts;
pub mod address;
pub mod auth;
pub mod bank;
pub mod beacon;
pub mod block;
pub mod chain;
pub mod chaos;
pub mod commands;
pub mod devnet;
pub mod disk;
pub mod error;
pub mod fault;
pub mod gas;
pub mod gov;
pub mod grpc;
pub mod handle;
pub mod node;
pub mod price;
pub mod print;
pub mod query;
pub mod rest;
pub mod rpc;
pub mod store;
pub mod tx;
pub mod wasm;

pub use devnet::{Config, Devnet, spawn};
pub use error::StartError;
pub use node::Pace;
