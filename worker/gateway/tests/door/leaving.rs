//! Clients that go away, and the door that closes.

use std::time::{Duration, Instant};

use hearth_gateway::Limits;

use crate::scripted::{DEADLINE, MODEL, Open, SAID};
use crate::wire::{chat, events, get, post, raw, rest, say, stream, until, until_figure};

const PATH: &str = "/v1/chat/completions";
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn who_leaves_before_the_first_word_frees_the_engine_within_a_second() {
    let open = Open::usual().await;
    for body in [stream("mute"), chat("mute")] {
        let client = say(&open, &raw(PATH, &body)).await;
        open.house.until_live(1).await;
        drop(client);
        assert!(open.house.until_live(0).await < SECOND, "{body}");
    }
    until_figure(&open, "hearth_gateway_clients_gone_total 2").await;
    until_figure(&open, "hearth_gateway_requests_running 0").await;
}

#[tokio::test]
async fn who_leaves_amid_an_answer_frees_the_engine_within_a_second() {
    let open = Open::usual().await;
    let mut client = say(&open, &raw(PATH, &stream("floods"))).await;
    until(&mut client, "xxx").await;
    drop(client);
    assert!(open.house.until_live(0).await < SECOND);
}

#[tokio::test]
async fn who_leaves_while_waiting_leaves_the_queue() {
    let open = Open::new(Limits { running: 1, ..Limits::default() }).await;
    let mut first = say(&open, &raw(PATH, &stream("mute"))).await;
    until(&mut first, "assistant").await;
    let second = say(&open, &raw(PATH, &chat(MODEL))).await;
    until_figure(&open, "hearth_gateway_requests_waiting 1").await;
    drop(second);
    until_figure(&open, "hearth_gateway_requests_waiting 0").await;
    assert_eq!(open.house.seen.lock().unwrap().len(), 1, "nobody waits for the answer any more");
}

#[tokio::test]
async fn a_closing_door_lets_answers_end_and_takes_no_new_ones() {
    let mut open = Open::usual().await;
    let mut client = say(&open, &raw(PATH, &stream("pauses"))).await;
    let mut said = until(&mut client, SAID[0]).await;
    let closed = open.close();
    said.push_str(&String::from_utf8(rest(&mut client).await).unwrap());
    assert!(said.contains("[DONE]"), "{said}");
    tokio::time::timeout(DEADLINE, closed).await.expect("it is over").unwrap().unwrap();
    assert!(post(&open, PATH, &chat(MODEL)).send().await.is_err());
}

#[tokio::test]
async fn a_client_that_stayed_is_told_that_the_door_closes() {
    let mut open = Open::usual().await;
    // The first request of a connection that is already open when the door closes.
    let mut client = say(&open, b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n").await;
    let mut busy = say(&open, &raw(PATH, &stream("pauses"))).await;
    until(&mut busy, SAID[0]).await;
    let closed = open.close();
    tokio::task::yield_now().await;
    let body = chat(MODEL).to_string();
    let late = format!("content-length: {}\r\n\r\n{body}", body.len());
    // It may be closed already: then nothing was promised.
    let _ = tokio::io::AsyncWriteExt::write_all(&mut client, late.as_bytes()).await;
    let said = String::from_utf8(rest(&mut client).await).unwrap();
    assert!(said.is_empty() || said.contains("shutting_down"), "{said}");
    rest(&mut busy).await;
    closed.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_does_not_end_in_time_ends_by_an_error() {
    let drain = Duration::from_millis(200);
    let mut open = Open::new(Limits { drain, ..Limits::default() }).await;
    let mut streamed = say(&open, &raw(PATH, &stream("mute"))).await;
    until(&mut streamed, "assistant").await;
    let mut whole = say(&open, &raw(PATH, &chat("mute"))).await;
    open.house.until_live(2).await;
    let start = Instant::now();
    let closed = open.close();
    let said = String::from_utf8(rest(&mut streamed).await).unwrap();
    assert!(said.contains(r#""code":"shutting_down""#) && !said.contains("[DONE]"), "{said}");
    let said = String::from_utf8(rest(&mut whole).await).unwrap();
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    closed.await.unwrap().unwrap();
    assert!(start.elapsed() < drain + SECOND * 5, "{:?}", start.elapsed());
    open.house.until_live(0).await;
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let open = Open::usual().await;
    let client = reqwest::Client::new();
    for _ in 0..20 {
        let asked = client.post(open.url(PATH)).bearer_auth(crate::scripted::KEY).json(&stream(MODEL));
        assert_eq!(events(&asked.send().await.unwrap().text().await.unwrap()).len(), SAID.len() + 3);
    }
    let figures = get(&open, "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(figures.contains("hearth_gateway_connections_total 2\n"), "{figures}");
}
