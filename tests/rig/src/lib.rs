//! The rig: a world in which every test is an accounting test.
//!
//! - [`world`] – deploys the suite by the plan, moves time, and sends messages
//! - [`actor`] – a client, a provider, and the work between them, with verbs that return the typed event or the refusal
//! - [`ledger`] – after every call, recounts the laws and invariants from raw state
//! - [`chain`] – what it stands on: a simulated chain, or the embedded one with the shipped Wasm, signatures and gas
//! - [`key`] – secp256k1 keys that sign as wallets and workers do
//! - [`std2`] – lets the published cw20 run beside contracts of cosmwasm-std 3
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, reason = "a rig fails loudly")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions, reason = "likewise")]
#![allow(clippy::missing_panics_doc, reason = "every function of a rig panics where the world is not as it should be")]

pub mod world;

pub mod actor;
pub mod ledger;

pub mod chain;
pub mod key;
pub mod std2;
