//! Units: whatever is money, time or an identity has a type of its own, and only checked arithmetic.

use std::fmt;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Uint128, Uint256};
use thiserror::Error;

/// An arithmetic result that does not fit its unit, named by the unit.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
#[error("{unit} is out of range")]
pub struct OutOfRange {
    /// The unit that would have overflowed or gone below zero.
    pub unit: &'static str,
}

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cw_serde]
        #[derive(Copy, Eq, PartialOrd, Ord, Default)]
        pub struct $name(Uint128);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(Uint128::zero());

            const RANGE: OutOfRange = OutOfRange { unit: stringify!($name) };

            /// So many of this unit.
            pub const fn new(units: u128) -> Self {
                Self(Uint128::new(units))
            }

            /// How many of this unit.
            pub const fn u128(self) -> u128 {
                self.0.u128()
            }

            /// Whether it is nothing.
            pub const fn is_zero(self) -> bool {
                self.0.u128() == 0
            }

            /// The sum, or which unit it passed.
            pub fn plus(self, other: Self) -> Result<Self, OutOfRange> {
                self.u128().checked_add(other.u128()).map(Self::new).ok_or(Self::RANGE)
            }

            /// The difference, or which unit it fell below zero.
            pub fn minus(self, other: Self) -> Result<Self, OutOfRange> {
                self.u128().checked_sub(other.u128()).map(Self::new).ok_or(Self::RANGE)
            }

            /// The difference, and nothing where it would be less.
            pub const fn less(self, other: Self) -> Self {
                Self::new(self.u128().saturating_sub(other.u128()))
            }

            /// `self * num / den`, rounded down, in 256 bits between.
            pub fn mul_div_floor(self, num: u128, den: u128) -> Result<Self, OutOfRange> {
                mul_div_floor(self.u128(), num, den).map(Self::new).ok_or(Self::RANGE)
            }

            /// `self * num / den`, rounded up, in 256 bits between.
            pub fn mul_div_ceil(self, num: u128, den: u128) -> Result<Self, OutOfRange> {
                mul_div_ceil(self.u128(), num, den).map(Self::new).ok_or(Self::RANGE)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = OutOfRange;

            fn from_str(text: &str) -> Result<Self, OutOfRange> {
                text.parse().map(Self::new).map_err(|_| Self::RANGE)
            }
        }
    };
}

amount! {
    /// Dollars, counted in pico-dollars (10⁻¹² $): the only unit of dollars.
    Usd
}
amount! {
    /// Base units of the token: what is burned and minted.
    TokenAmount
}
amount! {
    /// Base units of a stablecoin.
    StableAmount
}
amount! {
    /// Base units of the asset that is named beside it.
    Amount
}
amount! {
    /// The price of an offer: pico-dollars per output token or per second.
    Price
}
amount! {
    /// The price of the token: pico-dollars per whole token of 10^d base units.
    TokenPrice
}

impl From<TokenAmount> for Amount {
    fn from(tokens: TokenAmount) -> Self {
        Self(tokens.0)
    }
}

impl Amount {
    /// These units as tokens, where the asset beside them is the token.
    pub const fn tokens(self) -> TokenAmount {
        TokenAmount(self.0)
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cw_serde]
        #[derive(Copy, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub u64);

        impl $name {
            const RANGE: OutOfRange = OutOfRange { unit: stringify!($name) };

            /// So many later or more, or which unit it passed.
            pub fn plus(self, more: u64) -> Result<Self, OutOfRange> {
                self.0.checked_add(more).map(Self).ok_or(Self::RANGE)
            }

            /// The number that follows this one.
            pub fn next(self) -> Result<Self, OutOfRange> {
                self.plus(1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = OutOfRange;

            fn from_str(text: &str) -> Result<Self, OutOfRange> {
                text.parse().map(Self).map_err(|_| Self::RANGE)
            }
        }
    };
}

number! {
    /// Whole seconds: a duration, or a moment since the Unix epoch.
    Seconds
}
number! {
    /// A block's height, or a count of blocks.
    Height
}
number! {
    /// A model that the curator has published.
    ModelId
}
number! {
    /// A product class of the book.
    ClassId
}
number! {
    /// A stablecoin that the suite accepts.
    StableId
}
number! {
    /// An offer, for as long as it rests.
    OfferId
}
number! {
    /// An offer's place in time priority: a new one with every amendment that asks for more.
    Seq
}
number! {
    /// A deal between one client and one node.
    DealId
}
number! {
    /// A node that sells inference: some GPUs and the daemon beside them.
    NodeId
}
number! {
    /// A round of the beacon.
    Round
}

/// Hundredths of a percent.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bps(pub u16);

impl Bps {
    /// The whole.
    pub const ONE: Self = Self(10_000);
}

impl fmt::Display for Bps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a client pays with. It is in every key and message from the first day; which stables are accepted, bme lists.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Hash)]
pub enum Asset {
    /// The suite's own token.
    Token,
    /// A stablecoin.
    Stable(StableId),
}

impl Asset {
    /// Its bytes in a key: the token first, the stables by their number.
    pub fn key(self) -> Vec<u8> {
        match self {
            Self::Token => vec![0],
            Self::Stable(id) => [1].into_iter().chain(id.0.to_be_bytes()).collect(),
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("token"),
            Self::Stable(id) => write!(f, "stable/{id}"),
        }
    }
}

impl std::str::FromStr for Asset {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        match text.strip_prefix("stable/") {
            Some(id) => id.parse().map(Self::Stable),
            None if text == "token" => Ok(Self::Token),
            None => Err(OutOfRange { unit: "Asset" }),
        }
    }
}

/// `a * b / den`, rounded down; nothing when `den` is zero or the quotient passes 128 bits.
pub(crate) fn mul_div_floor(a: u128, b: u128, den: u128) -> Option<u128> {
    let quotient = Uint256::from(a).checked_mul(b.into()).ok()?.checked_div(den.into()).ok()?;
    Uint128::try_from(quotient).ok().map(|q| q.u128())
}

/// `a * b / den`, rounded up; nothing when `den` is zero or the quotient passes 128 bits.
pub(crate) fn mul_div_ceil(a: u128, b: u128, den: u128) -> Option<u128> {
    let product = Uint256::from(a).checked_mul(b.into()).ok()?;
    let den = Uint256::from(den);
    let floor = product.checked_div(den).ok()?;
    let whole = product.checked_rem(den).ok()?.is_zero();
    let quotient = if whole { floor } else { floor.checked_add(Uint256::one()).ok()? };
    Uint128::try_from(quotient).ok().map(|q| q.u128())
}

#[cfg(test)]
#[path = "unit_tests.rs"]
mod tests;
