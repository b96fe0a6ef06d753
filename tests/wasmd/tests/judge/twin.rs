//! Two chains side by side: what is done to wasmd is done to the embedded chain, in wasmd's order and at its heights and
//! times, and what both say is laid side by side.

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
use crate::remains::{self, Row};

/// wasmd's blocks come so often here: enough for several transactions in one, and for many one after another.
const BLOCK: Duration = Duration::from_millis(150);
/// A transaction that was accepted comes into a block within this time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Gas may differ by so many hundredths: of the house's own messages, and of all else.
const HOUSE: u64 = 2;
const ELSE: u64 = 5;

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

/// Where the two differ.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    case: String,
    field: String,
    wasmd: Value,
    devnet: Value,
}

/// How near the gas is.
#[derive(Default)]
struct Gas {
    compared: u64,
    exact: u64,
    widest: (f64, String),
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
        let chain_id = CHAIN_ID.to_owned();
        let wasmd =
            hearth_wasmd::spawn(&Config { chain_id: chain_id.clone(), block: BLOCK, ..Config::default() }).unwrap();
        let begins = Some(block(wasmd.calls(), 1).0);
        let devnet = DevnetConfig { chain_id, pace: Pace::ByHand, begins, ..DevnetConfig::default() };
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
        for account in twin.devnet.accounts().to_vec() {
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

    fn compare_transaction(&mut self, wasmd: &Value, devnet: &Value) {
        if devnet.get("error").is_some() {
            return self.differs("found", wasmd, devnet);
        }
        let (used, mine) = (number(&wasmd["tx_result"]["gas_used"]), number(&devnet["tx_result"]["gas_used"]));
        self.gas.note(&self.case, used, mine);
        let most = if self.house { HOUSE } else { ELSE };
        if used.abs_diff(mine) * 100 > used * most {
            self.differs("gas", &json!(used), &json!(mine));
        }
        let same_gas = |mut of: Value| {
            if let Some(place) = of.pointer_mut("/tx_result/gas_used") {
                *place = Value::Null;
            }
            // Whoever runs out of gas says how much was used, which is compared above.
            if let Some(Value::String(log)) = of.pointer_mut("/tx_result/log")
                && let Some((before, after)) = log.split_once("gasUsed: ")
            {
                let rest = after.split_once(':').map_or("", |(_, rest)| rest);
                *log = format!("{before}gasUsed: …:{rest}");
            }
            of
        };
        let (wasmd, devnet) = (same_gas(wasmd.clone()), same_gas(devnet.clone()));
        for field in ["hash", "height", "index", "tx"] {
            self.compare(field, &wasmd[field], &devnet[field]);
        }
        for field in ["code", "codespace", "log", "data", "info", "gas_wanted"] {
            self.compare(field, &wasmd["tx_result"][field], &devnet["tx_result"][field]);
        }
        let of = |of: &Value| of["tx_result"]["events"].as_array().cloned().unwrap_or_default();
        let (wasmd, devnet) = (of(&wasmd), of(&devnet));
        for nth in 0..wasmd.len().max(devnet.len()) {
            let at = |events: &[Value]| events.get(nth).map_or(Value::Null, event);
            self.compare(&format!("event {nth}"), &at(&wasmd), &at(&devnet));
        }
    }

    /// Asks both the same of the state, in protobuf; what wasmd answers.
    pub(crate) fn query<M: Message>(&mut self, path: &str, asked: &M) -> Vec<u8> {
        self.query_bytes(path, &asked.encode_to_vec())
    }

    /// The same in bytes.
    pub(crate) fn query_bytes(&mut self, path: &str, data: &[u8]) -> Vec<u8> {
        self.follow();
        let params = json!({ "path": path, "data": hex::encode(data), "prove": false });
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| {
            let mut said = either(rpc.call("abci_query", &params));
            // wasmd goes on to the next block while it is asked.
            if let Some(height) = said.pointer_mut("/response/height").filter(|height| *height != "0") {
                *height = Value::Null;
            }
            said
        });
        self.compare("answer", &wasmd, &devnet);
        let value = wasmd.pointer("/response/value").and_then(Value::as_str).unwrap_or_default();
        BASE64.decode(value).unwrap()
    }

    /// Calls a method of both RPCs and compares the answers, these pointers left out.
    pub(crate) fn ask(&mut self, method: &str, params: &Value, own: &[&str]) -> Value {
        self.follow();
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| {
            let mut said = either(rpc.call(method, params));
            for pointer in own {
                if let Some(place) = said.pointer_mut(pointer) {
                    *place = json!("…");
                }
            }
            said
        });
        self.compare("answer", &wasmd, &devnet);
        wasmd
    }

    /// Asks both for what only the words of are the same: the numbers in them are each chain's own.
    pub(crate) fn same_words(&mut self, method: &str, params: &Value) {
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| {
            let text = either(rpc.call(method, params)).to_string();
            let words: Vec<&str> = text.split(|of: char| of.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
            json!(words.join("…"))
        });
        self.compare("answer", &wasmd, &devnet);
    }

    /// Asks both, and compares what is left of the answers.
    pub(crate) fn compare_shapes(&mut self, method: &str, params: &Value, shape: impl Fn(&Value) -> Value) {
        self.follow();
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| shape(&either(rpc.call(method, params))));
        self.compare("shape", &wasmd, &devnet);
    }

    /// Posts a body to both.
    pub(crate) fn compare_bodies(&mut self, body: &str) {
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| readable(rpc.post(body.to_owned())));
        self.compare("answer", &wasmd, &devnet);
    }

    /// Gets an address line from both.
    pub(crate) fn compare_lines(&mut self, line: &str) {
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| readable(rpc.get(line)));
        self.compare("answer", &wasmd, &devnet);
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

    /// Lays two values side by side.
    pub(crate) fn compare(&mut self, field: &str, wasmd: &Value, devnet: &Value) {
        if wasmd != devnet {
            self.differs(field, wasmd, devnet);
        }
    }

    fn differs(&mut self, field: &str, wasmd: &Value, devnet: &Value) {
        let (case, field) = (self.case.clone(), field.to_owned());
        self.differences.push(Difference { case, field, wasmd: wasmd.clone(), devnet: devnet.clone() });
    }

    /// Says what was compared, and fails where anything differs that the table does not name, or the table names what does not.
    pub(crate) fn judge(self, least: usize) {
        let rows: Vec<Row> = remains::rows();
        let covered = |difference: &&Difference| rows.iter().any(|row| row.covers(&difference.case, &difference.field));
        let (known, new): (Vec<&Difference>, Vec<&Difference>) = self.differences.iter().partition(covered);
        println!(
            "{} kinds; gas of {} transactions, {} to the unit, the widest {:.2} % ({}); {} differences, {} of them in the table",
            self.cases.len(),
            self.gas.compared,
            self.gas.exact,
            self.gas.widest.0,
            self.gas.widest.1,
            self.differences.len(),
            known.len(),
        );
        for Difference { case, field, wasmd, devnet } in &new {
            println!("\n{case}: {field}\n  wasmd  {wasmd}\n  devnet {devnet}");
        }
        assert!(new.is_empty(), "{} differences are in no table", new.len());
        for case in &self.cases {
            for row in rows.iter().filter(|row| row.is_of(case)) {
                let used = self.differences.iter().any(|of| of.case == *case && row.covers(case, &of.field));
                assert!(used, "the table names {row:?}, which does not differ");
            }
        }
        assert!(self.cases.len() >= least, "only {} kinds", self.cases.len());
    }
}

impl Gas {
    fn note(&mut self, case: &str, wasmd: u64, devnet: u64) {
        self.compared += 1;
        self.exact += u64::from(wasmd == devnet);
        let wide = wasmd.abs_diff(devnet) as f64 * 100.0 / wasmd.max(1) as f64;
        if wide > self.widest.0 {
            self.widest = (wide, format!("{case}: {wasmd} and {devnet}"));
        }
    }
}

/// An answer, or the error in its place.
fn either(said: Result<Value, Value>) -> Value {
    said.unwrap_or_else(|error| json!({ "error": error }))
}

/// A status and a text, as JSON where it is some.
fn readable(answer: Result<(u16, String), String>) -> Value {
    match answer {
        Ok((status, text)) => {
            json!({ "status": status, "body": serde_json::from_str(&text).unwrap_or(Value::from(text)) })
        }
        Err(error) => json!(error),
    }
}

/// An event in one line, its attributes in order.
fn event(event: &Value) -> Value {
    let attributes: Vec<String> = event["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|of| format!("{}={}{}", of["key"].as_str().unwrap(), of["value"].as_str().unwrap(), mark(&of["index"])))
        .collect();
    json!(format!("{}: {}", event["type"].as_str().unwrap(), attributes.join(", ")))
}

fn mark(index: &Value) -> &'static str {
    if *index == true { "" } else { " (not indexed)" }
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
