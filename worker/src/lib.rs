//! `hearthd`: runs beside a provider's GPUs, serves the deals it won, and commits to what it served.
//!
//! A job's life is the list of modules:
//! - [`watch`] – a deal opens: blocks are read from a stored cursor, and the whole from time to time
//! - [`dispatch`] – its sealed request comes to the door, within what [`meter`] allows, as [`job`] plans it
//! - [`journal`] – what was answered is written down with its leaf and receipt before it is sent
//! - [`commit`] – commits to it, when it is [`due`]
//! - [`draw`] – posts the beacon of [`relay`], opens the leaves of [`opening`], resolves and claims
//! - [`offers`] – keeps the node's offers in the book
//!
//! Around them: [`config`], [`engine`] and [`model`] (what is served), [`view`] and [`sight`] (what is asked and was seen
//! of the chain), [`post`] (from intent to block), [`waiting`] and [`gas`] (whether it gets there, and can be paid),
//! [`flights`] (requests under way), [`refuse`] (what the door says no with), [`command`] (what is done beside serving),
//! [`stop`], [`sort`], [`tally`], [`log`], [`fault`], and [`run`], which builds and joins them.
//!
//! Invariants:
//! - The cursor moves in the transaction of its block's effects; reading any blocks again changes nothing.
//! - A commit, a receipt and a transaction's bytes are in the journal before anybody else has them; one (deal, place) has
//!   one receipt, one (deal, n) one commit.
//! - Nothing is signed anew before what was signed for the same intent can be in no block any more.
//! - What is unsigned, streams under way included, never passes what [`meter`] allows.
//! - Nothing is given up on one node's word, and nothing advances on a broadcast's reply.
//! - No secret is in a log, an error or a `Debug`.

#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]

pub mod command;
pub mod commit;
pub mod config;
pub mod dispatch;
pub mod draw;
pub mod due;
pub mod engine;
pub mod fault;
pub mod flights;
pub mod gas;
pub mod job;
pub mod journal;
pub mod log;
pub mod meter;
pub mod model;
pub mod offers;
pub mod opening;
pub mod post;
pub mod refuse;
pub mod relay;
pub mod run;
pub mod sight;
pub mod sort;
pub mod stop;
pub mod tally;
pub mod view;
pub mod waiting;
pub mod watch;

pub use config::Config;
pub use run::{RunError, Worker};
