//! The node: it owns the chain, takes transactions, makes blocks and keeps them.
//!
//! - [`announce`] – blocks as those hear of them who listen
//! - [`pool`] – what waits for a block, and what may not
//! - [`open`] – a block whose transactions run as they come, for tests that act step by step

pub mod announce;
pub mod open;
pub mod pool;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cosmwasm_std::{BlockInfo, Timestamp};
use tokio::sync::broadcast;

use crate::bank::Coin;
use crate::block::{Block, Body};
use crate::chain::Chain;
use crate::chaos::Chaos;
use crate::disk::Disk;
use crate::error::StartError;
use crate::fault::Fault;
use crate::gas::Meter;
use crate::node::announce::{Announced, Announcer};
use crate::node::open::Open;
use crate::store::Checkpoint;
use crate::tx::ante::Terms;
use crate::tx::run::{Mode, TxResult};

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// A moment after the first transaction of a block.
    OnDemand,
    /// Every so often, with or without transactions.
    Every(Duration),
    /// Only when told.
    ByHand,
}

/// Blocks lie at least so far apart.
const LEAST_SPACING: u64 = 1_000_000;
/// No time is later, as Go's clocks know none: the year 2262.
const LATEST: u64 = u64::MAX >> 1;

/// A moment to which the whole chain can go back.
#[derive(Clone, Debug)]
struct Snapshot {
    state: Checkpoint,
    block: Block,
    ahead: i128,
}

/// The node.
pub struct Node {
    /// The state.
    pub chain: Chain,
    /// What transactions are checked against.
    pub terms: Terms,
    /// The blocks.
    pub disk: Disk,
    /// Faults by command; nothing where they are not allowed.
    pub chaos: Option<Chaos>,
    pace: Pace,
    last: Block,
    /// The block that was read last: a list of its transactions reads it once.
    read: RefCell<Option<Block>>,
    pool: VecDeque<Vec<u8>>,
    pool_bytes: usize,
    due: Option<Instant>,
    open: Option<Open>,
    /// How far the chain's time is ahead of the machine's, in nanoseconds.
    ahead: i128,
    snapshots: BTreeMap<u64, Snapshot>,
    next_snapshot: u64,
    announcer: Announcer,
}

/// What a node is made of.
pub struct Opening {
    pub chain: Chain,
    pub disk: Disk,
    /// The last block, if there is one.
    pub last: Option<Block>,
    pub terms: Terms,
    pub pace: Pace,
    pub chaos: Option<Chaos>,
    /// The time of the first block, if it is not now.
    pub begins: Option<u64>,
}

impl Node {
    /// A node over a chain; it makes the first block if there is none.
    pub fn new(opening: Opening, genesis: impl FnOnce(&Chain) -> Result<(), Fault>) -> Result<Self, StartError> {
        let Opening { chain, disk, last, terms, pace, chaos, begins } = opening;
        let fresh = last.is_none();
        let last = match last {
            Some(last) => last,
            None => {
                chain.push_meter(Meter::endless());
                genesis(&chain).map_err(|fault| StartError::Disk(format!("{fault:?}")))?;
                chain.pop_meter();
                let changes = chain.with_store(crate::store::Store::seal);
                let time = begins.unwrap_or_else(wall);
                let first = Block::after(None, &terms.chain_id, (1, time), Body::default(), &changes);
                disk.commit(&first, &changes).map_err(|error| StartError::Disk(error.to_string()))?;
                first
            }
        };
        let mut node = Self {
            chain,
            terms,
            disk,
            chaos,
            pace,
            ahead: i128::from(last.time.saturating_sub(wall())),
            last,
            read: RefCell::new(None),
            pool: VecDeque::new(),
            pool_bytes: 0,
            due: None,
            open: None,
            snapshots: BTreeMap::new(),
            next_snapshot: 1,
            announcer: Announcer::new(),
        };
        node.prepare();
        node.due = match pace {
            Pace::Every(interval) => Instant::now().checked_add(if fresh { Duration::ZERO } else { interval }),
            Pace::OnDemand => node.next_end(),
            Pace::ByHand => None,
        };
        Ok(node)
    }

    /// The last block.
    pub const fn last(&self) -> &Block {
        &self.last
    }

    /// A block, by its height.
    pub fn block(&self, height: u64) -> Option<Block> {
        if height == self.last.height {
            return Some(self.last.clone());
        }
        let mut read = self.read.borrow_mut();
        if read.as_ref().is_none_or(|read| read.height != height) {
            *read = self.disk.block(height);
        }
        read.clone()
    }

    /// Blocks as they are made.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Announced>> {
        self.announcer.listen()
    }

    /// The chain's time now, in nanoseconds.
    pub fn now(&self) -> u64 {
        match self.pace {
            Pace::ByHand => self.standing(),
            _ => shifted(wall(), self.ahead).max(self.last.time),
        }
    }

    /// When the node has to make a block by itself.
    pub fn due(&self) -> Option<Instant> {
        self.due.map(|due| self.halted_until().map_or(due, |until| due.max(until)))
    }

    fn halted_until(&self) -> Option<Instant> {
        self.chaos.as_ref().and_then(Chaos::halted_until)
    }

    /// Makes the block that is due, if one is.
    pub fn tick(&mut self) -> Result<(), StartError> {
        if self.due().is_some_and(|due| due <= Instant::now()) {
            let time = shifted(wall(), self.ahead).max(self.last.time.saturating_add(LEAST_SPACING));
            self.produce(time)?;
        }
        Ok(())
    }

    /// Makes blocks, each so long after the one before.
    pub fn mine(&mut self, count: u64, spacing: Duration) -> Result<(), StartError> {
        let spacing = u64::try_from(spacing.as_nanos()).unwrap_or(u64::MAX).max(LEAST_SPACING);
        if self.last.time.saturating_add(spacing.saturating_mul(count)) > LATEST {
            return Err(StartError::Config { what: "time", problem: "no clock goes beyond the year 2262".to_owned() });
        }
        for _ in 0..count {
            let time = self.last.time.saturating_add(spacing);
            self.ahead = self.ahead.max(lead(time));
            self.produce(time)?;
        }
        Ok(())
    }

    /// Makes a block of these transactions at this time, as another node made it.
    pub fn replay(&mut self, time: u64, txs: Vec<Vec<u8>>) -> Result<(), StartError> {
        self.pool = txs.into();
        self.produce(time.max(self.last.time.saturating_add(1)))
    }

    fn produce(&mut self, time: u64) -> Result<(), StartError> {
        self.seal()?;
        let time = time.max(self.last.time.saturating_add(1));
        self.chain.forget_pending();
        let height = self.last.height + 1;
        self.chain.enter_block(self.info(height, time));
        // No meter runs: this costs nobody anything, and nothing can be short.
        let _ = self.chain.sweep_fees();
        let txs = self.reap();
        let run = |(index, bytes): (u32, &Vec<u8>)| self.chain.transact(bytes, index, &self.terms, Mode::Deliver);
        let results: Vec<TxResult> = (0..).zip(&txs).map(run).collect();
        self.close(height, time, (txs, results))
    }

    /// Ends a block: lets governance end what ends with it, keeps it, and tells of it.
    fn close(&mut self, height: u64, time: u64, ran: (Vec<Vec<u8>>, Vec<TxResult>)) -> Result<(), StartError> {
        let (txs, results) = ran;
        let ran = Body { txs, results, events: self.chain.end_block() };
        let changes = self.chain.with_store(crate::store::Store::seal);
        let block = Block::after(Some(&self.last), &self.terms.chain_id, (height, time), ran, &changes);
        self.disk.commit(&block, &changes).map_err(|error| StartError::Disk(error.to_string()))?;
        self.last = block.clone();
        self.prepare();
        self.pool.iter().for_each(|bytes| self.await_block(bytes));
        self.due = match self.pace {
            Pace::Every(interval) => Instant::now().checked_add(interval),
            Pace::OnDemand if !self.pool.is_empty() => Some(Instant::now()),
            Pace::OnDemand => self.next_end(),
            Pace::ByHand => None,
        };
        self.announcer.tell(block);
        Ok(())
    }

    /// When governance has something to end, if nobody makes a block before.
    fn next_end(&self) -> Option<Instant> {
        let left = self.chain.next_end()?.saturating_sub(self.now());
        Instant::now().checked_add(Duration::from_nanos(left))
    }

    /// Checks and queries see the block to come, and the VM keeps what is pinned.
    fn prepare(&self) {
        self.chain.sync_pins();
        self.chain.enter_block(self.info(self.last.height, self.last.time));
        self.chain.enter(None, false);
    }

    fn info(&self, height: u64, time: u64) -> BlockInfo {
        BlockInfo { height, time: Timestamp::from_nanos(time), chain_id: self.terms.chain_id.clone() }
    }

    /// Notes this moment; a block that stood open ends with it.
    pub fn snapshot(&mut self) -> Result<u64, StartError> {
        self.seal()?;
        let state = self.chain.with_store(crate::store::Store::keep);
        let id = self.next_snapshot;
        self.next_snapshot += 1;
        self.snapshots.insert(id, Snapshot { state, block: self.last.clone(), ahead: self.ahead });
        Ok(id)
    }

    /// Goes back to a moment; it and all later ones are gone. What waited is gone too.
    pub fn revert(&mut self, id: u64) -> Result<bool, StartError> {
        let Some(snapshot) = self.snapshots.get(&id).cloned() else { return Ok(false) };
        let later = self.snapshots.split_off(&id);
        let changes = self.chain.with_store(|store| {
            let keys = store.since(snapshot.state);
            store.revert(snapshot.state);
            for _ in &later {
                store.release();
            }
            keys.into_iter().map(|(key, _)| (key.clone(), store.get(&key).map(<[u8]>::to_vec))).collect::<Vec<_>>()
        });
        self.pool.clear();
        self.pool_bytes = 0;
        self.open = None;
        if self.pace == Pace::OnDemand {
            self.due = None;
        }
        self.chain.forget_pending();
        self.disk.rewind(snapshot.block.height, &changes).map_err(|error| StartError::Disk(error.to_string()))?;
        self.last = snapshot.block;
        self.read.take();
        self.ahead = snapshot.ahead;
        self.prepare();
        if self.pace == Pace::OnDemand {
            self.due = self.next_end();
        }
        Ok(true)
    }

    /// Makes coins for somebody, in a block of their own.
    pub fn give(&mut self, to: &[u8], coins: &[Coin]) -> Result<Result<(), Fault>, StartError> {
        let start = self.chain.checkpoint();
        let given = self.chain.mint(to, coins);
        if given.is_err() {
            self.chain.revert(start);
            return Ok(given);
        }
        let time = shifted(wall(), self.ahead).max(self.last.time.saturating_add(LEAST_SPACING));
        self.produce(time)?;
        Ok(given)
    }
}

/// The machine's time, in nanoseconds.
pub(crate) fn wall() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// How far a time is ahead of the machine's.
fn lead(time: u64) -> i128 {
    i128::from(time) - i128::from(wall())
}

fn shifted(time: u64, by: i128) -> u64 {
    u64::try_from(i128::from(time).saturating_add(by)).unwrap_or(0)
}
