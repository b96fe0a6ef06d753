use cosmwasm_std::testing::{MockApi, MockQuerier};
use cosmwasm_std::{ContractResult, SystemResult, WasmQuery, to_json_binary, to_json_vec};
use cw_storage_plus::{Item, Map};
use proptest::prelude::*;
use serde::Serialize;

use super::*;
use crate::unit::TokenPrice;

fn addr() -> Addr {
    MockApi::default().addr_make("worker")
}

/// The key of a map's value, as a contract writes it.
fn written<'a, K: cw_storage_plus::PrimaryKey<'a>>(namespace: &'static str, key: K) -> Vec<u8> {
    Map::<K, u8>::new_dyn(namespace).key(key).to_vec()
}

proptest! {
    #[test]
    fn a_key_is_where_cw_storage_plus_writes(a: u64, b: u64, c: u32) {
        prop_assert_eq!(escrow(DealId(a)).bytes, written(ESCROW, a));
        prop_assert_eq!(stake(NodeId(a)).bytes, written(STAKE, a));
        prop_assert_eq!(node(NodeId(a)).bytes, written(NODE, a));
        prop_assert_eq!(deal(DealId(a)).bytes, written(DEAL, a));
        prop_assert_eq!(class(ClassId(a)).bytes, written(CLASS, a));
        prop_assert_eq!(terms(c).bytes, written(TERMS, c));
        prop_assert_eq!(commit(DealId(a), b).bytes, written(COMMIT, (a, b)));
        prop_assert_eq!(beacon(c, Round(b)).bytes, written(BEACON, (c, b)));
    }

    #[test]
    fn a_key_of_any_parts_is_where_cw_storage_plus_writes(a in ".{0,40}", b in ".{0,40}", c in ".{0,40}") {
        let parts = [a.as_bytes(), b.as_bytes(), c.as_bytes()];
        prop_assert_eq!(Key::<u8>::map("three", &parts).bytes, written("three", (parts[0], parts[1], parts[2])));
    }
}

#[test]
fn a_single_value_and_a_workers_address_are_where_cw_storage_plus_writes() {
    assert_eq!(price().bytes(), Item::<u8>::new(PRICE).as_slice());
    assert_eq!(schedule().bytes(), Item::<u8>::new(SCHEDULE).as_slice());
    assert_eq!(worker(&addr()).bytes(), written(WORKER, addr()));
}

#[test]
fn no_two_records_share_a_contracts_namespace() {
    for names in [&[PRICE, ESCROW][..], &[STAKE, NODE, WORKER], &[DEAL, COMMIT, CLASS, TERMS], &[SCHEDULE, BEACON]] {
        assert!(crate::own::distinct("namespace", names).is_ok());
    }
}

/// A chain on which one contract holds one record.
fn holding(contract: &Addr, key: &[u8], value: &impl Serialize) -> MockQuerier {
    let (contract, key, value) = (contract.to_string(), key.to_vec(), to_json_binary(value).unwrap());
    let mut querier = MockQuerier::<cosmwasm_std::Empty>::new(&[]);
    querier.update_wasm(move |query| match query {
        WasmQuery::Raw { contract_addr, key: asked } if *contract_addr == contract && *asked == key => {
            SystemResult::Ok(ContractResult::Ok(value.clone()))
        }
        _ => SystemResult::Ok(ContractResult::Ok(cosmwasm_std::Binary::default())),
    });
    querier
}

#[test]
fn a_record_is_read_from_its_contract_alone() {
    let (bme, other) = (MockApi::default().addr_make("bme"), MockApi::default().addr_make("other"));
    let quote = Quote { last: TokenPrice::new(5), time: Seconds(7), low_24h: TokenPrice::new(3) };
    let querier = holding(&bme, price().bytes(), &quote);
    let querier = QuerierWrapper::new(&querier);
    assert_eq!(price().query(&querier, &bme).unwrap(), Some(quote));
    assert_eq!(price().query(&querier, &other).unwrap(), None);
    assert_eq!(stake(NodeId(1)).query(&querier, &bme).unwrap(), None);
}

#[test]
fn a_record_of_another_type_is_an_error() {
    assert!(price().decode(&to_json_vec(&Stake::default()).unwrap()).is_err());
    assert!(price().decode(b"").is_err());
}

#[test]
fn a_jailed_stake_backs_nothing_until_its_time() {
    let active = TokenAmount::new(9);
    let stake = Stake { active, jailed_until: Some(Seconds(100)), ..Stake::default() };
    assert_eq!(stake.backing(Seconds(99)), TokenAmount::ZERO);
    assert_eq!(stake.backing(Seconds(100)), active);
    assert_eq!(Stake { jailed_until: None, ..stake }.backing(Seconds(0)), active);
}
