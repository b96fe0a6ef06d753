//! What a deal says, as far as its client checks answers by it.

use hearth_schema::digest::Digest;
use hearth_schema::leaf::Weights;
use hearth_schema::market::{Class, DealAnswer, EngineClass, Kind, Product};
use hearth_schema::sign::{PublicKey, Scope};
use hearth_schema::unit::{DealId, NodeId, Price, Usd};
use serde::{Deserialize, Serialize};

/// A deal's terms: copied into it when it was opened, and never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pact {
    /// The chain's id.
    pub chain: String,
    /// The market's address.
    pub market: String,
    /// The deal.
    pub deal: DealId,
    /// Who works.
    pub node: NodeId,
    /// Signs receipts.
    pub worker_key: PublicKey,
    /// Signs tickets and vouchers.
    pub session_key: PublicKey,
    /// Pico-dollars per output token.
    pub price: Price,
    /// What input and cached tokens weigh.
    pub weights: Weights,
    /// The most that it may charge.
    pub max_spend: Usd,
    /// The model's digest.
    pub model: Digest,
    /// The engine class.
    pub engine: EngineClass,
    /// The sampler.
    pub sampler: String,
    /// Digest of the one request of a Job; nothing for a Session.
    pub request: Option<Digest>,
}

impl Pact {
    /// What this deal of a class says; nothing where the class sells time.
    pub fn of(chain: &str, market: &str, deal: &DealAnswer, class: &Class) -> Option<Self> {
        let Product::Inference { engine, sampler, weights, .. } = &class.product else { return None };
        let DealAnswer { id, deal } = deal;
        Some(Self {
            chain: chain.to_owned(),
            market: market.to_owned(),
            deal: *id,
            node: deal.node,
            worker_key: deal.worker_key.clone(),
            session_key: deal.session_key.clone(),
            price: deal.price,
            weights: *weights,
            max_spend: deal.max_spend,
            model: class.model,
            engine: *engine,
            sampler: sampler.clone(),
            request: match deal.kind {
                Kind::Job { request } => Some(request),
                Kind::Session => None,
            },
        })
    }

    /// The deal that signed bytes belong to.
    pub fn scope(&self) -> Scope<'_> {
        Scope { chain: &self.chain, market: &self.market, deal: self.deal }
    }
}
