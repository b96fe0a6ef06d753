//! Whether a worker can pay for what it sends.

use hearth_wallet::chain::GasPrice;

/// The gas of a commit, raised as it would be, with something to spare.
pub const COMMIT: u64 = 700_000;
/// What brings one deal to its end: its commit, its draw, its resolution.
const ROUND: u128 = 3;

/// What so many commits cost, in base units.
pub fn commits(price: &GasPrice, count: u128) -> u128 {
    price.of(COMMIT).unwrap_or(u128::MAX).saturating_mul(count)
}

/// What is wrong with what a worker holds, where it does not pay for bringing one deal to its end.
pub fn short(price: &GasPrice, worker: &str, held: u128) -> Option<String> {
    let needed = commits(price, ROUND);
    let denom = price.denom();
    (held < needed).then(|| {
        format!("gas coins: {worker} has {held} {denom}, and one deal costs about {needed} to its end: send it some")
    })
}

#[cfg(test)]
#[path = "gas_tests.rs"]
mod tests;
