//! What a node lets go unsigned: a request above that is refused by every honest one, after the take has locked its money.

use hearth_schema::leaf::{Counts, Weights};
use hearth_schema::unit::{Price, Usd};

/// What a session gets before the voucher of its answer: one cent. A Job gets what the chain pays for it, `unsigned_cap`.
pub const FREE: Usd = Usd::new(10_000_000_000);

/// The most tokens, up to those wanted, that an answer may have after so many of a prompt; nothing where not even one is
/// within the leave.
pub fn tokens(leave: Usd, price: Price, weights: Weights, input: u64, wanted: u64) -> Option<u64> {
    let fits = |output| weights.fee(price, Counts { input, cached: 0, output }).is_ok_and(|fee| fee <= leave);
    if fits(wanted) {
        return Some(wanted);
    }
    let (mut least, mut above) = (0, wanted);
    while above.saturating_sub(least) > 1 {
        let middle = least.midpoint(above);
        if fits(middle) { least = middle } else { above = middle }
    }
    (least > 0).then_some(least)
}

#[cfg(test)]
#[path = "leave_tests.rs"]
mod tests;
