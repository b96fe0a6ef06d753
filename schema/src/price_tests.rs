use proptest::prelude::*;

use super::*;

#[test]
fn ends_of_the_grid_are_exact() {
    assert_eq!(Tick(0).price(), Ok(Price::new(100)));
    assert_eq!(Tick(899).price(), Ok(Price::new(999)));
    assert_eq!(Tick(900).price(), Ok(Price::new(1_000)));
    assert_eq!(Tick::LAST.price(), Ok(Price::new(999 * 10u128.pow(35))));
    assert_eq!(Tick(32_400).price(), Err(OffGrid::Tick { tick: 32_400 }));
    assert_eq!(Tick::at_most(Price::new(99)), None);
    assert_eq!(Tick::at_most(Price::new(u128::MAX)), Some(Tick(900 * 36 + 340 - 100).min(Tick::LAST)));
}

#[test]
fn a_price_between_two_ticks_is_refused_and_rounded_down_as_a_limit() {
    let price = Price::new(123_456);
    assert_eq!(Tick::of(price), Err(OffGrid::Price { price }));
    assert_eq!(Tick::at_most(price).unwrap().price(), Ok(Price::new(123_000)));
}

proptest! {
    #[test]
    fn every_tick_comes_back_from_its_price(tick in 0u16..32_400) {
        let price = Tick(tick).price().unwrap();
        prop_assert_eq!(Tick::of(price), Ok(Tick(tick)));
        if tick > 0 {
            prop_assert!(Tick(tick - 1).price().unwrap() < price);
        }
    }

    #[test]
    fn a_limit_is_the_dearest_tick_not_above_it(price in 100u128..10u128.pow(37)) {
        let tick = Tick::at_most(Price::new(price)).unwrap();
        prop_assert!(tick.price().unwrap() <= Price::new(price));
        prop_assert!(Tick(tick.0 + 1).price().unwrap() > Price::new(price));
    }
}
