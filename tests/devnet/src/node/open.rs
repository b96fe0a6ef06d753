//! A block that stays open: its transactions run as they come, and it ends when time moves on.
//!
//! Tests act step by step. They want each answer before the next act, several acts in one block, and long leaps of time
//! that need not be walked block by block.

use std::time::Duration;

use crate::bank::Coin;
use crate::error::StartError;
use crate::fault::Fault;
use crate::node::{LEAST_SPACING, Node};
use crate::tx::message::Message;
use crate::tx::run::{Mode, TxResult};

/// The open block, as far as it has come.
#[derive(Debug)]
pub(super) struct Open {
    height: u64,
    time: u64,
    txs: Vec<Vec<u8>>,
    results: Vec<TxResult>,
}

impl Node {
    /// Ends the open block and opens one so many heights and so long later. Between them lie no blocks, as after an upgrade
    /// that continues a chain at another height.
    pub fn leap(&mut self, heights: u64, time: Duration) -> Result<(), StartError> {
        let (height, from) =
            self.open.as_ref().map_or((self.last.height, self.last.time), |open| (open.height, open.time));
        self.seal()?;
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(LEAST_SPACING);
        self.open_at(height.saturating_add(heights.max(1)), from.saturating_add(time));
        Ok(())
    }

    /// Checks a transaction and, if it may come in, runs it in the open block.
    pub fn deliver(&mut self, bytes: Vec<u8>) -> TxResult {
        self.opened();
        let checked = self.check(&bytes);
        let Some(open) = &mut self.open else { return checked };
        if checked.code != 0 {
            return checked;
        }
        let index = u32::try_from(open.txs.len()).unwrap_or(u32::MAX);
        let result = self.chain.transact(&bytes, index, &self.terms, Mode::Deliver);
        open.txs.push(bytes);
        open.results.push(result.clone());
        result
    }

    /// Lets a contract say something in the open block, as if its code had.
    pub fn speak(&mut self, message: &Message) -> TxResult {
        self.opened();
        let index = self.open.as_ref().map_or(0, |open| u32::try_from(open.txs.len()).unwrap_or(u32::MAX));
        self.chain.speak(message, index)
    }

    /// Makes coins for somebody in the open block.
    pub fn grant(&mut self, to: &[u8], coins: &[Coin]) -> Result<(), Fault> {
        self.opened();
        self.chain.mint(to, coins)
    }

    /// Ends the open block, if there is one.
    pub(super) fn seal(&mut self) -> Result<(), StartError> {
        match self.open.take() {
            Some(Open { height, time, txs, results }) => self.close(height, time, (txs, results)),
            None => Ok(()),
        }
    }

    /// The time of the block that stands open, or of the last.
    pub(super) fn standing(&self) -> u64 {
        self.open.as_ref().map_or(self.last.time, |open| open.time)
    }

    fn opened(&mut self) {
        if self.open.is_none() {
            self.open_at(self.last.height + 1, self.last.time.saturating_add(LEAST_SPACING));
        }
    }

    fn open_at(&mut self, height: u64, time: u64) {
        self.ahead = self.ahead.max(super::lead(time));
        self.chain.enter_block(self.info(height, time));
        // No meter runs: this costs nobody anything, and nothing can be short.
        let _ = self.chain.sweep_fees();
        self.open = Some(Open { height, time, txs: Vec::new(), results: Vec::new() });
    }
}
