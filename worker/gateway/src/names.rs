//! Names of requests and answers.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes names that do not repeat. They are no secrets.
#[derive(Debug, Default)]
pub(crate) struct Names {
    first: RandomState,
    second: RandomState,
    count: AtomicU64,
}

impl Names {
    /// 32 hex digits after this word.
    pub(crate) fn next(&self, word: &str) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{word}{:016x}{:016x}", self.first.hash_one(count), self.second.hash_one(count))
    }
}
