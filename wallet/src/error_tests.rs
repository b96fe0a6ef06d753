use super::*;

#[test]
fn a_contracts_own_words_are_found_within_the_chains() {
    let log = "failed to execute message; message index: 0: market/offer-changed: offer 3 has seq 9, not 4: \
               execute wasm contract failed";
    let refusal = Refusal::of("wasm", 5, log);
    assert_eq!(refusal.suite, Some("market/offer-changed"));
    assert_eq!(refusal.words, "market/offer-changed: offer 3 has seq 9, not 4");
    assert_eq!(refusal.sorted().sort(), Sort::Refused);
}

#[test]
fn what_wasmd_appends_is_left_out() {
    let log = "failed to execute message; message index: 0: bme/insufficient: 3 is less than 5: execute wasm contract \
               failed [CosmWasm/wasmd@v0.61.14/x/wasm/keeper/keeper.go:398] with gas used: '81000': unknown request";
    let refusal = Refusal::of("sdk", 6, log);
    assert_eq!(refusal.words, "bme/insufficient: 3 is less than 5");
    assert_eq!(refusal.sorted().sort(), Sort::Funds);
}

#[test]
fn one_who_has_nothing_is_told_to_bring_gas() {
    for (space, code, log) in [
        ("sdk", 5, "0ucosm is smaller than 5000ucosm: insufficient funds"),
        ("sdk", 6, "fee payer address: wasm1x does not exist: unknown address with gas used: '0': unknown request"),
    ] {
        let error = Refusal::of(space, code, log).sorted();
        assert_eq!(error.sort(), Sort::Funds);
        assert!(error.hint().is_some_and(|hint| hint.contains("gas coins")), "{error:?}");
    }
}

#[test]
fn every_sort_that_can_be_remedied_names_the_remedy() {
    let hash = "AB".repeat(32);
    let unknown = Error::Unknown { hash: hash.clone(), until: 9 };
    assert_eq!(unknown.hint(), Some(format!("hearth tx resume {hash}")));
    assert!(Error::Network { problem: "x".into() }.hint().is_some());
    assert!(Error::Dropped { hash, until: 9 }.hint().is_some());
}
