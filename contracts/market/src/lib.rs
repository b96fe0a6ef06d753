//! The market: the book in which offers rest, and the deals that takes of them open.
//!
//! - [`contract`] – the table of what is said and asked
//! - [`execute`] – a file for each verb
//! - [`query`] – the answers
//! - [`book`] – which offer a bid fills, and what an amendment costs (pure)
//! - [`meter`] – which commit a deal accepts (pure)
//! - [`life`] – when a deal is over (pure)
//! - [`sibling`] – what is read of bme, bonds and audit
//! - [`state`], [`error`] – what is stored, what is refused
//!
//! Invariants: the market holds no money; a fill copies every term; only audit declares finality; at each instant a
//! deal's commit is accepted or its expiry is, never both; an offer rests in the book only while it has a free slot.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]

pub mod contract;

pub mod execute;
pub mod query;

pub mod book;
pub mod life;
pub mod meter;

pub mod error;
pub mod sibling;
pub mod state;
