//! A node that serves with the real engine, signs with its real key, and commits on the real chain; one fault at a time may
//! be forced on it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};

use hearth_e2e::program::root;
use hearth_engine::{Embedded, Engine as _, Event, Finish, Generate, Options, Prompt, Sampling, Stop};
use hearth_schema::digest;
use hearth_schema::door::{self, Ask, Sealed, Served, Standing, Voucher};
use hearth_schema::leaf::{self, Counts, Engine, Leaf, Totals, Weights};
use hearth_schema::market::{Class, Deal, ExecuteMsg, Kind, Product, Proof};
use hearth_schema::sign::{self, Scope};
use hearth_schema::tree::{self, Frontier};
use hearth_schema::unit::{DealId, NodeId, Usd};
use hearth_speech::{Files, Message, Tongue};
use hearth_wallet::key::{SecretKey, Signer as _};
use hearth_wallet::session::Question;
use hearth_wallet::verify::verify;
use hearth_wallet::{Sender, Suite, seal};
use serde_json::{Value, json};

use crate::http::{Request, Response};

/// The model that ships.
pub(crate) fn folder() -> PathBuf {
    root().join("worker/engine/models/hearth-tiny")
}

/// Loaded once for all nodes.
static ENGINE: LazyLock<Embedded> = LazyLock::new(|| {
    let options = Options { threads: 1, cache: 64 << 20, ..Options::new("hearth-tiny") };
    Embedded::load(&folder(), &options).unwrap()
});

/// How its model reads.
static TONGUE: LazyLock<Tongue> = LazyLock::new(|| Tongue::load(&folder()).unwrap());

/// What is wrong with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It takes the request and says nothing.
    Silent,
    /// It refuses, with this status.
    Refuses(u16),
    /// It counts more of the prompt than there is, signs that, and commits it without a voucher.
    Overcounts,
    /// It streams another text than its tokens say.
    Garbles,
    /// It signs with another key.
    Forges,
    /// It says all but its receipt.
    KeepsReceipt,
    /// Its first answer breaks off; the next, to the same ticket, does not.
    BreaksOff,
    /// It gives files of another model.
    WrongFiles,
}

/// What a node keeps of a deal.
#[derive(Default)]
struct Kept {
    frontier: Frontier,
    totals: Totals,
    answers: BTreeMap<String, (String, Served)>,
    voucher: Option<Voucher>,
    committed: Totals,
    commits: u64,
    broke: bool,
}

/// A node.
pub(crate) struct Node {
    pub(crate) id: Mutex<NodeId>,
    pub(crate) fault: Mutex<Option<Fault>>,
    pub(crate) worker: SecretKey,
    pub(crate) secret: [u8; 32],
    suite: Suite,
    sender: Sender,
    deals: Mutex<BTreeMap<u64, Kept>>,
    runtime: tokio::runtime::Runtime,
}

impl Node {
    pub(crate) fn new(suite: Suite, worker: SecretKey, secret: u8) -> Arc<Self> {
        let sender = Sender::new(suite.client().clone(), Arc::new(worker.clone())).unwrap();
        let runtime = hearth_e2e::world::runtime();
        let id = Mutex::new(NodeId(0));
        let (fault, deals) = (Mutex::default(), Mutex::default());
        Arc::new(Self { id, fault, worker, secret: [secret; 32], suite, sender, deals, runtime })
    }

    pub(crate) fn answer(&self, request: &Request) -> Response {
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["v1", "models", "hearth-tiny", "files"]) => {
                Response::Json(200, serde_json::to_string(&Files::of_folder(&folder()).unwrap()).unwrap())
            }
            ("GET", ["v1", "models", "hearth-tiny", "files", name]) => {
                let is_other = self.is(Fault::WrongFiles);
                Response::Bytes(std::fs::read(folder().join(if is_other { "config.json" } else { name })).unwrap())
            }
            ("POST", ["hearth", "v1", "deals", deal, "requests"]) => self.serve(deal.parse().unwrap(), &request.body),
            ("POST", ["hearth", "v1", "deals", deal, "vouchers"]) => {
                let deal = deal.parse().unwrap();
                self.vouched(deal, serde_json::from_slice(&request.body).unwrap());
                Response::Json(200, serde_json::to_string(&self.standing(deal)).unwrap())
            }
            other => panic!("nobody should ask {other:?}"),
        }
    }

    /// Commits what the vouchers of a deal cover.
    pub(crate) fn commit(&self, deal: u64) {
        let (totals, root, proof) = {
            let deals = self.deals.lock().unwrap();
            let Voucher { seq, totals, root, signature } = deals[&deal].voucher.clone().unwrap();
            (totals, root, Proof::Voucher { seq, signature })
        };
        self.send_commit(deal, totals, root, proof);
    }

    /// Commits a Job's answer with more prompt tokens than its receipt says, without its voucher.
    pub(crate) fn commit_more(&self, deal: u64) {
        let Served { mut leaf, .. } = self.deals.lock().unwrap()[&deal].answers.values().next().unwrap().1.clone();
        let (_, weights) = self.class(&self.deal(deal));
        leaf.counts.input += 7;
        leaf.fee = weights.fee(self.deal(deal).price, leaf.counts).unwrap();
        let (mut frontier, totals) = (Frontier::default(), Totals::default().plus(&leaf).unwrap());
        frontier.push(leaf.node()).unwrap();
        let root = tree::root(&self.scope(deal), 1, &frontier.top().unwrap());
        self.send_commit(deal, totals, root, Proof::Job);
    }

    /// How many answers of a deal are vouched for.
    pub(crate) fn vouched_count(&self, deal: u64) -> u64 {
        self.deals.lock().unwrap().get(&deal).and_then(|kept| kept.voucher.as_ref()).map_or(0, |one| one.totals.count)
    }

    fn send_commit(&self, deal: u64, totals: Totals, root: digest::Digest, proof: Proof) {
        let n = self.deals.lock().unwrap()[&deal].commits + 1;
        let commit = ExecuteMsg::Commit { deal: DealId(deal), n, totals, root, proof };
        let message = self.suite.market().tell(&commit).unwrap();
        self.runtime.block_on(self.sender.send(&[message])).unwrap();
        let mut deals = self.deals.lock().unwrap();
        let kept = deals.get_mut(&deal).unwrap();
        (kept.commits, kept.committed) = (n, totals);
    }

    fn is(&self, fault: Fault) -> bool {
        *self.fault.lock().unwrap() == Some(fault)
    }

    fn deal(&self, id: u64) -> Deal {
        self.runtime.block_on(self.suite.market().deal(DealId(id))).unwrap().unwrap()
    }

    fn scope(&self, deal: u64) -> Scope<'_> {
        Scope { chain: &self.suite.client().chain().id, market: self.suite.market().address(), deal: DealId(deal) }
    }

    fn serve(&self, id: u64, body: &[u8]) -> Response {
        let refused =
            |status| Response::Json(status, json!({"error": {"message": "no", "code": "refused"}}).to_string());
        match *self.fault.lock().unwrap() {
            Some(Fault::Silent) => return Response::Silence(vec![": accepted\n\n".into()]),
            Some(Fault::Refuses(status)) => return refused(status),
            _ => {}
        }
        let sealed: Sealed = serde_json::from_slice(body).unwrap();
        let deal = self.deal(id);
        let ticket = self.scope(id).ticket(deal.node, &sealed.request);
        verify(&deal.session_key, &ticket.clone().hash(), &sealed.ticket).unwrap();
        let plain = seal::open(&self.secret, &ticket.into_bytes(), &sealed.sealed).unwrap();
        let ask = Ask::from_plain(&plain).unwrap();
        assert_eq!(ask.digest(), Some(sealed.request));
        if self.most(&deal, &ask) > self.leave(&deal) {
            return refused(402);
        }
        let (text, served) = self.served(id, &deal, &ask);
        self.said(id, &text, served)
    }

    /// What an answer may cost at most.
    fn most(&self, deal: &Deal, ask: &Ask) -> Usd {
        let question = Question::of(ask);
        let input = question.count(&TONGUE).unwrap().unwrap();
        let counts = Counts { input, cached: 0, output: question.max_tokens.unwrap() };
        self.class(deal).1.fee(deal.price, counts).unwrap()
    }

    /// What the worker's own rule lets go unsigned, where all before is vouched for.
    fn leave(&self, deal: &Deal) -> Usd {
        let terms = self.runtime.block_on(self.suite.market().terms(Some(deal.terms))).unwrap().terms;
        if matches!(deal.kind, Kind::Session) { Usd::new(10_000_000_000) } else { terms.unsigned_cap }
    }

    fn class(&self, deal: &Deal) -> (Class, Weights) {
        let class = self.runtime.block_on(self.suite.market().class(deal.class)).unwrap().class;
        let Product::Inference { weights, .. } = class.product else { panic!() };
        (class, weights)
    }

    /// The answer to a ticket: the same whenever it is asked for.
    fn served(&self, id: u64, deal: &Deal, ask: &Ask) -> (String, Served) {
        let request = ask.digest().unwrap();
        let mut deals = self.deals.lock().unwrap();
        let kept = deals.entry(id).or_default();
        if let Some(answer) = kept.answers.get(&request.to_string()) {
            return answer.clone();
        }
        let (class, weights) = self.class(deal);
        let Product::Inference { engine, sampler, .. } = class.product else { panic!() };
        let (text, tokens, mut input, finish, seed) = generate(ask);
        if self.is(Fault::Overcounts) {
            input += 7;
        }
        let counts = Counts { input, cached: 0, output: tokens.len() as u64 };
        let version = ENGINE.describe().version.clone();
        let engine = Engine { model: class.model, class: engine.to_string(), version, sampler, seed };
        let leaf = Leaf {
            index: kept.totals.count,
            request,
            output: sign::output(&[9; 16], &tokens),
            evidence: digest::zero(),
            bundle: digest::zero(),
            engine: engine.digest(),
            counts,
            finish,
            fee: weights.fee(deal.price, counts).unwrap(),
        };
        kept.frontier.push(leaf.node()).unwrap();
        kept.totals = kept.totals.plus(&leaf).unwrap();
        let root = tree::root(&self.scope(id), kept.totals.count, &kept.frontier.top().unwrap());
        let receipt = self.scope(id).receipt(&leaf.hash(), &kept.totals, &root);
        let other = SecretKey::from_bytes(&[77; 32]).unwrap();
        let signature = if self.is(Fault::Forges) { other.sign(&receipt) } else { self.worker.sign(&receipt) };
        let (salt, totals) = (vec![9; 16].into(), kept.totals);
        let signature = signature.unwrap();
        let served = Served { leaf, engine, salt, tokens, request_salt: None, totals, root, signature };
        kept.answers.insert(request.to_string(), (text.clone(), served.clone()));
        (text, served)
    }

    fn said(&self, id: u64, text: &str, served: Served) -> Response {
        let chunk = |value: Value| format!("data: {value}\n\n");
        let piece = |text: &str| chunk(json!({"choices": [{"index": 0, "delta": {"content": text}}]}));
        let middle = text.char_indices().map(|(at, _)| at).nth(text.chars().count() / 2).unwrap_or(0);
        let (first, second) = text.split_at(middle);
        let mut events = vec![": accepted\n\n".to_owned(), piece(first)];
        let fault = *self.fault.lock().unwrap();
        if fault == Some(Fault::BreaksOff)
            && !std::mem::replace(&mut self.deals.lock().unwrap().get_mut(&id).unwrap().broke, true)
        {
            return Response::Events(events);
        }
        events.push(piece(if fault == Some(Fault::Garbles) { "Something else." } else { second }));
        if fault == Some(Fault::Overcounts) {
            self.send_commit(id, served.totals, served.root, Proof::Job);
        }
        if fault != Some(Fault::KeepsReceipt) {
            events.push(chunk(
                json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "hearth": served}),
            ));
        }
        events.push("data: [DONE]\n\n".to_owned());
        Response::Events(events)
    }

    fn vouched(&self, id: u64, voucher: Voucher) {
        let digest = self.scope(id).voucher(voucher.seq, &voucher.totals, &voucher.root);
        verify(&self.deal(id).session_key, &digest, &voucher.signature).unwrap();
        let mut deals = self.deals.lock().unwrap();
        let kept = deals.get_mut(&id).unwrap();
        assert_eq!(voucher.totals, kept.totals);
        kept.voucher = Some(voucher);
    }

    fn standing(&self, id: u64) -> Standing {
        let deals = self.deals.lock().unwrap();
        let Kept { totals, voucher, committed, commits, .. } = &deals[&id];
        Standing {
            deal: DealId(id),
            totals: *totals,
            root: voucher.as_ref().map(|voucher| voucher.root),
            vouched: voucher.as_ref().map(|voucher| voucher.totals).unwrap_or_default(),
            seq: voucher.as_ref().map_or(0, |voucher| voucher.seq),
            committed: *committed,
            commits: *commits,
        }
    }
}

/// Text, tokens, prompt tokens, end and seed of an answer.
fn generate(ask: &Ask) -> (String, Vec<u32>, u64, leaf::Finish, u64) {
    let body: Value = serde_json::from_str(&ask.body).unwrap();
    let messages: Vec<Message> = serde_json::from_value(body["messages"].clone()).unwrap();
    let seed = body["seed"].as_u64().unwrap();
    let key: [u8; 32] = door::seed(seed).as_slice().try_into().unwrap();
    let temperature = body["temperature"].as_f64().unwrap() as f32;
    let sampling = Sampling { temperature, seed: key, ..Sampling::greedy() };
    let stop = Stop::after(body["max_tokens"].as_u64().unwrap() as usize);
    let mut generation = ENGINE.generate(Generate { prompt: Prompt::Chat(messages), sampling, stop }).unwrap();
    let (mut said, mut ids, mut finish, mut count) = (String::new(), Vec::new(), leaf::Finish::STOP, 0);
    while let Some(event) = generation.next_blocking() {
        match event.unwrap() {
            Event::Started { input, .. } => count = input as u64,
            Event::Piece { tokens, text, .. } => {
                said.push_str(&text);
                ids.extend(tokens);
            }
            Event::Finished { reason: Finish::Length, .. } => finish = leaf::Finish::LENGTH,
            Event::Finished { .. } => {}
        }
    }
    (said, ids, count, finish, seed)
}
