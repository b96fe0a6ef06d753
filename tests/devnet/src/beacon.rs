//! A beacon beside the chain: drand's own HTTP format, a key of its own, its rounds tied to the chain's clock – or to the
//! machine's, where the chain is a real one.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use hearth_beacon::{Signer, randomness};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::handle::Handle;
use crate::node::wall;

/// The scheme's name, as drand says it.
const SCHEME: &str = "bls-unchained-g1-rfc9380";

/// A beacon whose rounds come when the chain's time has come.
#[derive(Clone)]
pub struct Beacon {
    signer: Arc<Signer>,
    clock: Clock,
    /// The round past which none comes, while rounds are held back.
    held: Arc<Mutex<Option<u64>>>,
}

/// Whose time it is.
#[derive(Clone)]
enum Clock {
    Chain(Handle),
    Machine,
}

impl Beacon {
    /// A beacon over a node.
    pub fn new(signer: Signer, node: Handle) -> Self {
        Self { signer: Arc::new(signer), clock: Clock::Chain(node), held: Arc::new(Mutex::new(None)) }
    }

    /// A beacon by the machine's clock.
    pub fn by_the_machine(signer: Signer) -> Self {
        Self { signer: Arc::new(signer), clock: Clock::Machine, held: Arc::new(Mutex::new(None)) }
    }

    /// Answers whoever asks, until the listener breaks.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        axum::serve(listener, self.router()).await
    }

    /// Who signs.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Holds back all rounds after this one; nothing lets them come again.
    pub fn hold(&self, after: Option<u64>) {
        if let Ok(mut held) = self.held.lock() {
            *held = after;
        }
    }

    /// Lets go of the node.
    pub(crate) fn let_go(&mut self) {
        self.clock = Clock::Chain(Handle::none());
    }

    /// The last round that has come.
    pub async fn latest(&self) -> Option<u64> {
        let now = match &self.clock {
            Clock::Chain(node) => node.ask(|node| node.now()).await.ok()?,
            Clock::Machine => wall(),
        };
        let round = self.signer.round_at(now / 1_000_000_000)?;
        let held = self.held.lock().ok().and_then(|held| *held);
        Some(held.map_or(round, |held| held.min(round)))
    }

    /// All addresses of the beacon.
    pub fn router(&self) -> Router {
        let chain = hex::encode(self.chain_hash());
        Router::new()
            .route("/info", get(info))
            .route("/public/latest", get(latest))
            .route("/public/{round}", get(round))
            .route(&format!("/{chain}/info"), get(info))
            .route(&format!("/{chain}/public/latest"), get(latest))
            .route(&format!("/{chain}/public/{{round}}"), get(round))
            .route("/chains", get(chains))
            .with_state(self.clone())
    }

    /// The chain's name, as drand makes it: a digest of its parameters.
    fn chain_hash(&self) -> Vec<u8> {
        let period = u32::try_from(self.signer.period()).unwrap_or(u32::MAX);
        let hash = Sha256::new()
            .chain_update(period.to_be_bytes())
            .chain_update(self.signer.genesis().to_be_bytes())
            .chain_update(self.signer.public_key())
            .chain_update(self.group_hash())
            .chain_update(b"quicknet");
        hash.finalize().to_vec()
    }

    fn group_hash(&self) -> Vec<u8> {
        Sha256::digest(self.signer.public_key()).to_vec()
    }

    fn signed(&self, round: u64) -> Value {
        let signature = self.signer.sign(round);
        json!({
            "round": round, "randomness": hex::encode(randomness(&signature)), "signature": hex::encode(signature),
        })
    }
}

async fn info(State(beacon): State<Beacon>) -> Json<Value> {
    Json(json!({
        "public_key": hex::encode(beacon.signer.public_key()), "period": beacon.signer.period(),
        "genesis_time": beacon.signer.genesis(), "hash": hex::encode(beacon.chain_hash()),
        "groupHash": hex::encode(beacon.group_hash()), "schemeID": SCHEME,
        "metadata": { "beaconID": "quicknet" },
    }))
}

async fn chains(State(beacon): State<Beacon>) -> Json<Value> {
    Json(json!([hex::encode(beacon.chain_hash())]))
}

async fn latest(State(beacon): State<Beacon>) -> Response {
    match beacon.latest().await {
        Some(round @ 1..) => ([(header::CACHE_CONTROL, "no-store")], Json(beacon.signed(round))).into_response(),
        _ => (StatusCode::NOT_FOUND, "no round has come yet").into_response(),
    }
}

async fn round(State(beacon): State<Beacon>, Path(asked): Path<String>) -> Response {
    let Ok(asked) = asked.parse::<u64>() else {
        return (StatusCode::BAD_REQUEST, format!("`{asked}` is no round")).into_response();
    };
    let latest = beacon.latest().await.unwrap_or_default();
    match asked {
        0 => (StatusCode::BAD_REQUEST, "rounds count from 1").into_response(),
        asked if asked > latest => (StatusCode::NOT_FOUND, "the round has not come yet").into_response(),
        asked => Json(beacon.signed(asked)).into_response(),
    }
}
