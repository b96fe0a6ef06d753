//! Burn and mint: what clients deposit, what deals lock and charge, what is burned and owed, and the token's price.
//!
//! - [`contract`] – the table of what is said and asked
//! - [`execute`] – a file for each verb
//! - [`query`] – the answers
//! - [`equilibrium`] – the split of a charge and the books of the whole (pure)
//! - [`oracle`] – which price is accepted, its lows, and what a charge that waited costs (pure)
//! - [`state`], [`error`] – what is stored, what is refused
//!
//! Invariants: every unit that comes in stands in one ledger until it leaves or is burned; burn and mint happen in one
//! instant for one sum; nobody but the market moves an escrow; nothing that lets money out can be paused.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]

pub mod contract;

pub mod execute;
pub mod query;

pub mod equilibrium;
pub mod oracle;

pub mod error;
pub mod state;

#[cfg(test)]
mod desk;
#[cfg(test)]
mod history_tests;
