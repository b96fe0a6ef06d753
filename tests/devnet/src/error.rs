//! Why a chain cannot start, and what to do.

use std::path::PathBuf;

use thiserror::Error;

/// Why a chain cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port is taken.
    #[error("port {port} is taken: stop what listens there, or use --port 0 for any free one")]
    Port {
        /// Which.
        port: u16,
    },
    /// Another process works in the folder.
    #[error("{} is held by another process: stop it, or name another folder by --state", folder.display())]
    Held {
        /// Which.
        folder: PathBuf,
    },
    /// The file was written in another layout.
    #[error(
        "the state was written as {found}, this program writes {}: remove the folder, or name another by --state",
        crate::disk::VERSION
    )]
    Version {
        /// What was found.
        found: String,
    },
    /// The folder holds another chain.
    #[error(
        "the folder holds the chain {found}, not {wanted}: start with its chain id and prefix, or name another folder by --state"
    )]
    Identity {
        /// What it holds.
        found: String,
        /// What was wanted.
        wanted: String,
    },
    /// A parameter cannot be used.
    #[error("{what}: {problem}")]
    Config {
        /// Which.
        what: &'static str,
        /// Why not.
        problem: String,
    },
    /// The folder or its files cannot be used.
    #[error("the state cannot be used: {0}: check that the folder may be written and has space")]
    Disk(String),
    /// The network cannot be used.
    #[error("the network cannot be used: {0}")]
    Network(String),
    /// The VM does not start.
    #[error("the VM does not start: {0}")]
    Vm(String),
}
