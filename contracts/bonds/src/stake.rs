//! A stake, without storage: what unbonds, what matures, what is slashed and who gets it.

use hearth_schema::bonds::Unbonding;
use hearth_schema::clock::Moment;
use hearth_schema::unit::{Bps, OutOfRange, Seconds, TokenAmount};

use crate::error::ContractError;

/// The most parts on their way out at once.
pub const MOST_PARTS: usize = 8;
/// What the harmed gets of a slash.
const HARMED: Bps = Bps(2_000);
/// What the reporters share of a slash.
const REPORTERS: Bps = Bps(3_000);

/// What a node has staked: what backs its offers, and what is on its way out, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    /// What backs offers.
    pub active: TokenAmount,
    /// What is on its way out.
    pub parts: Vec<Unbonding>,
}

/// The clock of what is on its way out, or begins to be.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// From unbonding to withdrawal, of what begins now.
    pub unbonding: Seconds,
    /// What a block takes, in milliseconds.
    pub block_ms: u64,
    /// Now.
    pub now: Moment,
}

impl Clock {
    fn is_due(&self, part: &Unbonding) -> bool {
        part.since.ran_out(part.duration, self.now, self.block_ms)
    }
}

impl Holding {
    /// What is on its way out, together.
    pub fn unbonding(&self) -> Result<TokenAmount, OutOfRange> {
        self.parts.iter().try_fold(TokenAmount::ZERO, |sum, part| sum.plus(part.amount))
    }

    /// When the first part is due, by time alone.
    pub fn next(&self) -> Option<Seconds> {
        self.parts.iter().map(|part| Seconds(part.since.time.0.saturating_add(part.duration.0))).min()
    }

    /// More becomes active. The whole stays within its unit, so that no slash of it can fail.
    pub fn bond(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        let active = self.active.plus(amount)?;
        active.plus(self.unbonding()?)?;
        self.active = active;
        Ok(())
    }

    /// Active → on its way out.
    pub fn unbond(&mut self, amount: TokenAmount, clock: &Clock) -> Result<(), ContractError> {
        let active = self.active;
        if amount > active {
            return Err(ContractError::Insufficient { active });
        }
        if self.parts.len() >= MOST_PARTS {
            let until = self.next().unwrap_or_default();
            return Err(ContractError::TooManyUnbondings { most: MOST_PARTS, until });
        }
        self.active = active.minus(amount)?;
        self.parts.push(Unbonding { amount, since: clock.now, duration: clock.unbonding });
        Ok(())
    }

    /// Takes out what has finished unbonding.
    pub fn withdraw(&mut self, clock: &Clock) -> Result<TokenAmount, ContractError> {
        let (due, waiting): (Vec<_>, Vec<_>) = self.parts.iter().partition(|part| clock.is_due(part));
        if due.is_empty() {
            return Err(ContractError::NothingDue { until: self.next() });
        }
        self.parts = waiting;
        Ok(due.iter().try_fold(TokenAmount::ZERO, |sum, part| sum.plus(part.amount))?)
    }

    /// Cuts active and each part on its way out by this share, each rounded up: what was taken.
    pub fn slash(&mut self, bps: Bps) -> Result<TokenAmount, OutOfRange> {
        let cut = |amount: TokenAmount| amount.mul_div_ceil(bps.0.into(), Bps::ONE.0.into());
        let mut taken = cut(self.active)?;
        self.active = self.active.minus(taken)?;
        for part in &mut self.parts {
            let loss = cut(part.amount)?;
            part.amount = part.amount.minus(loss)?;
            taken = taken.plus(loss)?;
        }
        self.parts.retain(|part| !part.amount.is_zero());
        Ok(taken)
    }
}

/// Who gets what of a slash. Shares are rounded down; what is left over, and what has no taker, is burned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoils {
    /// What the harmed gets.
    pub harmed: TokenAmount,
    /// What each reporter gets.
    pub reporter: TokenAmount,
    /// What is burned: at least half.
    pub burned: TokenAmount,
}

impl Spoils {
    /// Divides what was taken.
    pub fn of(taken: TokenAmount, harmed: bool, reporters: usize) -> Result<Self, OutOfRange> {
        let share = |bps: Bps, among: u128| taken.mul_div_floor(bps.0.into(), among.saturating_mul(Bps::ONE.0.into()));
        let range = OutOfRange { unit: "reporters" };
        let count = u128::try_from(reporters).map_err(|_| range)?;
        let harmed = if harmed { share(HARMED, 1)? } else { TokenAmount::ZERO };
        let reporter = if count > 0 { share(REPORTERS, count)? } else { TokenAmount::ZERO };
        let burned = taken.minus(harmed)?.minus(reporter.mul_div_floor(count, 1)?)?;
        Ok(Self { harmed, reporter, burned })
    }
}

#[cfg(test)]
#[path = "stake_tests.rs"]
mod tests;
