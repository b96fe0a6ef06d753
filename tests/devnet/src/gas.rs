//! Gas: meters within meters, and what the Cosmos SDK and wasmd charge for what.

use crate::fault::Fault;

/// Points of the VM in one unit of the chain's gas.
pub const VM_POINTS: u64 = 140_000;

/// Prices of the key-value store.
pub const HAS: u64 = 1_000;
pub const DELETE: u64 = 1_000;
pub const READ: u64 = 1_000;
pub const READ_BYTE: u64 = 3;
pub const WRITE: u64 = 2_000;
pub const WRITE_BYTE: u64 = 30;
pub const STEP: u64 = 30;

/// Prices of a transaction as such.
pub const TX_BYTE: u64 = 10;
pub const SIGNATURE: u64 = 1_000;

/// Prices of wasmd.
pub const INSTANCE: u64 = 60_000;
pub const INSTANCE_AGAIN: u64 = 2_000;
pub const COMPILE_BYTE: u64 = 3;
pub const PIN: u64 = 500_000;
pub const ATTRIBUTE: u64 = 10;
pub const ATTRIBUTE_BYTE: u64 = 1;
pub const ATTRIBUTE_BYTES_FREE: u64 = 100;
pub const CUSTOM_EVENT: u64 = 20;
/// A contract's answer is read at this price a byte.
pub const ANSWER_BYTE: u64 = 1;
/// A smart query that a client asks may use so much.
pub const QUERY_LIMIT: u64 = 3_000_000;

/// What may be used, and what has been.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// No more than this; nothing where it is endless.
    pub limit: Option<u64>,
    /// So much: it may pass the limit by the price of the last thing.
    pub used: u64,
}

impl Meter {
    /// A meter with a limit.
    pub const fn of(limit: u64) -> Self {
        Self { limit: Some(limit), used: 0 }
    }

    /// A meter without one.
    pub const fn endless() -> Self {
        Self { limit: None, used: 0 }
    }

    /// Uses gas.
    pub fn consume(&mut self, amount: u64, location: &'static str) -> Result<(), Fault> {
        self.used = self.used.saturating_add(amount);
        match self.limit {
            Some(limit) if self.used > limit => Err(Fault::OutOfGas { location }),
            _ => Ok(()),
        }
    }

    /// What is left of the limit.
    pub fn left(&self) -> u64 {
        self.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.used))
    }

    /// Whether nothing is left.
    pub fn empty(&self) -> bool {
        self.limit.is_some_and(|limit| self.used >= limit)
    }
}
