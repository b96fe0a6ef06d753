//! What gas costs.

use std::fmt;
use std::str::FromStr;

use cosmwasm_std::{Uint128, Uint256};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Digits behind the point.
const DIGITS: usize = 18;

/// The price of a unit of gas: a number of up to 18 digits behind the point, and a denomination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GasPrice {
    /// In 10⁻¹⁸ of a base unit.
    atto: u128,
    denom: String,
}

impl GasPrice {
    /// In which denomination.
    pub fn denom(&self) -> &str {
        &self.denom
    }

    /// What so much gas costs, in base units, rounded up; nothing where that passes 128 bits.
    pub fn of(&self, gas: u64) -> Option<u128> {
        let whole = Uint256::from(10u128.pow(18));
        let cost = Uint256::from(self.atto).checked_mul(Uint256::from(gas)).ok()?;
        let up = cost.checked_add(whole.checked_sub(Uint256::one()).ok()?).ok()?;
        Uint128::try_from(up.checked_div(whole).ok()?).ok().map(|fee| fee.u128())
    }
}

impl Default for GasPrice {
    /// 0.025ucosm.
    fn default() -> Self {
        Self { atto: 25_000_000_000_000_000, denom: "ucosm".to_owned() }
    }
}

impl FromStr for GasPrice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::usage_hint(format!("`{text}` is no price of gas"), "as in 0.025ucosm");
        let end = text.find(|of: char| !of.is_ascii_digit() && of != '.').ok_or_else(wrong)?;
        let (number, denom) = text.split_at_checked(end).ok_or_else(wrong)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if part.len() > DIGITS || denom.len() < 3 || whole.is_empty() {
            return Err(wrong());
        }
        let atto = format!("{whole}{part:0<DIGITS$}").parse().map_err(|_| wrong())?;
        Ok(Self { atto, denom: denom.to_owned() })
    }
}

impl TryFrom<String> for GasPrice {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<GasPrice> for String {
    fn from(price: GasPrice) -> Self {
        price.to_string()
    }
}

impl fmt::Display for GasPrice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>19}", self.atto);
        let (whole, part) = digits.split_at_checked(digits.len().saturating_sub(DIGITS)).unwrap_or((&digits, ""));
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        write!(formatter, "{whole}{point}{part}{}", self.denom)
    }
}

#[cfg(test)]
#[path = "gas_tests.rs"]
mod tests;
