//! Gaps between blocks, without storage: after a halt, the first block may carry a time from before it, when rounds that
//! its commits must not know were public already. A commit at the start of a gap is decided by a round after its end.
//!
//! Only blocks that touch this contract are seen. Where none did for long, the gap between two of them is measured
//! against the blocks that were made meanwhile, so that an idle hour of a healthy chain is none.

use hearth_schema::beacon::Gap;
use hearth_schema::clock::Moment;
use hearth_schema::unit::Seconds;

/// How long a gap is kept: longer than any commit waits for its finality.
pub const KEPT: Seconds = Seconds(60 * 86_400);
/// The most gaps that are kept.
pub const MOST_GAPS: usize = 256;

/// The gap between the last block that touched the contract and this one, if they lie too far apart.
pub fn gap(last: Moment, now: Moment) -> Option<Gap> {
    let blocks = now.height.0.saturating_sub(last.height.0);
    let healthy = blocks.saturating_mul(Gap::SLOWEST.0).saturating_add(Gap::SLACK.0);
    let passed = now.time.0.saturating_sub(last.time.0);
    (passed > healthy).then_some(Gap { from: last.time, to: now.time })
}

/// Adds a gap and forgets those that no commit waits behind. Too many are joined at the old end, which only makes rounds
/// later, never earlier.
pub fn remember(gaps: &mut Vec<Gap>, gap: Gap) {
    gaps.retain(|past| past.to.0.saturating_add(KEPT.0) >= gap.to.0);
    gaps.push(gap);
    if gaps.len() > MOST_GAPS {
        let oldest = gaps.remove(0);
        if let Some(next) = gaps.first_mut() {
            next.from = oldest.from;
        }
    }
}

#[cfg(test)]
#[path = "touch_tests.rs"]
mod tests;
