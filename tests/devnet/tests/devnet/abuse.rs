//! What no client of good will sends: CometBFT's errors come back, and the chain lives on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::wallet::chain;

/// What a client says that wants a websocket.
pub(crate) const UPGRADE: &str = "GET /websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                                  sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/// Sends a request as it stands and reads the answer: its status and its body.
pub(crate) fn raw(url: &str, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The chain may answer and hang up before it has heard everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, body.to_owned())
}

pub(crate) fn get(url: &str, path: &str) -> (u16, String) {
    raw(url, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes())
}

pub(crate) fn post(url: &str, body: &[u8]) -> (u16, String) {
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    raw(url, &[head.as_bytes(), body].concat())
}

pub(crate) fn call(url: &str, method: &str, params: Value) -> Value {
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    serde_json::from_str(&post(url, request.to_string().as_bytes()).1).unwrap()
}

#[test]
fn address_lines_with_raw_quotes_are_read_as_cometbft_s_examples_write_them() {
    let devnet = chain();
    let url = devnet.rpc();
    let (status, body) = get(&url, r#"/tx_search?query="tx.height=1"&prove=false&page=1&per_page=30&order_by="asc""#);
    assert_eq!((status, body.contains(r#""total_count":"0""#)), (200, true), "{body}");
    let (_, encoded) = get(&url, "/tx_search?query=%22tx.height=1%22");
    assert!(encoded.contains(r#""total_count":"0""#), "{encoded}");
    let (_, body) = get(&url, r#"/abci_query?path="/cosmos.bank.v1beta1.Query/Params"&data=0x"#);
    assert!(body.contains(r#""code":0"#), "{body}");
    let (_, body) = get(&url, "/block?height=1");
    assert!(body.contains(r#""height":"1""#), "{body}");
    // Two requests on one connection, the second with quotes too.
    let line = "GET /tx_search?query=\"tx.height=1\" HTTP/1.1\r\nhost: x\r\n";
    let (_, both) = raw(&url, format!("{line}\r\n{line}connection: close\r\n\r\n").as_bytes());
    assert_eq!(both.matches("total_count").count(), 2, "{both}");
}

#[test]
fn browsers_may_ask_from_anywhere() {
    let devnet = chain();
    let mut stream = TcpStream::connect(devnet.rpc().trim_start_matches("http://")).unwrap();
    stream.write_all(b"OPTIONS / HTTP/1.1\r\nhost: x\r\norigin: http://a.b\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204") && answer.contains("access-control-allow-origin: *"), "{answer}");
}

#[test]
fn nonsense_is_answered_with_cometbft_s_errors() {
    let devnet = chain();
    let url = devnet.rpc();
    let error = |method: &str, params: Value| {
        let answer = call(&url, method, params);
        (answer["error"]["code"].as_i64().unwrap_or(0), answer["error"]["data"].as_str().unwrap_or("").to_owned())
    };
    assert_eq!(error("no_such_method", json!({})).0, -32601);
    assert_eq!(
        error("block", json!({ "height": "-1" })),
        (-32603, "height must be greater than 0, but got -1".to_owned())
    );
    assert_eq!(
        error("block", json!({ "height": "0" })),
        (-32603, "height must be greater than 0, but got 0".to_owned())
    );
    let future = "height 99 must be less than or equal to the current blockchain height 1";
    assert_eq!(error("block", json!({ "height": "99" })), (-32603, future.to_owned()));
    assert_eq!(error("block", json!({ "height": "ten" })).0, -32602);
    assert_eq!(error("block", json!({ "height": {} })).0, -32602);
    assert_eq!(error("abci_query", json!({ "path": "/x", "data": "xyz" })).0, -32602);
    assert_eq!(error("broadcast_tx_sync", json!({ "tx": "%%%" })).0, -32602);
    assert_eq!(error("tx", json!({ "hash": "AAAA" })), (-32603, "tx (000000) not found".to_owned()));
    assert_eq!(error("tx_search", json!({ "query": "tx.height" })).0, -32603);
    assert_eq!(error("tx_search", json!({ "query": "a='b' OR c='d'" })).0, -32603);
    assert_eq!(error("tx_search", json!({ "query": "tx.height>0", "page": "9" })).0, -32603);
    assert_eq!(error("status", json!([1, 2, 3])).0, -32602);
    assert_eq!(error("subscribe", json!({ "query": "tm.event='Tx'" })).0, -32601);
    assert_eq!(get(&url, "/no_such_method").0, 404);
    for body in [&b"{"[..], b"", b"\xff\xfe", b"\"text\"", b"[[[[", b"null", b"[1,2]", b"{\"method\":7}"] {
        let (_, answer) = post(&url, body);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let error = answer.get("error").or_else(|| answer[0].get("error")).unwrap();
        assert!(error["code"].as_i64().unwrap() <= -32600, "{answer}");
    }
    let garbage = call(&url, "broadcast_tx_sync", json!({ "tx": "AAECAwQFBgc=" }));
    assert_eq!((&garbage["result"]["code"], &garbage["result"]["codespace"]), (&json!(2), &json!("sdk")));
    assert!(garbage["result"]["log"].as_str().unwrap().ends_with("tx parse error"));
    let path = call(&url, "abci_query", json!({ "path": "/no.such.Service/Method" }));
    assert_eq!(path["result"]["response"]["code"], 6);
    assert_eq!(get(&url, "/health").0, 200, "the chain lives on");
}

#[test]
fn many_calls_come_in_one_body() {
    let devnet = chain();
    let one = |id: u64| json!({ "jsonrpc": "2.0", "id": id, "method": "health", "params": {} });
    let (_, answer) = post(&devnet.rpc(), json!([one(1), one(2), one(3)]).to_string().as_bytes());
    let answers: Vec<Value> = serde_json::from_str(&answer).unwrap();
    assert_eq!(answers.iter().map(|answer| answer["id"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let (_, alone) = post(&devnet.rpc(), json!([one(1)]).to_string().as_bytes());
    assert!(alone.starts_with('{'), "CometBFT answers a list of one by itself: {alone}");
    let many: Vec<Value> = (0..1_001).map(one).collect();
    let (_, refused) = post(&devnet.rpc(), json!(many).to_string().as_bytes());
    assert!(refused.contains("batch request exceeds maximum (1000) allowed number of requests"), "{refused}");
}

#[test]
fn a_body_of_ten_megabytes_is_refused_and_one_that_never_ends_harms_nobody() {
    let devnet = chain();
    let url = devnet.rpc();
    let (status, _) = post(&url, &vec![b'a'; 10 << 20]);
    assert!(status == 400 || status == 0, "it is refused, or cut off: {status}");
    let mut silent = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    silent.write_all(b"POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\n{").unwrap();
    assert_eq!(get(&url, "/health").0, 200);
}

#[test]
fn a_client_that_subscribes_and_never_reads_holds_nobody_up() {
    let devnet = chain();
    let mut deaf = TcpStream::connect(devnet.rpc().trim_start_matches("http://")).unwrap();
    deaf.write_all(UPGRADE.as_bytes()).unwrap();
    let mut switched = [0; 12];
    deaf.read_exact(&mut switched).unwrap();
    assert_eq!(&switched, b"HTTP/1.1 101");
    let subscribe = br#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event='NewBlock'"}}"#;
    // A frame of text, masked with zeros.
    deaf.write_all(&[&[0x81, 0x80 | subscribe.len() as u8, 0, 0, 0, 0], &subscribe[..]].concat()).unwrap();
    let began = std::time::Instant::now();
    devnet.mine(5_000, Duration::from_secs(1)).unwrap();
    assert_eq!(get(&devnet.rpc(), "/health").0, 200);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
