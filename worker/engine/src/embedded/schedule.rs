//! Which tokens are read next. One thread goes round: everyone's next token, and as much of new prompts as fits beside.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use super::cache::Cache;
use super::forward::{Pass, Row, Wanting};
use super::model::Model;
use super::sequence::{Means, Sequence};

/// How long to wait where every answer is made faster than it is listened to.
const PAUSE: Duration = Duration::from_millis(2);

/// The requests at work, and what they share.
#[derive(Debug)]
pub(super) struct Schedule {
    pub(super) model: Arc<Model>,
    pub(super) cache: Cache,
    pub(super) pass: Pass,
    pub(super) means: Means,
    pub(super) arriving: Receiver<Sequence>,
    pub(super) waiting: VecDeque<Sequence>,
    pub(super) slots: Vec<Option<Sequence>>,
    /// The rows of a pass, at most as many as its capacity.
    pub(super) rows: Vec<Row>,
    /// The slot whose prompt is read first, in turn.
    pub(super) first: usize,
}

impl Schedule {
    /// Works until the engine is dropped.
    pub(super) fn run(mut self) {
        while self.receive() {
            self.waiting.retain(|sequence| !sequence.is_cancelled());
            self.forget(Sequence::is_cancelled);
            self.admit();
            self.choose();
            self.pass();
        }
    }

    /// Takes what has arrived; false when nothing can arrive any more.
    fn receive(&mut self) -> bool {
        let idle = self.waiting.is_empty() && self.slots.iter().all(Option::is_none);
        if idle {
            match self.arriving.recv() {
                Ok(sequence) => self.waiting.push_back(sequence),
                Err(_) => return false,
            }
        } else if self.rows.is_empty() {
            std::thread::sleep(PAUSE);
        }
        loop {
            match self.arriving.try_recv() {
                Ok(sequence) => self.waiting.push_back(sequence),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Takes slots and room back.
    fn forget(&mut self, whom: impl Fn(&Sequence) -> bool) {
        for (slot, place) in self.slots.iter_mut().enumerate() {
            if place.as_ref().is_some_and(&whom) {
                *place = None;
                self.cache.release(slot);
            }
        }
    }

    /// Gives slots and room to those that wait, in the order in which they came.
    fn admit(&mut self) {
        for (slot, place) in self.slots.iter_mut().enumerate() {
            let Some(next) = self.waiting.front().filter(|_| place.is_none()) else {
                continue;
            };
            if !self.cache.lease(slot, next.positions()) {
                return;
            }
            *place = self.waiting.pop_front();
        }
    }

    /// Chooses the rows of the next pass: first those of answers being made, then those of prompts.
    fn choose(&mut self) {
        self.rows.clear();
        let count = self.slots.len();
        self.first = self.first.saturating_add(1).checked_rem(count).unwrap_or_default();
        for prompts in [false, true] {
            for slot in (self.first..count).chain(0..self.first) {
                let Some(Some(sequence)) = self.slots.get(slot) else {
                    continue;
                };
                let due = sequence.due();
                if (due > 1) == prompts {
                    let room = self.rows.capacity().saturating_sub(self.rows.len());
                    let next = sequence.tokens.iter().enumerate().skip(sequence.read).take(due.min(room));
                    let row = |(position, token): (usize, &u32)| Row {
                        slot,
                        position,
                        token: *token,
                        wanted: sequence.wants(position),
                    };
                    self.rows.extend(next.map(row));
                }
            }
        }
    }

    fn pass(&mut self) {
        if self.rows.is_empty() {
            return;
        }
        for row in &self.rows {
            if let Some(Some(sequence)) = self.slots.get_mut(row.slot) {
                sequence.read = sequence.read.saturating_add(1);
            }
        }
        let mut to = Seated { slots: &mut self.slots, rows: &self.rows, means: &mut self.means };
        self.pass.run(&self.model, &mut self.cache, &self.rows, &mut to);
        self.forget(|sequence| sequence.is_done);
    }
}

/// The requests that a pass is for.
struct Seated<'a> {
    slots: &'a mut [Option<Sequence>],
    rows: &'a [Row],
    means: &'a mut Means,
}

impl Wanting for Seated<'_> {
    fn given_up(&self) -> bool {
        let cancelled =
            |row: &Row| self.slots.get(row.slot).and_then(Option::as_ref).is_none_or(Sequence::is_cancelled);
        self.rows.iter().all(cancelled)
    }

    fn give(&mut self, row: Row, logits: &[f32]) {
        if let Some(Some(sequence)) = self.slots.get_mut(row.slot)
            && !sequence.is_done
        {
            sequence.is_done = sequence.take(row.position, logits, self.means);
        }
    }
}
