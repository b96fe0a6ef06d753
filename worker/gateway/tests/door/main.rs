//! The door as its clients see it, with a house behind it that plays faults.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "these are tests"
)]

mod answers;
mod browsers;
mod errors;
mod leaving;
mod limits;
mod paths;
mod scripted;
mod sdk;
mod wire;
