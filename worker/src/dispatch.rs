//! What stands behind the door: from a request to an engine's answer, within what is paid for.
//!
//! - [`sealed`] – a deal's own requests
//! - [`open`] – requests in the clear, with a bearer token as their key
//! - [`answer`] – what both come to: the same answer again, or a new one
//! - [`stream`] – an answer on its way, and what is written down at its end
//! - [`accept`] – vouchers, and how a deal stands

mod accept;
mod answer;
mod open;
mod sealed;
mod stream;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hearth_gateway::ask::Ask;
use hearth_gateway::house::{self, Answer, House, Refusal};
use hearth_schema::bme::Quote;
use hearth_schema::unit::{DealId, Seconds, TokenPrice};
use hearth_wallet::key::Signer;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore, watch};
use zeroize::Zeroizing;

use crate::flights::Flights;
use crate::gas;
use crate::journal::Journal;
use crate::journal::deals::Known;
use crate::model::Model;
use crate::refuse;
use crate::sight::Sight;
use crate::stop::Stop;
use crate::tally::Tally;
use crate::view::View;
use crate::waiting::Waiting;
use crate::watch::fetch;

/// After so long without a new block, or so many block times, the chain counts as not seen; after as long, a transaction
/// that no block takes is trouble.
const BLIND: Duration = Duration::from_secs(30);
const BLIND_BLOCKS: u32 = 6;

/// The keys of a worker.
pub struct Keys {
    /// Signs receipts and transactions.
    pub worker: Arc<dyn Signer>,
    /// Opens what is sealed to the node.
    pub sealing: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Keys(of {})", self.worker.public_key().0)
    }
}

/// Whether an engine is well, else why not.
pub type Health = Box<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What dispatching takes.
pub struct Parts {
    /// What must not be forgotten.
    pub journal: Journal,
    /// Asks the chain.
    pub view: View,
    /// What was last seen of the chain.
    pub sight: watch::Receiver<Sight>,
    /// Signs and opens.
    pub keys: Keys,
    /// Answers.
    pub model: Model,
    /// Whether it is well.
    pub health: Health,
    /// What is under way.
    pub flights: Flights,
    /// What is on its way to the chain.
    pub waiting: Waiting,
    /// Rung when there may be something to commit.
    pub bell: Arc<Notify>,
    /// Told when nothing new is taken.
    pub stop: Stop,
    /// What is counted for those who watch.
    pub tally: Tally,
    /// How old a price may be.
    pub fresh: Seconds,
    /// What a block takes.
    pub block: Duration,
}

/// Serves the deals of one node. Clones are the same.
#[derive(Clone)]
pub struct Desk {
    parts: Arc<Parts>,
    /// Deals that nobody here knows are asked for this many at a time.
    strangers: Arc<Semaphore>,
}

impl Desk {
    /// A desk with these parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), strangers: Arc::new(Semaphore::new(4)) }
    }

    /// A deal of this node; one that was opened in the last block is asked for.
    async fn known(&self, deal: DealId) -> Result<Option<Known>, Refusal> {
        let Parts { journal, view, .. } = &*self.parts;
        let look = || journal.turn(move |page| page.deal(deal));
        let known = look().await.map_err(|error| refuse::journal(&error))?;
        if known.is_some() {
            return Ok(known);
        }
        let _turn = self.strangers.acquire().await.map_err(|_| refuse::away("the worker is stopping"))?;
        if let Err(error) = fetch(view, journal, deal).await {
            tracing::warn!(%deal, %error, "a deal cannot be asked for");
            return Err(refuse::away("the worker cannot see the chain now: ask again in a while"));
        }
        look().await.map_err(|error| refuse::journal(&error))
    }

    /// The price at which an escrow is counted: a stale one is taken at its lowest.
    fn price(&self) -> Option<TokenPrice> {
        let sight = self.parts.sight.borrow();
        let quote: Quote = sight.quote?;
        Some(if quote.is_fresh(sight.head.time, self.parts.fresh) { quote.last } else { quote.low_24h })
    }

    /// Whether work is taken now.
    fn is_ready(&self) -> Result<(), String> {
        let parts = &self.parts;
        if parts.stop.is_leaving() {
            return Err("the worker is stopping".to_owned());
        }
        (parts.health)()?;
        let sight = parts.sight.borrow();
        if let Some(problem) = &sight.problem {
            return Err(format!("the chain cannot be read: {problem}"));
        }
        let blind = parts.block.saturating_mul(BLIND_BLOCKS).max(BLIND);
        let now = Instant::now();
        let since = now.saturating_duration_since(sight.since);
        if since > blind {
            return Err(format!("no new block for {} s: the chain has halted, or its nodes lag", since.as_secs()));
        }
        let price = &parts.view.client.chain().gas_price;
        let short = sight.coins.and_then(|held| gas::short(price, &parts.view.worker, held));
        short.or_else(|| parts.waiting.trouble(now, blind)).map_or(Ok(()), Err)
    }
}

impl House for Desk {
    fn models(&self) -> Vec<house::Model> {
        let model = &self.parts.model;
        let description = model.describe();
        let digest = if description.digest == [0; 32] { String::new() } else { hex::encode(description.digest) };
        vec![house::Model { id: description.model.clone(), created: model.since, context: model.context(), digest }]
    }

    async fn open(&self, ask: Ask, body: Bytes, key: Option<String>) -> Result<Answer, Refusal> {
        self.ask_open(ask, body, key).await
    }

    async fn sealed(&self, deal: u64, body: Bytes, voucher: Option<String>) -> Result<Answer, Refusal> {
        self.ask_sealed(DealId(deal), &body, voucher.as_deref()).await
    }

    async fn voucher(&self, deal: u64, body: Bytes) -> Result<Value, Refusal> {
        self.take_voucher(DealId(deal), &body).await
    }

    async fn standing(&self, deal: u64) -> Result<Value, Refusal> {
        self.stands(DealId(deal)).await
    }

    fn files(&self, model: &str) -> Option<Value> {
        let ours = &self.parts.model;
        (ours.describe().model == model).then(|| ours.digests.clone()).flatten()
    }

    fn file(&self, model: &str, name: &str) -> Option<Bytes> {
        let ours = &self.parts.model;
        (ours.describe().model == model).then(|| ours.files.get(name).cloned()).flatten()
    }

    async fn attestation(&self) -> Value {
        let Parts { view, keys, model, .. } = &*self.parts;
        // What cannot be asked is said to be unknown, never guessed.
        let at_risk = view.at_risk().await.ok();
        let description = model.describe();
        json!({
            "tee_status": "none",
            "provider_stake_active": at_risk.as_ref().map(|at_risk| !at_risk.bond.is_zero()),
            "bond_value_pico_usd": at_risk.as_ref().map(|at_risk| at_risk.bond),
            "at_risk_pico_usd": at_risk.as_ref().map(|at_risk| at_risk.at_risk),
            "chain_id": view.client.chain().id,
            "market": view.at.market,
            "node": view.node,
            "worker": view.worker,
            "worker_key": keys.worker.public_key(),
            "model": description.model,
            "model_digest": hex::encode(description.digest),
            "engine": description.version,
        })
    }

    fn ready(&self) -> Result<(), String> {
        self.is_ready()
    }

    fn metrics(&self) -> String {
        let Parts { tally, sight, flights, waiting, .. } = &*self.parts;
        tally.text(&sight.borrow(), flights.active(), waiting.open(Instant::now()))
    }
}
