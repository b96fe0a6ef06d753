//! What a deal may still cost, without storage or clock: counts, fees, and the worker's own rule about unsigned work.
//!
//! Invariant: as long as each request reserves its most before it begins, and settles to no more than that, what is
//! unsigned never passes what its client gave leave for.

use hearth_schema::clock::Moment;
use hearth_schema::leaf::{Counts, Totals, Weights};
use hearth_schema::market::Deal;
use hearth_schema::terms::Clocks;
use hearth_schema::unit::{Amount, OutOfRange, Price, Seconds, TokenPrice, Usd};
use thiserror::Error;

/// What anybody gets without a word of the session key: one cent.
pub const FREE: Usd = Usd::new(10_000_000_000);
/// The share of a deal's committed vouchers that may stay unsigned: one part in ten.
const TRUST: u128 = 10;
/// What of the escrow's worth is counted on, in hundredths: the price may fall before the commit.
const CAREFUL: u128 = 97;

/// How a deal stands when a request asks to be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The price of a token.
    pub price: Price,
    /// What input and cached tokens weigh.
    pub weights: Weights,
    /// The most that the deal may charge.
    pub max_spend: Usd,
    /// What the client's word covers without a voucher.
    pub leave: Leave,
    /// What was served.
    pub served: Totals,
    /// What the best voucher covers.
    pub vouched: Usd,
    /// What is committed on chain.
    pub committed: Usd,
    /// The most that the requests under way may cost.
    pub reserved: Usd,
    /// What the escrow covers of what is not committed.
    pub covered: Usd,
}

/// What a client gave leave for beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Its one request was fixed at the take: the chain pays so much for it without a voucher.
    Job(Usd),
    /// Its bearer token: the chain pays for the deal's spent up to this.
    Bearer(Usd),
    /// Nothing.
    Nothing,
}

/// Why a request is not admitted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Short {
    /// The deal's limit.
    #[error(
        "the deal may charge {max} pico-dollars; {left} are left, this request may cost {most}: ask for fewer tokens, or take a deal with a higher limit"
    )]
    Limit {
        /// The limit.
        max: Usd,
        /// What is left of it.
        left: Usd,
        /// What the request may cost.
        most: Usd,
    },
    /// Too much is unsigned.
    #[error(
        "what is not vouched for may grow by {left} pico-dollars, this request may cost {most}: send the voucher for the answers before, or ask for fewer tokens"
    )]
    Unsigned {
        /// By how much it may grow.
        left: Usd,
        /// What the request may cost.
        most: Usd,
    },
    /// The escrow is worth too little.
    #[error(
        "the escrow still covers {left} pico-dollars at the token's price, this request may cost {most}: ask for fewer tokens, or take a new deal"
    )]
    Escrow {
        /// What it covers.
        left: Usd,
        /// What the request may cost.
        most: Usd,
    },
    /// A number beyond its unit.
    #[error(transparent)]
    Range(#[from] OutOfRange),
}

impl Short {
    /// Whether it passes by itself, when what is under way has ended.
    pub const fn passes(&self, reserved: Usd) -> bool {
        !reserved.is_zero() && !matches!(self, Self::Range(_))
    }
}

impl Position {
    /// What counts cost.
    pub fn fee(&self, counts: Counts) -> Result<Usd, OutOfRange> {
        self.weights.fee(self.price, counts)
    }

    /// Admits a request that may cost this much, or says what it lacks.
    pub fn admit(&self, most: Usd) -> Result<(), Short> {
        let spent = self.served.spent.plus(self.reserved)?;
        let left = self.max_spend.less(spent);
        if most > left {
            return Err(Short::Limit { max: self.max_spend, left, most });
        }
        let left = self.leave()?.less(self.unsigned()?);
        if most > left {
            return Err(Short::Unsigned { left, most });
        }
        let left = self.covered.less(spent.less(self.committed));
        if most > left { Err(Short::Escrow { left, most }) } else { Ok(()) }
    }

    /// The most that the next request may cost.
    pub fn room(&self) -> Result<Usd, OutOfRange> {
        let spent = self.served.spent.plus(self.reserved)?;
        let limits = [
            self.max_spend.less(spent),
            self.leave()?.less(self.unsigned()?),
            self.covered.less(spent.less(self.committed)),
        ];
        Ok(limits.into_iter().min().unwrap_or_default())
    }

    /// The most tokens that an answer may have after so many of a prompt; nothing where not even one is covered.
    pub fn tokens(&self, input: u64) -> Result<Option<u64>, OutOfRange> {
        let room = self.room()?;
        let fits = |output: u64| Ok::<_, OutOfRange>(self.fee(Counts { input, cached: 0, output })? <= room);
        if !fits(1)? {
            return Ok(None);
        }
        // Where it is affordable, more than 2^32 tokens are no answer.
        let (mut least, mut above) = (1_u64, 1_u64 << 32);
        while above.saturating_sub(least) > 1 {
            let middle = least.midpoint(above);
            if fits(middle)? { least = middle } else { above = middle }
        }
        Ok(Some(least))
    }

    /// What was served, or is being served, and neither vouched for nor committed.
    fn unsigned(&self) -> Result<Usd, OutOfRange> {
        Ok(self.served.spent.plus(self.reserved)?.less(self.signed()))
    }

    /// What the client cannot take back.
    fn signed(&self) -> Usd {
        self.vouched.max(self.committed)
    }

    /// How much may be unsigned.
    fn leave(&self) -> Result<Usd, OutOfRange> {
        let given = match self.leave {
            Leave::Job(cap) => return Ok(cap),
            Leave::Bearer(cap) => cap.less(self.signed()),
            Leave::Nothing => Usd::ZERO,
        };
        let trust = self.vouched.min(self.committed).mul_div_floor(1, TRUST)?;
        given.plus(trust)?.plus(FREE)
    }
}

/// What an escrow of tokens is counted on to pay.
pub fn worth(held: Amount, price: TokenPrice, decimals: u8) -> Result<Usd, OutOfRange> {
    let unit = 10_u128.checked_pow(decimals.into()).ok_or(OutOfRange { unit: "TokenPrice" })?;
    Usd::new(held.u128()).mul_div_floor(price.u128(), unit)?.mul_div_floor(CAREFUL, 100)
}

/// The last moment at which a deal's next commit is accepted for certain, by time alone.
pub fn until(deal: &Deal, clocks: &Clocks) -> Seconds {
    let first = (deal.n == 0).then(|| after(deal.opened, clocks.first_commit));
    let last = deal.closing.map(|closing| after(closing, clocks.last_commit));
    let life = Some(Seconds(deal.expires_at.0.saturating_add(clocks.grace.0)));
    [first, last, life].into_iter().flatten().min().unwrap_or_default()
}

fn after(start: Moment, duration: Seconds) -> Seconds {
    Seconds(start.time.0.saturating_add(duration.0))
}

/// How long before [`until`] the last transaction has to be on its way: six blocks, and never less than a sixth of a minute.
pub const fn margin(clocks: &Clocks) -> Seconds {
    let blocks = clocks.block_ms.saturating_mul(6).div_ceil(1_000);
    Seconds(if blocks < 10 { 10 } else { blocks })
}

#[cfg(test)]
#[path = "meter_tests.rs"]
mod tests;
