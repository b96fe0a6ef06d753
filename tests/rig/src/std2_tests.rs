use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult, Uint128, to_json_binary,
};
use cw_multi_test::{App, AppResponse, ContractWrapper, Executor, IntoAddr};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::token;

/// A contract of cosmwasm-std 3 that remembers the last cw20 it was sent, and refuses an empty message.
mod till {
    use super::*;

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Execute {
        Receive { sender: String, amount: Uint128, msg: Binary },
    }

    pub(super) fn instantiate(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
        Ok(Response::new())
    }

    pub(super) fn execute(deps: DepsMut, _: Env, info: MessageInfo, msg: Execute) -> StdResult<Response> {
        let Execute::Receive { msg: inner, .. } = &msg;
        if inner.is_empty() {
            return Err(StdError::msg("nothing is said"));
        }
        deps.storage.set(b"token", info.sender.as_bytes());
        deps.storage.set(b"last", &to_json_binary(&msg)?);
        Ok(Response::new().add_attribute("till", "rings"))
    }

    pub(super) fn query(deps: Deps, _: Env, _: Empty) -> StdResult<Binary> {
        Ok(deps.storage.get(b"last").unwrap_or_default().into())
    }
}

struct World {
    app: App,
    token: Addr,
    till: Addr,
    minter: Addr,
    alice: Addr,
    bob: Addr,
}

impl World {
    /// Alice has 1,000, the cap is 1,500.
    fn new() -> Self {
        let mut app = App::default();
        let [owner, minter, alice, bob] = ["owner", "minter", "alice", "bob"].map(IntoAddr::into_addr);
        let (token, till) = (
            app.store_code(token()),
            app.store_code(Box::new(ContractWrapper::new(till::execute, till::instantiate, till::query))),
        );
        let msg = json!({
            "name": "Hearth", "symbol": "HEARTH", "decimals": 6,
            "initial_balances": [{ "address": alice, "amount": "1000" }],
            "mint": { "minter": minter, "cap": "1500" },
        });
        let admin = Some(owner.to_string());
        let token = app.instantiate_contract(token, owner.clone(), &msg, &[], "token", admin).unwrap();
        let till = app.instantiate_contract(till, owner, &Empty {}, &[], "till", None).unwrap();
        Self { app, token, till, minter, alice, bob }
    }

    fn say(&mut self, who: &Addr, msg: Value) -> StdResult<AppResponse> {
        self.app.execute_contract(who.clone(), self.token.clone(), &msg, &[])
    }

    fn ask(&self, msg: Value) -> Value {
        self.app.wrap().query_wasm_smart(&self.token, &msg).unwrap()
    }

    fn balance(&self, who: &Addr) -> String {
        self.ask(json!({ "balance": { "address": who } }))["balance"].as_str().unwrap().into()
    }

    fn supply(&self) -> String {
        self.ask(json!({ "token_info": {} }))["total_supply"].as_str().unwrap().into()
    }
}

#[test]
fn minter_and_cap_are_as_instantiated() {
    let world = World::new();
    assert_eq!(world.ask(json!({ "minter": {} })), json!({ "minter": world.minter, "cap": "1500" }));
    assert_eq!(
        world.ask(json!({ "token_info": {} })),
        json!({ "name": "Hearth", "symbol": "HEARTH", "decimals": 6, "total_supply": "1000" })
    );
    assert_eq!(world.ask(json!({ "all_accounts": {} })), json!({ "accounts": [world.alice] }));
}

#[test]
fn the_minter_mints_up_to_the_cap_and_nobody_else_does() {
    let mut world = World::new();
    let (minter, alice, bob) = (world.minter.clone(), world.alice.clone(), world.bob.clone());
    let mint = |amount: &str| json!({ "mint": { "recipient": bob, "amount": amount } });

    let stranger = world.say(&alice, mint("1")).unwrap_err();
    world.say(&minter, mint("500")).unwrap();
    let beyond = world.say(&minter, mint("1")).unwrap_err();

    assert!(stranger.to_string().ends_with("Unauthorized"), "{stranger}");
    assert!(beyond.to_string().ends_with("Minting cannot exceed the cap"), "{beyond}");
    assert_eq!((world.balance(&bob), world.supply()), ("500".into(), "1500".into()));
}

#[test]
fn a_send_reaches_its_receiver_of_the_other_version() {
    let mut world = World::new();
    let (alice, till) = (world.alice.clone(), world.till.clone());

    let send = json!({ "send": { "contract": till, "amount": "40", "msg": Binary::from(b"hello") } });
    let sent = world.say(&alice, send).unwrap();

    let heard: till::Execute = world.app.wrap().query_wasm_smart(&till, &Empty {}).unwrap();
    let expected =
        till::Execute::Receive { sender: alice.to_string(), amount: Uint128::new(40), msg: Binary::from(b"hello") };
    assert_eq!(heard, expected);
    assert_eq!(world.app.wrap().query_wasm_raw(&till, *b"token").unwrap(), Some(world.token.to_string().into_bytes()));
    assert!(sent.events.iter().any(|event| event.attributes.iter().any(|a| a.key == "till" && a.value == "rings")));
    assert_eq!((world.balance(&alice), world.balance(&till)), ("960".into(), "40".into()));
}

#[test]
fn a_send_that_its_receiver_refuses_moves_nothing() {
    let mut world = World::new();
    let (alice, till) = (world.alice.clone(), world.till.clone());

    let refused = world.say(&alice, json!({ "send": { "contract": till, "amount": "40", "msg": "" } })).unwrap_err();

    assert!(refused.to_string().ends_with("nothing is said"), "{refused}");
    assert_eq!((world.balance(&alice), world.balance(&till)), ("1000".into(), "0".into()));
}

#[test]
fn a_burn_lowers_the_supply_and_never_below_what_is_held() {
    let mut world = World::new();
    let (alice, bob) = (world.alice.clone(), world.bob.clone());

    world.say(&alice, json!({ "burn": { "amount": "300" } })).unwrap();
    let empty = world.say(&bob, json!({ "burn": { "amount": "1" } })).unwrap_err();

    assert!(empty.to_string().contains("Cannot Sub with given operands"), "{empty}");
    assert_eq!((world.balance(&alice), world.supply()), ("700".into(), "700".into()));
}

#[test]
fn allowances_are_spent_once_and_paged_in_order() {
    let mut world = World::new();
    let (alice, bob, minter) = (world.alice.clone(), world.bob.clone(), world.minter.clone());
    for spender in [&bob, &minter] {
        world.say(&alice, json!({ "increase_allowance": { "spender": spender, "amount": "30" } })).unwrap();
    }

    world.say(&bob, json!({ "transfer_from": { "owner": alice, "recipient": bob, "amount": "30" } })).unwrap();
    let again = world.say(&bob, json!({ "burn_from": { "owner": alice, "amount": "1" } })).unwrap_err();

    assert!(again.to_string().contains("Cannot Sub with given operands"), "{again}");
    let page = |after: Option<&Value>| {
        let page = world.ask(json!({ "all_allowances": { "owner": alice, "start_after": after, "limit": 1 } }));
        page["allowances"][0].clone()
    };
    let first = page(None);
    let second = page(Some(&first["spender"]));
    let mut left = [first, second].map(|a| (a["spender"].to_string(), a["allowance"].to_string()));
    assert!(left[0].0 < left[1].0, "{left:?}");
    left.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(left.map(|(_, amount)| amount), ["\"0\"", "\"30\""]);
}

#[test]
fn messages_and_addresses_that_are_none_are_refused_in_words() {
    let mut world = World::new();
    let (alice, token) = (world.alice.clone(), world.token.clone());

    let nonsense = world.say(&alice, json!({ "nonsense": {} })).unwrap_err();
    let nowhere = world.say(&alice, json!({ "transfer": { "recipient": "bob", "amount": "1" } })).unwrap_err();
    let unasked = world.app.wrap().query_wasm_smart::<Value>(token, &json!({ "nonsense": {} })).unwrap_err();

    assert!(nonsense.to_string().contains("unknown variant `nonsense`"), "{nonsense}");
    assert!(nowhere.to_string().ends_with("parse failed"), "{nowhere}");
    assert!(unasked.to_string().contains("unknown variant `nonsense`"), "{unasked}");
}

#[test]
fn a_balance_is_read_raw_under_the_published_key() {
    let world = World::new();
    let key = [b"\x00\x07balance", world.alice.as_bytes()].concat();
    assert_eq!(world.app.wrap().query_wasm_raw(&world.token, key).unwrap(), Some(b"\"1000\"".to_vec()));
}

#[test]
fn a_migration_to_itself_keeps_every_balance() {
    let mut world = World::new();
    let (owner, token) = ("owner".into_addr(), world.token.clone());
    let code = world.app.contract_data(&token).unwrap().code_id;

    world.app.migrate_contract(owner, token, &Empty {}, code).unwrap();

    assert_eq!(world.balance(&world.alice), "1000");
}

#[test]
fn called_directly_the_error_keeps_its_type() {
    let mut deps = cosmwasm_std::testing::mock_dependencies();
    let info = cosmwasm_std::testing::message_info(&"alice".into_addr(), &[]);
    let mint = br#"{"mint":{"recipient":"bob","amount":"1"}}"#.to_vec();

    let error = token().execute(deps.as_mut(), cosmwasm_std::testing::mock_env(), info, mint).unwrap_err();

    assert!(error.is::<cw20_base::ContractError>(), "{error}");
}
