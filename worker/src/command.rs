//! What `hearthd` does beside serving. What a command finds out goes to stdout; what it asks, and why it fails, to stderr.
//!
//! - [`init`] – writes a configuration, makes the keys, and the card by which the owner registers the node
//! - [`check`] – names what is wrong before the worker is run, and the remedy
//! - [`bench`] – measures the engine, and says what a token has to cost
//! - [`status`] – how a worker is doing, by its door or by its journal
//! - [`person`] – asks whoever sits at the terminal

pub mod bench;
pub mod check;
pub mod init;
pub mod person;
pub mod status;

use std::path::PathBuf;

use thiserror::Error;

use crate::config::ConfigError;
use crate::engine::EngineError;
use crate::journal::JournalError;
use crate::run::RunError;

/// Why a command does not do what it was asked.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A key, the chain, or a file.
    #[error(transparent)]
    Wallet(#[from] hearth_wallet::Error),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What running needs.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An answer that nobody gave.
    #[error("{flag} is missing, and there is no terminal to ask at: {what}")]
    Missing {
        /// The flag that says it.
        flag: &'static str,
        /// What it says.
        what: &'static str,
    },
    /// An answer that is none.
    #[error("{flag}: {problem}")]
    Answer {
        /// The flag that says it.
        flag: &'static str,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A configuration that stands there already.
    #[error("there is a configuration already at {path}: edit it, or make it anew with --again, which keeps the keys")]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// A check found something wrong.
    #[error("{wrong} of {checks} checks found something wrong")]
    Found {
        /// How many.
        wrong: usize,
        /// Of how many.
        checks: usize,
    },
    /// The worker does not answer.
    #[error("no worker answers at {address}, and its journal tells nothing: {problem}")]
    Silent {
        /// Where.
        address: String,
        /// Why its journal tells nothing.
        problem: String,
    },
    /// An engine that says nothing.
    #[error("the engine said nothing in {0} s: see that it is up, and that it has room for the model")]
    Slow(u64),
}

impl CommandError {
    /// The remedy, where it is not said already.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Wallet(error) => error.hint(),
            Self::Run(RunError::Chain(error)) | Self::Config(ConfigError::Wallet(error)) => error.hint(),
            Self::Run(RunError::Key(error)) => error.hint(),
            _ => None,
        }
    }
}
