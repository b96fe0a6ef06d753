//! The terms of a deal and the parameters of a deployment: values, bounds, and two profiles of clocks.

use cosmwasm_schema::cw_serde;
use thiserror::Error;

use crate::draw::Sampling;
use crate::unit::{Bps, Seconds, Usd};

/// A parameter out of its bounds.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
#[error("{field} is {value}: it has to be {bounds}")]
pub struct OutOfBounds {
    /// Which one.
    pub field: &'static str,
    /// What it was.
    pub value: String,
    /// What it may be.
    pub bounds: &'static str,
}

/// Who gets what of a settled charge. The shares add up to the whole.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Split {
    /// The node's owner.
    pub provider: Bps,
    /// Nobody: burned and not minted again. At least 1 %, so that buying from oneself loses.
    pub destroyed: Bps,
    /// The audit pool.
    pub audit: Bps,
    /// The deployer's treasury.
    pub treasury: Bps,
}

impl Split {
    /// Whether the shares add up to the whole and something is destroyed.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        let sum: u32 =
            [self.provider, self.destroyed, self.audit, self.treasury].map(|share| u32::from(share.0)).iter().sum();
        let bounds = "provider + destroyed + audit + treasury = 10000 bps, destroyed at least 100 bps";
        bound("split", sum, sum == 10_000 && self.destroyed.0 >= 100, bounds)
    }
}

/// The clocks of a deal.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Clocks {
    /// From the take to the first commit.
    pub first_commit: Seconds,
    /// After a deal's life, for its last commit.
    pub grace: Seconds,
    /// From a client's close to the last commit.
    pub last_commit: Seconds,
    /// The longest life of a deal.
    pub max_life: Seconds,
    /// From a commit to its beacon round.
    pub beacon_delay: Seconds,
    /// Every how many rounds one is used.
    pub beacon_grid: u64,
    /// From the stored beacon to the last moment of a draw.
    pub draw: Seconds,
    /// From the stored beacon to the finality of what was drawn.
    pub audit_window: Seconds,
    /// From a commit to its failure, where no beacon came.
    pub no_beacon: Seconds,
    /// What a block takes, in milliseconds.
    pub block_ms: u64,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Clocks {
    /// Whether each is within its bounds.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        within("first_commit", self.first_commit, MINUTE, DAY, "from 1 min to 24 h")?;
        within("grace", self.grace, MINUTE, DAY, "from 1 min to 24 h")?;
        within("last_commit", self.last_commit, 10 * MINUTE, 6 * HOUR, "from 10 min to 6 h")?;
        within("max_life", self.max_life, MINUTE, 10 * DAY, "from 1 min to 10 d")?;
        within("beacon_delay", self.beacon_delay, 3, HOUR, "from 3 s to 1 h")?;
        bound("beacon_grid", self.beacon_grid, (1..=1_200).contains(&self.beacon_grid), "from 1 to 1200 rounds")?;
        within("draw", self.draw, MINUTE, 72 * HOUR, "from 1 min to 72 h")?;
        within("audit_window", self.audit_window, 10, 7 * DAY, "from 10 s to 7 d")?;
        within("no_beacon", self.no_beacon, HOUR, 30 * DAY, "from 1 h to 30 d")?;
        bound("block_ms", self.block_ms, (100..=7_500).contains(&self.block_ms), "from 100 ms to 7.5 s")
    }

    /// The longest time from a deal's opening to the finality of its last commit: how long a stake must stay slashable.
    pub fn longest(&self) -> Seconds {
        let last = [self.max_life, self.grace, self.no_beacon, self.draw, self.audit_window];
        let contest = [self.draw, self.audit_window];
        Seconds(last.iter().chain(&contest).fold(0, |sum: u64, clock| sum.saturating_add(clock.0)))
    }
}

/// A published version of what a deal is made under: copied into it by number, and never changed.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Terms {
    /// Who gets what.
    pub split: Split,
    /// How long everybody waits.
    pub clocks: Clocks,
    /// The version of the slash table.
    pub slash: u32,
    /// What is paid at most without a voucher.
    pub unsigned_cap: Usd,
    /// How much is drawn.
    pub sampling: Sampling,
}

impl Terms {
    /// Whether all are within their bounds.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        self.split.check()?;
        self.clocks.check()?;
        bound("slash", self.slash, self.slash == 1, "1, the only slash table there is")?;
        let dollar = Usd::new(1_000_000_000_000);
        bound("unsigned_cap", self.unsigned_cap, self.unsigned_cap <= dollar, "at most $1 (10^12)")?;
        let Sampling { detection, safety, saving } = self.sampling;
        bound("sampling.detection", detection, (1..=10_000).contains(&detection.0), "from 1 to 10000 bps")?;
        bound("sampling.safety", safety, (10_000..=60_000).contains(&safety.0), "from 10000 to 60000 bps")?;
        bound("sampling.saving", saving, (1..=10_000).contains(&saving.0), "from 1 to 10000 bps")
    }
}

/// What a node is slashed for.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum Fault {
    /// Two different receipts for one place of a deal.
    Equivocation,
    /// A drawn leaf whose opening is false.
    FalseOpening,
    /// A wrong answer, or one withheld, in the engine class `exact`.
    Exact,
    /// The same in the engine classes `sku` and `tolerant`.
    Tolerant,
    /// The same where the sampler is opaque.
    Opaque,
}

/// What a fault costs, by the version of the table; nothing for a version that there is not.
pub const fn slash(version: u32, fault: Fault) -> Bps {
    match (version, fault) {
        (1, Fault::Equivocation | Fault::FalseOpening | Fault::Exact) => Bps(5_000),
        (1, Fault::Tolerant) => Bps(2_000),
        (1, Fault::Opaque) => Bps(1_000),
        _ => Bps(0),
    }
}

/// All clocks of a deployment.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Profile {
    /// The first version of the terms.
    pub terms: Terms,
    /// How old a price may be.
    pub fresh: Seconds,
    /// From unbonding to withdrawal.
    pub unbonding: Seconds,
    /// How long an offer rests.
    pub offer_life: Seconds,
    /// From the naming of a price source or a beacon network to its acting.
    pub activation: Seconds,
    /// How long a slashed node takes nothing.
    pub jail: Seconds,
}

impl Profile {
    /// For chains where money is at stake.
    pub const fn production() -> Self {
        let split = Split { provider: Bps(9_200), destroyed: Bps(400), audit: Bps(300), treasury: Bps(100) };
        let clocks = Clocks {
            first_commit: Seconds(15 * MINUTE),
            grace: Seconds(HOUR),
            last_commit: Seconds(HOUR),
            max_life: Seconds(7 * DAY),
            beacon_delay: Seconds(30),
            beacon_grid: 20,
            draw: Seconds(DAY),
            audit_window: Seconds(DAY),
            no_beacon: Seconds(7 * DAY),
            block_ms: 6_000,
        };
        let sampling = Sampling { detection: Bps(9_500), safety: Bps(15_000), saving: Bps(8_000) };
        let terms = Terms { split, clocks, slash: 1, unsigned_cap: Usd::new(100_000_000_000), sampling };
        Self {
            terms,
            fresh: Seconds(300),
            unbonding: Seconds(21 * DAY),
            offer_life: Seconds(7 * DAY),
            activation: Seconds(48 * HOUR),
            jail: Seconds(30 * DAY),
        }
    }

    /// For embedded chains and tests: the same machine, each clock near its lower bound.
    pub const fn short() -> Self {
        let long = Self::production();
        let clocks = Clocks {
            first_commit: Seconds(MINUTE),
            grace: Seconds(MINUTE),
            last_commit: Seconds(10 * MINUTE),
            max_life: Seconds(DAY),
            beacon_delay: Seconds(3),
            beacon_grid: 1,
            draw: Seconds(MINUTE),
            audit_window: Seconds(10),
            no_beacon: Seconds(HOUR),
            block_ms: 1_000,
        };
        let terms = Terms { clocks, ..long.terms };
        Self { terms, unbonding: Seconds(2 * DAY), offer_life: Seconds(DAY), activation: Seconds(MINUTE), ..long }
    }

    /// Whether all are within their bounds, and a stake outlasts everything that it answers for.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        self.terms.check()?;
        within("fresh", self.fresh, 30, HOUR, "from 30 s to 1 h")?;
        within("offer_life", self.offer_life, MINUTE, 30 * DAY, "from 1 min to 30 d")?;
        within("activation", self.activation, MINUTE, 30 * DAY, "from 1 min to 30 d")?;
        within("jail", self.jail, DAY, 365 * DAY, "from 1 d to 365 d")?;
        outlasts(self.unbonding, &self.terms.clocks)
    }
}

/// Whether a stake that unbonds for so long answers for every deal under these clocks.
pub fn outlasts(unbonding: Seconds, clocks: &Clocks) -> Result<(), OutOfBounds> {
    let bounds = "at least max_life + grace + no_beacon + twice (draw + audit_window), and at most 90 d";
    bound("unbonding", unbonding, unbonding >= clocks.longest() && unbonding.0 <= 90 * DAY, bounds)
}

/// Whether a duration lies between two ends, both included.
pub fn within(
    field: &'static str,
    value: Seconds,
    from: u64,
    to: u64,
    bounds: &'static str,
) -> Result<(), OutOfBounds> {
    bound(field, value, (from..=to).contains(&value.0), bounds)
}

fn bound(field: &'static str, value: impl ToString, holds: bool, bounds: &'static str) -> Result<(), OutOfBounds> {
    if holds { Ok(()) } else { Err(OutOfBounds { field, value: value.to_string(), bounds }) }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
