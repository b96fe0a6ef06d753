//! The audit: the beacon, the draws that it decides, and the finality of commits.
//!
//! - [`contract`] – the table of what is said and asked
//! - [`execute`] – a file for each verb
//! - [`query`] – the answers
//! - [`verdict`] – where a commit stands between its clocks (pure)
//! - [`opening`] – whether opened leaves are those that were drawn (pure)
//! - [`touch`] – which gaps between blocks count (pure)
//! - [`beacon`] – the signature of a round, by the host's pairing
//! - [`state`], [`error`] – what is stored, what is refused
//!
//! Invariants: a verdict is Pass or Fail, once; at each instant a draw is accepted or its default is, never both; no round
//! counts whose randomness could be known when its commit was made.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]

pub mod contract;

pub mod execute;
pub mod query;

pub mod opening;
pub mod touch;
pub mod verdict;

pub mod beacon;

pub mod error;
pub mod state;
