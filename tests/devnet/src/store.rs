//! The state: one ordered map with a journal of what was undone, so that a checkpoint is the journal's length.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// An ordered map whose changes since any checkpoint can be taken back.
#[derive(Debug, Default)]
pub struct Store {
    map: BTreeMap<Vec<u8>, Vec<u8>>,
    journal: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// Where in the journal the block under way began.
    block: usize,
    /// How many snapshots keep the journal from being cut.
    kept: usize,
}

/// A moment to which the state can go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Checkpoint(usize);

/// A key and what it became: nothing where it was removed.
pub type Change = (Vec<u8>, Option<Vec<u8>>);

impl Store {
    /// A state as it was kept.
    pub fn of(entries: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        Self { map: entries.into_iter().collect(), ..Self::default() }
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.map.get(key).map(Vec::as_slice)
    }

    /// Sets a key.
    pub fn set(&mut self, key: Vec<u8>, value: Vec<u8>) {
        let before = self.map.insert(key.clone(), value);
        self.journal.push((key, before));
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &[u8]) {
        if let Some(before) = self.map.remove(key) {
            self.journal.push((key.to_vec(), Some(before)));
        }
    }

    /// The first entry between two bounds, from the left or from the right.
    pub fn first(&self, low: Bound<&[u8]>, high: Bound<&[u8]>, ascending: bool) -> Option<(&[u8], &[u8])> {
        if let (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) =
            (low, high)
            && low >= high
        {
            return None;
        }
        let mut range = self.map.range::<[u8], _>((low, high));
        let entry = if ascending { range.next() } else { range.next_back() };
        entry.map(|(key, value)| (key.as_slice(), value.as_slice()))
    }

    /// All entries whose keys begin with a prefix, in order, the prefix cut off.
    pub fn prefix<'a>(&'a self, prefix: &'a [u8]) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let from = self.map.range::<[u8], _>((Bound::Included(prefix), Bound::Unbounded));
        from.map_while(move |(key, value)| Some((key.strip_prefix(prefix)?, value.as_slice())))
    }

    /// The moment now.
    pub const fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.journal.len())
    }

    /// Takes back all changes since a moment, the newest first.
    pub fn revert(&mut self, to: Checkpoint) {
        while self.journal.len() > to.0
            && let Some((key, before)) = self.journal.pop()
        {
            match before {
                Some(value) => self.map.insert(key, value),
                None => self.map.remove(&key),
            };
        }
        self.block = self.block.min(self.journal.len());
    }

    /// Ends a block: what changed in it, each key once, in order.
    pub fn seal(&mut self) -> Vec<Change> {
        let changes = self.since(Checkpoint(self.block));
        if self.kept == 0 {
            self.journal.clear();
        }
        self.block = self.journal.len();
        changes
    }

    /// What changed since a moment, each key once, in order.
    pub fn since(&self, moment: Checkpoint) -> Vec<Change> {
        let changed = self.journal.get(moment.0..).unwrap_or_default();
        let keys: BTreeSet<&Vec<u8>> = changed.iter().map(|(key, _)| key).collect();
        keys.into_iter().map(|key| (key.clone(), self.map.get(key).cloned())).collect()
    }

    /// Keeps the journal across blocks for a snapshot, so that the state can go back behind their ends.
    pub const fn keep(&mut self) -> Checkpoint {
        self.kept += 1;
        self.checkpoint()
    }

    /// Lets go of a snapshot.
    pub fn release(&mut self) {
        self.kept = self.kept.saturating_sub(1);
        if self.kept == 0 && self.block == self.journal.len() {
            self.journal.clear();
            self.block = 0;
        }
    }
}
