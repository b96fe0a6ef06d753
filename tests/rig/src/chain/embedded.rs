//! The devnet: the shipped Wasm in the VM that chains run, with real signatures, fees and gas.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use cosmos_sdk_proto::cosmwasm::wasm::v1::{QuerySmartContractStateRequest, QuerySmartContractStateResponse};
use cosmwasm_std::testing::{MockApi, MockStorage};
use cosmwasm_std::{Addr, Api as _, Binary, BlockInfo, Checksum, Event, Storage, WasmMsg};
use hearth_devnet::bank::Coin;
use hearth_devnet::chain::{Event as ChainEvent, Space};
use hearth_devnet::fault::Fault;
use hearth_devnet::node::Node;
use hearth_devnet::tx::message::Message as ChainMessage;
use hearth_devnet::tx::run::TxResult;
use hearth_devnet::wasm::record::key;
use hearth_devnet::{Config, Devnet, Pace, query};
use hearth_schema::deploy::Part;
use prost::Message as _;

use crate::chain::{CHAIN_ID, Chain, PREFIX, pool, signed};
use crate::key::Key;
use crate::world::{BEGINNING, COIN, COINS, Suite};

/// What an account is given whenever its coins do not last for a fee.
const GIFT: u128 = 1_000_000_000_000;

/// An embedded chain.
pub struct Embedded {
    /// Nothing only while this is dropped.
    devnet: Option<Devnet>,
    /// Those who may send.
    keys: RefCell<BTreeMap<Addr, Key>>,
    gas: u64,
    /// The moment to begin another world with.
    kept: Option<(u64, Suite)>,
}

impl Embedded {
    /// A chain on which the faucet has coins.
    pub fn start() -> Self {
        let config = Config {
            chain_id: CHAIN_ID.to_owned(),
            prefix: PREFIX.to_owned(),
            accounts: 0,
            pace: Pace::ByHand,
            begins: Some(BEGINNING * 1_000_000_000),
            ..Config::default()
        };
        let chain = Self::over(hearth_devnet::spawn(config).unwrap());
        let faucet = bytes(&chain.addr("faucet"));
        chain.node(move |node| node.grant(&faucet, &[coin(COIN, COINS)])).unwrap();
        chain
    }

    /// A chain at the moment that was kept.
    pub(super) fn again(devnet: Devnet, moment: u64, suite: Suite) -> Self {
        assert!(devnet.revert(moment).unwrap(), "the moment was kept");
        let mut chain = Self::over(devnet);
        chain.keep(&suite);
        chain
    }

    fn over(devnet: Devnet) -> Self {
        Self { devnet: Some(devnet), keys: RefCell::default(), gas: 0, kept: None }
    }

    fn node<T: Send + 'static>(&self, act: impl FnOnce(&mut Node) -> T + Send + 'static) -> T {
        self.devnet.as_ref().unwrap().node().ask_blocking(act).unwrap()
    }

    /// Sends a message as its sender's transaction; where the sender is a contract, as its own words.
    fn send(&mut self, sender: &Addr, message: cosmos_sdk_proto::Any) -> Result<Vec<Event>, String> {
        let (key, from) = (self.keys.borrow().get(sender).cloned(), bytes(sender));
        let result = match key {
            Some(key) => self.node(move |node| deliver(node, &key, &from, message)),
            None => self.node(move |node| node.speak(&ChainMessage::read(&message).unwrap())),
        };
        self.gas = result.gas_used;
        if result.code == 0 { Ok(result.events.into_iter().map(event).collect()) } else { Err(result.log) }
    }
}

/// Signs and delivers; before that, an account that is short of coins is given some.
fn deliver(node: &mut Node, key: &Key, from: &[u8], message: cosmos_sdk_proto::Any) -> TxResult {
    let held = node.chain.balance(from, signed::FEE_COIN).unwrap();
    if held < signed::FEE.into() {
        node.grant(from, &[coin(signed::FEE_COIN, GIFT)]).unwrap();
    }
    let account = node.chain.account(from).unwrap().unwrap().base;
    node.deliver(signed::transaction(key, message, account.account_number, account.sequence))
}

impl Chain for Embedded {
    fn addr(&self, name: &str) -> Addr {
        self.signer(&Key::account(name))
    }

    fn signer(&self, key: &Key) -> Addr {
        let address = key.address();
        self.keys.borrow_mut().insert(address.clone(), key.clone());
        address
    }

    fn block(&self) -> BlockInfo {
        self.node(|node| node.chain.block())
    }

    fn leap(&mut self, seconds: u64, blocks: u64) {
        self.node(move |node| node.leap(blocks, Duration::from_secs(seconds))).unwrap();
    }

    fn store(&mut self, part: Part) -> (u64, Checksum) {
        let wasm_byte_code = signed::artifact(part);
        let checksum = Checksum::generate(&wasm_byte_code);
        let creator = self.addr("creator");
        let events = self.send(&creator, signed::upload(&creator, wasm_byte_code)).unwrap();
        (signed::code_id(&events), checksum)
    }

    fn execute(&mut self, sender: &Addr, msg: WasmMsg) -> Result<Vec<Event>, String> {
        self.send(sender, signed::message(sender, msg))
    }

    fn smart(&self, contract: &Addr, query: &[u8]) -> Result<Binary, String> {
        let asked = QuerySmartContractStateRequest { address: contract.to_string(), query_data: query.to_vec() };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let answer = self.node(move |node| query::answer(node, path, &asked.encode_to_vec()));
        let answer = answer.map_err(|fault| match fault {
            Fault::Refused(refusal) => refusal.log,
            Fault::OutOfGas { location } => format!("out of gas in location: {location}"),
        })?;
        Ok(QuerySmartContractStateResponse::decode(answer.as_slice()).unwrap().data.into())
    }

    fn storage(&self, contract: &Addr) -> Box<dyn Storage + '_> {
        let prefix = key::stored(&bytes(contract));
        let mut storage = MockStorage::new();
        for (key, value) in self.node(move |node| node.chain.list(Space::Wasm, &prefix)) {
            storage.set(&key, &value);
        }
        Box::new(storage)
    }

    fn balance(&self, of: &Addr, denom: &str) -> u128 {
        let (of, denom) = (bytes(of), denom.to_owned());
        self.node(move |node| node.chain.balance(&of, &denom)).unwrap().to_string().parse().unwrap()
    }

    fn gas(&self) -> Option<u64> {
        Some(self.gas)
    }

    fn keep(&mut self, suite: &Suite) {
        let moment = self.devnet.as_ref().unwrap().snapshot().unwrap();
        self.kept = Some((moment, suite.clone()));
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        // After a failure nobody knows in what state the chain is.
        if let (Some(devnet), Some((moment, suite)), false) =
            (self.devnet.take(), self.kept.take(), std::thread::panicking())
        {
            pool::put(devnet, moment, suite);
        }
    }
}

fn bytes(address: &Addr) -> Vec<u8> {
    MockApi::default().with_prefix(PREFIX).addr_canonicalize(address.as_str()).unwrap().to_vec()
}

fn coin(denom: &str, amount: u128) -> Coin {
    Coin { denom: denom.to_owned(), amount: amount.into() }
}

fn event(said: ChainEvent) -> Event {
    signed::event(said.kind, said.attributes)
}
