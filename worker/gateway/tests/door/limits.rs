//! Bounds: what is too much, too slow, or never read.

use std::time::{Duration, Instant};

use hearth_gateway::Limits;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::scripted::{MODEL, Open};
use crate::wire::{ask, chat, error, get, raw, rest, say, stream, until, until_figure};

fn prompt(bytes: usize) -> serde_json::Value {
    json!({"model": MODEL, "messages": [{"role": "user", "content": "x".repeat(bytes)}]})
}

#[tokio::test]
async fn a_prompt_of_ten_megabytes_is_refused_and_one_of_seven_is_not() {
    let open = Open::usual().await;
    let (status, error) = error(ask(&open, &prompt(10_000_000)).await).await;
    assert_eq!((status.as_u16(), error["code"].as_str()), (413, Some("body_too_large")));
    assert_eq!(ask(&open, &prompt(7_000_000)).await.status(), 200);
    assert_eq!(ask(&open, &chat(MODEL)).await.status(), 200);
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_before_it_sends() {
    let open = Open::usual().await;
    let head =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000\r\nexpect: 100-continue\r\n\r\n";
    let said = until(&mut say(&open, head.as_bytes()).await, "body_too_large").await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
}

#[tokio::test]
async fn bodies_take_no_more_room_than_there_is_for_all() {
    let open = Open::new(Limits { bodies: 1 << 20, ..Limits::default() }).await;
    let (status, error) = error(ask(&open, &prompt(2 << 20)).await).await;
    assert_eq!((status.as_u16(), error["code"].as_str()), (429, Some("too_many_requests")));
    for _ in 0..8 {
        assert_eq!(ask(&open, &prompt(500_000)).await.status(), 200, "room is not given back");
    }
}

#[tokio::test]
async fn who_finds_no_place_is_told_at_once_when_to_come_again() {
    let open = Open::new(Limits { running: 1, waiting: 1, ..Limits::default() }).await;
    let mut first = say(&open, &raw("/v1/chat/completions", &stream("mute"))).await;
    until(&mut first, "assistant").await;
    let mut second = say(&open, &raw("/v1/chat/completions", &chat(MODEL))).await;
    until_figure(&open, "hearth_gateway_requests_waiting 1").await;
    let start = Instant::now();
    let response = ask(&open, &chat(MODEL)).await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(error(response).await.0, 429);
    drop(first);
    until(&mut second, "Paris").await;
}

#[tokio::test]
async fn who_waits_too_long_for_a_turn_is_told_too() {
    let turn = Duration::from_millis(100);
    let open = Open::new(Limits { running: 1, turn, ..Limits::default() }).await;
    let mut first = say(&open, &raw("/v1/chat/completions", &stream("mute"))).await;
    until(&mut first, "assistant").await;
    assert_eq!(error(ask(&open, &chat(MODEL)).await).await.0, 429);
}

#[tokio::test]
async fn headers_that_never_end_are_cut() {
    let open = Open::new(Limits { head_time: Duration::from_millis(200), ..Limits::default() }).await;
    let mut slow = say(&open, b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    let mut idle = TcpStream::connect(open.at).await.unwrap();
    rest(&mut slow).await;
    rest(&mut idle).await;
    until_figure(&open, "hearth_gateway_connections 1").await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut() {
    let open = Open::new(Limits { upload: Duration::from_millis(200), ..Limits::default() }).await;
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    let said = String::from_utf8(rest(&mut say(&open, head.as_bytes()).await).await).unwrap();
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("body_too_slow"), "{said}");
}

#[tokio::test]
async fn headers_that_are_too_large_are_refused() {
    let open = Open::usual().await;
    let long = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(64 << 10));
    let many = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-many: 1\r\n".repeat(200));
    for head in [long, many] {
        let said = until(&mut say(&open, head.as_bytes()).await, "\r\n\r\n").await;
        assert!(said.starts_with("HTTP/1.1 431"), "{said}");
    }
    assert_eq!(get(&open, "/healthz").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn bad_framing_harms_nobody_else() {
    let open = Open::usual().await;
    for bytes in [
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0",
        "GET / HTTP/9.9\r\n\r\n",
    ] {
        let mut stream = say(&open, bytes.as_bytes()).await;
        stream.shutdown().await.unwrap();
        rest(&mut stream).await;
    }
    assert_eq!(ask(&open, &chat(MODEL)).await.status(), 200);
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut_and_its_answer_dropped() {
    let open = Open::new(Limits { stall: Duration::from_millis(300), ..Limits::default() }).await;
    let stream = say(&open, &raw("/v1/chat/completions", &stream("floods"))).await;
    open.house.until_live(1).await;
    open.house.until_live(0).await;
    until_figure(&open, "hearth_gateway_clients_gone_total 1").await;
    drop(stream);
}

#[tokio::test]
async fn an_answer_without_end_is_not_gathered() {
    let open = Open::new(Limits { answer: 100_000, ..Limits::default() }).await;
    let (status, error) = error(ask(&open, &chat("floods")).await).await;
    assert_eq!((status.as_u16(), error["code"].as_str()), (502, Some("answer_too_long")));
    open.house.until_live(0).await;
}

#[tokio::test]
async fn no_more_connections_are_taken_than_there_may_be() {
    let open = Open::new(Limits { connections: 2, ..Limits::default() }).await;
    let held = [TcpStream::connect(open.at).await.unwrap(), TcpStream::connect(open.at).await.unwrap()];
    let mut third = say(&open, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let early = tokio::time::timeout(Duration::from_millis(100), third.readable()).await;
    assert!(early.is_err(), "a third connection was served");
    drop(held);
    until(&mut third, "alive").await;
}

#[tokio::test]
async fn a_thousand_who_connect_and_leave_leave_nothing() {
    let open = Open::usual().await;
    for _ in 0..1000 {
        drop(say(&open, &raw("/v1/chat/completions", &stream("mute"))).await);
    }
    until_figure(&open, "hearth_gateway_connections 1").await;
    until_figure(&open, "hearth_gateway_requests_running 0").await;
    open.house.until_live(0).await;
}
