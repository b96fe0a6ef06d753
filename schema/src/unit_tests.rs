use proptest::prelude::*;

use super::*;

#[test]
fn money_travels_as_text_and_ids_as_numbers() {
    assert_eq!(serde_json::to_string(&Usd::new(u128::MAX)).unwrap(), format!("\"{}\"", u128::MAX));
    assert_eq!(serde_json::to_string(&DealId(7)).unwrap(), "7");
    assert!(serde_json::from_str::<Usd>("7").is_err());
    assert!(serde_json::from_str::<Usd>("\"-1\"").is_err());
}

#[test]
fn sums_and_differences_say_which_unit_they_left() {
    assert_eq!(Usd::new(u128::MAX).plus(Usd::new(1)), Err(OutOfRange { unit: "Usd" }));
    assert_eq!(TokenAmount::ZERO.minus(TokenAmount::new(1)), Err(OutOfRange { unit: "TokenAmount" }));
    assert_eq!(StableAmount::ZERO.less(StableAmount::new(1)), StableAmount::ZERO);
    assert_eq!(Height(u64::MAX).next(), Err(OutOfRange { unit: "Height" }));
}

#[test]
fn a_zero_denominator_is_an_error_and_not_a_panic() {
    assert!(Usd::new(1).mul_div_floor(1, 0).is_err());
    assert!(Usd::new(1).mul_div_ceil(1, 0).is_err());
}

proptest! {
    #[test]
    fn ceiling_and_floor_differ_by_at_most_one(a: u128, b: u64, den in 1..u128::MAX) {
        if let (Ok(floor), Ok(ceil)) = (Usd::new(a).mul_div_floor(b.into(), den), Usd::new(a).mul_div_ceil(b.into(), den)) {
            prop_assert!(ceil.minus(floor).unwrap() <= Usd::new(1));
        }
    }
}
