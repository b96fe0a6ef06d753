//! The bonds: who operates which node, what stands behind it, and what is taken of that.
//!
//! - [`contract`] – the table of what is said and asked
//! - [`execute`] – a file for each verb
//! - [`query`] – the answers
//! - [`stake`] – what unbonds, matures and is slashed (pure)
//! - [`card`] – what a node may say of itself (pure)
//! - [`state`], [`error`] – what is stored, what is refused
//!
//! Invariants: only a node's owner moves its stake, only audit slashes it, once a fault; a slash never takes more than
//! active and unbonding, and at least half of it is burned; nothing that lets a stake out can be paused.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]

pub mod contract;

pub mod execute;
pub mod query;

pub mod card;
pub mod stake;

pub mod error;
pub mod state;
