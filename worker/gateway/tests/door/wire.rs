//! What goes over the wire, to the byte.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::scripted::{DEADLINE, KEY, Open};

/// A chat request to this model.
pub(crate) fn chat(model: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": "What is the capital of France?"}]})
}

/// The same, piece by piece.
pub(crate) fn stream(model: &str) -> Value {
    let mut chat = chat(model);
    chat["stream"] = json!(true);
    chat
}

pub(crate) fn post(open: &Open, path: &str, body: &Value) -> RequestBuilder {
    Client::new().post(open.url(path)).bearer_auth(KEY).timeout(DEADLINE).json(body)
}

pub(crate) fn get(open: &Open, path: &str) -> RequestBuilder {
    Client::new().get(open.url(path)).timeout(DEADLINE)
}

/// Asks a chat.
pub(crate) async fn ask(open: &Open, body: &Value) -> Response {
    post(open, "/v1/chat/completions", body).send().await.unwrap()
}

/// The status and the error of a refused request.
pub(crate) async fn error(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    for field in ["message", "type", "param", "code"] {
        assert!(body["error"].get(field).is_some(), "{status} without {field}: {body}");
    }
    (status, body["error"].clone())
}

/// What the events of a stream say, in order; the last of a whole one is `[DONE]`.
pub(crate) fn events(text: &str) -> Vec<Value> {
    assert!(text.ends_with("\n\n"), "an event is cut: {text}");
    let lines = text.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
    lines.map(|data| serde_json::from_str(data).unwrap_or_else(|_| json!(data))).collect()
}

/// The bytes of a POST of JSON.
pub(crate) fn raw(path: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// A connection that has said this.
pub(crate) async fn say(open: &Open, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(open.at).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// All that comes until the connection is closed, be it by force.
pub(crate) async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = timeout(DEADLINE, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
    bytes
}

/// Reads until this text has come.
pub(crate) async fn until(stream: &mut TcpStream, text: &str) -> String {
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains(text) {
        let mut bytes = [0; 1024];
        let read = timeout(DEADLINE, stream.read(&mut bytes)).await.expect("nothing more comes").unwrap();
        assert!(read > 0, "closed before {text:?}: {}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&bytes[..read]);
    }
    String::from_utf8_lossy(&heard).into_owned()
}

/// Waits for this figure of `/metrics`.
pub(crate) async fn until_figure(open: &Open, line: &str) {
    let waiting = async {
        loop {
            let text = get(open, "/metrics").send().await.unwrap().text().await.unwrap();
            if text.lines().any(|of| of == line) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(DEADLINE, waiting).await.unwrap_or_else(|_| panic!("/metrics never says {line}"));
}
