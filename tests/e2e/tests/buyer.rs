//! `hearth run`, `chat` and `receipt` against nodes that serve with the real engine, some of them badly on purpose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects,
    reason = "these are tests"
)]

#[path = "buyer/chat.rs"]
mod chat;
#[path = "buyer/http.rs"]
mod http;
#[path = "buyer/input.rs"]
mod input;
#[path = "buyer/node.rs"]
mod node;
#[path = "buyer/run.rs"]
mod run;
#[path = "buyer/town.rs"]
mod town;
