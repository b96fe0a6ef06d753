//! What goes wrong: refusals, nonsense, cuts, silence, and readers who leave.

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use hearth_engine::canary::canary;
use hearth_engine::openai::{Config, Kind, OpenAi};
use hearth_engine::{Engine, Error, Event, Generate, Prompt, Score};

use crate::server::{Server, Step, data, end, head, json, part, piece};
use crate::{ask, chat, text};

fn stop() -> Step {
    data(r#"{"choices":[{"index":0,"text":"","finish_reason":"stop"}]}"#)
}

fn impatient(server: &Server) -> Config {
    let mut config = server.config(Kind::Vllm);
    // Long enough for a loaded machine to serve one request, short enough to wait for.
    (config.limits.first_ms, config.limits.idle_ms) = (1_000, 500);
    config
}

async fn lost(steps: Vec<Step>, saying: &str) {
    let server = Server::always(steps);
    match ask(&server.config(Kind::Vllm), text()).await {
        Err(Error::Lost(why)) => assert!(why.contains(saying), "{why}"),
        other => panic!("{other:?} instead of lost: {saying}"),
    }
}

#[tokio::test]
async fn a_stream_without_its_end_is_lost() {
    lost(vec![head(), piece("a"), end()], "ended in the middle").await;
    lost(vec![head(), piece("a"), stop(), end()], "ended in the middle").await;
    lost(vec![head(), piece("a"), data("[DONE]"), end()], "has no end").await;
    lost(vec![head(), piece("a")], "connection broke").await;
    lost(vec![head(), part("data: {\"choi")], "connection broke").await;
    lost(vec![head(), end()], "ended in the middle").await;
    lost(vec![], "connection broke").await;
}

#[tokio::test]
async fn nonsense_is_lost() {
    lost(vec![head(), data("{\"choices\":[{"), end()], "not JSON").await;
    lost(vec![head(), data("{\"choices\":7}"), end()], "makes no sense").await;
    lost(
        vec![head(), data(r#"{"choices":[{"index":0,"text":"a","logprobs":{"token_logprobs":[2.5]}}]}"#)],
        "no log-prob",
    )
    .await;
    lost(vec![head(), data(r#"{"choices":[{"index":0,"text":"a","logprobs":{"token_logprobs":[NaN]}}]}"#)], "not JSON")
        .await;
    lost(vec![head(), data(r#"{"choices":[{"index":0,"text":"","finish_reason":"abort"}]}"#)], "abort").await;
    lost(vec![head(), stop(), piece("more"), data("[DONE]"), end()], "after its end").await;
    lost(vec![Step::Send(json(200, "<html>")), end()], "does not stream").await;
    lost(vec![Step::Send(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())], "connection broke").await;
}

#[tokio::test]
async fn a_server_that_does_not_listen_is_lost() {
    let mut steps = vec![head()];
    steps.extend((0..40).map(|_| piece("a")));
    steps.push(Step::Hold);
    lost(steps, "more than 16 tokens").await;
}

#[tokio::test]
async fn a_server_that_counts_what_cannot_be_is_lost() {
    let usage = |usage: &str| data(&format!(r#"{{"choices":[],"usage":{usage}}}"#));
    let most = u64::MAX;
    for (counted, saying) in [
        (r#"{"prompt_tokens":3,"completion_tokens":33}"#.to_owned(), "33 tokens of an answer"),
        (format!(r#"{{"prompt_tokens":3,"completion_tokens":{most}}}"#), "tokens of an answer"),
        (r#"{"prompt_tokens":8193,"completion_tokens":1}"#.to_owned(), "8193 tokens of a prompt"),
        (format!(r#"{{"prompt_tokens":{most},"completion_tokens":1}}"#), "tokens of a prompt"),
        (r#"{"prompt_tokens":-1}"#.to_owned(), "makes no sense"),
        (r#"{"prompt_tokens":1e3}"#.to_owned(), "makes no sense"),
    ] {
        lost(vec![head(), piece("a"), stop(), usage(&counted), data("[DONE]"), end()], saying).await;
    }
    let listed = (0..9_000).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let first = data(&format!(r#"{{"prompt_token_ids":[{listed}],"choices":[{{"index":0,"text":"a"}}]}}"#));
    lost(vec![head(), first, stop(), data("[DONE]"), end()], "9000 tokens of a prompt").await;
}

#[tokio::test]
async fn lines_and_bodies_are_bounded() {
    let server = Server::always(vec![head(), part(&format!("data: {}", "x".repeat(5000))), Step::Hold]);
    let mut config = server.config(Kind::Vllm);
    config.limits.line_bytes = 4096;
    let Err(Error::Lost(why)) = ask(&config, text()).await else { panic!("not lost") };
    assert!(why.contains("4096"), "{why}");
    config.limits.line_bytes = 1 << 20;
    config.limits.body_bytes = 2048;
    let Err(Error::Lost(why)) = ask(&config, text()).await else { panic!("not lost") };
    assert!(why.contains("too much"), "{why}");
    server.closed.recv_timeout(Duration::from_secs(1)).unwrap();
    server.closed.recv_timeout(Duration::from_secs(1)).unwrap();
}

async fn silence(steps: Vec<Step>) {
    let server = Server::always(steps);
    let begin = Instant::now();
    let Err(Error::Lost(why)) = ask(&impatient(&server), text()).await else { panic!("not lost") };
    assert!(why.contains("nothing came"), "{why}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    closes(&server).await;
}

#[tokio::test]
async fn silence_is_lost_by_its_deadline() {
    let before = vec![Step::Hold];
    let asleep = vec![head(), part(": awake\n\n"), Step::Hold];
    let middle = vec![head(), piece("a"), Step::Hold];
    tokio::join!(silence(before), silence(asleep), silence(middle));
}

#[tokio::test]
async fn nobody_there_is_lost() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::always(vec![]);
    let config = Config { url: format!("http://{port}"), ..server.config(Kind::Vllm) };
    assert!(matches!(OpenAi::connect(&config).await, Err(Error::Lost(_))));
}

#[tokio::test]
async fn refusals_are_sorted() {
    type Sorted = fn(&Error) -> bool;
    let cases: Vec<(u16, &str, Sorted)> = vec![
        (429, "{\"error\":{\"message\":\"slow down\",\"code\":429}}", |error| *error == Error::Busy),
        (500, "Internal Server Error", |error| matches!(error, Error::Lost(_))),
        (502, "<html>bad gateway</html>", |error| matches!(error, Error::Lost(_))),
        (401, "{\"error\":\"Unauthorized\"}", |error| matches!(error, Error::Load { .. })),
        (400, "{\"object\":\"error\",\"message\":\"no\",\"code\":400}", |error| matches!(error, Error::Request(_))),
        (404, "{\"error\":{\"message\":\"model not found\"}}", |error| matches!(error, Error::Load { .. })),
        (
            400,
            "{\"object\":\"error\",\"message\":\"The input (9000 tokens) is longer than the model's context length (8192 tokens).\"}",
            |error| *error == Error::Context { input: 9000, context: 8192 },
        ),
    ];
    for (status, body, sorted) in cases {
        let server = Server::always(vec![Step::Send(json(status, body))]);
        let error = ask(&server.config(Kind::Sglang), chat()).await.unwrap_err();
        assert!(sorted(&error), "{status} {body}: {error:?}");
    }
}

#[tokio::test]
async fn an_error_inside_a_stream_ends_it() {
    let nested = data(r#"{"error":{"object":"error","message":"bad","code":400}}"#);
    let flat = data(r#"{"object":"error","message":"dead","type":"InternalServerError","code":500}"#);
    let old = part("error: {\"code\":500,\"message\":\"slot died\",\"type\":\"server_error\"}\n\n");
    for (fault, is_lost) in [(nested, false), (flat, true), (old, true)] {
        let server = Server::always(vec![head(), piece("a"), fault, data("[DONE]"), end()]);
        let error = ask(&server.config(Kind::Vllm), text()).await.unwrap_err();
        assert_eq!(matches!(error, Error::Lost(_)), is_lost, "{error:?}");
        assert_eq!(matches!(error, Error::Request(_)), !is_lost, "{error:?}");
    }
    let server = Server::always(vec![Step::Send(json(200, r#"{"error":{"message":"bad","code":400}}"#))]);
    assert!(matches!(ask(&server.config(Kind::Vllm), text()).await, Err(Error::Request(_))));
}

#[tokio::test]
async fn a_reader_who_leaves_closes_the_connection_within_a_second() {
    let server = Server::always(vec![head(), piece("a"), Step::Hold]);
    let engine = OpenAi::connect(&server.config(Kind::Vllm)).await.unwrap();
    let mut generation = engine.generate(text()).unwrap();
    assert!(matches!(generation.next().await, Some(Ok(Event::Started { .. }))));
    assert!(matches!(generation.next().await, Some(Ok(Event::Piece { .. }))));
    drop(generation);
    closes(&server).await;
}

#[tokio::test]
async fn a_reader_who_leaves_before_anything_came_closes_it_too() {
    let server = Server::always(vec![Step::Hold]);
    let engine = OpenAi::connect(&server.config(Kind::Vllm)).await.unwrap();
    let generation = engine.generate(text()).unwrap();
    arrives(&server).await;
    drop(generation);
    closes(&server).await;
    let scoring = engine.score(Score { prompt: Prompt::Tokens(vec![1]), tokens: vec![2], logits: false }).unwrap();
    arrives(&server).await;
    drop(scoring);
    closes(&server).await;
}

#[tokio::test]
async fn a_reader_who_does_not_read_makes_the_server_wait_and_can_still_leave() {
    let mut steps = vec![head()];
    steps.extend((0..1000).map(|_| piece("a")));
    steps.push(Step::Hold);
    let server = Server::always(steps);
    let engine = OpenAi::connect(&server.config(Kind::Vllm)).await.unwrap();
    let stop = hearth_engine::Stop::after(2000);
    let generation = engine.generate(Generate { stop, ..text() }).unwrap();
    arrives(&server).await;
    drop(generation);
    closes(&server).await;
}

#[tokio::test]
async fn more_than_may_be_at_a_time_are_busy() {
    let server = Server::always(vec![Step::Hold]);
    let mut config = server.config(Kind::Vllm);
    config.limits.parallel = 1;
    let engine = OpenAi::connect(&config).await.unwrap();
    let first = engine.generate(text()).unwrap();
    arrives(&server).await;
    assert_eq!(engine.generate(text()).unwrap_err(), Error::Busy);
    drop(first);
    closes(&server).await;
    // The place is free as soon as the task is gone, which the closed connection does not quite prove.
    while engine.generate(text()).is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_canary_says_whether_a_server_is_well() {
    let server = Server::playing(vec![vec![head(), piece(" 4"), stop(), data("[DONE]"), end()], vec![Step::Hold]]);
    let engine = OpenAi::connect(&server.config(Kind::Vllm)).await.unwrap();
    assert!(canary(&engine, Duration::from_secs(5)).await.is_ok());
    assert!(matches!(canary(&engine, Duration::from_millis(100)).await, Err(Error::Lost(_))));
    closes(&server).await;
    assert_eq!(server.seen.recv().unwrap().body["max_tokens"], 1);
}

#[tokio::test]
async fn the_key_goes_to_the_server_and_nowhere_else() {
    let folder = std::env::temp_dir().join(format!("hearth-key-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("key");
    fs::write(&file, "sk-very-secret\n").unwrap();
    let refusal = r#"{"error":{"message":"Incorrect API key provided: sk-very-secret","code":"invalid_api_key"}}"#;
    let server = Server::always(vec![Step::Send(json(401, refusal))]);
    let mut config = server.config(Kind::Vllm);
    config.key_file = Some(file.clone());
    let engine = OpenAi::connect(&config).await.unwrap();
    let mut generation = engine.generate(text()).unwrap();
    let Some(Err(error)) = generation.next().await else { panic!("no refusal") };
    assert!(server.seen.recv().unwrap().head.contains("Bearer sk-very-secret"));
    assert!(!format!("{error:?} {engine:?} {config:?}").contains("secret"), "{error:?} {engine:?}");
    fs::write(&file, "two\nlines").unwrap();
    assert!(matches!(OpenAi::connect(&config).await, Err(Error::Load { .. })));
    fs::remove_dir_all(folder).unwrap();
    assert!(matches!(OpenAi::connect(&config).await, Err(Error::Load { .. })));
}

#[tokio::test]
async fn a_url_that_is_not_plain_http_is_refused() {
    let server = Server::always(vec![]);
    for url in ["https://127.0.0.1", "127.0.0.1:80", "http://", "", "ftp://x", "http://me:secret@127.0.0.1"] {
        let config = Config { url: url.to_owned(), ..server.config(Kind::Vllm) };
        assert!(matches!(OpenAi::connect(&config).await, Err(Error::Load { .. })), "{url}");
    }
}

/// Waits for the server's thread without stopping the runtime that the engine lives in.
async fn closes(server: &Server) {
    wait(|| server.closed.try_recv().is_ok()).await;
}

async fn arrives(server: &Server) {
    wait(|| server.seen.try_recv().is_ok()).await;
}

async fn wait(mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(1), "not within a second");
        tokio::task::yield_now().await;
    }
}
