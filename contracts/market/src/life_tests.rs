use hearth_schema::unit::Height;
use proptest::prelude::*;

use super::*;
use crate::meter::tests::deal;

fn clocks() -> Clocks {
    hearth_schema::terms::Profile::production().terms.clocks
}

fn at(time: u64) -> Moment {
    Moment { time: Seconds(time), height: Height(time) }
}

fn reason(change: impl FnOnce(&mut Deal), time: u64) -> Option<Reason> {
    let mut deal = deal();
    (deal.opened, deal.expires_at) = (at(0), Seconds(10_000));
    change(&mut deal);
    over(&deal, &clocks(), at(time))
}

#[test]
fn a_deal_without_a_commit_is_over_after_the_first_clock() {
    assert_eq!(reason(|_| (), 899), None);
    assert_eq!(reason(|_| (), 900), Some(Reason::Unused));
    assert_eq!(reason(|deal| deal.n = 1, 900), None);
}

#[test]
fn a_closed_deal_is_over_an_hour_later() {
    let closed = |deal: &mut Deal| (deal.n, deal.closing) = (1, Some(at(1_000)));
    assert_eq!(reason(closed, 4_599), None);
    assert_eq!(reason(closed, 4_600), Some(Reason::Closed));
}

#[test]
fn a_life_is_over_with_its_grace() {
    assert_eq!(reason(|deal| deal.n = 1, 13_599), None);
    assert_eq!(reason(|deal| deal.n = 1, 13_600), Some(Reason::Expired));
}

proptest! {
    #[test]
    fn what_is_over_stays_over_and_not_before_it_was_said(n in 0u64..2, closing in 0u64..20_000, time in 0u64..40_000) {
        let mut deal = deal();
        (deal.opened, deal.expires_at, deal.n) = (at(0), Seconds(10_000), n);
        deal.closing = (closing < 10_000).then(|| at(closing));
        let ended = over(&deal, &clocks(), at(time)).is_some();
        prop_assert_eq!(ended, time >= until(&deal, &clocks()).0);
        prop_assert!(!ended || over(&deal, &clocks(), at(time + 1)).is_some());
    }
}
