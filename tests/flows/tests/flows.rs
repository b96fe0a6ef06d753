//! Each verb, each clock run out, each refusal, on the simulated chain. `embedded.rs` runs the same on the devnet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "likewise"
)]

use hearth_rig::world::World;

#[path = "flows/scene.rs"]
mod scene;

#[path = "flows/bad_fields.rs"]
mod bad_fields;
#[path = "flows/bad_input.rs"]
mod bad_input;
#[path = "flows/clocks.rs"]
mod clocks;
#[path = "flows/deal.rs"]
mod deal;
#[path = "flows/permissions.rs"]
mod permissions;
#[path = "flows/refusals.rs"]
mod refusals;
#[path = "flows/verbs.rs"]
mod verbs;

/// The world of these tests.
fn world() -> World {
    World::new()
}
