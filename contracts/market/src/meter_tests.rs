use cosmwasm_std::testing::mock_dependencies;
use cosmwasm_std::{Addr, Binary, HexBinary};
use hearth_schema::sign::{Bearer, PublicKey, Signature};
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Asset, ClassId, DealId, NodeId, OfferId, Price};

use super::*;

/// A session at 1000 pico-dollars a token, up to a dollar.
pub(crate) fn deal() -> Deal {
    let key = PublicKey(HexBinary::from([2; 33]));
    Deal {
        client: Addr::unchecked("client"),
        node: NodeId(1),
        payee: Addr::unchecked("owner"),
        offer: OfferId(1),
        class: ClassId(1),
        price: Price::new(1_000),
        asset: Asset::Token,
        max_spend: Usd::new(1_000_000_000_000),
        kind: Kind::Session,
        session_key: key.clone(),
        worker_key: key,
        expires_at: Seconds(10_000),
        opened: Default::default(),
        terms: 1,
        n: 0,
        totals: Totals::default(),
        voucher_seq: 3,
        closing: None,
        ended: None,
    }
}

fn totals(count: u64, output: u64, spent: u128) -> Totals {
    Totals { count, output, spent: Usd::new(spent), ..Totals::default() }
}

fn refusal(deal: &Deal, totals: Totals, proof: Proof) -> Unmetered {
    let scope = Scope { chain: "hearth-1", market: "market", deal: DealId(1) };
    let terms = Profile::production().terms;
    let weights = Weights { input: 250, cached: 25 };
    let meter = Meter { scope, terms: &terms, weights, now: Seconds(5_000) };
    let root = hearth_schema::digest::zero();
    meter.accept(&mock_dependencies().api, deal, &totals, &root, &proof).unwrap_err()
}

fn bearer(expiry: u64, cap: u128) -> Proof {
    let signature = Signature(Binary::from([1; 64]));
    Proof::Bearer(Bearer { expiry: Seconds(expiry), cap: Usd::new(cap), nonce: Binary::default(), signature })
}

fn voucher(seq: u64) -> Proof {
    Proof::Voucher { seq, signature: Signature(Binary::from([1; 64])) }
}

fn job() -> Deal {
    Deal { kind: Kind::Job { request: hearth_schema::digest::zero() }, ..deal() }
}

#[test]
fn totals_that_do_not_rise_are_refused() {
    let mut later = deal();
    later.totals = totals(2, 20, 20_000);
    for standing in [totals(2, 30, 30_000), totals(3, 20, 20_000), totals(3, 19, 30_000)] {
        assert_eq!(refusal(&later, standing, voucher(4)), Unmetered::Totals);
    }
}

#[test]
fn a_fee_off_its_counts_is_refused_and_a_unit_a_leaf_is_not() {
    assert_eq!(refusal(&deal(), totals(2, 10, 9_999), voucher(4)), Unmetered::Fee);
    assert_eq!(refusal(&deal(), totals(2, 10, 10_003), voucher(4)), Unmetered::Fee);
    let signature = Unmetered::Signature(BadSignature::Wrong);
    assert_eq!(refusal(&deal(), totals(2, 10, 10_002), voucher(4)), signature);
    assert_eq!(refusal(&job(), totals(1, 10, 10_001), Proof::Job), Unmetered::Fee);
}

#[test]
fn more_than_the_deal_may_charge_is_refused() {
    let spent = totals(1, 1_000_000_001, 1_000_000_001_000);
    assert!(matches!(refusal(&deal(), spent, voucher(4)), Unmetered::OverMax { .. }));
}

#[test]
fn a_strangers_word_costs_at_most_the_cap() {
    let dear = totals(1, 100_000_001, 100_000_001_000);
    assert!(matches!(refusal(&job(), dear, Proof::Job), Unmetered::NeedsVoucher { .. }));
    assert!(matches!(refusal(&deal(), dear, bearer(9_000, u128::MAX)), Unmetered::NeedsVoucher { .. }));
}

#[test]
fn a_bearer_token_ends_by_its_time_and_by_its_sum() {
    let small = totals(1, 10, 10_000);
    assert!(matches!(refusal(&deal(), small, bearer(1_400, 10_000)), Unmetered::Bearer { .. }));
    assert!(matches!(refusal(&deal(), small, bearer(9_000, 9_999)), Unmetered::Bearer { .. }));
    let signature = Unmetered::Signature(BadSignature::Wrong);
    assert_eq!(refusal(&deal(), small, bearer(1_401, 10_000)), signature, "it is honoured for the last-commit clock");
}

#[test]
fn a_proof_goes_with_its_kind_of_deal() {
    let small = totals(1, 10, 10_000);
    assert!(matches!(refusal(&deal(), small, Proof::Job), Unmetered::Proof { .. }));
    assert!(matches!(refusal(&job(), small, bearer(9_000, 10_000)), Unmetered::Proof { .. }));
    assert_eq!(refusal(&job(), totals(2, 20, 20_000), Proof::Job), Unmetered::JobCount);
}

#[test]
fn a_vouchers_seq_rises() {
    let seq = Unmetered::VoucherSeq { seq: 3, last: 3 };
    assert_eq!(refusal(&deal(), totals(1, 10, 10_000), voucher(3)), seq);
}
