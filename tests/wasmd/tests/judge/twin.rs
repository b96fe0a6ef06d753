//! Two chains side by side: what is done to wasmd is done to the embedded chain, in wasmd's order and at its heights and
//! times, and what both say is laid side by side.

#[path = "twin/ask.rs"]
mod ask;
#[path = "twin/verdict.rs"]
mod verdict;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse};
use hearth_devnet::{Config as DevnetConfig, Devnet, Pace};
use hearth_rig::chain::CHAIN_ID;
use hearth_rig::key::Key;
use hearth_wasmd::{Config, Rpc, Wasmd};
use prost::Message;
use serde_json::{Value, json};
use tendermint::Time;

use crate::draft::{Draft, Signer};

use ask::either;
use verdict::{Difference, Gas};

/// wasmd's blocks come so often here: enough for several transactions in one, and for many one after another.
const BLOCK: Duration = Duration::from_millis(150);
/// A transaction that was accepted comes into a block within this time.
const PATIENCE: Duration = Duration::from_secs(30);
/// The two chains.
pub(crate) struct Twin {
    pub(crate) wasmd: Wasmd,
    pub(crate) devnet: Devnet,
    model: Rpc,
    signers: BTreeMap<String, Signer>,
    /// What is being compared.
    case: String,
    cases: Vec<String>,
    house: bool,
    differences: Vec<Difference>,
    gas: Gas,
}

/// What wasmd said of a transaction.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) code: u64,
    pub(crate) log: String,
    pub(crate) gas: u64,
    pub(crate) height: u64,
    events: Value,
}

impl Told {
    /// An attribute of the first event of a kind that has it.
    pub(crate) fn attribute(&self, kind: &str, key: &str) -> String {
        let events = self.events.as_array().into_iter().flatten().filter(|event| event["type"] == kind);
        let mut attributes = events.flat_map(|event| event["attributes"].as_array().unwrap());
        let found = attributes.find(|attribute| attribute["key"] == key);
        found.unwrap_or_else(|| panic!("no {kind}.{key}: {self:?}"))["value"].as_str().unwrap().to_owned()
    }

    /// Its events.
    pub(crate) fn events(&self) -> &[Value] {
        self.events.as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

impl Twin {
    /// Both chains, at wasmd's last block.
    pub(crate) fn start() -> Self {
        Self::voting(DevnetConfig::default().voting_period)
    }

    /// Both chains, on which proposals are voted on for so long.
    pub(crate) fn voting(voting_period: Duration) -> Self {
        let chain_id = CHAIN_ID.to_owned();
        let config = Config { chain_id: chain_id.clone(), block: BLOCK, voting_period, ..Config::default() };
        let wasmd = hearth_wasmd::spawn(&config).unwrap();
        let begins = Some(block(wasmd.calls(), 1).0);
        let devnet = DevnetConfig { chain_id, pace: Pace::ByHand, begins, voting_period, ..DevnetConfig::default() };
        let devnet = hearth_devnet::spawn(devnet).unwrap();
        let model = Rpc::new(devnet.rpc());
        let mut twin = Self {
            wasmd,
            devnet,
            model,
            signers: BTreeMap::new(),
            case: "the beginning".to_owned(),
            cases: Vec::new(),
            house: false,
            differences: Vec::new(),
            gas: Gas::default(),
        };
        let voter = twin.devnet.voter().clone();
        for account in twin.devnet.accounts().iter().cloned().chain([voter]).collect::<Vec<_>>() {
            twin.signers.insert(account.address, Signer { key: Key::from_bytes(&account.key), number: 0, sequence: 0 });
        }
        twin.follow();
        twin
    }

    /// Whatever follows belongs to this case.
    pub(crate) fn case(&mut self, name: &str) -> &mut Self {
        assert!(!self.cases.iter().any(|case| case == name), "two cases are called {name}");
        name.clone_into(&mut self.case);
        self.cases.push(name.to_owned());
        self
    }

    /// Whatever follows is the nth act of a case.
    pub(crate) fn act(&mut self, nth: usize) {
        self.case = format!("act {nth}");
    }

    /// Whatever follows is one of the house's own messages.
    pub(crate) const fn of_the_house(&mut self, house: bool) {
        self.house = house;
    }

    /// The address of a known account.
    pub(crate) fn known(&self, nth: usize) -> String {
        self.devnet.accounts()[nth].address.clone()
    }

    /// The address whose vote decides.
    pub(crate) fn voter(&self) -> String {
        self.devnet.voter().address.clone()
    }

    /// A signer that both chains know under the same number.
    pub(crate) fn meet(&mut self, address: &str, key: Key) {
        self.signers.insert(address.to_owned(), Signer { key, number: 0, sequence: 0 });
    }

    /// Whether an address has a key here.
    pub(crate) fn signs(&self, address: &str) -> bool {
        self.signers.contains_key(address)
    }

    /// A signer as wasmd knows it now.
    pub(crate) fn signer(&mut self, address: &str) -> Signer {
        let account = account(self.wasmd.calls(), address);
        let signer = self.signers.get_mut(address).unwrap_or_else(|| panic!("nobody signs for {address}"));
        (signer.number, signer.sequence) = (account.account_number, account.sequence);
        signer.clone()
    }

    /// Sends messages as somebody's transaction.
    pub(crate) fn send(&mut self, from: &str, messages: Vec<Any>) -> Option<Told> {
        self.submit(from, &Draft::of(messages))
    }

    /// Sends messages that must go through.
    pub(crate) fn must(&mut self, from: &str, messages: Vec<Any>) -> Told {
        let size: usize = messages.iter().map(|message| message.value.len()).sum();
        let gas = if size > 10_000 { 2_000_000 + 20 * size as u64 } else { 2_000_000 };
        let told = self.submit(from, &Draft::of(messages).gas(gas));
        told.filter(|told| told.code == 0)
            .unwrap_or_else(|| panic!("{} failed: {:?}", self.case, self.differences.last()))
    }

    /// Signs and sends.
    pub(crate) fn submit(&mut self, from: &str, draft: &Draft) -> Option<Told> {
        let signer = self.signer(from);
        let bytes = draft.sign(CHAIN_ID, &[signer]).encode_to_vec();
        self.deliver(&bytes)
    }

    /// Sends bytes to wasmd alone: what came of them is compared when they are in a block. Whether they were let in.
    pub(crate) fn pour(&mut self, bytes: &[u8]) -> bool {
        let said = self.wasmd.calls().call("broadcast_tx_sync", &json!({ "tx": BASE64.encode(bytes) }));
        said.is_ok_and(|said| said["code"] == 0)
    }

    /// Sends bytes to both; what wasmd said of them in a block, if they came into one.
    pub(crate) fn deliver(&mut self, bytes: &[u8]) -> Option<Told> {
        self.offer(bytes).then(|| self.await_block(bytes)).flatten()
    }

    /// Sends bytes to both, and compares what is said at the door; whether wasmd let them in.
    pub(crate) fn offer(&mut self, bytes: &[u8]) -> bool {
        let params = json!({ "tx": BASE64.encode(bytes) });
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| rpc.call("broadcast_tx_sync", &params));
        let accepted = |said: &Result<Value, Value>| said.as_ref().is_ok_and(|said| said["code"] == 0);
        let (real, mine) = (accepted(&wasmd), accepted(&devnet));
        self.compare("door", &either(wasmd), &either(devnet));
        if mine && !real {
            self.forget();
        }
        real
    }

    /// Waits for the block of a transaction, makes the same here, and compares what came of it.
    pub(crate) fn await_block(&mut self, bytes: &[u8]) -> Option<Told> {
        let hash = BASE64.encode(hearth_devnet::tx::run::hash(bytes));
        let asked = json!({ "hash": hash, "prove": false });
        let began = Instant::now();
        let found = loop {
            match self.wasmd.calls().call("tx", &asked) {
                Ok(found) => break found,
                Err(error) if began.elapsed() > PATIENCE => panic!("{}: no block has it: {error}", self.case),
                Err(_) => std::thread::sleep(Duration::from_millis(15)),
            }
        };
        let height = number(&found["height"]);
        self.reach(height);
        let mine = either(self.model.call("tx", &asked));
        self.compare_transaction(&found, &mine);
        let result = &found["tx_result"];
        Some(Told {
            code: result["code"].as_u64().unwrap(),
            log: result["log"].as_str().unwrap_or_default().to_owned(),
            gas: number(&result["gas_used"]),
            height,
            events: result["events"].clone(),
        })
    }

    /// Lets the embedded chain forget what waits there alone: wasmd's next block is without it.
    fn forget(&mut self) {
        let (height, _) = self.devnet.head().unwrap();
        while self.wasmd.height().unwrap() == height {
            std::thread::sleep(Duration::from_millis(15));
        }
        self.follow();
    }

    /// Makes the blocks that wasmd has made.
    pub(crate) fn follow(&mut self) {
        self.reach(self.wasmd.height().unwrap());
    }

    fn reach(&mut self, height: u64) {
        let (mine, _) = self.devnet.head().unwrap();
        for height in mine + 1..=height {
            let (time, txs) = block(self.wasmd.calls(), height);
            self.devnet.node().ask_blocking(move |node| node.replay(time, txs)).unwrap().unwrap();
        }
    }
}

fn number(value: &Value) -> u64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The time and the transactions of a block.
fn block(rpc: &Rpc, height: u64) -> (u64, Vec<Vec<u8>>) {
    let found = rpc.call("block", &json!({ "height": height.to_string() })).unwrap();
    let time = Time::parse_from_rfc3339(found["block"]["header"]["time"].as_str().unwrap()).unwrap();
    let txs = found["block"]["data"]["txs"].as_array().cloned().unwrap_or_default();
    let bytes = txs.iter().map(|tx| BASE64.decode(tx.as_str().unwrap()).unwrap()).collect();
    (u64::try_from(time.unix_timestamp_nanos()).unwrap(), bytes)
}

fn account(rpc: &Rpc, address: &str) -> BaseAccount {
    let asked = QueryAccountRequest { address: address.to_owned() };
    let params = json!({ "path": "/cosmos.auth.v1beta1.Query/Account", "data": hex::encode(asked.encode_to_vec()) });
    let said = rpc.call("abci_query", &params).unwrap();
    let value = BASE64.decode(said["response"]["value"].as_str().unwrap_or_default()).unwrap();
    let found = QueryAccountResponse::decode(value.as_slice()).unwrap();
    found.account.map(|any| BaseAccount::decode(any.value.as_slice()).unwrap()).unwrap_or_default()
}
