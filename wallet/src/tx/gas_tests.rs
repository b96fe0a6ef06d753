use super::*;

#[test]
fn gas_is_raised_and_held_under_both_caps() {
    let chain = Chain::new("hearth-1", vec!["http://127.0.0.1:1".to_owned()]);
    let estimate = raised(&chain, 100_001).unwrap();
    assert_eq!((estimate.gas, estimate.fee.to_string()), (140_002, "3501ucosm".to_owned()));
    assert!(raised(&chain, chain.max_gas).is_err());
    let dear = Chain { gas_price: "100ucosm".parse().unwrap(), ..chain };
    assert!(raised(&dear, 100_000).unwrap_err().to_string().contains("max_fee"));
}
