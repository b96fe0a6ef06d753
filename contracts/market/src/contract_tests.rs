use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_dependencies, mock_env};
use cosmwasm_std::{Coin, OwnedDeps};
use hearth_schema::market::{Config, TermsAnswer};
use hearth_schema::own::{Act, Refusal};
use hearth_schema::terms::{OutOfBounds, Profile};
use hearth_schema::unit::{Bps, DealId, Seconds};

use super::*;

type Deps = OwnedDeps<MockStorage, MockApi, MockQuerier>;

/// A field by name, and what breaks it.
type Change = (&'static str, fn(&mut InstantiateMsg));

fn msg(deps: &Deps) -> InstantiateMsg {
    let profile = Profile::production();
    let name = |name: &str| deps.api.addr_make(name).into_string();
    InstantiateMsg {
        owner: name("owner"),
        curator: name("curator"),
        bme: name("bme"),
        bonds: name("bonds"),
        audit: name("audit"),
        terms: profile.terms,
        decimals: 6,
        fresh: profile.fresh,
        unbonding: profile.unbonding,
        offer_life: profile.offer_life,
    }
}

fn try_make(change: impl FnOnce(&mut InstantiateMsg)) -> Result<Deps, ContractError> {
    let mut deps = mock_dependencies();
    let mut msg = msg(&deps);
    change(&mut msg);
    let info = message_info(&deps.api.addr_make("creator"), &[]);
    instantiate(deps.as_mut(), mock_env(), info, Named(msg))?;
    Ok(deps)
}

fn made() -> Deps {
    try_make(|_| ()).unwrap()
}

#[test]
fn it_is_made_as_it_was_told_with_the_first_version_of_the_terms() {
    let deps = made();
    let ask = |question| query(deps.as_ref(), mock_env(), Named(question)).unwrap();
    let config: Config = cosmwasm_std::from_json(ask(QueryMsg::Config {})).unwrap();
    assert_eq!((config.audit, config.terms), (deps.api.addr_make("audit"), 1));
    let terms: TermsAnswer = cosmwasm_std::from_json(ask(QueryMsg::Terms { version: None })).unwrap();
    assert_eq!((terms.version, terms.terms), (1, Profile::production().terms));
}

#[test]
fn a_parameter_out_of_its_bounds_is_refused_by_its_name() {
    let refused = |change: fn(&mut InstantiateMsg)| match try_make(change) {
        Err(ContractError::Refusal(Refusal::Bounds(OutOfBounds { field, .. }))) => field,
        other => panic!("{:?}", other.map(drop)),
    };
    assert_eq!(refused(|msg| msg.decimals = 19), "decimals");
    assert_eq!(refused(|msg| msg.fresh = Seconds(29)), "fresh");
    assert_eq!(refused(|msg| msg.fresh = Seconds(u64::MAX)), "fresh");
    assert_eq!(refused(|msg| msg.offer_life = Seconds(0)), "offer_life");
    assert_eq!(refused(|msg| msg.unbonding = Seconds(86_400)), "unbonding");
    assert_eq!(refused(|msg| msg.terms.clocks.no_beacon = Seconds(30 * 86_400)), "unbonding");
    assert_eq!(refused(|msg| msg.terms.clocks.block_ms = 0), "block_ms");
    assert_eq!(refused(|msg| msg.terms.split.destroyed = Bps(0)), "split");
    assert_eq!(refused(|msg| msg.terms.slash = 0), "slash");
}

#[test]
fn an_address_that_is_none_is_refused_by_its_name() {
    let changes: [Change; 5] = [
        ("owner", |msg| msg.owner = String::new()),
        ("curator", |msg| msg.curator = msg.curator.to_uppercase()),
        ("bme", |msg| msg.bme = "osmo1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3aq6l09".to_owned()),
        ("bonds", |msg| msg.bonds = "bonds".to_owned()),
        ("audit", |msg| msg.audit.push('x')),
    ];
    for (name, change) in changes {
        match try_make(change) {
            Err(ContractError::Refusal(Refusal::Address { field, .. })) => assert_eq!(field, name),
            other => panic!("{name}: {:?}", other.map(drop)),
        }
    }
}

#[test]
fn no_message_takes_coins() {
    let mut deps = made();
    let coins = [Coin::new(1u128, "uatom")];
    let info = message_info(&deps.api.addr_make("owner"), &coins);
    let funds = |said: Result<Response, ContractError>| {
        assert!(matches!(said, Err(ContractError::Refusal(Refusal::Funds { denom })) if denom == "uatom"));
    };
    let said = ExecuteMsg::Expire { deal: DealId(1) };
    funds(execute(deps.as_mut(), mock_env(), info.clone(), Named(said)));
    funds(execute(deps.as_mut(), mock_env(), info.clone(), Named(ExecuteMsg::Own(Act::Pause {}))));
    let mut fresh = mock_dependencies();
    let told = msg(&fresh);
    funds(instantiate(fresh.as_mut(), mock_env(), info, Named(told)));
}

#[test]
fn it_migrates_from_an_older_version_of_itself_only() {
    let mut deps = made();
    let mut from = |name: &str, version: &str| {
        cw2::set_contract_version(&mut deps.storage, name, version).unwrap();
        migrate(deps.as_mut(), mock_env(), Named(MigrateMsg {}))
    };
    from(NAME, "0.0.1").unwrap();
    from(NAME, VERSION).unwrap();
    assert!(matches!(from(NAME, "99.0.0"), Err(ContractError::Refusal(Refusal::Migration(_)))));
    assert!(matches!(from(NAME, "one"), Err(ContractError::Refusal(Refusal::Migration(_)))));
    assert!(matches!(from("hearth-bme", "0.0.1"), Err(ContractError::Refusal(Refusal::Migration(_)))));
    assert!(matches!(from("crates.io:cw20-base", "0.0.1"), Err(ContractError::Refusal(Refusal::Migration(_)))));
}
