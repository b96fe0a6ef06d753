use hearth_schema::terms::Profile;
use hearth_schema::unit::Height;
use proptest::prelude::*;

use super::*;

fn at(time: u64) -> Moment {
    Moment { time: Seconds(time), height: Height(time) }
}

fn phase(standing: Standing, now: u64) -> Phase {
    standing.phase(&Profile::production().terms.clocks, at(now))
}

const DAY: u64 = 86_400;
const FRESH: Standing = Standing {
    commit: Moment { time: Seconds(0), height: Height(0) },
    contested: None,
    beacon: None,
    drawn: Drawing::Nothing,
};

#[test]
fn a_commit_without_a_beacon_fails_after_seven_days() {
    assert_eq!(phase(FRESH, 7 * DAY - 1), Phase::Beacon { until: Seconds(7 * DAY) });
    assert_eq!(phase(FRESH, 7 * DAY), Phase::Final { verdict: Verdict::Fail, cause: Some(Cause::NoBeacon) });
}

#[test]
fn a_commit_that_is_not_drawn_is_withheld() {
    let standing = Standing { beacon: Some(at(100)), ..FRESH };
    assert_eq!(phase(standing, 100 + DAY - 1), Phase::Draw { until: Seconds(100 + DAY) });
    assert_eq!(phase(standing, 100 + DAY), Phase::Final { verdict: Verdict::Fail, cause: Some(Cause::Withheld) });
}

#[test]
fn a_drawn_commit_passes_after_the_window() {
    let standing = Standing { beacon: Some(at(100)), drawn: Drawing::Plain, ..FRESH };
    assert_eq!(phase(standing, 100 + DAY - 1), Phase::Window { until: Seconds(100 + DAY) });
    assert_eq!(phase(standing, 100 + DAY), Phase::Final { verdict: Verdict::Pass, cause: None });
}

#[test]
fn a_contest_starts_both_clocks_again_and_wants_its_point() {
    let contested = Some(at(50_000));
    let standing = Standing { beacon: Some(at(100)), drawn: Drawing::Plain, contested, ..FRESH };
    assert_eq!(phase(standing, 100 + DAY), Phase::Draw { until: Seconds(50_000 + DAY) });
    let opened = Standing { drawn: Drawing::Contested, ..standing };
    assert_eq!(phase(opened, 50_000 + DAY - 1), Phase::Window { until: Seconds(50_000 + DAY) });
    assert_eq!(phase(opened, 50_000 + DAY), Phase::Final { verdict: Verdict::Pass, cause: None });
}

#[test]
fn a_beacon_that_came_too_late_changes_nothing() {
    let late = Standing { beacon: Some(at(7 * DAY)), ..FRESH };
    assert_eq!(phase(late, 7 * DAY + 1), Phase::Final { verdict: Verdict::Fail, cause: Some(Cause::NoBeacon) });
    let in_time = Standing { beacon: Some(at(7 * DAY - 1)), ..FRESH };
    assert_eq!(phase(in_time, 7 * DAY + 1), Phase::Draw { until: Seconds(8 * DAY - 1) });
}

proptest! {
    #[test]
    fn a_draw_is_awaited_or_its_default_is_never_both(
        beacon in 0u64..600_000, contest in proptest::option::of(0u64..700_000), drawn in 0u8..3, now in 0u64..1_400_000,
    ) {
        let drawn = [Drawing::Nothing, Drawing::Plain, Drawing::Contested][usize::from(drawn)];
        let standing = Standing { beacon: Some(at(beacon)), contested: contest.map(at), drawn, ..FRESH };
        let awaited = matches!(phase(standing, now), Phase::Draw { .. });
        let withheld = matches!(phase(standing, now), Phase::Final { verdict: Verdict::Fail, .. });
        prop_assert_eq!(awaited != withheld, !standing.is_open());
        let is_final = |now| matches!(phase(standing, now), Phase::Final { .. });
        prop_assert!(!is_final(now) || is_final(now + 1));
    }
}
