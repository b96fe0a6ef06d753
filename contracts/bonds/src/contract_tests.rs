use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_dependencies, mock_env};
use cosmwasm_std::{
    Addr, Api, Coin, ContractResult, CosmosMsg, HexBinary, OwnedDeps, Storage, SystemResult, Uint128, WasmMsg,
    from_json,
};
use hearth_schema::bonds::{Hook, Law, Node, NodeCard, Slash, StakeAnswer};
use hearth_schema::cw20::{Balance, ExecuteMsg as Cw20, Received};
use hearth_schema::own::{Act, Refusal};
use hearth_schema::raw;
use hearth_schema::sign::{BadSignature, PublicKey, Signature, possession};
use hearth_schema::unit::{Bps, NodeId, Seconds, TokenAmount};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashSigner;
use serde::de::DeserializeOwned;

use super::*;

const DAY: u64 = 86_400;
const UNBONDING: u64 = 21 * DAY;
const NODE: NodeId = NodeId(1);

/// The generator of secp256k1: the key whose secret is 1, and whose address the whole world knows.
const ONE: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const ONE_HASH: &str = "751e76e8199196d454941c45d1b3a323f1433bd6";

fn addr(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

fn tokens(units: u128) -> TokenAmount {
    TokenAmount::new(units)
}

/// The worker key of this secret.
fn worker_key(secret: u8) -> SigningKey {
    let mut bytes = [0; 32];
    bytes[31] = secret;
    SigningKey::from_slice(&bytes).unwrap()
}

/// Its signature that it serves an owner.
fn signed(secret: u8, owner: &Addr) -> Signature {
    let env = mock_env();
    let digest = possession(&env.block.chain_id, env.contract.address.as_str(), owner.as_str());
    let signature: k256::ecdsa::Signature = worker_key(secret).sign_prehash(digest.as_slice()).unwrap();
    Signature(signature.normalize_s().unwrap_or(signature).to_bytes().to_vec().into())
}

fn card(secret: u8) -> NodeCard {
    NodeCard {
        worker_key: PublicKey(HexBinary::from(worker_key(secret).verifying_key().to_encoded_point(true).as_bytes())),
        sealing_key: HexBinary::from([7; 32]),
        endpoint: "https://node.example".to_owned(),
        attributes: vec![],
        engines: vec![],
    }
}

/// The contract with one operator, "paul", and its node.
struct Bonds {
    deps: OwnedDeps<MockStorage, MockApi, MockQuerier>,
    env: Env,
}

impl Bonds {
    fn new() -> Self {
        let (mut deps, env) = (mock_dependencies(), mock_env());
        let name = |name| addr(name).to_string();
        let msg = InstantiateMsg {
            owner: name("owner"),
            token: name("token"),
            audit: name("audit"),
            unbonding: Seconds(UNBONDING),
            jail: Seconds(30 * DAY),
            block_ms: 6_000,
        };
        instantiate(deps.as_mut(), env.clone(), message_info(&addr("deployer"), &[]), Named(msg)).unwrap();
        let mut bonds = Self { deps, env };
        bonds.introduce("paul");
        bonds.add("paul", 1).unwrap();
        bonds
    }

    fn say(&mut self, sender: &str, msg: ExecuteMsg) -> Result<Response, ContractError> {
        execute(self.deps.as_mut(), self.env.clone(), message_info(&addr(sender), &[]), Named(msg))
    }

    fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        from_json(query(self.deps.as_ref(), self.env.clone(), Named(msg)).unwrap()).unwrap()
    }

    fn introduce(&mut self, name: &str) {
        self.say(name, ExecuteMsg::Introduce { name: name.to_owned(), url: String::new() }).unwrap();
    }

    fn add(&mut self, by: &str, key: u8) -> Result<Response, ContractError> {
        let possession = signed(key, &addr(by));
        self.say(by, ExecuteMsg::AddNode { node: card(key), possession })
    }

    fn bond(&mut self, by: &str, amount: u128) -> Result<Response, ContractError> {
        let msg = to_json_binary(&Hook::Bond { node: NODE }).unwrap();
        let received = Received { sender: addr("anyone").to_string(), amount: tokens(amount), msg };
        self.say(by, ExecuteMsg::Receive(received))
    }

    fn unbond(&mut self, by: &str, amount: u128) -> Result<Response, ContractError> {
        self.say(by, ExecuteMsg::Unbond { node: NODE, amount: tokens(amount) })
    }

    fn slash(&mut self, fault: &str, bps: u16, reporters: &[&str]) -> Result<Response, ContractError> {
        let (fault, harmed) = (fault.to_owned(), Some(addr("client").to_string()));
        let reporters = reporters.iter().map(|name| addr(name).to_string()).collect();
        self.say("audit", ExecuteMsg::Slash { fault, node: NODE, bps: Bps(bps), harmed, reporters })
    }

    fn update(&mut self, by: &str, key: u8) -> Result<Response, ContractError> {
        let update = ExecuteMsg::UpdateNode {
            node: NODE,
            worker_key: Some(card(key).worker_key),
            possession: Some(signed(key, &addr(by))),
            sealing_key: None,
            endpoint: None,
            attributes: None,
            engines: None,
        };
        self.say(by, update)
    }

    fn worker(&self, worker: &Addr) -> Option<NodeId> {
        self.ask(QueryMsg::Worker { worker: worker.to_string() })
    }

    fn pass(&mut self, seconds: u64) {
        self.env.block.time = self.env.block.time.plus_seconds(seconds);
        self.env.block.height += seconds / 6;
    }
}

/// What a response tells the token.
fn told(response: &Response) -> Vec<Cw20> {
    let word = |message: &CosmosMsg| match message {
        CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) => {
            assert!(contract_addr == addr("token").as_str() && funds.is_empty());
            from_json(msg).unwrap()
        }
        other => panic!("{other:?}"),
    };
    response.messages.iter().map(|message| word(&message.msg)).collect()
}

fn transfer(to: &str, amount: u128) -> Cw20 {
    Cw20::Transfer { recipient: addr(to).to_string(), amount: tokens(amount) }
}

#[test]
fn a_worker_s_address_is_its_key_s() {
    let bonds = Bonds::new();
    let node: Node = bonds.ask(QueryMsg::Node { node: NODE });
    assert_eq!(node.card.worker_key.0.to_hex(), ONE);
    let hash = bonds.deps.api.addr_canonicalize(node.worker.as_str()).unwrap();
    assert_eq!(hash.as_slice(), HexBinary::from_hex(ONE_HASH).unwrap().as_slice());
}

#[test]
fn the_worker_s_key_is_not_the_owner_s() {
    let mut bonds = Bonds::new();
    let hash = HexBinary::from_hex(ONE_HASH).unwrap();
    let owner = bonds.deps.api.addr_humanize(&hash.as_slice().into()).unwrap();
    let info = message_info(&owner, &[]);
    let mut say = |msg| execute(bonds.deps.as_mut(), bonds.env.clone(), info.clone(), Named(msg));
    say(ExecuteMsg::Introduce { name: "one".to_owned(), url: String::new() }).unwrap();
    let same = say(ExecuteMsg::AddNode { node: card(1), possession: signed(1, &owner) });
    assert!(matches!(same, Err(ContractError::Key { field: "worker_key", .. })));
}

#[test]
fn nobody_adds_a_key_that_did_not_sign_for_them() {
    let mut bonds = Bonds::new();
    bonds.introduce("rita");
    let add = |key, possession| ExecuteMsg::AddNode { node: card(key), possession };
    for others in [signed(2, &addr("paul")), signed(3, &addr("rita")), Signature(vec![0; 64].into())] {
        let tried = bonds.say("rita", add(2, others));
        assert!(matches!(tried, Err(ContractError::Possession { reason: BadSignature::Wrong })));
    }
    bonds.add("rita", 2).unwrap();
}

#[test]
fn a_worker_serves_one_node_and_a_changed_key_is_free_again() {
    let mut bonds = Bonds::new();
    bonds.introduce("rita");
    assert!(matches!(bonds.add("rita", 1), Err(ContractError::WorkerTaken { node: NODE })));
    let Node { worker: old, .. } = bonds.ask(QueryMsg::Node { node: NODE });

    assert!(matches!(bonds.update("rita", 2), Err(ContractError::Refusal(Refusal::NotAllowed { .. }))));
    bonds.update("paul", 2).unwrap();
    let Node { worker: new, .. } = bonds.ask(QueryMsg::Node { node: NODE });
    assert_eq!((bonds.worker(&old), bonds.worker(&new)), (None, Some(NODE)));
    bonds.add("rita", 1).unwrap();
    assert_eq!(bonds.worker(&old), Some(NodeId(2)));
    assert!(matches!(bonds.update("paul", 1), Err(ContractError::WorkerTaken { node: NodeId(2) })));
    bonds.update("paul", 2).unwrap();
}

#[test]
fn an_owner_s_nodes_come_in_pages() {
    let mut bonds = Bonds::new();
    bonds.introduce("rita");
    for key in 2..=6 {
        let owner = if key % 2 == 0 { "rita" } else { "paul" };
        bonds.add(owner, key).unwrap();
    }
    let page = |owner: Option<&str>, after: Option<u64>, limit| {
        let (owner, start_after) = (owner.map(|name| addr(name).to_string()), after.map(NodeId));
        let nodes: Vec<Node> = bonds.ask(QueryMsg::Nodes { owner, start_after, limit });
        nodes.into_iter().map(|node| node.node.0).collect::<Vec<_>>()
    };
    assert_eq!(page(Some("rita"), None, Some(2)), [2, 4]);
    assert_eq!(page(Some("rita"), Some(4), Some(2)), [6]);
    assert_eq!(page(None, Some(2), None), [3, 4, 5, 6]);
    assert_eq!(page(Some("nobody"), None, Some(u32::MAX)), [0; 0]);
}

#[test]
fn only_the_token_says_what_was_bonded() {
    let mut bonds = Bonds::new();
    assert!(matches!(bonds.bond("paul", 5), Err(ContractError::NotToken)));
    assert!(matches!(bonds.bond("token", 0), Err(ContractError::Zero { .. })));
    bonds.bond("token", 5).unwrap();
    bonds.bond("token", 6).unwrap();
    let StakeAnswer { stake, .. } = bonds.ask(QueryMsg::Stake { node: NODE });
    assert_eq!(stake.active, tokens(11));
}

#[test]
fn a_pause_stops_what_comes_in_and_nothing_that_goes_out() {
    let mut bonds = Bonds::new();
    bonds.bond("token", 100).unwrap();
    bonds.say("owner", ExecuteMsg::Own(Act::Pause {})).unwrap();
    assert!(matches!(bonds.bond("token", 1), Err(ContractError::Refusal(Refusal::Paused))));
    bonds.unbond("paul", 50).unwrap();
    bonds.slash("fault", 1_000, &[]).unwrap();
    bonds.update("paul", 2).unwrap();
    bonds.pass(UNBONDING);
    bonds.say("anyone", ExecuteMsg::Withdraw { node: NODE }).unwrap();
}

#[test]
fn a_worker_moves_no_stake() {
    let mut bonds = Bonds::new();
    bonds.bond("token", 100).unwrap();
    let Node { worker, .. } = bonds.ask(QueryMsg::Node { node: NODE });
    let unbond = ExecuteMsg::Unbond { node: NODE, amount: tokens(1) };
    let tried = execute(bonds.deps.as_mut(), bonds.env.clone(), message_info(&worker, &[]), Named(unbond));
    assert!(matches!(tried, Err(ContractError::Refusal(Refusal::NotAllowed { .. }))));
    assert!(bonds.unbond("owner", 1).is_err());
}

#[test]
fn anyone_sends_all_that_is_due_to_the_owner_in_one_transfer() {
    let mut bonds = Bonds::new();
    bonds.bond("token", 100).unwrap();
    bonds.unbond("paul", 20).unwrap();
    bonds.pass(DAY);
    bonds.unbond("paul", 30).unwrap();
    bonds.pass(DAY);
    bonds.unbond("paul", 10).unwrap();
    bonds.pass(UNBONDING - DAY);
    let response = bonds.say("anyone", ExecuteMsg::Withdraw { node: NODE }).unwrap();
    assert_eq!(told(&response), [transfer("paul", 50)]);
    let again = bonds.say("anyone", ExecuteMsg::Withdraw { node: NODE });
    assert!(matches!(again, Err(ContractError::NothingDue { until: Some(_) })));
    let StakeAnswer { stake, unbondings } = bonds.ask(QueryMsg::Stake { node: NODE });
    assert_eq!((stake.active, stake.unbonding, unbondings.len()), (tokens(40), tokens(10), 1));
}

#[test]
fn a_slash_burns_half_and_pays_the_harmed_and_the_reporters() {
    let mut bonds = Bonds::new();
    bonds.bond("token", 1_000).unwrap();
    bonds.unbond("paul", 333).unwrap();
    bonds.pass(5 * DAY);
    let response = bonds.slash("deal 1/2", 5_000, &["ann", "bob"]).unwrap();
    let burn = Cw20::Burn { amount: tokens(251) };
    assert_eq!(told(&response), [burn, transfer("client", 100), transfer("ann", 75), transfer("bob", 75)]);
    let StakeAnswer { stake, .. } = bonds.ask(QueryMsg::Stake { node: NODE });
    assert_eq!((stake.active, stake.unbonding), (tokens(333), tokens(166)));
    let slash: Option<Slash> = bonds.ask(QueryMsg::Fault { fault: "deal 1/2".to_owned() });
    assert_eq!(slash.map(|slash| (slash.taken, slash.burned)), Some((tokens(501), tokens(251))));

    bonds.pass(15 * DAY);
    let early = bonds.say("anyone", ExecuteMsg::Withdraw { node: NODE });
    assert!(matches!(early, Err(ContractError::NothingDue { until: Some(_) })));
    bonds.pass(DAY);
    let response = bonds.say("anyone", ExecuteMsg::Withdraw { node: NODE }).unwrap();
    assert_eq!(told(&response), [transfer("paul", 166)]);
}

#[test]
fn a_fault_is_slashed_once_by_audit_alone() {
    let mut bonds = Bonds::new();
    bonds.bond("token", 1_000).unwrap();
    bonds.slash("fault", 100, &[]).unwrap();
    assert!(matches!(bonds.slash("fault", 100, &[]), Err(ContractError::AlreadySlashed { .. })));
    let slash =
        ExecuteMsg::Slash { fault: "other".to_owned(), node: NODE, bps: Bps(1), harmed: None, reporters: vec![] };
    for stranger in ["owner", "paul", "token"] {
        let tried = bonds.say(stranger, slash.clone());
        assert!(matches!(tried, Err(ContractError::Refusal(Refusal::NotAllowed { .. }))));
    }
    assert!(matches!(bonds.slash("x", 1, &["ann", "ann"]), Err(ContractError::Refusal(Refusal::Duplicate { .. }))));
    let many: Vec<String> = (0..17).map(|i| format!("reporter {i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(bonds.slash("x", 1, &many), Err(ContractError::Refusal(Refusal::Length { .. }))));
    assert!(matches!(bonds.slash(&"x".repeat(129), 1, &[]), Err(ContractError::Refusal(Refusal::Length { .. }))));
    assert!(matches!(bonds.slash("x", 0, &[]), Err(ContractError::Bps)));
}

#[test]
fn a_node_without_a_stake_is_jailed_and_no_message_is_sent() {
    let mut bonds = Bonds::new();
    let response = bonds.slash("fault", 10_000, &["ann"]).unwrap();
    assert_eq!(told(&response), []);
    bonds.bond("token", 10).unwrap();
    let stake = raw::stake(NODE);
    let stake = stake.decode(&bonds.deps.storage.get(stake.bytes()).unwrap()).unwrap();
    let now = bonds.env.block.time.seconds();
    assert_eq!(stake.jailed_until, Some(Seconds(now + 30 * DAY)));
    assert_eq!(stake.backing(Seconds(now + 30 * DAY - 1)), TokenAmount::ZERO);
    assert_eq!(stake.backing(Seconds(now + 30 * DAY)), tokens(10));
}

#[test]
fn siblings_find_keys_and_workers_where_the_schema_says() {
    let bonds = Bonds::new();
    let read = |key: &[u8]| bonds.deps.storage.get(key).unwrap();
    let keys = raw::node(NODE).decode(&read(raw::node(NODE).bytes())).unwrap();
    assert_eq!((&keys.owner, keys.worker_key), (&addr("paul"), card(1).worker_key));
    let worker = raw::worker(&keys.worker);
    assert_eq!(worker.decode(&read(worker.bytes())).unwrap(), NODE);
}

#[test]
fn the_law_names_every_term() {
    let mut bonds = Bonds::new();
    bonds.bond("token", 1_000).unwrap();
    bonds.unbond("paul", 300).unwrap();
    bonds.slash("fault", 1_000, &["ann"]).unwrap();
    bonds.deps.querier.update_wasm(|_| {
        let balance = Balance { balance: Uint128::new(905) };
        SystemResult::Ok(ContractResult::Ok(to_json_binary(&balance).unwrap()))
    });
    let law: Law = bonds.ask(QueryMsg::Law {});
    let [active, unbonding, burned, paid, balance, surplus] = [630, 270, 50, 50, 905, 5].map(tokens);
    assert_eq!(law, Law { active, unbonding, burned, paid, balance, surplus });
}

#[test]
fn no_message_takes_coins() {
    let mut bonds = Bonds::new();
    let coins = [Coin::new(1u128, "uatom")];
    let info = message_info(&addr("paul"), &coins);
    let msg = ExecuteMsg::Withdraw { node: NODE };
    let refused = execute(bonds.deps.as_mut(), bonds.env.clone(), info, Named(msg));
    assert!(matches!(refused, Err(ContractError::Refusal(Refusal::Funds { .. }))));
}

#[test]
fn it_migrates_from_an_older_version_of_itself_only() {
    let mut bonds = Bonds::new();
    let mut from = |name: &str, version: &str| {
        cw2::set_contract_version(&mut bonds.deps.storage, name, version).unwrap();
        migrate(bonds.deps.as_mut(), mock_env(), Named(MigrateMsg {}))
    };
    from(NAME, "0.0.1").unwrap();
    assert!(matches!(from(NAME, "99.0.0"), Err(ContractError::Refusal(Refusal::Migration(_)))));
    assert!(matches!(from("hearth-bme", "0.0.1"), Err(ContractError::Refusal(Refusal::Migration(_)))));
}
