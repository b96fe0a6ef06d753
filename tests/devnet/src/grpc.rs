//! gRPC, each call a message and its answer: the same queries as `abci_query`, and transactions.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::routing::post;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{BroadcastTxRequest, BroadcastTxResponse};
use http_body_util::{BodyExt, Full};
use prost::Message as _;

use crate::fault::Code;
use crate::handle::Handle;
use crate::node::Node;
use crate::query;
use crate::rest::{Status, broadcast};

const KIND: HeaderValue = HeaderValue::from_static("application/grpc");

/// Every method of every service.
pub fn router() -> Router<Handle> {
    Router::new().route("/{service}/{method}", post(call))
}

async fn call(
    State(node): State<Handle>,
    Path((service, method)): Path<(String, String)>,
    body: Bytes,
) -> Response<Body> {
    let path = format!("/{service}/{method}");
    let answered = match message(&body) {
        Ok(data) => node.ask(move |node| answer(node, &path, &data)).await,
        Err(status) => Ok(Err(status)),
    };
    match answered {
        Ok(Ok(answer)) => said(&answer),
        Ok(Err(status)) => refused(&status),
        Err(stopped) => refused(&Status::unknown(stopped.to_string())),
    }
}

fn answer(node: &mut Node, path: &str, data: &[u8]) -> Result<Vec<u8>, Status> {
    if path != "/cosmos.tx.v1beta1.Service/BroadcastTx" {
        return Ok(query::answer(node, path, data)?);
    }
    let asked = BroadcastTxRequest::decode(data).map_err(|error| Status::argument(error.to_string()))?;
    let response = broadcast(node, asked.tx_bytes)?;
    Ok(BroadcastTxResponse { tx_response: Some(response) }.encode_to_vec())
}

/// The one message of a call: a byte that says that it is not compressed, its length, itself.
fn message(body: &[u8]) -> Result<Vec<u8>, Status> {
    let wrong = |words: &str| Status { code: Code::Internal, message: words.to_owned() };
    match body {
        [0, a, b, c, d, data @ ..] => {
            let length = u32::from_be_bytes([*a, *b, *c, *d]);
            let whole = usize::try_from(length).is_ok_and(|length| length == data.len());
            whole.then(|| data.to_vec()).ok_or_else(|| wrong("a call has one message, whole"))
        }
        [1, ..] => Err(Status {
            code: Code::Unimplemented,
            message: "compressed messages are not read: send them plain".to_owned(),
        }),
        _ => Err(wrong("the body is no message of gRPC")),
    }
}

/// An answer, and below it that all is well.
fn said(answer: &[u8]) -> Response<Body> {
    let length = u32::try_from(answer.len()).unwrap_or(u32::MAX);
    let framed = [[0].as_slice(), &length.to_be_bytes(), answer].concat();
    let trailers = HeaderMap::from_iter([(STATUS, HeaderValue::from_static("0"))]);
    let body = Full::new(Bytes::from(framed)).with_trailers(async move { Some(Ok(trailers)) });
    let mut response = Response::new(Body::new(body));
    response.headers_mut().insert(header::CONTENT_TYPE, KIND);
    response
}

/// No answer, and why.
fn refused(status: &Status) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, KIND);
    headers.insert(STATUS, HeaderValue::from(status.code.number()));
    if let Ok(words) = HeaderValue::try_from(escape(&status.message)) {
        headers.insert("grpc-message", words);
    }
    response
}

const STATUS: header::HeaderName = header::HeaderName::from_static("grpc-status");

/// Words as a header can hold them.
fn escape(words: &str) -> String {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'%';
    words.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
