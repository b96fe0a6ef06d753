//! The grid of prices: three significant digits, so that nobody undercuts by a unit and a key has two bytes.

use cosmwasm_schema::cw_serde;
use thiserror::Error;

use crate::unit::{OutOfRange, Price};

/// A price that the grid does not have.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffGrid {
    /// A tick beyond the last one.
    #[error("tick {tick} is beyond the last, {}", Tick::LAST.0)]
    Tick {
        /// What was asked for.
        tick: u16,
    },
    /// A price that is no tick's.
    #[error(
        "price {price} is off the grid: it has more than three significant digits, or is below 100 or above 999e35"
    )]
    Price {
        /// What was asked for.
        price: Price,
    },
}

/// A place on the grid of prices: tick = 900·e + (m − 100) stands for m·10^e, m from 100 to 999.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub u16);

impl Tick {
    /// The dearest: 999·10³⁵ still fits 128 bits.
    pub const LAST: Self = Self(32_399);

    /// The price that this tick stands for.
    pub fn price(self) -> Result<Price, OffGrid> {
        let off = OffGrid::Tick { tick: self.0 };
        if self > Self::LAST {
            return Err(off);
        }
        let mantissa = u128::from(self.0.wrapping_rem(900)).checked_add(100).ok_or(off)?;
        let scale = 10u128.checked_pow(u32::from(self.0.wrapping_div(900))).ok_or(off)?;
        mantissa.checked_mul(scale).map(Price::new).ok_or(off)
    }

    /// The tick that stands for just this price.
    pub fn of(price: Price) -> Result<Self, OffGrid> {
        match Self::at_most(price) {
            Some(tick) if tick.price() == Ok(price) => Ok(tick),
            _ => Err(OffGrid::Price { price }),
        }
    }

    /// The dearest tick that is not above this price: a limit, brought onto the grid.
    pub fn at_most(price: Price) -> Option<Self> {
        let mut mantissa = price.u128();
        let mut exponent = 0u16;
        while mantissa > 999 {
            mantissa = mantissa.wrapping_div(10);
            exponent = exponent.saturating_add(1);
        }
        let above = u16::try_from(mantissa.checked_sub(100)?).ok()?;
        let tick = exponent.checked_mul(900)?.checked_add(above)?;
        Some(Self(tick).min(Self::LAST))
    }
}

impl std::fmt::Display for Tick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Tick {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        text.parse().map(Self).map_err(|_| OutOfRange { unit: "Tick" })
    }
}

#[cfg(test)]
#[path = "price_tests.rs"]
mod tests;
