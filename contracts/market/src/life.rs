//! A deal's clocks, without storage: at each instant it is over or it is not, and only one of Expire and Commit is taken.

use hearth_schema::clock::Moment;
use hearth_schema::market::{Deal, Reason};
use hearth_schema::terms::Clocks;
use hearth_schema::unit::Seconds;

/// Why the deal is over, if one of its clocks has run out.
pub fn over(deal: &Deal, clocks: &Clocks, now: Moment) -> Option<Reason> {
    let out = |(start, duration, _): &(Moment, Seconds, Reason)| start.ran_out(*duration, now, clocks.block_ms);
    let reason = running(deal, clocks).into_iter().flatten().find(out).map(|(_, _, reason)| reason)?;
    Some(if deal.n == 0 { Reason::Unused } else { reason })
}

/// The earliest time at which one of its clocks may run out.
pub fn until(deal: &Deal, clocks: &Clocks) -> Seconds {
    let ends =
        running(deal, clocks).into_iter().flatten().map(|(start, duration, _)| start.time.0.saturating_add(duration.0));
    Seconds(ends.min().unwrap_or(u64::MAX))
}

/// The clocks that run: where each started, how long it runs, and what it means.
fn running(deal: &Deal, clocks: &Clocks) -> [Option<(Moment, Seconds, Reason)>; 3] {
    let life = deal.expires_at.0.saturating_sub(deal.opened.time.0).saturating_add(clocks.grace.0);
    [
        (deal.n == 0).then_some((deal.opened, clocks.first_commit, Reason::Unused)),
        deal.closing.map(|closing| (closing, clocks.last_commit, Reason::Closed)),
        Some((deal.opened, Seconds(life), Reason::Expired)),
    ]
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
