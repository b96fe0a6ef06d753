//! What `flows.rs` runs on the simulated chain, on wasmd: its application, with blocks at whatever time the flow needs.
//!
//! What a chain would have to be made to say – a contract's word, two prices in one block – is left out and named there.
#![cfg_attr(not(wasmd), allow(unused, reason = "wasmd is not built, so that nothing of this runs"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "likewise"
)]

use hearth_rig::chain::Chain;
use hearth_rig::world::World;
use hearth_schema::terms::Profile;

#[path = "wasmd/live.rs"]
mod live;
#[path = "wasmd/real.rs"]
mod real;

#[path = "flows/scene.rs"]
mod scene;

#[cfg(wasmd)]
#[path = "flows/bad_input.rs"]
mod bad_input;
#[cfg(wasmd)]
#[path = "flows/clocks.rs"]
mod clocks;
#[cfg(wasmd)]
#[path = "flows/deal.rs"]
mod deal;
#[cfg(wasmd)]
#[path = "flows/fees.rs"]
mod fees;
#[cfg(wasmd)]
#[path = "flows/permissions.rs"]
mod permissions;
#[cfg(wasmd)]
#[path = "flows/refusals.rs"]
mod refusals;
#[cfg(wasmd)]
#[path = "wasmd/traffic.rs"]
mod traffic;

/// A chain on which nothing stands yet.
fn bare() -> Box<dyn Chain> {
    Box::new(real::Real::bare())
}

/// The world of these tests.
fn world() -> World {
    World::on(Box::new(real::Real::start()), Profile::production())
}

#[cfg(not(wasmd))]
#[test]
#[ignore = "wasmd is not built: `make wasmd`"]
fn every_flow_runs_on_wasmd() {}
