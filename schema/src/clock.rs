//! Clocks: a deadline counts time and blocks, so that a halted chain eats nobody's time.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::BlockInfo;

use crate::unit::{Height, Seconds};

/// An instant of the chain.
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub struct Moment {
    /// Its block's time.
    pub time: Seconds,
    /// Its block's height.
    pub height: Height,
}

impl Moment {
    /// The instant of this block.
    pub fn of(block: &BlockInfo) -> Self {
        Self { time: Seconds(block.time.seconds()), height: Height(block.height) }
    }

    /// The later of two instants, in time and in height.
    pub fn later(self, other: Self) -> Self {
        Self { time: self.time.max(other.time), height: self.height.max(other.height) }
    }

    /// Whether a clock of this duration, started at this instant, has run out: its time is over, and at least a quarter
    /// of the blocks that fit into it have been made, never fewer than 20.
    pub fn ran_out(self, duration: Seconds, now: Self, block_ms: u64) -> bool {
        let slow = block_ms.saturating_mul(4).max(1);
        let blocks = duration.0.saturating_mul(1_000).checked_div(slow).unwrap_or_default().max(20);
        now.time.0 >= self.time.0.saturating_add(duration.0) && now.height.0 >= self.height.0.saturating_add(blocks)
    }

    /// Whether a fixed date has come, for a clock that started at this instant.
    pub fn came(self, date: Seconds, now: Self, block_ms: u64) -> bool {
        self.ran_out(Seconds(date.0.saturating_sub(self.time.0)), now, block_ms)
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
