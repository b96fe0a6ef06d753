//! Contracts: codes, instances, calls, what they answer, as wasmd's wasm module has them.
//!
//! - [`code`] – uploads, and the VM that keeps them
//! - [`access`], [`pin`] – who may upload and instantiate, and what is kept ready
//! - [`contract`] – instances: making, calling and migrating them, their history
//! - [`check`] – what can be seen of a message without the state
//! - [`call`] – one call into the VM, and what it costs
//! - [`answer`], [`ballot`] – what a contract answers: events, messages, votes, replies
//! - [`ask`] – what a contract asks of the chain
//! - [`json`] – what passes for JSON
//! - [`backend`] – the storage and the questions that the VM is given

pub mod access;
pub mod answer;
pub mod ask;
pub mod backend;
pub mod ballot;
pub mod call;
pub mod check;
pub mod code;
pub mod contract;
pub mod heard;
pub mod json;
pub mod pin;
pub mod record;

/// The longest code, label and salt.
pub const LONGEST_CODE: usize = 800 * 1024;
pub const LONGEST_LABEL: usize = 128;
pub const LONGEST_SALT: usize = 64;
/// How deep messages call, and how deep queries ask.
pub const MOST_CALLS: u32 = 100;
pub const MOST_QUERIES: u32 = 10;
