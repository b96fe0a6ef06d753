use super::*;

#[test]
fn a_price_is_read_and_shown_alike() {
    for text in ["0.025ucosm", "1ibc/ABC", "0.000000000000000001ux1", "12.5uusd"] {
        assert_eq!(text.parse::<GasPrice>().unwrap().to_string(), text);
    }
    for text in ["", "ucosm", "0.025", ".5ucosm", "0.0000000000000000001ucosm", "1.2.3ucosm", "-1ucosm"] {
        assert!(text.parse::<GasPrice>().is_err(), "{text}");
    }
}

#[test]
fn a_fee_is_rounded_up_to_the_unit() {
    let price = GasPrice::default();
    assert_eq!([price.of(0), price.of(1), price.of(40), price.of(41)], [Some(0), Some(1), Some(1), Some(2)]);
    assert_eq!(format!("{}ucosm", u128::MAX / 10u128.pow(18)).parse::<GasPrice>().unwrap().of(u64::MAX), None);
}
