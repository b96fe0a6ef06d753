//! JSON-RPC over HTTP: calls in a body, one or many, and calls in an address line.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query as Line, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::chaos::{Chaos, Fate};
use crate::handle::Handle;
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
    Router::new()
        .route("/", post(bodies).get(|| async { "hearth-devnet speaks CometBFT's JSON-RPC\n" }))
        .route("/websocket", get(socket::open))
        .route("/{method}", get(line))
        .merge(crate::rest::router())
        .merge(crate::grpc::router())
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
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

async fn bodies(State(node): State<Handle>, body: Result<Bytes, axum::extract::rejection::BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let words = format!("error reading request body: {rejection}");
            let error = RpcError { code: -32600, message: "Invalid Request", data: words };
            return (rejection.status(), json_text(&unnamed(&error))).into_response();
        }
    };
    let error = |words: String| {
        let error = RpcError { code: -32700, message: "Parse error. Invalid JSON", data: words };
        (StatusCode::INTERNAL_SERVER_ERROR, json_text(&unnamed(&error))).into_response()
    };
    match serde_json::from_slice(&body) {
        Err(broken) => error(format!("error unmarshaling request: {broken}")),
        Ok(Value::Array(requests)) if requests.len() > MOST_CALLS => {
            error(format!("a batch has at most {MOST_CALLS} calls"))
        }
        Ok(Value::Array(requests)) => {
            let mut answers = Vec::new();
            for request in requests.iter().filter(|request| !is_notice(request)) {
                match answer(&node, request).await {
                    Some(answer) => answers.push(answer),
                    None => return dropped().await,
                }
            }
            if answers.is_empty() {
                StatusCode::OK.into_response()
            } else {
                json_text(&Value::Array(answers)).into_response()
            }
        }
        Ok(request) if !is_call(&request) => {
            error("error unmarshaling request: a call is an object with the name of a method".to_owned())
        }
        Ok(request) if is_notice(&request) => StatusCode::OK.into_response(),
        Ok(request) if request.get("id").is_some_and(|id| !(id.is_string() || id.is_number())) => {
            let id = request.get("id").map(Value::to_string).unwrap_or_default();
            error(format!("error unmarshaling request: json-rpc ID ({id}) is of unknown type"))
        }
        Ok(request) => match answer(&node, &request).await {
            Some(answer) => json_text(&answer).into_response(),
            None => dropped().await,
        },
    }
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
            (status, json_text(&wrap(&json!(-1), result))).into_response()
        }
    }
}

/// Answers one call of a body; nothing where chaos swallows the reply.
pub async fn answer(node: &Handle, request: &Value) -> Option<Value> {
    let id = request.get("id").cloned().unwrap_or(Value::Null);
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
    let gone = |_| RpcError::internal("the node has stopped");
    let result = if method == "broadcast_tx_commit" {
        commit(node, params).await
    } else {
        let name = method.to_owned();
        node.ask(move |node| call(node, &name, &params)).await.map_err(gone).and_then(|result| result)
    };
    let name = method.to_owned();
    let fate = node.ask(move |node| node.chaos.as_mut().and_then(|chaos: &mut Chaos| chaos.fate(&name))).await.ok()?;
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

/// Sends a transaction and waits for its block.
async fn commit(node: &Handle, params: Params) -> Result<Value, RpcError> {
    let gone = |_| RpcError::internal("the node has stopped");
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
        while let Ok(block) = blocks.recv().await {
            let index = block.hashes().position(|of| of == name);
            if let Some(result) = index.and_then(|index| block.results.get(index)) {
                return Some((block.height, shape::result(result)));
            }
        }
        None
    };
    match tokio::time::timeout(COMMIT_PATIENCE, found).await {
        Ok(Some((height, result))) => {
            Ok(json!({ "check_tx": check, "tx_result": result, "hash": hash, "height": height.to_string() }))
        }
        _ => Err(RpcError::internal("timed out waiting for tx to be included in a block")),
    }
}

/// A connection on which nothing comes any more.
async fn dropped() -> Response {
    std::future::pending().await
}

/// Whether a body can be a call.
fn is_call(request: &Value) -> bool {
    request.is_object() && request.get("method").is_none_or(Value::is_string)
}

/// Whether nobody waits for an answer: a call without a name for it.
fn is_notice(request: &Value) -> bool {
    request.is_object() && request.get("id").is_none_or(Value::is_null)
}

/// An error of a call that could not be read, so that its name is not known.
fn unnamed(error: &RpcError) -> Value {
    json!({ "jsonrpc": "2.0", "error": error.json() })
}

/// An answer in its clothes.
pub fn wrap(id: &Value, result: Result<Value, RpcError>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(error) => json!({ "jsonrpc": "2.0", "id": id, "error": error.json() }),
    }
}

fn json_text(value: &Value) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string())
}
