use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const WEIGHTS: Weights = Weights { input: 250, cached: 25 };

#[test]
fn a_fee_is_rounded_up_once() {
    let counts = Counts { input: 1, cached: 1, output: 1 };
    assert_eq!(WEIGHTS.fee(Price::new(100), counts), Ok(Usd::new(128)));
    assert_eq!(WEIGHTS.fee(Price::new(100), Counts::default()), Ok(Usd::ZERO));
}

#[test]
fn a_fee_beyond_128_bits_is_refused() {
    let counts = Counts { input: u64::MAX, cached: u64::MAX, output: u64::MAX };
    let heavy = Weights { input: Weights::MAX, cached: Weights::MAX };
    assert_eq!(heavy.fee(Price::new(u128::MAX), counts), Err(OutOfRange { unit: "Usd" }));
}

#[test]
fn a_cached_token_never_weighs_more_than_a_computed_one() {
    assert!(WEIGHTS.sound());
    assert!(!Weights { input: 25, cached: 250 }.sound());
    assert!(!Weights { input: Weights::MAX + 1, cached: 0 }.sound());
}

proptest! {
    #[test]
    fn leaves_cost_what_their_sum_costs_and_at_most_a_unit_each_more(
        price in 1u128..1_000_000_000,
        counts in vec((0u64..1 << 20, 0u64..1 << 20, 0u64..1 << 20), 1..50),
    ) {
        let mut totals = Totals::default();
        for (input, cached, output) in counts {
            let counts = Counts { input, cached, output };
            let fee = WEIGHTS.fee(Price::new(price), counts).unwrap();
            totals = totals.plus(&crate::tree::tests::leaf(totals.count, counts, fee)).unwrap();
        }
        prop_assert!(totals.costs(Price::new(price), WEIGHTS).unwrap());
        let less = Totals { spent: totals.spent.less(Usd::new(u128::from(totals.count) + 1)), ..totals };
        prop_assert!(totals.spent.is_zero() || !less.costs(Price::new(price), WEIGHTS).unwrap());
    }
}
