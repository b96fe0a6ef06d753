//! JSON-RPC over HTTP: calls in a body, one or many, and calls in an address line.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query as Line, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::block::Block;
use crate::chaos::{Chaos, Fate};
use crate::handle::{Handle, Stopped};
use crate::node::Node;
use crate::rpc::bounds::{Bounds, bounded};
use crate::rpc::envelope::{self, is_notice, named, unnamed, wrap};
use crate::rpc::find::LONGEST_ANSWER;
use crate::rpc::params::Params;
use crate::rpc::{RpcError, call, shape, socket};
use crate::tx::run::hash;

/// The longest body: an upload and its clothes.
pub const LONGEST_BODY: usize = 4 << 20;
/// The most calls in one body.
const MOST_CALLS: usize = 1_000;
/// So long `broadcast_tx_commit` waits for a block.
const COMMIT_PATIENCE: Duration = Duration::from_secs(10);

/// All addresses of the RPC.
pub fn router(node: Handle) -> Router {
    let bounds = Bounds::default();
    Router::new()
        .route("/", post(bodies).get(|| async { "hearth-devnet speaks CometBFT's JSON-RPC\n" }))
        .route("/websocket", get(socket::open))
        .route("/{method}", get(line))
        .merge(crate::rest::router())
        .merge(crate::grpc::router())
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(Extension(bounds.clone()))
        .layer(from_fn_with_state(bounds, bounded))
        .layer(from_fn(for_browsers))
        .with_state(node)
}

/// Browsers ask first, and want to be told that they may.
async fn for_browsers(request: axum::extract::Request, next: Next) -> Response {
    let mut response = if request.method() == axum::http::Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, HEAD, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    response
}

async fn bodies(State(node): State<Handle>, body: Bytes) -> Response {
    let calls = match envelope::read(&body) {
        Ok(calls) => calls,
        Err(words) => {
            let error = RpcError { code: -32700, message: "Parse error. Invalid JSON", data: words };
            return (StatusCode::INTERNAL_SERVER_ERROR, json_text(unnamed(&error).to_string())).into_response();
        }
    };
    drop(body);
    if calls.len() > MOST_CALLS {
        let words = format!("batch request exceeds maximum ({MOST_CALLS}) allowed number of requests");
        let error = RpcError { code: -32600, message: "Invalid Request", data: words };
        return json_text(unnamed(&error).to_string()).into_response();
    }
    match answers(&node, &calls).await {
        Some(answers) if answers.is_empty() => StatusCode::OK.into_response(),
        Some(answers) => json_text(answers).into_response(),
        None => dropped().await,
    }
}

/// The answers to the calls of a body that want one, as CometBFT writes them: one by itself, several in a list.
async fn answers(node: &Handle, calls: &[Value]) -> Option<String> {
    let mut told: Vec<String> = Vec::new();
    let mut length = 0_usize;
    for call in calls.iter().filter(|call| !is_notice(call)) {
        if length > LONGEST_ANSWER {
            let words = format!("the answers to one batch have {LONGEST_ANSWER} bytes together: ask for less");
            told.push(wrap(&named(call), Err(RpcError::internal(words))).to_string());
            continue;
        }
        let answer = answer(node, call).await?.to_string();
        length = length.saturating_add(answer.len());
        told.push(answer);
    }
    Some(if told.len() > 1 { format!("[{}]", told.join(",")) } else { told.pop().unwrap_or_default() })
}

async fn line(
    State(node): State<Handle>,
    Path(method): Path<String>,
    Line(pairs): Line<Vec<(String, String)>>,
) -> Response {
    match perform(&node, &method, Params::of_line(pairs)).await {
        None => dropped().await,
        Some(Err(error)) if error == RpcError::method() => {
            (StatusCode::NOT_FOUND, "404 page not found\n").into_response()
        }
        Some(result) => {
            let status = if result.is_ok() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
            (status, json_text(wrap(&json!(-1), result).to_string())).into_response()
        }
    }
}

/// Answers one call of a body; nothing where chaos swallows the reply.
pub async fn answer(node: &Handle, request: &Value) -> Option<Value> {
    let id = named(request);
    let Some(method) = request.get("method").and_then(Value::as_str) else {
        return Some(wrap(&id, Err(RpcError::method())));
    };
    let result = match Params::of_body(method, request.get("params").cloned()) {
        Ok(params) => perform(node, method, params).await?,
        Err(error) => Err(error),
    };
    Some(wrap(&id, result))
}

/// Performs a call, and lets chaos have its way with the reply.
async fn perform(node: &Handle, method: &str, params: Params) -> Option<Result<Value, RpcError>> {
    let name = method.to_owned();
    let fate = |node: &mut Node, name: &str| node.chaos.as_mut().and_then(|chaos: &mut Chaos| chaos.fate(name));
    let done = if method == "broadcast_tx_commit" {
        let result = commit(node, params).await;
        node.ask(move |node| (result, fate(node, &name))).await
    } else {
        node.ask(move |node| (call(node, &name, &params), fate(node, &name))).await
    };
    let (result, fate) = done.unwrap_or_else(|stopped| (Err(gone(stopped)), None));
    match fate {
        None => Some(result),
        Some(Fate::Drop) => None,
        Some(Fate::Error { message }) => Some(Err(RpcError::internal(message))),
        Some(Fate::Delay { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Some(result)
        }
    }
}

fn gone(_: Stopped) -> RpcError {
    RpcError::internal("the node has stopped")
}

/// Sends a transaction and waits for its block.
async fn commit(node: &Handle, params: Params) -> Result<Value, RpcError> {
    let bytes = params.bytes("tx")?;
    let name = hash(&bytes);
    let mut blocks = node.ask(|node| node.listen()).await.map_err(gone)?;
    let checked = node.ask(move |node| call(node, "broadcast_tx_sync", &params)).await.map_err(gone)??;
    let hash = shape::hex(&name);
    let empty = json!({ "code": 0, "data": null, "log": "", "info": "", "gas_wanted": "0", "gas_used": "0", "events": [], "codespace": "" });
    let mut check = empty.clone();
    for field in ["code", "log", "codespace"] {
        if let (Some(to), Some(from)) = (check.get_mut(field), checked.get(field)) {
            *to = from.clone();
        }
    }
    if checked.get("code") != Some(&json!(0)) {
        return Ok(json!({ "check_tx": check, "tx_result": empty, "hash": hash, "height": "0" }));
    }
    let found = async {
        loop {
            let waited = blocks.recv().await;
            if matches!(waited, Err(RecvError::Closed)) {
                return None;
            }
            let name = name.clone();
            let found = match waited.ok().and_then(|block| block.content()) {
                Some(content) => delivered(&content.block, &name),
                // Too many blocks came at once to hear of each.
                None => node.ask(move |node| sought(node, &name)).await.ok()?,
            };
            if found.is_some() {
                return found;
            }
        }
    };
    match tokio::time::timeout(COMMIT_PATIENCE, found).await {
        Ok(Some((height, result))) => {
            Ok(json!({ "check_tx": check, "tx_result": result, "hash": hash, "height": height.to_string() }))
        }
        _ => Err(RpcError::internal("timed out waiting for tx to be included in a block")),
    }
}

/// What a block says of a transaction.
fn delivered(block: &Block, name: &[u8]) -> Option<(u64, Value)> {
    let index = block.hashes().position(|of| of == name)?;
    Some((block.height, shape::result(block.results.get(index)?)))
}

/// What the chain says of one.
fn sought(node: &mut Node, name: &[u8]) -> Option<(u64, Value)> {
    let (height, _) = node.disk.find(name)?;
    delivered(&node.block(height)?, name)
}

/// A connection on which nothing comes any more.
async fn dropped() -> Response {
    std::future::pending().await
}

/// JSON as it stands.
pub fn json_text(text: String) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "application/json")], text)
}
