//! What waits for a block: checked at the door, and no more of it than CometBFT lets wait.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::block::MOST_BYTES;
use crate::chaos::Chaos;
use crate::node::{Node, Pace};
use crate::tx::Decoded;
use crate::tx::run::{Mode, TxResult, hash};

/// So long a block waits for more transactions after its first.
const GATHERING: Duration = Duration::from_millis(2);
/// So much can wait for a block, together.
pub const POOL_BYTES: usize = 64 << 20;
/// So many transactions can wait for a block, and so long can each be, as in CometBFT.
pub const POOL: usize = 5_000;
pub const LONGEST: usize = 1 << 20;

/// What a transaction met at the door.
pub enum Submitted {
    /// It was looked at.
    Checked(TxResult),
    /// The very same was sent before.
    Repeated,
    /// Too much waits: how many, and how many bytes.
    Full { count: usize, bytes: usize },
    /// It is longer than any may be.
    TooLong { length: usize },
}

impl Node {
    /// What waits for a block.
    pub const fn pool(&self) -> &VecDeque<Vec<u8>> {
        &self.pool
    }

    /// How much waits, in bytes.
    pub const fn pool_bytes(&self) -> usize {
        self.pool_bytes
    }

    /// Looks at a transaction, and lets it wait for a block if it may.
    pub fn submit(&mut self, bytes: Vec<u8>) -> Submitted {
        if self.pool.len() >= POOL || self.pool_bytes.saturating_add(bytes.len()) > POOL_BYTES {
            return Submitted::Full { count: self.pool.len(), bytes: self.pool_bytes };
        }
        if bytes.len() > LONGEST {
            return Submitted::TooLong { length: bytes.len() };
        }
        let name = hash(&bytes);
        if self.pool.iter().any(|waiting| *waiting == bytes) || self.disk.find(&name).is_some() {
            return Submitted::Repeated;
        }
        let index = u32::try_from(self.pool.len()).unwrap_or(u32::MAX);
        let result = self.chain.transact(&bytes, index, &self.terms, Mode::Check);
        if result.code == 0 && !self.chaos.as_mut().is_some_and(Chaos::forgets) {
            self.pool_bytes += bytes.len();
            self.await_block(&bytes);
            self.pool.push_back(bytes);
            if self.pace == Pace::OnDemand {
                let gathered = Instant::now().checked_add(GATHERING);
                self.due = self.due.into_iter().chain(gathered).min();
            }
        }
        Submitted::Checked(result)
    }

    /// Looks at a transaction without letting it in.
    pub fn check(&self, bytes: &[u8]) -> TxResult {
        self.chain.transact(bytes, 0, &self.terms, Mode::Check)
    }

    /// Takes as much of what waits as a block can hold.
    pub(super) fn reap(&mut self) -> Vec<Vec<u8>> {
        let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
        let mut total = 0_usize;
        let fits = self.pool.iter().take_while(|bytes| {
            total = total.saturating_add(bytes.len());
            total <= most
        });
        let count = fits.count();
        let txs: Vec<Vec<u8>> = self.pool.drain(..count).collect();
        self.pool_bytes = self.pool.iter().map(Vec::len).sum();
        txs
    }

    /// The signers of what waits have used their next sequences, for all who come after.
    pub(super) fn await_block(&self, bytes: &[u8]) {
        self.chain.add_pending(&Decoded::read(bytes).map(|tx| tx.signers()).unwrap_or_default());
    }
}
