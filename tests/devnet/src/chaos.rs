//! Faults by command: what goes wrong on real networks, when a test wants it to.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use serde::Deserialize;

/// A chain halts for a year at most: clocks do not count for ever.
const LONGEST_HALT: u64 = 365 * 86_400_000;

/// What is to go wrong.
#[derive(Clone, Debug, Default)]
pub struct Chaos {
    halted_until: Option<Instant>,
    forget: u32,
    stale: Option<(u64, u32)>,
    /// Method → fates in order, and how many replies each is still for.
    replies: BTreeMap<String, VecDeque<(Fate, u64)>>,
    close: u64,
}

/// What becomes of a reply though its call went through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It never comes.
    Drop,
    /// It comes late.
    Delay {
        /// By so many milliseconds.
        ms: u64,
    },
    /// It says that something failed.
    Error {
        /// What.
        message: String,
    },
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// No block is made for a while.
    Halt {
        /// So many milliseconds.
        ms: u64,
    },
    /// The next replies of a method meet a fate.
    Reply {
        /// Of which method.
        method: String,
        /// Which fate.
        fate: Fate,
        /// How many: one where it is left out.
        count: Option<u64>,
    },
    /// The next transactions are accepted and forgotten.
    Forget {
        /// How many.
        count: u32,
    },
    /// Status and queries show an older height.
    Stale {
        /// By so many blocks.
        by: u64,
        /// For so many calls.
        count: u32,
    },
    /// All websockets are closed.
    CloseWebsockets,
    /// All that was to go wrong is called off.
    Calm,
}

impl Chaos {
    /// Takes a command.
    pub fn obey(&mut self, command: Command) {
        match command {
            Command::Halt { ms } => {
                self.halted_until = Instant::now().checked_add(Duration::from_millis(ms.min(LONGEST_HALT)));
            }
            Command::Reply { method, fate, count } => {
                self.replies.entry(method).or_default().push_back((fate, count.unwrap_or(1)));
            }
            Command::Forget { count } => self.forget = count,
            Command::Stale { by, count } => self.stale = Some((by, count)),
            Command::CloseWebsockets => self.close += 1,
            Command::Calm => *self = Self { close: self.close, ..Self::default() },
        }
    }

    /// Until when no block is made.
    pub const fn halted_until(&self) -> Option<Instant> {
        self.halted_until
    }

    /// Whether this transaction is to be forgotten.
    pub const fn forgets(&mut self) -> bool {
        if self.forget == 0 {
            return false;
        }
        self.forget -= 1;
        true
    }

    /// By how many blocks this call shows an older height.
    pub const fn staleness(&mut self) -> u64 {
        match &mut self.stale {
            Some((by, count)) if *count > 0 => {
                *count -= 1;
                *by
            }
            _ => 0,
        }
    }

    /// What becomes of this method's reply.
    pub fn fate(&mut self, method: &str) -> Option<Fate> {
        let waiting = self.replies.get_mut(method)?;
        waiting.retain(|(_, count)| *count > 0);
        let (fate, count) = waiting.front_mut()?;
        *count -= 1;
        Some(fate.clone())
    }

    /// How often websockets were to be closed.
    pub const fn closings(&self) -> u64 {
        self.close
    }
}
