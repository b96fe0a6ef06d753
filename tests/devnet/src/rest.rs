//! REST as the Cosmos SDK's gateway serves it: queries by address line, JSON out.
//!
//! - [`ask`] – which query an address line is
//! - [`gov`] – both of governance
//! - [`write`] – answers as the gateway writes them: bytes in base64, large numbers as text, nothing left out

pub mod ask;
pub mod gov;
pub mod write;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query as Line, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmos_sdk_proto::cosmos::tx::v1beta1 as txs;
use prost::Message as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::{Code, Fault};
use crate::handle::Handle;
use crate::node::Node;
use crate::node::pool::Submitted;
use crate::query;
use crate::rest::ask::{Ask, Pairs};
use crate::rpc::params::Params;
use crate::rpc::{RpcError, call};
use crate::tx::run::hash;

/// All addresses of REST; they lie beside those of the RPC.
pub fn router() -> Router<Handle> {
    let module = || get(read).post(send);
    Router::new()
        .route("/cosmos/{*path}", module())
        .route("/cosmwasm/{*path}", module())
        .route("/ibc/{*path}", module())
}

/// Why there is no answer: a code of gRPC, and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The code.
    pub code: Code,
    /// The words.
    pub message: String,
}

impl Status {
    /// The request is no good.
    pub fn argument(message: impl Into<String>) -> Self {
        Self { code: Code::InvalidArgument, message: message.into() }
    }

    /// The chain does not do this.
    pub fn unimplemented() -> Self {
        Self { code: Code::Unimplemented, message: "Not Implemented".to_owned() }
    }

    /// Something else.
    pub fn unknown(message: impl Into<String>) -> Self {
        Self { code: Code::Unknown, message: message.into() }
    }
}

impl From<Fault> for Status {
    /// All that have no status are of no known kind.
    fn from(fault: Fault) -> Self {
        let refusal = match fault {
            Fault::OutOfGas { location } => return Self::unknown(format!("out of gas in location: {location}")),
            Fault::Refused(refusal) => refusal,
        };
        if query::is_of_nobody(&refusal) {
            return Self::unimplemented();
        }
        match refusal.status.map(|status| *status) {
            Some((code, message)) => Self { code, message },
            None => Self::unknown(refusal.log),
        }
    }
}

impl From<RpcError> for Status {
    fn from(error: RpcError) -> Self {
        Self::argument(if error.data.is_empty() { error.message.to_owned() } else { error.data })
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        let status = match self.code {
            Code::InvalidArgument => StatusCode::BAD_REQUEST,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Code::Unknown | Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let body = json!({ "code": self.code.number(), "message": self.message, "details": [] });
        (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

async fn read(State(node): State<Handle>, uri: axum::http::Uri, Line(pairs): Line<Pairs>) -> Response {
    let path = uri.path().to_owned();
    answered(node.ask(move |node| look(node, &path, &pairs)).await)
}

async fn send(State(node): State<Handle>, Path(path): Path<String>, body: Bytes) -> Response {
    answered(node.ask(move |node| take(node, &path, &body)).await)
}

fn answered(result: Result<Result<Value, Status>, crate::handle::Stopped>) -> Response {
    match result {
        Ok(Ok(value)) => ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response(),
        Ok(Err(status)) => status.into_response(),
        Err(stopped) => Status::unknown(stopped.to_string()).into_response(),
    }
}

/// Answers a GET.
fn look(node: &mut Node, path: &str, pairs: &Pairs) -> Result<Value, Status> {
    match ask::read(path, pairs)? {
        Ask::Query { path, data, write } => {
            let answer = query::answer(node, path, &data)?;
            write(&answer).map_err(|error| Status::unknown(error.to_string()))
        }
        Ask::Block { height } => {
            let pairs = height.into_iter().map(|height| ("height".to_owned(), height)).collect();
            Ok(write::block(&call(node, "block", &Params::of_line(pairs))?))
        }
        Ask::Search { pairs } => search(node, pairs),
        Ask::Fixed(value) => Ok(value),
        Ask::Stake => Ok(json!({ "params": {
            "unbonding_time": "1814400s", "max_validators": 100, "max_entries": 7, "historical_entries": 10_000,
            "bond_denom": node.terms.gas_price.denom(), "min_commission_rate": "0.000000000000000000",
        } })),
    }
}

fn search(node: &mut Node, pairs: Pairs) -> Result<Value, Status> {
    let found = call(node, "tx_search", &Params::of_line(pairs))?;
    let hashes = found.get("txs").and_then(Value::as_array).into_iter().flatten();
    let mut pairs = (Vec::new(), Vec::new());
    for hash in hashes.filter_map(|tx| tx.get("hash")?.as_str()) {
        let asked = txs::GetTxRequest { hash: hash.to_owned() }.encode_to_vec();
        let answer = query::answer(node, "/cosmos.tx.v1beta1.Service/GetTx", &asked)?;
        let tx = write::get_tx(&answer).map_err(|error| Status::unknown(error.to_string()))?;
        pairs.0.push(tx.get("tx").cloned());
        pairs.1.push(tx.get("tx_response").cloned());
    }
    Ok(json!({ "txs": pairs.0, "tx_responses": pairs.1, "pagination": null, "total": found.get("total_count") }))
}

/// What is posted: a transaction's bytes.
#[derive(Deserialize)]
struct Posted {
    tx_bytes: String,
    #[serde(default)]
    mode: Option<String>,
}

/// Answers a POST.
fn take(node: &mut Node, path: &str, body: &[u8]) -> Result<Value, Status> {
    let kind = path.strip_prefix("tx/v1beta1/").filter(|kind| matches!(*kind, "txs" | "simulate"));
    let kind = kind.ok_or_else(Status::unimplemented)?;
    let posted: Posted = serde_json::from_slice(body).map_err(|error| Status::argument(error.to_string()))?;
    let bytes = BASE64.decode(&posted.tx_bytes).map_err(|error| Status::argument(format!("tx_bytes: {error}")))?;
    if kind == "simulate" {
        #[expect(deprecated, reason = "the field is part of the message")]
        let asked = txs::SimulateRequest { tx: None, tx_bytes: bytes }.encode_to_vec();
        let answer = query::answer(node, "/cosmos.tx.v1beta1.Service/Simulate", &asked)?;
        return write::simulated(&answer).map_err(|error| Status::unknown(error.to_string()));
    }
    match posted.mode.as_deref() {
        None | Some("BROADCAST_MODE_SYNC" | "BROADCAST_MODE_ASYNC" | "BROADCAST_MODE_UNSPECIFIED") => {}
        Some(mode) => {
            return Err(Status::argument(format!("unsupported mode {mode}: use BROADCAST_MODE_SYNC or _ASYNC")));
        }
    }
    broadcast(node, bytes).map(|response| json!({ "tx_response": write::tx_response(&response) }))
}

/// Lets a transaction come to the pool.
pub fn broadcast(node: &mut Node, bytes: Vec<u8>) -> Result<TxResponse, Status> {
    let txhash = hex::encode_upper(hash(&bytes));
    let answer = TxResponse { txhash, ..Default::default() };
    match node.submit(bytes) {
        Submitted::Checked(result) => {
            Ok(TxResponse { code: result.code, codespace: result.codespace, raw_log: result.log, ..answer })
        }
        // The SDK has a code for a transaction that waits already.
        Submitted::Repeated => Ok(TxResponse { code: 19, codespace: "sdk".to_owned(), ..answer }),
        Submitted::Full { .. } => Ok(TxResponse { code: 20, codespace: "sdk".to_owned(), ..answer }),
        Submitted::TooLong { .. } => Ok(TxResponse { code: 21, codespace: "sdk".to_owned(), ..answer }),
    }
}
