//! The house's own messages: the suite, deployed by its plan, and a deal from its offer to its claim, step by step on both.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryAllContractStateRequest, QueryContractInfoRequest, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use cosmwasm_std::testing::{MockApi, MockStorage};
use cosmwasm_std::{Addr, Api as _, Binary, BlockInfo, Checksum, Event, Storage, Timestamp, WasmMsg};
use hearth_devnet::chain::Space;
use hearth_devnet::wasm::record::key;
use hearth_rig::actor::{Client, Provider, TICK, Work};
use hearth_rig::chain::{CHAIN_ID, Chain, PREFIX, signed};
use hearth_rig::key::Key;
use hearth_rig::world::{DOLLAR, TOKEN, World};
use hearth_schema::audit::Verdict;
use hearth_schema::bme::{ExecuteMsg as Bme, Pushed};
use hearth_schema::bonds::ExecuteMsg as Bonds;
use hearth_schema::deploy::Part;
use hearth_schema::digest::Digest;
use hearth_schema::market::{Change, ExecuteMsg as Market, Kind, Proof, Reason, Taken};
use hearth_schema::price::Tick;
use hearth_schema::terms::Profile;
use hearth_schema::unit::{DealId, Price, Seconds};
use prost::Message;

use crate::bank::send;
use crate::draft::{Draft, coin};
use crate::twin::Twin;

/// What somebody who sends is given first.
const GIFT: u128 = 1_000_000_000;

/// So long is a price fresh: its end is waited for, within the time of a first commit.
const FRESH: Seconds = Seconds(45);

/// Both chains, as a world stands on them.
#[derive(Clone)]
pub(crate) struct Stage(pub(crate) Rc<RefCell<Twin>>);

impl Stage {
    /// A stage on which nothing stands yet.
    pub(crate) fn start() -> Self {
        Self(Rc::new(RefCell::new(Twin::start())))
    }

    /// The chains, when nobody stands on them any more.
    pub(crate) fn end(self) -> Twin {
        Rc::try_unwrap(self.0).ok().unwrap().into_inner()
    }

    /// Whatever follows is called so.
    pub(crate) fn case(&self, name: &str) {
        self.0.borrow_mut().case(name);
    }

    /// Sends a message of somebody who has coins for its fee.
    fn send(&self, sender: &Addr, message: cosmos_sdk_proto::Any) -> Result<Vec<Event>, String> {
        let mut twin = self.0.borrow_mut();
        let large = message.value.len() > 10_000;
        let draft = Draft::of(vec![message]).gas(if large { 20_000_000 } else { 2_000_000 });
        let told = twin.submit(sender.as_str(), &draft).ok_or("refused at the door")?;
        if told.code == 0 { Ok(told.events().iter().map(event).collect()) } else { Err(told.log) }
    }

    fn bytes(address: &Addr) -> Vec<u8> {
        MockApi::default().with_prefix(PREFIX).addr_canonicalize(address.as_str()).unwrap().to_vec()
    }
}

fn event(said: &serde_json::Value) -> Event {
    let text = |of: &serde_json::Value| of.as_str().unwrap().to_owned();
    let attributes = said["attributes"].as_array().into_iter().flatten();
    signed::event(text(&said["type"]), attributes.map(|of| (text(&of["key"]), text(&of["value"]))))
}

impl Chain for Stage {
    fn addr(&self, name: &str) -> Addr {
        self.signer(&Key::account(name))
    }

    /// Whoever is new is given coins, on both chains.
    fn signer(&self, key: &Key) -> Addr {
        let address = key.address();
        let mut twin = self.0.borrow_mut();
        if !twin.signs(address.as_str()) {
            twin.meet(address.as_str(), key.clone());
            let rich = twin.known(0);
            twin.must(&rich, vec![send(&rich, address.as_str(), vec![coin("ucosm", GIFT)])]);
        }
        address
    }

    fn block(&self) -> BlockInfo {
        let twin = self.0.borrow();
        let (height, time) = twin.devnet.node().ask_blocking(|node| (node.last().height, node.last().time)).unwrap();
        BlockInfo { height, time: Timestamp::from_nanos(time), chain_id: CHAIN_ID.to_owned() }
    }

    /// Time cannot be moved on a real chain: it is waited for.
    fn leap(&mut self, seconds: u64, blocks: u64) {
        let before = self.block();
        loop {
            self.0.borrow_mut().follow();
            let now = self.block();
            if now.time.seconds() >= before.time.seconds() + seconds && now.height >= before.height + blocks {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn store(&mut self, part: Part) -> (u64, Checksum) {
        let wasm_byte_code = signed::artifact(part);
        let checksum = Checksum::generate(&wasm_byte_code);
        self.case(&format!("upload {}", part.name()));
        let creator = self.addr("creator");
        let events = self.send(&creator, signed::upload(&creator, wasm_byte_code)).unwrap();
        (signed::code_id(&events), checksum)
    }

    fn execute(&mut self, sender: &Addr, msg: WasmMsg) -> Result<Vec<Event>, String> {
        self.send(sender, signed::message(sender, msg))
    }

    fn smart(&self, contract: &Addr, query: &[u8]) -> Result<Binary, String> {
        let asked = QuerySmartContractStateRequest { address: contract.to_string(), query_data: query.to_vec() };
        let answer = self.0.borrow_mut().query("/cosmwasm.wasm.v1.Query/SmartContractState", &asked);
        let answer = QuerySmartContractStateResponse::decode(answer.as_slice()).unwrap();
        if answer.data.is_empty() { Err("refused".to_owned()) } else { Ok(answer.data.into()) }
    }

    fn storage(&self, contract: &Addr) -> Box<dyn Storage + '_> {
        let prefix = key::stored(&Self::bytes(contract));
        let twin = self.0.borrow();
        let mut storage = MockStorage::new();
        for (key, value) in twin.devnet.node().ask_blocking(move |node| node.chain.list(Space::Wasm, &prefix)).unwrap()
        {
            storage.set(&key, &value);
        }
        Box::new(storage)
    }

    fn balance(&self, of: &Addr, denom: &str) -> u128 {
        let (of, denom) = (Self::bytes(of), denom.to_owned());
        let twin = self.0.borrow();
        let balance = twin.devnet.node().ask_blocking(move |node| node.chain.balance(&of, &denom)).unwrap().unwrap();
        balance.to_string().parse().unwrap()
    }
}

/// A provider's offer and what can be done to it.
fn offers(stage: &Stage, world: &mut World) -> (Provider, Client) {
    stage.case("introduce, add a node and bond");
    let provider = Provider::new(world, "paul", 10_000);
    stage.case("deposit");
    let client = Client::new(world, "ann", 1_000);
    stage.case("place");
    let placed = provider.place(world).unwrap();
    stage.case("cancel");
    provider.cancel(world, placed.offer).unwrap();
    stage.case("place again");
    let placed = provider.place(world).unwrap();
    stage.case("amend");
    let change = Change { tick: Some(Tick(TICK.0 + 1)), ..Change::default() };
    world.send(&provider.worker, Part::Market, &Market::Amend { offer: placed.offer, change }).unwrap();
    stage.case("refresh");
    let expires_at = Seconds(world.time() + 3_600);
    world.send(&provider.worker, Part::Market, &Market::Refresh { offers: vec![placed.offer], expires_at }).unwrap();
    stage.case("refused by the market");
    world.send(&client.addr, Part::Market, &Market::Cancel { offer: placed.offer }).unwrap_err();
    stage.case("refused by bme");
    client.withdraw(world, u128::from(u64::MAX)).unwrap_err();
    (provider, client)
}

/// A session from the take to the claim.
fn session(stage: &Stage, world: &mut World, provider: &Provider, client: &Client) {
    world.price(DOLLAR / 2);
    let offer = hearth_rig::actor::book(world, world.class)[0].clone();
    let bid = client.bid(world, 10);
    stage.case("take");
    let taken = client.take_first(world, &[(offer.offer, offer.seq)], offer.price, bid).unwrap();
    let mut work = Work::of(world, &taken);
    for seq in [1, 2] {
        for _ in 0..20 {
            work.answer(1_000);
        }
        stage.case(&format!("commit {seq}"));
        let voucher = client.voucher(world, &work, seq);
        provider.commit(world, &mut work, voucher).unwrap();
    }
    stage.case("close");
    client.close(world, taken.deal).unwrap();
    for n in [1, 2] {
        let due = world.due(taken.deal, n);
        world.pass(world.signer.time_of(due.round.0).unwrap().saturating_sub(world.time()));
        stage.case(&format!("add beacon {n}"));
        world.add_beacon(&provider.worker, due).unwrap();
        stage.case(&format!("add beacon {n} once more"));
        world.add_beacon(&provider.worker, due).unwrap();
        stage.case(&format!("draw {n}"));
        provider.draw(world, &work, n).unwrap();
    }
    stage.case("resolve too early");
    world.resolve(taken.deal, 2).unwrap_err();
    world.pass(world.plan.profile.terms.clocks.audit_window.0 + 1);
    for n in [1, 2] {
        stage.case(&format!("resolve {n}"));
        world.resolve(taken.deal, n).unwrap();
    }
    stage.case("claim");
    provider.claim(world).unwrap();
}

/// What clocks end: a price, and a deal that nobody used. The deal whose draw nobody makes, and since when it is awaited.
fn clocks(stage: &Stage, world: &mut World, provider: &Provider, client: &Client) -> (DealId, u64) {
    let (profile, class, limit) = (world.plan.profile, world.class, Price::new(u128::from(u64::MAX)));
    stage.case("amend the slots");
    let offer = hearth_rig::actor::book(world, class)[0].offer;
    let change = Change { slots: Some(9), ..Change::default() };
    world.send(&provider.worker, Part::Market, &Market::Amend { offer, change }).unwrap();
    stage.case("a price that will be old");
    world.price(DOLLAR / 2);
    let sweep = |what: &str, world: &mut World| {
        let bid = client.bid(world, 1);
        stage.case(what);
        client.sweep(world, class, limit, bid).unwrap()
    };
    let commit = |what: &str, taken: &Taken, world: &mut World| {
        let mut work = Work::of(world, taken);
        work.answer(1_000);
        let voucher = client.voucher(world, &work, 1);
        stage.case(what);
        provider.commit(world, &mut work, voucher).unwrap();
    };
    let unused = sweep("sweep for nothing", world);
    let opened = world.time();
    let missed = sweep("sweep for a draw that nobody makes", world);
    let waiting = sweep("sweep for a charge that waits", world);
    commit("commit what nobody draws", &missed, world);
    stage.case("add its beacon");
    world.beacon(missed.deal, 1);
    let stored = world.time();
    world.pass((profile.fresh.0 + 1).saturating_sub(world.price_age()));
    commit("commit while no price is fresh", &waiting, world);
    let push = Bme::Push { deal: waiting.deal, n: 1 };
    stage.case("push too early");
    world.send(&provider.worker, Part::Bme, &push).unwrap_err();
    stage.case("a fresh price");
    world.price(DOLLAR / 2);
    stage.case("push");
    let pushed: Pushed = world.say(&provider.worker, Part::Bme, &push).unwrap();
    assert!(pushed.amount.u128() > 0);
    world.pass((opened + profile.terms.clocks.first_commit.0 + 1).saturating_sub(world.time()));
    stage.case("expire");
    assert_eq!(world.expire(unused.deal).unwrap().reason, Reason::Unused);
    (missed.deal, stored)
}

/// The last of all: who did not draw is slashed, and takes nothing for a while.
fn undrawn(stage: &Stage, world: &mut World, (deal, stored): (DealId, u64)) {
    let draw = world.plan.profile.terms.clocks.draw.0;
    world.pass((stored + draw + 1).saturating_sub(world.time()));
    stage.case("resolve what nobody drew");
    assert_eq!(world.resolve(deal, 1).unwrap().verdict, Verdict::Fail);
}

/// What else becomes of deals.
fn endings(stage: &Stage, world: &mut World, provider: &Provider, client: &Client) {
    stage.case("price");
    world.price(DOLLAR / 2);
    let (class, limit) = (world.class, Price::new(u128::from(u64::MAX)));
    let sweep = |what: &str, kind: Kind, world: &mut World| {
        let mut bid = client.bid(world, 1);
        bid.kind = kind;
        stage.case(what);
        client.sweep(world, class, limit, bid).unwrap()
    };
    let left = sweep("sweep", Kind::Session, world);
    let job = sweep("sweep for a job", Kind::Job { request: Digest::generate(b"a request") }, world);
    let lent = sweep("sweep for a bearer", Kind::Session, world);
    stage.case("leave");
    provider.leave(world, left.deal).unwrap();
    let mut work = Work::of(world, &job);
    work.answer(1_000);
    stage.case("commit a job");
    provider.commit(world, &mut work, Proof::Job).unwrap();
    stage.case("contest");
    client.contest(world, job.deal, 1, None).unwrap();
    let mut work = Work::of(world, &lent);
    work.answer(1_000);
    let bearer = client.bearer(world, &work, DOLLAR / 10, world.time() + 3_600);
    stage.case("commit by a bearer token");
    provider.commit(world, &mut work, bearer).unwrap();
    stage.case("expire too early");
    world.send(&provider.worker, Part::Market, &Market::Expire { deal: lent.deal }).unwrap_err();
    stage.case("withdraw");
    client.withdraw(world, TOKEN).unwrap();
    stage.case("unbond");
    provider.unbond(world, 1).unwrap();
    stage.case("push nothing");
    let _ = world.send(&provider.worker, Part::Bme, &Bme::Push { deal: lent.deal, n: 1 });
    stage.case("introduce again");
    world.send(&provider.owner, Part::Bonds, &Bonds::Introduce { name: "Paul".into(), url: String::new() }).unwrap();
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn the_house_s_own_messages_do_the_same_on_both() {
    let stage = Stage::start();
    stage.0.borrow_mut().of_the_house(true);
    let mut world = World::on(Box::new(stage.clone()), Profile { fresh: FRESH, ..Profile::short() });
    let (provider, client) = offers(&stage, &mut world);
    session(&stage, &mut world, &provider, &client);
    let missed = clocks(&stage, &mut world, &provider, &client);
    endings(&stage, &mut world, &provider, &client);
    undrawn(&stage, &mut world, missed);
    stage.case("all that the suite stores");
    for part in Part::ALL {
        let address = world.at.of(part).to_owned();
        let info = QueryContractInfoRequest { address: address.clone() };
        let mut twin = stage.0.borrow_mut();
        twin.query("/cosmwasm.wasm.v1.Query/ContractInfo", &info);
        let all = QueryAllContractStateRequest { address, pagination: None };
        twin.query("/cosmwasm.wasm.v1.Query/AllContractState", &all);
    }
    world.finish();
    stage.end().judge(30);
}
