//! Queries as clients ask them: the path of a gRPC method, protobuf in and out.
//!
//! - [`auth`], [`bank`], [`gov`], [`wasm`] – the modules
//! - [`tx`], [`node`] – transactions, and the node itself
//! - [`page`] – pages of lists

pub mod auth;
pub mod bank;
pub mod gov;
pub mod node;
pub mod page;
pub mod tx;
pub mod wasm;

use prost::Message;

use crate::fault::{Fault, INVALID_REQUEST, PANIC, Refusal, UNKNOWN_REQUEST};
use crate::gas::{self, Meter};
use crate::node::Node;

/// The version of CometBFT that the chain speaks like.
pub const COMET_VERSION: &str = "0.38.21";

/// Answers a query of the state as it is after the last block.
pub fn answer(node: &Node, path: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    node.chain.enter(None, false);
    node.chain.push_meter(Meter::of(gas::QUERY_LIMIT.max(u64::MAX >> 1)));
    let start = node.chain.checkpoint();
    let caught = node.chain.caught(|| route(node, path, data));
    let answered = caught.unwrap_or_else(|| Err(PANIC.because("recovered")));
    node.chain.revert(start);
    node.chain.enter(None, false);
    answered
}

fn read<M: Message + Default>(data: &[u8]) -> Result<M, Fault> {
    M::decode(data).map_err(|error| INVALID_REQUEST.because(error))
}

fn route(node: &Node, path: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    if path.is_empty() {
        return Err(UNKNOWN_REQUEST.because(NO_PATH));
    }
    let (service, method) = path.rsplit_once('/').unwrap_or(("", path));
    match service {
        "/cosmos.auth.v1beta1.Query" => auth::answer(node, method, data),
        "/cosmos.bank.v1beta1.Query" => bank::answer(node, method, data),
        "/cosmos.gov.v1.Query" => gov::answer(node, method, data),
        "/cosmwasm.wasm.v1.Query" => wasm::answer(node, method, data),
        "/cosmos.tx.v1beta1.Service" => tx::answer(node, method, data),
        "/cosmos.base.tendermint.v1beta1.Service" => node::answer(node, method),
        _ => Err(unknown()),
    }
}

/// What is said of a path that nobody answers.
const NO_PATH: &str = "no query path provided";
const UNKNOWN_PATH: &str = "unknown query path";

/// Whether a refusal is that of a path that nobody answers.
pub fn is_of_nobody(refusal: &Refusal) -> bool {
    [NO_PATH, UNKNOWN_PATH].iter().any(|words| refusal.log.starts_with(words))
}

fn unknown() -> Fault {
    UNKNOWN_REQUEST.because(UNKNOWN_PATH)
}
