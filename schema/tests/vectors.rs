//! The fixed vectors of `schema/vectors`, which an independent script has written: bytes, signatures and rules.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

use cosmwasm_std::testing::mock_dependencies;
use cosmwasm_std::{Binary, Checksum, HexBinary};
use hearth_schema::beacon::{Gap, Network, Schedule};
use hearth_schema::charge::{self, Charge};
use hearth_schema::digest::Digest;
use hearth_schema::door::{self, Api, Ask};
use hearth_schema::draw::{self, Sampling, Stake};
use hearth_schema::leaf::{Counts, Engine, Leaf, Totals, Weights};
use hearth_schema::price::Tick;
use hearth_schema::sign::{self, BadSignature, Bearer, PublicKey, Scope, Signature};
use hearth_schema::terms::Profile;
use hearth_schema::tree::{self, Frontier, Node, Tree};
use hearth_schema::unit::{Bps, DealId, NodeId, Price, Round, Seconds, StableAmount, TokenAmount, TokenPrice, Usd};
use serde::Deserialize;

/// The content of a file of vectors.
macro_rules! vectors {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!("../vectors/", $name, ".json"))).unwrap()
    };
}

/// Bytes and their digest.
#[derive(Deserialize)]
struct Hashed {
    preimage: HexBinary,
    digest: Digest,
}

impl Hashed {
    fn check(&self, computed: Digest) {
        assert_eq!(Checksum::generate(&self.preimage), self.digest);
        assert_eq!(computed, self.digest);
    }
}

/// Bytes, their digest, its signature, and the signature's high twin.
#[derive(Deserialize)]
struct Signed {
    #[serde(flatten)]
    hashed: Hashed,
    key: PublicKey,
    signature: Signature,
    high: Signature,
}

impl Signed {
    fn check(&self, computed: Digest) {
        self.hashed.check(computed);
        let deps = mock_dependencies();
        let verify = |digest: &Digest, signature| self.key.verify(&deps.api, digest, signature);
        assert_eq!(verify(&computed, &self.signature), Ok(()));
        assert_eq!(verify(&computed, &self.high), Err(BadSignature::HighS));
        assert_eq!(verify(&Checksum::generate(b"other"), &self.signature), Err(BadSignature::Wrong));
        let mut bent = self.signature.0.to_vec();
        bent[31] ^= 1;
        assert_eq!(verify(&computed, &Signature(bent.into())), Err(BadSignature::Wrong));
    }
}

/// The deal that bytes belong to.
#[derive(Deserialize)]
struct Deal {
    chain: String,
    market: String,
    deal: DealId,
}

impl Deal {
    fn scope(&self) -> Scope<'_> {
        Scope { chain: &self.chain, market: &self.market, deal: self.deal }
    }
}

#[test]
fn a_request_is_hashed_under_its_salt() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        hashed: Hashed,
        salt: HexBinary,
        canonical: HexBinary,
    }
    let cases: Vec<Case> = vectors!("request");
    cases.iter().for_each(|case| case.hashed.check(sign::request(&case.salt.to_array().unwrap(), &case.canonical)));
}

#[test]
fn a_request_at_the_door_is_hashed_in_its_canonical_form_and_a_seed_keys_a_sampler() {
    #[derive(Deserialize)]
    struct Doors {
        asks: Vec<Asked>,
        seeds: Vec<Seeded>,
    }
    #[derive(Deserialize)]
    struct Asked {
        #[serde(flatten)]
        hashed: Hashed,
        api: Api,
        body: String,
        salt: HexBinary,
        canonical: HexBinary,
    }
    #[derive(Deserialize)]
    struct Seeded {
        #[serde(flatten)]
        hashed: Hashed,
        seed: u64,
    }
    let Doors { asks, seeds } = vectors!("door");
    for Asked { hashed, api, body, salt, canonical } in asks {
        assert_eq!(door::canonical(api, &body), canonical.as_slice());
        hashed.check(Ask { salt, api, body }.digest().unwrap());
    }
    seeds.iter().for_each(|case| case.hashed.check(door::seed(case.seed)));
}

#[test]
fn an_answer_is_hashed_by_its_token_ids() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        hashed: Hashed,
        salt: HexBinary,
        tokens: Vec<u32>,
    }
    let cases: Vec<Case> = vectors!("output");
    cases.iter().for_each(|case| case.hashed.check(sign::output(&case.salt.to_array().unwrap(), &case.tokens)));
}

#[test]
fn an_engine_is_hashed_by_its_statement() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        hashed: Hashed,
        engine: Engine,
    }
    let cases: Vec<Case> = vectors!("engine");
    cases.iter().for_each(|case| case.hashed.check(case.engine.digest()));
}

#[test]
fn a_leaf_is_hashed_with_all_its_fields() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        hashed: Hashed,
        leaf: Leaf,
    }
    let cases: Vec<Case> = vectors!("leaf");
    cases.iter().for_each(|case| case.hashed.check(case.leaf.hash()));
}

/// A tree of the first `count` leaves.
#[derive(Deserialize)]
struct Grown {
    count: u64,
    edge: Vec<Node>,
    top: Node,
    root: Digest,
    openings: Vec<Opening>,
}

#[derive(Deserialize)]
struct Opening {
    index: usize,
    left: Usd,
    path: Vec<Node>,
}

/// An opening that must not reach the top.
#[derive(Deserialize)]
struct Decoy {
    why: String,
    count: u64,
    leaf: Leaf,
    path: Vec<Node>,
}

#[derive(Deserialize)]
struct Trees {
    scope: Deal,
    leaves: Vec<Leaf>,
    trees: Vec<Grown>,
    decoys: Vec<Decoy>,
}

#[test]
fn a_tree_grows_to_its_top_and_root() {
    let Trees { scope, leaves, trees, .. } = vectors!("tree");
    let mut frontier = Frontier::default();
    let mut seen = 0;
    for leaf in &leaves {
        frontier.push(leaf.node()).unwrap();
        let Some(tree) = trees.iter().find(|tree| tree.count == frontier.count()) else { continue };
        seen += 1;
        assert_eq!(frontier.edge(), tree.edge);
        assert_eq!(frontier.top(), Ok(tree.top));
        assert_eq!(tree::root(&scope.scope(), tree.count, &tree.top), tree.root);
    }
    assert_eq!(seen, trees.len());
}

#[test]
fn a_leaf_opens_by_its_path_and_no_decoy_does() {
    let Trees { leaves, trees, decoys, .. } = vectors!("tree");
    let mut kept = Tree::default();
    leaves.iter().for_each(|leaf| kept.push(leaf.node()).unwrap());
    for tree in &trees {
        for Opening { index, left, path } in &tree.openings {
            let count = usize::try_from(tree.count).unwrap();
            assert_eq!(kept.path(*index, count).as_ref(), Some(path));
            let placed = tree::place(&leaves[*index], tree.count, path).unwrap();
            assert_eq!((placed.top, placed.left), (tree.top, *left));
        }
    }
    for Decoy { why, count, leaf, path } in &decoys {
        let top = trees.iter().find(|tree| tree.count == *count).unwrap().top;
        assert!(tree::place(leaf, *count, path).is_none_or(|placed| placed.top != top), "{why}");
    }
}

#[test]
fn a_ticket_is_signed_over_its_request() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        signed: Signed,
        scope: Deal,
        node: NodeId,
        request: Digest,
    }
    let cases: Vec<Case> = vectors!("ticket");
    for case in &cases {
        let ticket = case.scope.scope().ticket(case.node, &case.request);
        case.signed.check(ticket.clone().hash());
        assert_eq!(ticket.into_bytes(), case.signed.hashed.preimage);
    }
}

#[test]
fn a_receipt_is_signed_over_leaf_totals_and_root() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        signed: Signed,
        scope: Deal,
        leaf: Digest,
        totals: Totals,
        root: Digest,
    }
    let cases: Vec<Case> = vectors!("receipt");
    cases.iter().for_each(|case| case.signed.check(case.scope.scope().receipt(&case.leaf, &case.totals, &case.root)));
}

#[test]
fn a_voucher_is_signed_over_its_totals_and_root() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        signed: Signed,
        scope: Deal,
        seq: u64,
        totals: Totals,
        root: Digest,
    }
    let cases: Vec<Case> = vectors!("voucher");
    cases.iter().for_each(|case| case.signed.check(case.scope.scope().voucher(case.seq, &case.totals, &case.root)));
}

#[test]
fn a_bearer_token_is_signed_over_its_terms() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        signed: Signed,
        scope: Deal,
        node: NodeId,
        expiry: Seconds,
        cap: Usd,
        nonce: Binary,
    }
    let cases: Vec<Case> = vectors!("bearer");
    for Case { signed, scope, node, expiry, cap, nonce } in cases {
        let token = Bearer { expiry, cap, nonce, signature: signed.signature.clone() };
        signed.check(scope.scope().bearer(node, &token));
    }
}

#[test]
fn a_worker_key_is_signed_for_its_owner() {
    #[derive(Deserialize)]
    struct Case {
        #[serde(flatten)]
        signed: Signed,
        chain: String,
        bonds: String,
        owner: String,
    }
    let cases: Vec<Case> = vectors!("possession");
    for Case { signed, chain, bonds, owner } in cases {
        signed.check(sign::possession(&chain, &bonds, &owner));
    }
}

#[test]
fn a_signature_or_key_of_a_wrong_shape_is_refused() {
    #[derive(Deserialize)]
    struct Shapes {
        low: Vec<Signature>,
        high: Vec<Signature>,
        misshapen: Vec<Signature>,
        keys: Vec<PublicKey>,
        not_keys: Vec<PublicKey>,
    }
    let Shapes { low, high, misshapen, keys, not_keys } = vectors!("signature");
    assert!(low.iter().all(|signature| signature.check() == Ok(())));
    assert!(high.iter().all(|signature| signature.check() == Err(BadSignature::HighS)));
    assert!(misshapen.iter().all(|signature| signature.check() == Err(BadSignature::Length)));
    assert!(keys.iter().all(|key| key.check() == Ok(())));
    assert!(not_keys.iter().all(|key| key.check() == Err(BadSignature::Key)));
}

#[test]
fn a_seal_authenticates_the_ticket_it_belongs_to() {
    #[derive(Deserialize)]
    struct Seals {
        sealing_key: HexBinary,
        cases: Vec<Case>,
    }
    #[derive(Deserialize)]
    struct Case {
        scope: Deal,
        node: NodeId,
        request: Digest,
        aad: HexBinary,
        plain: HexBinary,
        sealed: HexBinary,
    }
    let Seals { sealing_key, cases } = vectors!("sealed");
    assert_eq!(sealing_key.len(), 32);
    for Case { scope, node, request, aad, plain, sealed } in &cases {
        assert_eq!(scope.scope().ticket(*node, request).into_bytes(), *aad);
        assert_eq!(sealed.len(), 32 + plain.len() + 16, "enc, ciphertext, tag");
    }
}

#[test]
fn a_draw_follows_from_the_beacon() {
    #[derive(Deserialize)]
    struct Draws {
        randomness: Digest,
        rho: Vec<Rho>,
        points: Vec<Points>,
        quantum: Vec<Quantum>,
    }
    #[derive(Deserialize)]
    struct Rho {
        #[serde(flatten)]
        hashed: Hashed,
        chain: String,
        audit: String,
        deal: DealId,
        n: u64,
        round: Round,
    }
    #[derive(Deserialize)]
    struct Points {
        rho: Digest,
        prev_spent: Usd,
        spent: Usd,
        quantum: Usd,
        contested: bool,
        points: Vec<Usd>,
    }
    #[derive(Deserialize)]
    struct Quantum {
        detection: Bps,
        safety: Bps,
        saving: Bps,
        slash: Bps,
        bond: Usd,
        quantum: Usd,
    }
    let Draws { randomness, rho, points, quantum } = vectors!("draw");
    for Rho { hashed, chain, audit, deal, n, round } in &rho {
        hashed.check(Stake { chain, audit, deal: *deal, n: *n }.rho(*round, &randomness));
    }
    for case in &points {
        let drawn = draw::points(&case.rho, case.prev_spent, case.spent, case.quantum, case.contested);
        assert_eq!(drawn, case.points);
    }
    for Quantum { detection, safety, saving, slash, bond, quantum } in quantum {
        assert_eq!(Sampling { detection, safety, saving }.quantum(bond, slash), quantum);
    }
}

#[test]
fn a_commit_waits_for_its_round() {
    #[derive(Deserialize)]
    struct Period {
        genesis: Seconds,
        period: Seconds,
        from: Seconds,
    }
    #[derive(Deserialize)]
    struct Case {
        networks: Vec<Period>,
        gaps: Vec<Gap>,
        commit: Seconds,
        delay: Seconds,
        grid: u64,
        network: u32,
        round: Round,
    }
    let cases: Vec<Case> = vectors!("round");
    for case in cases {
        let network = |Period { genesis, period, from }| Network { genesis, period, from, ..Network::quicknet() };
        let schedule = Schedule { networks: case.networks.into_iter().map(network).collect(), gaps: case.gaps };
        let mut clocks = Profile::production().terms.clocks;
        (clocks.beacon_delay, clocks.beacon_grid) = (case.delay, case.grid);
        let due = schedule.round_of(case.commit, &clocks).unwrap();
        assert_eq!((due.network, due.round), (case.network, case.round), "a commit at {}", case.commit);
    }
}

#[test]
fn a_leaf_costs_its_weighted_tokens() {
    #[derive(Deserialize)]
    struct Case {
        price: Price,
        weights: Weights,
        counts: Counts,
        fee: Option<Usd>,
    }
    let cases: Vec<Case> = vectors!("fee");
    for Case { price, weights, counts, fee } in cases {
        assert_eq!(weights.fee(price, counts).ok(), fee, "{counts:?} at {price}");
    }
}

#[test]
fn dollars_cost_tokens_and_stables_and_a_stake_is_worth_dollars() {
    #[derive(Deserialize)]
    struct Charges {
        tokens: Vec<Tokens>,
        lock: Vec<Lock>,
        stable: Vec<Stable>,
        bond: Vec<Bond>,
    }
    #[derive(Deserialize)]
    struct Tokens {
        fee: Usd,
        price: TokenPrice,
        decimals: u8,
        escrow: TokenAmount,
        amount: TokenAmount,
        short: bool,
    }
    #[derive(Deserialize)]
    struct Lock {
        max_spend: Usd,
        price: TokenPrice,
        decimals: u8,
        amount: Option<TokenAmount>,
    }
    #[derive(Deserialize)]
    struct Stable {
        prev_spent: Usd,
        spent: Usd,
        decimals: u8,
        amount: StableAmount,
    }
    #[derive(Deserialize)]
    struct Bond {
        stake: TokenAmount,
        low: TokenPrice,
        decimals: u8,
        value: Usd,
    }
    let Charges { tokens, lock, stable, bond } = vectors!("charge");
    for Tokens { fee, price, decimals, escrow, amount, short } in tokens {
        assert_eq!(charge::tokens(fee, price, decimals, escrow), Ok(Charge { amount, short }), "{fee} at {price}");
    }
    for Lock { max_spend, price, decimals, amount } in lock {
        assert_eq!(charge::lock(max_spend, price, decimals).ok(), amount, "{max_spend} at {price}");
    }
    for Stable { prev_spent, spent, decimals, amount } in stable {
        assert_eq!(charge::stable(prev_spent, spent, decimals), Ok(amount), "{prev_spent} to {spent}");
    }
    for Bond { stake, low, decimals, value } in bond {
        assert_eq!(charge::bond_value(stake, low, decimals), value, "{stake} at {low}");
    }
}

#[test]
fn a_tick_stands_for_one_price() {
    #[derive(Deserialize)]
    struct Prices {
        ticks: Vec<Pair>,
        limits: Vec<Limit>,
        off: Vec<Price>,
    }
    #[derive(Deserialize)]
    struct Pair {
        tick: Tick,
        price: Price,
    }
    #[derive(Deserialize)]
    struct Limit {
        price: Price,
        at_most: Option<Tick>,
    }
    let Prices { ticks, limits, off } = vectors!("price");
    for Pair { tick, price } in ticks {
        assert_eq!((tick.price(), Tick::of(price)), (Ok(price), Ok(tick)));
    }
    for Limit { price, at_most } in limits {
        assert_eq!(Tick::at_most(price), at_most, "{price}");
    }
    assert!(off.into_iter().all(|price| Tick::of(price).is_err()));
}
