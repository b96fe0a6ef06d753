//! The plan of `schema::deploy` carried out on a chain, and the record of it.
//!
//! - [`file`] – the deployer's plan as a TOML file
//! - [`artifact`] – the Wasm that is uploaded, and its checksums
//! - [`run`] – step after step, each skipped where the chain has it already
//! - [`record`] – what came of it: one TOML file a chain
//! - [`verify`] – whether the chain has what plan and record say
//!
//! The chain alone says what is done: a run that was stopped anywhere is resumed by running it again.

pub mod artifact;
pub mod file;
pub mod record;
pub mod run;
pub mod verify;

pub use artifact::Artifacts;
pub use file::Wish;
pub use record::Record;
pub use run::{Progress, run};
pub use verify::{Check, verify};
