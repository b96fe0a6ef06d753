//! The least price of gas: a decimal and a denomination, as in `0.025ucosm`.

use std::fmt;
use std::str::FromStr;

use cosmwasm_std::{Uint128, Uint256};

use crate::bank::Coin;

/// So many decimals a price has at most.
const DECIMALS: usize = 18;

/// The price of a unit of gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GasPrice {
    /// In units of 10⁻¹⁸.
    amount: Uint128,
    denom: String,
}

impl GasPrice {
    /// What most chains ask: 0.025ucosm.
    pub fn of_default() -> Self {
        Self { amount: Uint128::new(25_000_000_000_000_000), denom: "ucosm".to_owned() }
    }

    /// What some gas costs, rounded up.
    pub fn of(&self, gas: u64) -> Coin {
        let whole = Uint256::from(10u128.pow(18));
        let cost = Uint256::from(self.amount) * Uint256::from(gas);
        let up = if (cost % whole).is_zero() { Uint256::zero() } else { Uint256::one() };
        Coin { denom: self.denom.clone(), amount: cost / whole + up }
    }

    /// In which denomination.
    pub fn denom(&self) -> &str {
        &self.denom
    }
}

impl FromStr for GasPrice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("a gas price is a number and a denomination, as in 0.025ucosm; got `{text}`");
        let digits = text.find(|of: char| !of.is_ascii_digit() && of != '.').ok_or_else(wrong)?;
        let (number, denom) = text.split_at(digits);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if part.len() > DECIMALS || denom.len() < 3 || number.is_empty() {
            return Err(wrong());
        }
        let amount = format!("{whole}{part:0<DECIMALS$}").parse::<u128>().map_err(|_| wrong())?;
        Ok(Self { amount: amount.into(), denom: denom.to_owned() })
    }
}

impl fmt::Display for GasPrice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>19}", self.amount.to_string());
        let (whole, part) = digits.split_at(digits.len() - DECIMALS);
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        write!(formatter, "{whole}{point}{part}{}", self.denom)
    }
}
