use super::*;

const OURS: &str = "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6";

#[test]
fn an_address_of_another_chain_is_refused_with_both_prefixes() {
    let Err(KeyError::Address { reason, .. }) = read(OURS, "wasm") else { panic!("it was taken") };
    assert_eq!(reason, "it begins with cosmos, and this chain's with wasm");
}

#[test]
fn an_address_with_a_typo_or_in_capitals_is_refused() {
    let typo = OURS.replace("pkptre", "pkptrf");
    assert!(read(&typo, "cosmos").is_err());
    assert!(read(&OURS.to_uppercase(), "cosmos").is_err());
    assert!(read("", "cosmos").is_err());
}

#[test]
fn bytes_are_spelled_and_read_back() {
    for length in [20, 32] {
        let bytes = vec![5; length];
        assert_eq!(read(&spell(&bytes, "wasm").unwrap(), "wasm").unwrap(), bytes);
    }
}
