use hearth_wallet::Refusal;

use super::*;

fn refused(words: &str) -> ChainError {
    ChainError::Refused(Refusal::of("wasm", 5, words))
}

#[test]
fn what_passes_by_itself_is_tried_again() {
    assert_eq!(sort(&refused("audit/too-early: it waits for its draw")), Sort::Retry);
    assert_eq!(sort(&refused("audit/beacon-awaited: round 5 is not stored")), Sort::Retry);
    assert_eq!(sort(&refused("bme/price-awaited: the charge waits for a price")), Sort::Retry);
    assert_eq!(sort(&ChainError::Network { problem: "nobody answers".into() }), Sort::Retry);
    assert_eq!(sort(&ChainError::Dropped { hash: "AB".into(), until: 3 }), Sort::Retry);
}

#[test]
fn what_a_contract_refuses_fails_alone() {
    assert_eq!(sort(&refused("market/needs-voucher: at most $0.1 is paid")), Sort::Skip);
    assert_eq!(sort(&refused("market/deal-ended: deal 7 has ended")), Sort::Skip);
}

#[test]
fn another_chain_ends_everything() {
    let other = ChainError::OtherChain { endpoint: "http://x".into(), found: "a".into(), wanted: "b".into() };
    assert_eq!(sort(&other), Sort::Fatal);
    assert_eq!(PostError::from(JournalError::Closed).sort(), Sort::Fatal);
    assert_eq!(PostError::from(JournalError::UnknownDeal(DealId(1))).sort(), Sort::Skip);
}

#[test]
fn an_intent_is_read_as_it_is_written() {
    let commit = Intent::Commit { deal: DealId(7), n: 3 };
    assert_eq!(Intent::of(&commit.to_string()), commit);
    let named = Intent::Named("audit 7/1 7/2".into());
    assert_eq!(Intent::of(&named.to_string()), named);
}
