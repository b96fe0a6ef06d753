//! CometBFT's JSON-RPC: methods, their parameters and their answers.
//!
//! - [`params`] – parameters by name, by place and from an address line
//! - [`shape`] – blocks, headers, transactions and results as CometBFT writes them
//! - [`search`], [`find`] – its query language, and what is found by it
//! - [`serve`], [`socket`], [`envelope`] – HTTP and websockets, and what is around each call
//! - [`connections`], [`listener`], [`bounds`] – how many at once, requests with raw quotes, and what each may hold

pub mod bounds;
pub mod connections;
pub mod envelope;
pub mod find;
pub mod listener;
pub mod params;
pub mod search;
pub mod serve;
pub mod shape;
pub mod socket;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::block::Block;
use crate::fault::{Fault, INVALID_HEIGHT, INVALID_REQUEST, Kind, LOGIC, OUT_OF_GAS};
use crate::node::Node;
use crate::node::pool::{LONGEST, POOL, POOL_BYTES, Submitted};
use crate::query;
use crate::rpc::params::Params;
use crate::tx::run::hash;

/// An error of JSON-RPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcError {
    /// Its code.
    pub code: i64,
    /// What kind it is.
    pub message: &'static str,
    /// What was wrong.
    pub data: String,
}

impl RpcError {
    /// The call was understood, and failed.
    pub fn internal(data: impl Into<String>) -> Self {
        Self { code: -32603, message: "Internal error", data: data.into() }
    }

    /// The parameters are no good.
    pub fn params(data: impl Into<String>) -> Self {
        Self { code: -32602, message: "Invalid params", data: data.into() }
    }

    /// There is no such method.
    pub fn method() -> Self {
        Self { code: -32601, message: "Method not found", data: String::new() }
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (false, Some(fields)) = (self.data.is_empty(), error.as_object_mut()) {
            fields.insert("data".to_owned(), json!(self.data));
        }
        error
    }
}

/// The most that a page holds, and what it holds where nobody says.
pub const MOST: u64 = 100;
pub const USUAL: u64 = 30;
/// A range of blocks is answered so many at a time.
const RANGE: u64 = 20;

/// Answers a call.
pub fn call(node: &mut Node, method: &str, params: &Params) -> Result<Value, RpcError> {
    match method {
        "health" => Ok(json!({})),
        "status" => {
            let block = shown(node)?;
            let first = node.block(1).unwrap_or_else(|| block.clone());
            Ok(shape::status(&node.terms.chain_id, &first, &block))
        }
        "net_info" => Ok(json!({ "listening": true, "listeners": ["Listener(@)"], "n_peers": "0", "peers": [] })),
        "genesis" => {
            node.block(1).map(|first| shape::genesis(&node.terms.chain_id, &first)).ok_or_else(RpcError::method)
        }
        "genesis_chunked" => {
            let genesis = call(node, "genesis", params)?;
            let text = genesis.get("genesis").map(Value::to_string).unwrap_or_default();
            Ok(json!({ "chunk": "0", "total": "1", "data": BASE64.encode(text) }))
        }
        "consensus_params" => {
            let block = at(node, params)?;
            Ok(json!({ "block_height": block.height.to_string(), "consensus_params": shape::consensus_params() }))
        }
        "abci_info" => Ok(json!({ "response": {
            "data": "WasmApp", "version": env!("CARGO_PKG_VERSION"),
            "last_block_height": node.last().height.to_string(),
            "last_block_app_hash": BASE64.encode(node.last().app),
        } })),
        "abci_query" => abci_query(node, params),
        "broadcast_tx_sync" | "broadcast_tx_async" => broadcast(node, method, params),
        "check_tx" => Ok(shape::result(&node.check(&params.bytes("tx")?))),
        "tx" => transaction(node, params),
        "tx_search" => find::tx_search(node, params),
        "block_search" => find::block_search(node, params),
        "block" => at(node, params).map(|block| shape::block_answer(&node.terms.chain_id, &block)),
        "block_by_hash" => {
            // CometBFT wants base64; tendermint-rpc writes hexadecimal, which can be told apart.
            let hexadecimal = params.text("hash")?.is_some_and(|text| text.len() == 64);
            let wanted = if hexadecimal { params.hex("hash")? } else { params.bytes("hash")? };
            let block = by_hash(node, &wanted);
            Ok(block.map_or_else(
                || json!({ "block_id": shape::block_id(None), "block": null }),
                |block| shape::block_answer(&node.terms.chain_id, &block),
            ))
        }
        "header" => at(node, params).map(|block| json!({ "header": shape::header(&node.terms.chain_id, &block) })),
        "header_by_hash" => {
            let block = by_hash(node, &params.hex("hash")?);
            Ok(json!({ "header": block.map(|block| shape::header(&node.terms.chain_id, &block)) }))
        }
        "block_results" => at(node, params).map(|block| shape::block_results(&block)),
        "commit" => {
            let block = at(node, params)?;
            let next = node.block(block.height + 1);
            Ok(shape::commit_answer(&node.terms.chain_id, &block, next.as_ref()))
        }
        "blockchain" => blockchain(node, params),
        "validators" => {
            let block = at(node, params)?;
            Ok(shape::validators(block.height))
        }
        "num_unconfirmed_txs" => Ok(unconfirmed(node, 0)),
        "unconfirmed_txs" => Ok(unconfirmed(node, params.number("limit")?.unwrap_or(USUAL).min(MOST))),
        _ => crate::commands::call(node, method, params),
    }
}

/// The block that stands for now; an older one where chaos wants it.
fn shown(node: &mut Node) -> Result<Block, RpcError> {
    let behind = node.chaos.as_mut().map_or(0, crate::chaos::Chaos::staleness);
    let height = node.last().height.saturating_sub(behind).max(1);
    node.block(height).ok_or_else(|| RpcError::internal("no block"))
}

/// The block at the height that is asked for, or the last.
fn at(node: &Node, params: &Params) -> Result<Block, RpcError> {
    let last = node.last().height;
    let Some(height) = params.signed("height")? else { return Ok(node.last().clone()) };
    let Ok(height @ 1..) = u64::try_from(height) else {
        return Err(RpcError::internal(format!("height must be greater than 0, but got {height}")));
    };
    if height > last {
        let words = format!("height {height} must be less than or equal to the current blockchain height {last}");
        return Err(RpcError::internal(words));
    }
    node.block(height).ok_or_else(|| RpcError::internal(format!("height {height} is not available")))
}

fn by_hash(node: &Node, wanted: &[u8]) -> Option<Block> {
    let mut found = None;
    node.disk.blocks(1, node.last().height, true, |block| {
        let same = block.hash == wanted;
        if same {
            found = Some(block);
        }
        !same
    });
    found
}

fn abci_query(node: &mut Node, params: &Params) -> Result<Value, RpcError> {
    let path = params.text("path")?.unwrap_or_default();
    let data = params.hex("data")?;
    let asked = params.signed("height")?.unwrap_or_default();
    let height = shown(node)?.height;
    let last = node.last().height;
    let answered = match u64::try_from(asked) {
        Err(_) => {
            let words = "cannot query with height < 0; please provide a valid height";
            return Ok(unheard(&INVALID_REQUEST, words));
        }
        Ok(asked) if asked > last => {
            let words = "cannot query with height in the future; please provide a valid height";
            return Ok(unheard(&INVALID_HEIGHT, words));
        }
        Ok(asked) if asked == 0 || asked == last => query::answer(node, &path, &data),
        Ok(asked) => {
            let words =
                format!("failed to load state at height {asked}; version does not exist (latest height: {last})");
            Err(INVALID_REQUEST.because(words))
        }
    };
    let of = |code: u32, space: &str, log: &str| shape::queried(code, space, log, None, height);
    let response = match answered {
        Ok(value) => shape::queried(0, "", "", Some(&value), height),
        Err(Fault::OutOfGas { location }) => of(11, "sdk", &format!("out of gas in location: {location}: out of gas")),
        // The SDK takes what a module refuses in a query for a request that it does not know, and what nobody has
        // registered for one that is wrong.
        Err(Fault::Refused(refusal))
            if refusal.kind.space == "wasm" || [&LOGIC, &OUT_OF_GAS].contains(&refusal.kind) =>
        {
            of(6, "sdk", &format!("{}: unknown request", refusal.log))
        }
        Err(Fault::Refused(refusal)) if refusal.kind.space == "undefined" => {
            of(18, "sdk", &format!("{}: invalid request", refusal.log))
        }
        // A question that nobody answers is of no height.
        Err(Fault::Refused(refusal)) if query::is_of_nobody(&refusal) => {
            shape::queried(refusal.kind.code, refusal.kind.space, &refusal.log, None, 0)
        }
        Err(Fault::Refused(refusal)) => of(refusal.kind.code, refusal.kind.space, &refusal.log),
    };
    Ok(json!({ "response": response }))
}

/// What is said of a question about a height that is none.
fn unheard(kind: &Kind, words: &str) -> Value {
    let log = format!("{words}: {}", kind.text);
    json!({ "response": shape::queried(kind.code, kind.space, &log, None, 0) })
}

fn broadcast(node: &mut Node, method: &str, params: &Params) -> Result<Value, RpcError> {
    let bytes = params.bytes("tx")?;
    let name = shape::hex(&hash(&bytes));
    match node.submit(bytes) {
        Submitted::Repeated => Err(RpcError::internal("tx already exists in cache")),
        Submitted::Full { count, bytes } => {
            let words = format!(
                "mempool is full: number of txs {count} (max: {POOL}), total txs bytes {bytes} (max: {POOL_BYTES})"
            );
            Err(RpcError::internal(words))
        }
        Submitted::TooLong { length } => {
            Err(RpcError::internal(format!("Tx too large. Max size is {LONGEST}, but got {length}")))
        }
        Submitted::Checked(_) if method == "broadcast_tx_async" => {
            Ok(json!({ "code": 0, "data": "", "log": "", "codespace": "", "hash": name }))
        }
        Submitted::Checked(result) => Ok(json!({
            "code": result.code, "data": "", "log": result.log, "codespace": result.codespace, "hash": name,
        })),
    }
}

fn transaction(node: &Node, params: &Params) -> Result<Value, RpcError> {
    let hash = params.bytes("hash")?;
    if hash.is_empty() {
        return Err(RpcError::internal("transaction hash cannot be empty"));
    }
    let found = node.disk.find(&hash).and_then(|(height, index)| Some((node.block(height)?, index)));
    match found {
        Some((block, index)) => Ok(shape::transaction(&block, index)),
        None => Err(RpcError::internal(format!("tx ({}) not found", shape::hex(&hash)))),
    }
}

fn blockchain(node: &Node, params: &Params) -> Result<Value, RpcError> {
    let last = node.last().height;
    let (low, high) =
        (params.signed("minHeight")?.unwrap_or_default(), params.signed("maxHeight")?.unwrap_or_default());
    let (Ok(low), Ok(high)) = (u64::try_from(low), u64::try_from(high)) else {
        return Err(RpcError::internal("heights must be non-negative"));
    };
    let high = if high == 0 { last } else { high.min(last) };
    let low = low.max(1).max(high.saturating_sub(RANGE - 1));
    if low > high {
        return Err(RpcError::internal(format!("min height {low} can't be greater than max height {high}")));
    }
    let mut metas = Vec::new();
    node.disk.blocks(low, high, true, |block| {
        metas.push(shape::meta(&node.terms.chain_id, &block));
        true
    });
    Ok(json!({ "last_height": last.to_string(), "block_metas": metas }))
}

fn unconfirmed(node: &Node, limit: u64) -> Value {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let txs: Vec<String> = node.pool().iter().take(limit).map(|bytes| BASE64.encode(bytes)).collect();
    let shown = if limit == 0 { node.pool().len() } else { txs.len() };
    json!({
        "n_txs": shown.to_string(), "total": node.pool().len().to_string(),
        "total_bytes": node.pool_bytes().to_string(),
        "txs": if limit == 0 { Value::Null } else { json!(txs) },
    })
}
