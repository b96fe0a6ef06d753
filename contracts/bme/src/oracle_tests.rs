use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const FRESH: Seconds = Seconds(300);

fn price(units: u128) -> TokenPrice {
    TokenPrice::new(units)
}

fn posted(price_of: u128, time: u64, now: u64) -> Result<(), ContractError> {
    let last = Quote { last: price(1_000), time: Seconds(10_000), low_24h: price(1_000) };
    accept(Some(&last), price(price_of), Seconds(time), Seconds(now), FRESH)
}

#[test]
fn each_bad_price_is_refused_by_its_name() {
    assert!(matches!(posted(0, 10_010, 10_010), Err(ContractError::PriceZero)));
    assert!(matches!(posted(1_000, 10_011, 10_010), Err(ContractError::PriceFuture { .. })));
    assert!(matches!(posted(1_000, 10_100, 10_401), Err(ContractError::PriceOld { .. })));
    assert!(matches!(posted(1_000, 10_000, 10_010), Err(ContractError::PriceNotRising { .. })));
    assert!(matches!(posted(2_001, 10_010, 10_010), Err(ContractError::PriceJump { .. })));
    assert!(matches!(posted(499, 10_010, 10_010), Err(ContractError::PriceJump { .. })));
}

#[test]
fn a_jump_is_taken_once_the_last_price_is_stale() {
    assert!(posted(2_000, 10_010, 10_010).is_ok());
    assert!(posted(9_999, 10_300, 10_301).is_ok());
}

#[test]
fn a_price_that_stood_through_silent_hours_counts_in_this_one() {
    let mut lows = Lows::default();
    assert_eq!(lows.post(None, price(50), Seconds(0)), price(50));
    assert_eq!(lows.post(Some(price(50)), price(90), Seconds(30 * HOUR)), price(50));
    assert_eq!(lows.post(Some(price(90)), price(95), Seconds(54 * HOUR)), price(50));
    assert_eq!(lows.post(Some(price(95)), price(95), Seconds(55 * HOUR)), price(90));
}

#[test]
fn a_charge_costs_the_same_whoever_pushes_it_and_whenever() {
    let (since, last) = (Seconds(1_000), price(7));
    let until = since.0 + PATIENCE.0;
    let soon = Reopened { price: price(9), at: Seconds(until) };
    let late = Reopened { price: price(9), at: Seconds(until + 1) };
    assert!(matches!(awaited(since, last, None, Seconds(until)), Err(ContractError::PriceAwaited { .. })));
    assert_eq!(awaited(since, last, None, Seconds(until + 1)).unwrap(), price(7));
    for now in [until, until + 1, until * 9] {
        assert_eq!(awaited(since, last, Some(soon), Seconds(now)).unwrap(), price(9));
        assert_eq!(awaited(since, last, Some(late), Seconds(now)).unwrap(), price(7));
    }
}

proptest! {
    #[test]
    fn the_low_is_never_above_a_price_of_the_last_day(posts in vec((1u64..20_000, 1u128..1_000), 1..60)) {
        let (mut lows, mut standing, mut now, mut history) = (Lows::default(), None, 0u64, Vec::new());
        for (pause, of) in posts {
            now += pause;
            let low = lows.post(standing, price(of), Seconds(now));
            standing = Some(price(of));
            history.push((now, of));
            prop_assert!(lows.0.len() <= 25);
            let day = history.iter().filter(|(at, _)| at + 24 * HOUR >= now).map(|(_, of)| *of).min();
            prop_assert!(low.u128() <= day.unwrap());
            let more = history.iter().map(|(_, of)| *of).min();
            prop_assert!(low.u128() >= more.unwrap());
        }
    }
}
