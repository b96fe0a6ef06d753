//! The suite from end to end: real processes on a real chain.
//!
//! - [`world`] – a chain with the suite on it, deployed by the wallet, tokens in known hands
//! - [`host`] – the chain under it: the embedded one, or wasmd where `HEARTH_CHAIN` says so
//! - [`program`] – the programs of this workspace, built once
//! - [`person`] – somebody with a home folder of their own who runs `hearth`
//! - [`proxy`] – what stands between a program and the chain, and lets a test see and break what goes through
//! - [`folder`] – folders that are gone with the test
//! - [`wait`] – waiting for what a program does by itself
//!
//! ```no_run
//! let world = hearth_e2e::World::start();
//! let suite = world.suite();
//! let client = world.sender(1);
//! let deposit = suite.token().deposit(None, hearth_schema::unit::TokenAmount::new(5_000_000)).unwrap();
//! world.run(client.send(&[deposit])).unwrap();
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a harness fails loudly"
)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions, reason = "likewise")]
#![allow(clippy::missing_panics_doc, reason = "every function of it panics where the world is not as it should be")]

pub mod folder;
pub mod host;
pub mod person;
pub mod program;
pub mod proxy;
pub mod wait;
pub mod world;

pub use folder::Folder;
pub use host::{Ground, Host, elsewhere};
pub use person::{Person, Said};
pub use program::built;
pub use proxy::Proxy;
pub use world::World;
