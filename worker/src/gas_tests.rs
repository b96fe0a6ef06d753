use super::*;

#[test]
fn coins_are_short_where_one_deal_could_not_be_brought_to_its_end() {
    let price: GasPrice = "0.025ucosm".parse().unwrap();
    assert_eq!(short(&price, "wasm1worker", 52_500), None);
    let short = short(&price, "wasm1worker", 52_499).unwrap();
    assert!(short.contains("wasm1worker has 52499 ucosm") && short.contains("52500"), "{short}");
}

#[test]
fn where_gas_costs_nothing_no_coins_are_needed() {
    assert_eq!(short(&"0ucosm".parse().unwrap(), "wasm1worker", 0), None);
}
