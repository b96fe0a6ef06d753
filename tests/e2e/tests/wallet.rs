//! `hearth`, its library, and the chain: real processes, real signatures, the suite's own Wasm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects,
    reason = "these are tests"
)]

#[path = "wallet/chain.rs"]
mod chain;
#[path = "wallet/cosmjs.rs"]
mod cosmjs;
#[path = "wallet/deploy.rs"]
mod deploy;
#[path = "wallet/examples.rs"]
mod examples;
#[path = "wallet/exits.rs"]
mod exits;
#[path = "wallet/faults.rs"]
mod faults;
#[path = "wallet/input.rs"]
mod input;
#[path = "wallet/kill.rs"]
mod kill;
#[path = "wallet/market.rs"]
mod market;
#[path = "wallet/secrets.rs"]
mod secrets;
#[path = "wallet/silence.rs"]
mod silence;
