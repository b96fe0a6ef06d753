use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_dependencies, mock_env};
use cosmwasm_std::{Coin, OwnedDeps};
use hearth_schema::beacon::{Network, Schedule};
use hearth_schema::own::{Act, Refusal};
use hearth_schema::terms::OutOfBounds;
use hearth_schema::unit::{DealId, Seconds};

use super::*;

type Deps = OwnedDeps<MockStorage, MockApi, MockQuerier>;

/// A field by name, and what breaks it.
type Change = (&'static str, fn(&mut InstantiateMsg));

fn msg(deps: &Deps) -> InstantiateMsg {
    let name = |name: &str| deps.api.addr_make(name).into_string();
    InstantiateMsg {
        owner: name("owner"),
        market: name("market"),
        bonds: name("bonds"),
        network: Network { genesis: Seconds(1), ..Network::quicknet() },
        activation: Seconds(172_800),
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

fn say(deps: &mut Deps, sender: &str, msg: ExecuteMsg) -> Result<Response, ContractError> {
    let info = message_info(&deps.api.addr_make(sender), &[]);
    execute(deps.as_mut(), mock_env(), info, Named(msg))
}

fn schedule(deps: &Deps) -> Schedule {
    let answer = query(deps.as_ref(), mock_env(), Named(QueryMsg::Schedule {})).unwrap();
    cosmwasm_std::from_json(answer).unwrap()
}

#[test]
fn its_first_network_acts_from_the_beginning_and_each_later_one_after_the_activation() {
    let mut deps = made();
    assert_eq!(schedule(&deps).networks[0].from, Seconds(0));
    let network = || {
        let Network { public_key, genesis, period, .. } = Network::quicknet();
        ExecuteMsg::AddNetwork { public_key, genesis: Seconds(genesis.0.min(1)), period }
    };
    let now = mock_env().block.time.seconds();
    for _ in 1..8 {
        say(&mut deps, "owner", network()).unwrap();
    }
    let networks = schedule(&deps).networks;
    assert_eq!(networks.len(), 8);
    assert!(networks[1..].iter().all(|network| network.from == Seconds(now + 172_800)));
    let ninth = say(&mut deps, "owner", network());
    assert!(matches!(ninth, Err(ContractError::Refusal(Refusal::Length { field: "networks", .. }))));
}

#[test]
fn a_parameter_out_of_its_bounds_is_refused_by_its_name() {
    for activation in [0, 59, 2_592_001, u64::MAX] {
        let Err(ContractError::Refusal(Refusal::Bounds(OutOfBounds { field, .. }))) =
            try_make(|msg| msg.activation = Seconds(activation))
        else {
            panic!("{activation} is taken");
        };
        assert_eq!(field, "activation");
    }
    let refused = |change: fn(&mut Network)| match try_make(|msg| change(&mut msg.network)) {
        Err(ContractError::Network { field, .. }) => field,
        Err(ContractError::PublicKey) => "public_key",
        other => panic!("{:?}", other.map(drop)),
    };
    assert_eq!(refused(|network| network.genesis = Seconds(0)), "genesis");
    assert_eq!(refused(|network| network.genesis = Seconds(u64::MAX)), "genesis");
    assert_eq!(refused(|network| network.period = Seconds(0)), "period");
    assert_eq!(refused(|network| network.period = Seconds(61)), "period");
    assert_eq!(refused(|network| network.public_key = [0; 96].into()), "public_key");
    assert_eq!(refused(|network| network.public_key = [].into()), "public_key");
}

#[test]
fn an_address_that_is_none_is_refused_by_its_name() {
    let changes: [Change; 3] = [
        ("owner", |msg| msg.owner = msg.owner.to_uppercase()),
        ("market", |msg| msg.market = String::new()),
        ("bonds", |msg| msg.bonds = "osmo1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3aq6l09".to_owned()),
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
    for said in [ExecuteMsg::Resolve { deal: DealId(1), n: 1 }, ExecuteMsg::Own(Act::Pause {})] {
        let refused = execute(deps.as_mut(), mock_env(), info.clone(), Named(said));
        assert!(matches!(refused, Err(ContractError::Refusal(Refusal::Funds { .. }))));
    }
    let mut fresh = mock_dependencies();
    let told = msg(&fresh);
    let refused = instantiate(fresh.as_mut(), mock_env(), info, Named(told));
    assert!(matches!(refused, Err(ContractError::Refusal(Refusal::Funds { .. }))));
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
    assert!(matches!(from(NAME, ""), Err(ContractError::Refusal(Refusal::Migration(_)))));
    assert!(matches!(from("hearth-market", "0.0.1"), Err(ContractError::Refusal(Refusal::Migration(_)))));
}
