//! An engine in a process of its own, so that one that dies, hangs or eats all memory never takes its parent along.
//!
//! - [`config`] – which engine the process runs, and how much memory it may take
//! - [`wire`] – what the two say to each other
//! - [`child`] – the parent's side: [`Child`] is an engine, whatever happens to its process
//! - `link` – one process: its pipes, its errors, its end
//! - `supervise` – starts it again, but not for ever
//! - `waiting` – the requests under way
//! - [`host`] – the process's side, all of `hearthd-engine`
//! - `memory` – bounds, checked before a model is loaded and kept afterwards
//! - `open` – from a configuration to an engine
//!
//! The parent writes frames to the process's stdin and reads frames from its stdout. A frame is its length (`u32`,
//! little-endian, at most [`wire::MOST`]) and then one message in MessagePack, structs as arrays: numbers keep every
//! bit. The first frame is a [`wire::Setup`]; the process answers with one [`wire::Reply::Ready`] or
//! [`wire::Reply::Refused`]. Then [`wire::Order`]s go one way and [`wire::Reply`]s the other, requests told apart by
//! an id that the parent chooses. Each request ends by exactly one of a `Finished` event, `Scored`, `Failed`, or its
//! cancellation, after which the parent passes over what is still on its way. Whatever is no such frame ends the
//! process. On stderr it says what it likes, line by line.
//!
//! The process dies with its parent: at the end of its stdin everywhere, by a death signal on Linux. There it also
//! offers itself to the kernel first when memory runs out, and bounds its own address space.

pub mod child;
pub mod config;
pub mod host;
pub mod wire;

mod link;
mod memory;
mod open;
mod supervise;
mod waiting;

pub use child::{Child, Health};
pub use config::{Config, Embedded, Make, Patience, Settings};
