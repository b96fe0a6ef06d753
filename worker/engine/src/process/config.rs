//! Which engine a process runs, and how long its parent waits for it.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::openai;
use crate::scripted::Script;

/// What the process is told first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Which engine it runs.
    pub make: Make,
    /// The most memory that it may take, in bytes.
    pub memory: Option<u64>,
}

/// Which engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Make {
    /// Our own.
    Embedded(Embedded),
    /// A local server.
    OpenAi(openai::Config),
    /// A script, for tests of faults.
    Scripted(Script),
}

/// A model of our own engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedded {
    /// The model's name, as clients ask for it.
    pub name: String,
    /// The folder with its `config.json`, `tokenizer.json` and `*.safetensors`.
    pub model: PathBuf,
    /// Memory for what was read and said.
    pub cache_bytes: u64,
    /// Threads; 0 takes as many as there are cores.
    pub threads: usize,
}

/// What the parent starts, and how patient it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where `hearthd-engine` is.
    pub program: PathBuf,
    /// What it runs.
    pub config: Config,
    /// How long it may take.
    pub patience: Patience,
}

/// How long a process may take, and how often it is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patience {
    /// To load its model.
    pub load_ms: u64,
    /// Between two questions after its health.
    pub ping_ms: u64,
    /// To answer such a question.
    pub pong_ms: u64,
    /// Without any word about the requests that it has.
    pub stall_ms: u64,
    /// Before the first new start; doubled after each that did not lead to an answer.
    pub first_ms: u64,
    /// Before a new start, at most.
    pub most_ms: u64,
    /// New starts without an answer before it is given up.
    pub times: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            load_ms: 600_000,
            ping_ms: 5_000,
            pong_ms: 10_000,
            stall_ms: 120_000,
            first_ms: 200,
            most_ms: 30_000,
            times: 8,
        }
    }
}

impl Patience {
    pub(super) const fn load(&self) -> Duration {
        Duration::from_millis(self.load_ms)
    }

    pub(super) const fn ping(&self) -> Duration {
        Duration::from_millis(self.ping_ms)
    }

    pub(super) const fn pong(&self) -> Duration {
        Duration::from_millis(self.pong_ms)
    }

    pub(super) const fn stall(&self) -> Duration {
        Duration::from_millis(self.stall_ms)
    }

    /// How often the deadlines are looked at.
    pub(super) fn tick(&self) -> Duration {
        let shortest = self.ping_ms.min(self.pong_ms).min(self.stall_ms);
        Duration::from_millis((shortest >> 2).clamp(5, 1_000))
    }

    /// How long to wait before a new start, after so many in vain; nothing once it is given up.
    pub(super) fn pause(&self, in_vain: u32) -> Option<Duration> {
        let doubled = self.first_ms.saturating_mul(1_u64.checked_shl(in_vain).unwrap_or(u64::MAX));
        (in_vain < self.times).then(|| Duration::from_millis(doubled.min(self.most_ms)))
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
