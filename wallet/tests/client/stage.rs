//! A client and a worker at one deal, with real keys and the tokenizer of the model that ships.

use std::path::PathBuf;

use hearth_schema::digest::{self, Digest};
use hearth_schema::door::{Api, Ask, Served};
use hearth_schema::leaf::{Counts, Engine, Finish, Leaf, Weights};
use hearth_schema::market::EngineClass;
use hearth_schema::sign;
use hearth_schema::tree::{self, Frontier};
use hearth_schema::unit::{DealId, NodeId, Price, Usd};
use hearth_speech::Tongue;
use serde_json::json;

use hearth_wallet::key::{SecretKey, Signer};
use hearth_wallet::session::{Pact, Question, Tally};

/// The seed of every request here.
pub(crate) const SEED: u64 = 11;

/// The model that ships.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../worker/engine/models/hearth-tiny")
}

/// How it reads and speaks.
pub(crate) fn tongue() -> Tongue {
    Tongue::load(&folder()).unwrap()
}

/// The client's key of the deal.
pub(crate) fn client() -> SecretKey {
    SecretKey::from_bytes(&[1; 32]).unwrap()
}

/// A deal that may spend this many pico-dollars.
pub(crate) fn pact(max_spend: u128) -> Pact {
    Pact {
        chain: "hearth-1".into(),
        market: "hearth1market".into(),
        deal: DealId(7),
        node: NodeId(3),
        worker_key: SecretKey::from_bytes(&[2; 32]).unwrap().public_key(),
        session_key: client().public_key(),
        price: Price::new(2_000_003),
        weights: Weights { input: 250, cached: 25 },
        max_spend: Usd::new(max_spend),
        model: Digest::generate(b"model"),
        engine: EngineClass::Exact,
        sampler: "gumbel/v1".into(),
        request: None,
    }
}

/// A question, each with a salt of its own.
pub(crate) fn ask(number: u8) -> Ask {
    let body = json!({
        "model": "hearth-tiny",
        "messages": [{"role": "user", "content": format!("What is burned? Say it {number} times.")}],
        "max_tokens": 64,
        "seed": SEED,
        "stop": ["\n\n"],
        "stream": true,
    });
    Ask { salt: vec![number; 32].into(), api: Api::Chat, body: body.to_string() }
}

/// An honest worker.
pub(crate) struct Worker {
    pub(crate) key: SecretKey,
    pub(crate) pact: Pact,
    tally: Tally,
    frontier: Frontier,
    tongue: Tongue,
}

impl Worker {
    /// One that has served nothing of this deal.
    pub(crate) fn of(pact: Pact) -> Self {
        let key = SecretKey::from_bytes(&[2; 32]).unwrap();
        Self { key, pact, tally: Tally::default(), frontier: Frontier::default(), tongue: tongue() }
    }

    /// Answers with this text.
    pub(crate) fn serve(&mut self, ask: &Ask, text: &str) -> Served {
        let mut served = self.draft(ask, text);
        self.sign(&mut served);
        self.tally = self.tally.step(&self.pact, &served).unwrap();
        self.frontier.push(served.leaf.node()).unwrap();
        served
    }

    /// An answer whose totals, root and signature are not made yet.
    pub(crate) fn draft(&self, ask: &Ask, text: &str) -> Served {
        let pact = &self.pact;
        let tokens = self.tongue.read(text, 1_000).unwrap().split_off(1);
        let prompt = Question::of(ask).count(&self.tongue).unwrap().unwrap();
        let counts = Counts { input: prompt - 3, cached: 3, output: u64::try_from(tokens.len()).unwrap() };
        let engine = Engine {
            model: pact.model,
            class: pact.engine.to_string(),
            version: "exact/1".into(),
            sampler: pact.sampler.clone(),
            seed: SEED,
        };
        let leaf = Leaf {
            index: self.tally.totals().count,
            request: ask.digest().unwrap(),
            output: sign::output(&[5; 16], &tokens),
            evidence: digest::zero(),
            bundle: digest::zero(),
            engine: engine.digest(),
            counts,
            finish: Finish::STOP,
            fee: pact.weights.fee(pact.price, counts).unwrap(),
        };
        let (totals, root) = (*self.tally.totals(), digest::zero());
        let signature = self.key.sign(&digest::zero()).unwrap();
        Served { leaf, engine, salt: vec![5; 16].into(), tokens, request_salt: None, totals, root, signature }
    }

    /// Counts and signs whatever the leaf says.
    pub(crate) fn sign(&self, served: &mut Served) {
        let mut frontier = self.frontier.clone();
        frontier.push(served.leaf.node()).unwrap();
        let scope = self.pact.scope();
        served.totals = self.tally.totals().plus(&served.leaf).unwrap();
        served.root = tree::root(&scope, frontier.count(), &frontier.top().unwrap());
        let digest = scope.receipt(&served.leaf.hash(), &served.totals, &served.root);
        served.signature = self.key.sign(&digest).unwrap();
    }
}
