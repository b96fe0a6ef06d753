use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Api, from_json};
use proptest::prelude::*;

use super::*;
use crate::unit::Seconds;

fn plan() -> Plan {
    Plan {
        creator: "creator".into(),
        owner: "owner".into(),
        curator: "curator".into(),
        treasury: "treasury".into(),
        token: Token {
            name: "Hearth".into(),
            symbol: "HRTH".into(),
            decimals: 6,
            balances: vec![cw20::Coin { address: "creator".into(), amount: TokenAmount::new(100) }],
            cap: TokenAmount::new(1_000),
        },
        sources: vec!["source".into()],
        network: Network::quicknet(),
        profile: Profile::production(),
        salt: "suite-1".into(),
    }
}

fn checksum(part: Part) -> Digest {
    Digest::generate(part.name().as_bytes())
}

fn predict(plan: &Plan, creator: &str, checksum: impl Fn(Part) -> Digest) -> Addresses {
    let api = MockApi::default();
    let creator = api.addr_canonicalize(api.addr_make(creator).as_str()).unwrap();
    plan.addresses(&creator, checksum, |address| api.addr_humanize(address).map(String::from)).unwrap()
}

fn all(at: &Addresses) -> [&str; 5] {
    Part::ALL.map(|part| at.of(part))
}

fn steps() -> (Addresses, [Binary; 5]) {
    let at = predict(&plan(), "creator", checksum);
    let steps = plan().steps(&at).unwrap();
    (at, steps.into_iter().map(|step| step.msg).collect::<Vec<_>>().try_into().unwrap())
}

#[test]
fn addresses_are_distinct_even_where_all_parts_share_a_code() {
    for code in [checksum, |_| Digest::generate(b"one code")] {
        let at = predict(&plan(), "creator", code);
        assert!(crate::own::distinct("addresses", &all(&at)).is_ok());
    }
}

#[test]
fn addresses_follow_from_creator_code_and_salt_alone() {
    let at = predict(&plan(), "creator", checksum);
    let mut other = plan();
    (other.owner, other.profile) = ("somebody".into(), Profile::short());
    assert_eq!(predict(&other, "creator", checksum), at);
    other.salt = "suite-2".into();
    let elsewhere = [
        predict(&other, "creator", checksum),
        predict(&plan(), "stranger", checksum),
        predict(&plan(), "creator", |part| Digest::generate(&[checksum(part).as_slice(), b"!"].concat())),
    ];
    for moved in elsewhere {
        assert!(all(&moved).iter().zip(all(&at)).all(|(moved, stayed)| *moved != stayed));
    }
}

#[test]
fn an_address_that_cannot_be_made_names_its_part() {
    let none = CanonicalAddr::from(Vec::new());
    let refused = plan().addresses(&none, checksum, |_| Err::<String, _>("spelled wrong"));
    assert!(matches!(refused, Err(Unplanned::Address { part: "token", .. })));
}

#[test]
fn steps_come_in_order_each_under_its_own_salt_and_label() {
    let steps = plan().steps(&predict(&plan(), "creator", checksum)).unwrap();
    for (step, part) in steps.iter().zip(Part::ALL) {
        let name = format!("suite-1/{}", part.name());
        assert_eq!((step.part, &step.label, step.salt.as_slice()), (part, &name, name.as_bytes()));
    }
    assert_eq!(steps.len(), Part::ALL.len());
}

#[test]
fn every_part_is_wired_to_the_predicted_addresses() {
    let (at, [token, bme, bonds, market, audit]) = steps();
    let token: cw20::InstantiateMsg = from_json(token).unwrap();
    assert_eq!(token.mint.unwrap().minter, at.bme);
    let bme: bme::InstantiateMsg = from_json(bme).unwrap();
    assert_eq!((bme.token, bme.market), (at.token.clone(), at.market.clone()));
    let bonds: bonds::InstantiateMsg = from_json(bonds).unwrap();
    assert_eq!((bonds.token, bonds.audit), (at.token, at.audit.clone()));
    let market: market::InstantiateMsg = from_json(market).unwrap();
    assert_eq!((market.bme, market.bonds, market.audit), (at.bme, at.bonds.clone(), at.audit));
    let audit: audit::InstantiateMsg = from_json(audit).unwrap();
    assert_eq!((audit.market, audit.bonds), (at.market, at.bonds));
}

#[test]
fn parts_that_share_a_parameter_are_told_the_same() {
    let (_, [token, bme, bonds, market, audit]) = steps();
    let (token, bme): (cw20::InstantiateMsg, bme::InstantiateMsg) =
        (from_json(token).unwrap(), from_json(bme).unwrap());
    let bonds: bonds::InstantiateMsg = from_json(bonds).unwrap();
    let market: market::InstantiateMsg = from_json(market).unwrap();
    let audit: audit::InstantiateMsg = from_json(audit).unwrap();
    assert_eq!([token.decimals, bme.decimals, market.decimals], [6; 3]);
    assert_eq!([bme.fresh, market.fresh], [Profile::production().fresh; 2]);
    assert_eq!([bonds.unbonding, market.unbonding], [Profile::production().unbonding; 2]);
    assert_eq!([bme.activation, audit.activation], [Profile::production().activation; 2]);
    assert_eq!(market.terms, Profile::production().terms);
    assert_eq!(bonds.block_ms, market.terms.clocks.block_ms);
    assert_eq!(audit.network, Network::quicknet());
}

#[test]
fn the_creator_keeps_no_power() {
    let (_, [token, bme, bonds, market, audit]) = steps();
    let token: cw20::InstantiateMsg = from_json(token).unwrap();
    assert_eq!(token.mint.unwrap().cap, Some(plan().token.cap));
    let market: market::InstantiateMsg = from_json(market).unwrap();
    assert_eq!((market.owner.as_str(), market.curator.as_str()), ("owner", "curator"));
    let bme: bme::InstantiateMsg = from_json(bme).unwrap();
    assert_eq!((bme.owner.as_str(), bme.treasury.as_str(), bme.sources), ("owner", "treasury", plan().sources));
    assert_eq!(from_json::<bonds::InstantiateMsg>(bonds).unwrap().owner, "owner");
    assert_eq!(from_json::<audit::InstantiateMsg>(audit).unwrap().owner, "owner");
}

fn refused(change: impl FnOnce(&mut Plan)) -> &'static str {
    let at = predict(&plan(), "creator", checksum);
    let mut plan = plan();
    change(&mut plan);
    match plan.steps(&at) {
        Err(Unplanned::Bounds(OutOfBounds { field, .. })) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plan_out_of_bounds_names_the_field() {
    assert_eq!(refused(|plan| plan.salt = String::new()), "salt");
    assert_eq!(refused(|plan| plan.salt = "s".repeat(33)), "salt");
    assert_eq!(refused(|plan| plan.salt = "é".repeat(17)), "salt");
    assert_eq!(refused(|plan| plan.token.decimals = 19), "token.decimals");
    assert_eq!(refused(|plan| plan.profile.fresh = Seconds(29)), "fresh");
    assert_eq!(refused(|plan| plan.profile.unbonding = Seconds(1)), "unbonding");
}

proptest! {
    #[test]
    fn a_salt_within_its_bounds_gives_salts_that_a_chain_takes(salt in "[a-z0-9/-]{1,32}") {
        let plan = Plan { salt, ..plan() };
        prop_assert!(plan.check().is_ok());
        let salts = Part::ALL.map(|part| plan.salt(part));
        prop_assert!(salts.iter().all(|salt| (1..=64).contains(&salt.len())));
        prop_assert!(crate::own::distinct("addresses", &all(&predict(&plan, "creator", checksum))).is_ok());
    }
}
