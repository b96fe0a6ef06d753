//! The oracle, without storage: which price is accepted, the lowest of a day, and what a charge that waited costs.

use hearth_schema::bme::Quote;
use hearth_schema::unit::{Seconds, TokenPrice};
use serde::{Deserialize, Serialize};

use crate::error::ContractError;

const HOUR: u64 = 3_600;
/// How many past hours count besides the one that runs.
const HOURS: u64 = 24;
/// How long a charge waits for a price before the last one serves.
const PATIENCE: Seconds = Seconds(24 * HOUR);
/// A fresh price is not followed by one more than twice or less than half of it: a source that errs by a digit then
/// halts new deals for as long as a price is fresh, and never sells them at a wrong price.
const JUMP: u128 = 2;

/// Whether a posted price is accepted after the last one.
pub fn accept(
    last: Option<&Quote>,
    price: TokenPrice,
    time: Seconds,
    now: Seconds,
    fresh: Seconds,
) -> Result<(), ContractError> {
    if price.is_zero() {
        return Err(ContractError::PriceZero);
    }
    if time > now {
        return Err(ContractError::PriceFuture { time, now });
    }
    if time.plus(fresh.0)? < now {
        return Err(ContractError::PriceOld { time, fresh });
    }
    let Some(quote) = last else { return Ok(()) };
    if time <= quote.time {
        return Err(ContractError::PriceNotRising { time, last: quote.time });
    }
    let last = quote.last;
    let far = price.u128() > last.u128().saturating_mul(JUMP) || last.u128() > price.u128().saturating_mul(JUMP);
    if far && quote.is_fresh(now, fresh) {
        return Err(ContractError::PriceJump { price, last });
    }
    Ok(())
}

/// The lowest price of each of the last hours, the oldest first: at most 25.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq, Eq)]
pub struct Lows(Vec<(u64, TokenPrice)>);

impl Lows {
    /// Counts an accepted price and the one that stood until now, which stood through every hour without a post: the
    /// lowest of the last 24 hours.
    pub fn post(&mut self, standing: Option<TokenPrice>, price: TokenPrice, now: Seconds) -> TokenPrice {
        let hour = now.0.wrapping_div(HOUR);
        let low = standing.map_or(price, |standing| standing.min(price));
        self.0.retain(|(past, _)| past.saturating_add(HOURS) >= hour);
        match self.0.last_mut() {
            Some((last, lowest)) if *last == hour => *lowest = low.min(*lowest),
            _ => self.0.push((hour, low)),
        }
        self.0.iter().map(|(_, low)| *low).min().unwrap_or(low)
    }
}

/// The first price after a time without a fresh one.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reopened {
    /// The price.
    pub price: TokenPrice,
    /// When it was accepted.
    pub at: Seconds,
}

/// At which price a charge that waits is converted: the first accepted after it, if that came within 24 h; else the last
/// before it. The same whoever asks, and whenever.
pub fn awaited(
    since: Seconds,
    last: TokenPrice,
    reopened: Option<Reopened>,
    now: Seconds,
) -> Result<TokenPrice, ContractError> {
    let until = since.plus(PATIENCE.0)?;
    match reopened {
        Some(reopened) if reopened.at <= until => Ok(reopened.price),
        Some(_) => Ok(last),
        None if now > until => Ok(last),
        None => Err(ContractError::PriceAwaited { until }),
    }
}

#[cfg(test)]
#[path = "oracle_tests.rs"]
mod tests;
