//! What parent and process say to each other; [`super`] says how.

mod failure;
mod frame;

use serde::{Deserialize, Serialize};

use super::Config;
use crate::{Description, Event, Generate, Score};

pub use failure::Failure;
pub use frame::{Broken, MOST, encode, read, read_async};

/// The version of these messages. Both sides come from one release: another version is refused.
pub const PROTOCOL: u32 = 1;

/// The first message to the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Which version the parent speaks.
    pub protocol: u32,
    /// What to run.
    pub config: Config,
}

/// A message to the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Make an answer.
    Generate {
        /// What it is called from now on.
        id: u64,
        /// What is asked.
        request: Generate,
    },
    /// Score tokens.
    Score {
        /// What it is called from now on.
        id: u64,
        /// What is asked.
        request: Score,
    },
    /// Nobody waits for this any more.
    Cancel {
        /// Which.
        id: u64,
    },
    /// Say this number.
    Ping(u64),
}

/// A message from the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The engine is loaded.
    Ready(Description),
    /// The engine cannot be loaded.
    Refused(Failure),
    /// Something happened in an answer.
    Event {
        /// In which.
        id: u64,
        /// What.
        event: Event,
    },
    /// Some rows of logits, in order; `Scored` follows the last.
    Rows {
        /// For which scoring.
        id: u64,
        /// The rows.
        rows: Vec<Vec<f32>>,
    },
    /// A scoring is done.
    Scored {
        /// Which.
        id: u64,
        /// The log-probabilities.
        logprobs: Vec<f32>,
    },
    /// A request failed.
    Failed {
        /// Which.
        id: u64,
        /// Why.
        failure: Failure,
    },
    /// The number that was to be said.
    Pong(u64),
}
