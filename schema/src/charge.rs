//! What dollars cost in tokens and in stablecoins, and what a stake is worth in dollars.

use cosmwasm_std::{Uint128, Uint256, Uint512};

use crate::unit::{Bps, OutOfRange, StableAmount, TokenAmount, TokenPrice, Usd};

/// What an escrow holds above the price of its dollars, so that a deal outlives small falls.
pub const CUSHION: Bps = Bps(10_500);

/// What of a stake's price counts.
pub const HAIRCUT: Bps = Bps(8_000);

/// A charge as an escrow can bear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// What is taken.
    pub amount: TokenAmount,
    /// Whether the escrow held less than the dollars cost.
    pub short: bool,
}

/// T = ⌈g · 10^d / P⌉, bounded by the escrow before it is narrowed.
pub fn tokens(fee: Usd, price: TokenPrice, decimals: u8, escrow: TokenAmount) -> Result<Charge, OutOfRange> {
    let range = OutOfRange { unit: "TokenPrice" };
    let cost = div_ceil(wide(fee, decimals).ok_or(range)?, Uint512::from(price.u128())).ok_or(range)?;
    let short = cost > Uint512::from(escrow.u128());
    let amount = if short { escrow.u128() } else { narrow(cost).ok_or(range)? };
    Ok(Charge { amount: TokenAmount::new(amount), short })
}

/// ⌈max_spend · 10^d / P · 1.05⌉, rounded once: what a take locks.
pub fn lock(max_spend: Usd, price: TokenPrice, decimals: u8) -> Result<TokenAmount, OutOfRange> {
    let range = OutOfRange { unit: "TokenAmount" };
    let cost = wide(max_spend, decimals).and_then(|cost| cost.checked_mul(CUSHION.0.into()).ok()).ok_or(range)?;
    let divisor = Uint512::from(price.u128()).checked_mul(Bps::ONE.0.into()).map_err(|_| range)?;
    div_ceil(cost, divisor).and_then(narrow).map(TokenAmount::new).ok_or(range)
}

/// ⌈spent / 10^(12−d)⌉ − ⌈prev_spent / 10^(12−d)⌉: many commits cost what one would. `d` is at most 12.
pub fn stable(prev_spent: Usd, spent: Usd, decimals: u8) -> Result<StableAmount, OutOfRange> {
    let range = OutOfRange { unit: "StableAmount" };
    let scale = 12u32.checked_sub(decimals.into()).and_then(|zeros| 10u128.checked_pow(zeros)).ok_or(range)?;
    let units = |dollars: Usd| dollars.u128().div_ceil(scale);
    units(spent).checked_sub(units(prev_spent)).map(StableAmount::new).ok_or(range)
}

/// stake · lowest price of the last 24 h · 0.8, rounded down; beyond 128 bits, the most there is.
pub fn bond_value(stake: TokenAmount, low: TokenPrice, decimals: u8) -> Usd {
    let divisor = Uint512::from(Uint256::from(10u8).checked_pow(decimals.into()).unwrap_or(Uint256::MAX));
    let value = Uint512::from(stake.u128())
        .checked_mul(low.u128().into())
        .and_then(|value| value.checked_mul(HAIRCUT.0.into()))
        .ok()
        .and_then(|value| value.checked_div(divisor.checked_mul(Bps::ONE.0.into()).ok()?).ok());
    Usd::new(value.and_then(narrow).unwrap_or(u128::MAX))
}

fn wide(dollars: Usd, decimals: u8) -> Option<Uint512> {
    let units = Uint256::from(10u8).checked_pow(decimals.into()).ok()?;
    Uint512::from(dollars.u128()).checked_mul(units.into()).ok()
}

fn div_ceil(dividend: Uint512, divisor: Uint512) -> Option<Uint512> {
    let floor = dividend.checked_div(divisor).ok()?;
    let whole = dividend.checked_rem(divisor).ok()?.is_zero();
    if whole { Some(floor) } else { floor.checked_add(Uint512::one()).ok() }
}

fn narrow(value: Uint512) -> Option<u128> {
    Uint128::try_from(value).ok().map(|value| value.u128())
}

#[cfg(test)]
#[path = "charge_tests.rs"]
mod tests;
