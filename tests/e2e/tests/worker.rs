//! `hearthd` with its real engine, journal and door, on a chain with the real contracts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "likewise"
)]

#[path = "worker/absent.rs"]
mod absent;
#[path = "worker/client.rs"]
mod client;
#[path = "worker/crowd.rs"]
mod crowd;
#[path = "worker/daemon.rs"]
mod daemon;
#[path = "worker/engine.rs"]
mod engine;
#[path = "worker/examples.rs"]
mod examples;
#[path = "worker/kill.rs"]
mod kill;
#[path = "worker/limits.rs"]
mod limits;
#[path = "worker/price.rs"]
mod price;
#[path = "worker/refusal.rs"]
mod refusal;
#[path = "worker/relays.rs"]
mod relays;
#[path = "worker/round.rs"]
mod round;
#[path = "worker/scene.rs"]
mod scene;
#[path = "worker/sdk.rs"]
mod sdk;
#[path = "worker/server.rs"]
mod server;
#[path = "worker/setup.rs"]
mod setup;
#[path = "worker/trouble.rs"]
mod trouble;
