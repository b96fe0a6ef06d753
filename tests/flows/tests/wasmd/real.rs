//! wasmd itself: its application, whose blocks the test makes.
//!
//! A process that has the codes is used again: each world deploys the suite anew, under a salt of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgSend, QueryBalanceRequest, QueryBalanceResponse};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryAllContractStateRequest, QueryAllContractStateResponse, QueryRawContractStateRequest,
    QueryRawContractStateResponse, QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmwasm_std::{Addr, Binary, BlockInfo, Checksum, Event, Record, Storage, Timestamp, WasmMsg};
use hearth_devnet::bank::Coin;
use hearth_rig::chain::signed::{self, FEE_COIN};
use hearth_rig::chain::{CHAIN_ID, Chain, NOBODY};
use hearth_rig::key::Key;
use hearth_rig::world::{BEGINNING, COIN, COINS};
use hearth_schema::deploy::Part;
use hearth_wasmd::{Alone, Config, Line};
use prost::Message;
use tendermint_proto::v0_38::abci::{Event as Said, ExecTxResult};

use crate::live::Live;

/// What an account is given before it sends for the first time.
const GIFT: u128 = 1_000_000_000_000;
/// A chain with a block every fifteen seconds keeps all clocks going: nobody takes it for halted.
const SLOWEST: u64 = 15;
/// Some 25 KB stay in memory of each block: after so many a new chain takes over.
const WORN: u64 = 50_000;

/// Chains that nobody uses.
static IDLE: Mutex<Vec<Inner>> = Mutex::new(Vec::new());

/// Somebody who sends.
#[derive(Clone)]
struct Account {
    key: Key,
    /// The number and the sequence, once there are coins.
    place: Option<(u64, u64)>,
}

struct Inner {
    alone: Alone,
    accounts: BTreeMap<Addr, Account>,
    codes: Vec<(Part, (u64, Checksum))>,
    worlds: u64,
    gas: u64,
    /// So many blocks were made of transactions, of which the rig knows nothing.
    ahead: u64,
}

/// A chain of wasmd. Clones are the same chain.
#[derive(Clone)]
pub(crate) struct Real(Rc<Seat>);

struct Seat(RefCell<Option<Inner>>);

impl Real {
    /// A chain that waits, or a new one.
    pub(crate) fn start() -> Self {
        let mut inner = IDLE.lock().unwrap().pop().unwrap_or_else(Inner::start);
        inner.worlds += 1;
        Self::of(inner)
    }

    /// A new chain, which has no codes.
    pub(crate) fn bare() -> Self {
        Self::of(Inner::start())
    }

    fn of(inner: Inner) -> Self {
        Self(Rc::new(Seat(RefCell::new(Some(inner)))))
    }

    /// Makes one block, so many seconds later, of what several people say; what came of each.
    pub(crate) fn pour(&self, seconds: u64, said: Vec<(Addr, WasmMsg)>) -> Vec<Result<Vec<Event>, String>> {
        self.with(|inner| inner.pour(seconds, said))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(self.0.0.borrow_mut().as_mut().unwrap())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // After a failure nobody knows in what state the chain is.
        if let Some(inner) = self.0.take()
            && !std::thread::panicking()
            && inner.alone.height() < WORN
        {
            IDLE.lock().unwrap().push(inner);
        }
    }
}

impl Inner {
    fn start() -> Self {
        let line = if std::env::var("JUDGE_LINE").is_ok_and(|line| line == "old") { Line::Old } else { Line::Current };
        let funds = [(FEE_COIN, u128::MAX >> 40), (COIN, COINS)]
            .map(|(denom, amount)| Coin { denom: denom.to_owned(), amount: amount.into() });
        let config =
            Config { line, chain_id: CHAIN_ID.to_owned(), accounts: 1, funds: funds.into(), ..Config::default() };
        let alone = Alone::start(&config, BEGINNING * 1_000_000_000).unwrap();
        let rich = alone.accounts()[0].clone();
        let account = Account { key: Key::from_bytes(&rich.key), place: Some((0, 0)) };
        let accounts = BTreeMap::from([(Addr::unchecked(rich.address), account)]);
        let mut inner = Self { alone, accounts, codes: Vec::new(), worlds: 0, gas: 0, ahead: 0 };
        let faucet = inner.meet(&Key::account("faucet"));
        inner.give(&faucet, COINS, COIN);
        inner
    }

    fn meet(&mut self, key: &Key) -> Addr {
        let address = key.address();
        self.accounts.entry(address.clone()).or_insert_with(|| Account { key: key.clone(), place: None });
        address
    }

    /// Coins of the rich for somebody.
    fn give(&mut self, to: &Addr, amount: u128, denom: &str) {
        let rich = Addr::unchecked(self.alone.accounts()[0].address.clone());
        let amount = vec![WireCoin { denom: denom.to_owned(), amount: amount.to_string() }];
        let send = MsgSend { from_address: rich.to_string(), to_address: to.to_string(), amount };
        let given = self.deliver(&rich, signed::any(&send));
        assert_eq!(given.code, 0, "{}", given.log);
    }

    /// Signs, and makes a block of it.
    fn deliver(&mut self, sender: &Addr, message: Any) -> ExecTxResult {
        let Account { key, place } = self.accounts.get(sender).cloned().unwrap();
        let (number, sequence) = place.unwrap_or_else(|| {
            self.give(sender, GIFT, FEE_COIN);
            self.place(sender)
        });
        let bytes = signed::transaction(&key, message, number, sequence);
        self.ahead += 1;
        let result = self.alone.block(vec![bytes]).unwrap().remove(0);
        let next = if result.code == 0 { (number, sequence + 1) } else { self.place(sender) };
        self.accounts.get_mut(sender).unwrap().place = Some(next);
        result
    }

    fn pour(&mut self, seconds: u64, said: Vec<(Addr, WasmMsg)>) -> Vec<Result<Vec<Event>, String>> {
        let mut txs = Vec::new();
        for (sender, msg) in said {
            if self.accounts[&sender].place.is_none() {
                self.give(&sender, GIFT, FEE_COIN);
                let place = self.place(&sender);
                self.accounts.get_mut(&sender).unwrap().place = Some(place);
            }
            let account = self.accounts.get_mut(&sender).unwrap();
            let (number, sequence) = account.place.unwrap();
            account.place = Some((number, sequence + 1));
            txs.push(signed::transaction(&account.key, signed::message(&sender, msg), number, sequence));
        }
        let results = self.alone.block_after(Duration::from_secs(seconds), txs).unwrap();
        self.gas = results.iter().map(|result| u64::try_from(result.gas_used).unwrap()).sum();
        results.into_iter().map(outcome).collect()
    }

    fn place(&mut self, of: &Addr) -> (u64, u64) {
        let asked = QueryAccountRequest { address: of.to_string() };
        let found: QueryAccountResponse = self.query("/cosmos.auth.v1beta1.Query/Account", &asked).unwrap();
        let account = BaseAccount::decode(found.account.unwrap().value.as_slice()).unwrap();
        (account.account_number, account.sequence)
    }

    fn query<A: Message + Default>(&mut self, path: &str, asked: &impl Message) -> Result<A, String> {
        let answer = self.alone.query(path, asked.encode_to_vec()).unwrap();
        if answer.code == 0 { Ok(A::decode(answer.value).unwrap()) } else { Err(answer.log) }
    }

    fn send(&mut self, sender: &Addr, message: Any) -> Result<Vec<Event>, String> {
        if !self.accounts.contains_key(sender) {
            return Err(format!("{NOBODY} {sender}"));
        }
        let result = self.deliver(sender, message);
        self.gas = u64::try_from(result.gas_used).unwrap();
        outcome(result)
    }

    /// What a contract stores under a key.
    fn raw(&mut self, contract: &str, key: &[u8]) -> Option<Vec<u8>> {
        let asked = QueryRawContractStateRequest { address: contract.to_owned(), query_data: key.to_vec() };
        let path = "/cosmwasm.wasm.v1.Query/RawContractState";
        let found: QueryRawContractStateResponse = self.query(path, &asked).unwrap();
        // No contract of the house stores nothing under a key.
        Some(found.data).filter(|data| !data.is_empty())
    }

    /// All that a contract stores.
    fn all(&mut self, contract: &str) -> Vec<Record> {
        let (mut all, mut key) = (Vec::new(), Vec::new());
        loop {
            let page = PageRequest { key, limit: 1_000, ..PageRequest::default() };
            let asked = QueryAllContractStateRequest { address: contract.to_owned(), pagination: Some(page) };
            let path = "/cosmwasm.wasm.v1.Query/AllContractState";
            let found: QueryAllContractStateResponse = self.query(path, &asked).unwrap();
            all.extend(found.models.into_iter().map(|model| (model.key, model.value)));
            key = found.pagination.map(|page| page.next_key).unwrap_or_default();
            if key.is_empty() {
                return all;
            }
        }
    }

    fn store(&mut self, part: Part) -> (u64, Checksum) {
        if let Some((_, code)) = self.codes.iter().find(|(of, _)| *of == part) {
            return *code;
        }
        let wasm_byte_code = signed::artifact(part);
        let checksum = Checksum::generate(&wasm_byte_code);
        let creator = self.meet(&Key::account("creator"));
        let events = self.send(&creator, signed::upload(&creator, wasm_byte_code)).unwrap();
        let code = (signed::code_id(&events), checksum);
        self.codes.push((part, code));
        code
    }

    /// As many blocks as were asked for, less those that transactions have made already; or as few as keep clocks going.
    fn leap(&mut self, seconds: u64, blocks: u64) {
        let asked = blocks.saturating_sub(self.ahead).max(1);
        let owed = if seconds == 0 { asked } else { asked.min(seconds / SLOWEST + 1) };
        self.ahead = 0;
        self.alone.pass(Duration::from_secs(seconds), owed).unwrap();
    }
}

impl Chain for Real {
    fn addr(&self, name: &str) -> Addr {
        self.signer(&Key::account(name))
    }

    fn signer(&self, key: &Key) -> Addr {
        self.with(|inner| inner.meet(key))
    }

    fn block(&self) -> BlockInfo {
        self.with(|inner| BlockInfo {
            height: inner.alone.height(),
            time: Timestamp::from_nanos(inner.alone.time()),
            chain_id: CHAIN_ID.to_owned(),
        })
    }

    fn leap(&mut self, seconds: u64, blocks: u64) {
        self.with(|inner| inner.leap(seconds, blocks));
    }

    fn store(&mut self, part: Part) -> (u64, Checksum) {
        self.with(|inner| inner.store(part))
    }

    fn execute(&mut self, sender: &Addr, msg: WasmMsg) -> Result<Vec<Event>, String> {
        self.with(|inner| inner.send(sender, signed::message(sender, msg)))
    }

    fn smart(&self, contract: &Addr, query: &[u8]) -> Result<Binary, String> {
        let asked = QuerySmartContractStateRequest { address: contract.to_string(), query_data: query.to_vec() };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let answer: QuerySmartContractStateResponse = self.with(|inner| inner.query(path, &asked))?;
        Ok(answer.data.into())
    }

    fn storage(&self, contract: &Addr) -> Box<dyn Storage + '_> {
        let (one, all) = (contract.to_string(), contract.to_string());
        let ask = move |key: &[u8]| self.with(|inner| inner.raw(&one, key));
        let ask_all = move || self.with(|inner| inner.all(&all));
        Box::new(Live::new(Box::new(ask), Box::new(ask_all)))
    }

    fn balance(&self, of: &Addr, denom: &str) -> u128 {
        let asked = QueryBalanceRequest { address: of.to_string(), denom: denom.to_owned() };
        let path = "/cosmos.bank.v1beta1.Query/Balance";
        let found: QueryBalanceResponse = self.with(|inner| inner.query(path, &asked)).unwrap();
        found.balance.unwrap().amount.parse().unwrap()
    }

    fn gas(&self) -> Option<u64> {
        Some(self.with(|inner| inner.gas))
    }

    fn obeys(&self) -> bool {
        false
    }

    fn salt(&self) -> String {
        self.with(|inner| format!("rig {}", inner.worlds))
    }
}

fn outcome(result: ExecTxResult) -> Result<Vec<Event>, String> {
    if result.code == 0 { Ok(result.events.into_iter().map(event).collect()) } else { Err(result.log) }
}

fn event(said: Said) -> Event {
    signed::event(said.r#type, said.attributes.into_iter().map(|of| (of.key, of.value)))
}
