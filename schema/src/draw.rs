//! The draw: which points of a commit's fee its worker has to open, decided by a beacon that nobody chooses.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Uint128, Uint256, Uint512};

use crate::digest::{self, Digest, Preimage};
use crate::unit::{Bps, DealId, Round, Usd};

/// The most points of one draw.
pub const MOST: u32 = 16;

/// What the quantum is made of, besides the bond.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Sampling {
    /// q: how surely an audit of a bad leaf finds it.
    pub detection: Bps,
    /// κ: the margin of safety.
    pub safety: Bps,
    /// γ: the largest share of a fee that cheating saves.
    pub saving: Bps,
}

impl Sampling {
    /// Q = max(1, q·s·B / (κ·γ)): the fee for which one point is drawn, for a bond of this value of which a conviction
    /// takes `slash`. At each fee, what cheating saves is less than what it risks, by the margin.
    pub fn quantum(&self, bond: Usd, slash: Bps) -> Usd {
        let product = [self.detection, slash]
            .into_iter()
            .fold(Uint512::from(bond.u128()), |product, factor| product.saturating_mul(factor.0.into()));
        let divisor = Uint512::from(u64::from(self.safety.0).saturating_mul(self.saving.0.into()));
        let quantum = product.checked_div(divisor).unwrap_or_default();
        Usd::new(Uint128::try_from(quantum).unwrap_or(Uint128::MAX).u128().max(1))
    }
}

/// What a draw is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stake<'a> {
    /// The chain's id.
    pub chain: &'a str,
    /// The audit contract's address.
    pub audit: &'a str,
    /// The deal.
    pub deal: DealId,
    /// Its commit.
    pub n: u64,
}

impl Stake<'_> {
    /// ρ: this commit's own randomness.
    pub fn rho(&self, round: Round, randomness: &Digest) -> Digest {
        Preimage::of("draw")
            .text(self.chain)
            .text(self.audit)
            .number(self.deal.0)
            .number(self.n)
            .number(round.0)
            .digest(randomness)
            .hash()
    }
}

/// The points of (prev_spent, spent] that a commit has to open: one a quantum, a rest counting with its probability,
/// at most [`MOST`], and one more where it is contested. In the order of their drawing; two may be equal.
pub fn points(rho: &Digest, prev_spent: Usd, spent: Usd, quantum: Usd, contested: bool) -> Vec<Usd> {
    let fee = Uint256::from(spent.less(prev_spent).u128());
    let quantum = Uint256::from(quantum.u128().max(1));
    if fee.is_zero() {
        return Vec::new();
    }
    let at = |draw: Preimage| -> Usd {
        let within = digest::number(&draw.hash()).checked_rem(fee).unwrap_or_default();
        let point = Uint256::from(prev_spent.u128()).saturating_add(Uint256::one()).saturating_add(within);
        Usd::new(Uint128::try_from(point).unwrap_or(Uint128::MAX).u128())
    };
    let whole = fee.checked_div(quantum).unwrap_or_default();
    let rest = fee.checked_rem(quantum).unwrap_or_default();
    let chance = digest::number(&Preimage::of("frac").digest(rho).hash()).checked_rem(quantum).unwrap_or_default();
    let drawn = whole.saturating_add(Uint256::from(u8::from(chance < rest))).min(Uint256::from(MOST));
    (0..MOST)
        .take_while(|k| Uint256::from(*k) < drawn)
        .map(|k| at(Preimage::of("point").digest(rho).number(k.into())))
        .chain(contested.then(|| contest(rho)).map(at))
        .collect()
}

/// The preimage of the point that a contest adds.
fn contest(rho: &Digest) -> Preimage {
    Preimage::of("contest").digest(rho)
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
