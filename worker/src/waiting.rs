//! The transactions under way in this run: since when, and whether any of them comes into a block.
//!
//! What a contract refuses shows that the way to it is free; what nobody answers, what finds no coins and what no block
//! takes does not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The transactions under way. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Arc<Mutex<Ways>>);

#[derive(Debug, Default)]
struct Ways {
    next: u64,
    open: BTreeMap<u64, (String, Instant)>,
    vain: Option<Vain>,
}

/// Attempts in a row that brought nothing into a block.
#[derive(Debug)]
struct Vain {
    since: Instant,
    last: Instant,
    problem: String,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It reached the chain: a block holds it, or a contract refuses it.
    Through,
    /// It did not, and may be tried again.
    ToNothing(String),
}

/// One transaction on its way; it is over when this is dropped.
#[derive(Debug)]
pub struct Way {
    waiting: Waiting,
    key: u64,
    begun: Instant,
}

impl Waiting {
    /// A transaction is on its way.
    pub fn begin(&self, intent: &str, now: Instant) -> Way {
        let mut ways = self.ways();
        let key = ways.next;
        ways.next = key.wrapping_add(1);
        ways.open.insert(key, (intent.to_owned(), now));
        Way { waiting: self.clone(), key, begun: now }
    }

    /// How many are on their way, and for how long the oldest of them.
    pub fn open(&self, now: Instant) -> (usize, Duration) {
        let ways = self.ways();
        let oldest = ways.open.values().map(|(_, begun)| *begun).min();
        (ways.open.len(), oldest.map_or(Duration::ZERO, |begun| now.saturating_duration_since(begun)))
    }

    /// Why nothing comes into a block, where that has been so for longer than this.
    pub fn trouble(&self, now: Instant, limit: Duration) -> Option<String> {
        let ways = self.ways();
        let oldest = ways.open.values().min_by_key(|(_, begun)| *begun);
        if let Some((intent, begun)) = oldest {
            let age = now.saturating_duration_since(*begun);
            if age > limit {
                return Some(format!(
                    "no block takes `{intent}`, sent {} s ago: see the fee and the node",
                    age.as_secs()
                ));
            }
        }
        let vain = ways.vain.as_ref()?;
        // What is tried no more is no trouble any more.
        let is_tried = now.saturating_duration_since(vain.last) <= limit;
        let lasts = vain.last.saturating_duration_since(vain.since);
        (is_tried && lasts > limit)
            .then(|| format!("for {} s no transaction went through: {}", lasts.as_secs(), vain.problem))
    }

    fn ways(&self) -> MutexGuard<'_, Ways> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Way {
    /// It is over.
    pub fn end(self, came: Came, now: Instant) {
        let mut ways = self.waiting.ways();
        ways.vain = match came {
            Came::Through => None,
            Came::ToNothing(problem) => {
                let since = ways.vain.as_ref().map_or(self.begun, |vain| vain.since);
                Some(Vain { since, last: now, problem })
            }
        };
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.waiting.ways().open.remove(&self.key);
    }
}

#[cfg(test)]
#[path = "waiting_tests.rs"]
mod tests;
