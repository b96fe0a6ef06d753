//! What is said: the messages, answers, events, digests and units that both sides of the chain share.
//!
//! - [`unit`], [`price`], [`clock`] – dollars, tokens, ticks, time and identities, each a type of its own
//! - [`digest`], [`sign`], [`leaf`], [`tree`] – the bytes that are hashed and signed, and the Merkle-sum tree over a deal
//! - [`beacon`], [`draw`], [`charge`], [`terms`] – the rules that both sides compute: rounds, points, charges, clocks
//! - [`token`](cw20), [`bme`], [`bonds`], [`market`], [`audit`] – what each contract is told, asked and says
//! - [`door`] – what client and worker say to each other beside the chain
//! - [`named`], [`own`] – how messages are read; ownership, pause and refusals, alike in each contract
//! - [`event`], [`raw`], [`code`] – typed events, keys that siblings read raw, and error codes
//! - [`deploy`] – the plan by which the suite comes onto a chain
//!
//! Beside the sources, `vectors/` fixes every byte and rule by a second implementation, and `json/` holds the messages
//! as JSON Schema.
//!
//! Invariants: no storage, no async, no files, no clock; nothing that is money is a bare integer; a digest or a leaf is
//! computed here and nowhere else; a key that a sibling reads stands here and nowhere else.

#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "a test may overflow"))]
#![cfg_attr(test, allow(clippy::cast_possible_truncation, reason = "a test may cut"))]

pub mod unit;

pub mod price;

pub mod clock;

pub mod digest;
pub mod leaf;
pub mod sign;
pub mod tree;

pub mod beacon;
pub mod charge;
pub mod draw;
pub mod terms;

pub mod event;
pub mod named;
pub mod own;

pub mod audit;
pub mod bme;
pub mod bonds;
pub mod cw20;
pub mod market;

pub mod door;

pub mod code;
pub mod deploy;
pub mod raw;
