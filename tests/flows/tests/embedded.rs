//! What `flows.rs` runs on the simulated chain, on the embedded one: the shipped Wasm, real signatures, fees and gas.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "likewise"
)]

use hearth_rig::chain::Chain;
use hearth_rig::chain::embedded::Embedded;
use hearth_rig::world::World;

#[path = "flows/scene.rs"]
mod scene;

#[path = "flows/bad_input.rs"]
mod bad_input;
#[path = "flows/clocks.rs"]
mod clocks;
#[path = "flows/deal.rs"]
mod deal;
#[path = "flows/fees.rs"]
mod fees;
#[path = "flows/permissions.rs"]
mod permissions;
#[path = "flows/refusals.rs"]
mod refusals;

/// A chain on which nothing stands yet.
fn bare() -> Box<dyn Chain> {
    Box::new(Embedded::start())
}

/// The world of these tests.
fn world() -> World {
    World::embedded()
}
