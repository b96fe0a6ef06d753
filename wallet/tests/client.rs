//! The client's side of a deal: sealed, asked, checked and vouched for, without a chain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects,
    reason = "these are tests"
)]

#[path = "client/choose.rs"]
mod choose;
#[path = "client/door.rs"]
mod door;
#[path = "client/events.rs"]
mod events;
#[path = "client/key.rs"]
mod key;
#[path = "client/question.rs"]
mod question;
#[path = "client/receipt.rs"]
mod receipt;
#[path = "client/seal.rs"]
mod seal;
#[path = "client/session.rs"]
mod session;
#[path = "client/stage.rs"]
mod stage;
#[path = "client/verify.rs"]
mod verify;
