use proptest::prelude::*;

use super::*;

const WEIGHTS: Weights = Weights { input: 200, cached: 50 };

#[test]
fn an_answer_is_as_long_as_the_leave_pays_for() {
    // At 50 dollars a million, a token is 5 thousandths of a cent: 40 of a prompt count as 8.
    let price = Price::new(50_000_000);
    assert_eq!(tokens(FREE, price, WEIGHTS, 40, 256), Some(192));
    assert_eq!(tokens(FREE, price, WEIGHTS, 40, 192), Some(192));
    assert_eq!(tokens(FREE, price, WEIGHTS, 40, 100), Some(100));
    assert_eq!(tokens(FREE, price, WEIGHTS, 995, 256), Some(1));
    assert_eq!(tokens(FREE, price, WEIGHTS, 1_000, 256), None);
}

proptest! {
    #[test]
    fn one_token_more_is_too_many(price in 1u128..1_000_000_000_000, input in 0u64..100_000, wanted in 1u64..1_000_000) {
        let fits = |output| WEIGHTS.fee(Price::new(price), Counts { input, cached: 0, output }).unwrap() <= FREE;
        match tokens(FREE, Price::new(price), WEIGHTS, input, wanted) {
            Some(most) => prop_assert!(most <= wanted && fits(most) && (most == wanted || !fits(most + 1))),
            None => prop_assert!(!fits(1)),
        }
    }
}
