//! Answers, whole and streamed, in the shapes of the OpenAI API.

use std::time::Duration;

use hearth_gateway::Limits;
use serde_json::{Value, json};

use crate::scripted::{MODEL, Open, SAID};
use crate::wire::{ask, chat, error, events, post, stream, until_figure};

const USAGE: &str =
    r#"{"completion_tokens":3,"prompt_tokens":7,"prompt_tokens_details":{"cached_tokens":4},"total_tokens":10}"#;

fn usage() -> Value {
    serde_json::from_str(USAGE).unwrap()
}

/// An answer without what differs each time.
fn settled(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().unwrap();
    assert!(fields.remove("created").unwrap().as_u64().unwrap() > 1_700_000_000);
    let id = fields.remove("id").unwrap();
    assert!(id.as_str().unwrap().contains("cmpl-"), "{id}");
    answer
}

#[tokio::test]
async fn a_whole_chat_has_text_usage_receipt_and_its_header() {
    let open = Open::usual().await;
    let response = ask(&open, &chat(MODEL)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["hearth-receipt"], "eyJsZWFmIjoxfQ");
    assert!(response.headers().contains_key("x-request-id"));
    let message = json!({"role": "assistant", "content": SAID.concat(), "refusal": null});
    let wanted = json!({
        "object": "chat.completion", "model": MODEL, "usage": usage(), "hearth": {"leaf": 1},
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": "stop"}],
    });
    assert_eq!(settled(response.json().await.unwrap()), wanted);
    until_figure(&open, "hearth_gateway_tokens_cached_total 4").await;
}

#[tokio::test]
async fn a_whole_completion_has_its_text() {
    let open = Open::usual().await;
    for prompt in [json!("Once"), json!(["Once"]), json!([1, 2, 3]), json!([[1, 2, 3]])] {
        let response = post(&open, "/v1/completions", &json!({"model": MODEL, "prompt": prompt})).send().await.unwrap();
        let answer = settled(response.json().await.unwrap());
        assert_eq!(answer["object"], "text_completion");
        assert_eq!(answer["choices"][0]["text"], SAID.concat());
        assert_eq!(answer["choices"][0]["finish_reason"], "stop");
    }
}

#[tokio::test]
async fn a_streamed_chat_says_role_pieces_end_usage_and_done() {
    let open = Open::usual().await;
    let mut body = stream(MODEL);
    body["stream_options"] = json!({"include_usage": true});
    let response = ask(&open, &body).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    let mut said = events(&response.text().await.unwrap());
    assert_eq!(said.pop().unwrap(), json!("[DONE]"));
    let chunk = |choices: Value, usage: Value| json!({"object": "chat.completion.chunk", "model": MODEL, "choices": choices, "usage": usage});
    let choice =
        |delta: Value, finish: Value| json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]);
    let mut wanted = vec![chunk(choice(json!({"role": "assistant", "content": ""}), Value::Null), Value::Null)];
    wanted.extend(SAID.map(|piece| chunk(choice(json!({"content": piece}), Value::Null), Value::Null)));
    let mut end = chunk(choice(json!({}), json!("stop")), Value::Null);
    end["hearth"] = json!({"leaf": 1});
    wanted.push(end);
    wanted.push(chunk(json!([]), usage()));
    assert_eq!(said.into_iter().map(settled).collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn a_stream_tells_its_usage_only_where_it_is_asked() {
    let open = Open::usual().await;
    let said = events(&ask(&open, &stream(MODEL)).await.text().await.unwrap());
    assert!(said.iter().all(|chunk| chunk.get("usage").is_none()), "{said:?}");
    assert_eq!(said[said.len() - 2]["choices"][0]["finish_reason"], "stop");
}

#[tokio::test]
async fn a_streamed_completion_says_its_pieces_and_end() {
    let open = Open::usual().await;
    let body = json!({"model": MODEL, "prompt": "Once", "stream": true});
    let text = post(&open, "/v1/completions", &body).send().await.unwrap().text().await.unwrap();
    let said = events(&text);
    let pieces: String = said.iter().filter_map(|chunk| chunk["choices"][0]["text"].as_str()).collect();
    assert_eq!(pieces, SAID.concat());
    assert_eq!(said[said.len() - 2]["hearth"], json!({"leaf": 1}));
}

#[tokio::test]
async fn a_sealed_request_is_answered_as_its_body_asks_and_brings_its_voucher() {
    let open = Open::usual().await;
    let path = "/hearth/v1/deals/7/requests";
    let body = stream(MODEL);
    let asked = post(&open, path, &body).header("hearth-voucher", "eyJzZXEiOjF9");
    let said = events(&asked.send().await.unwrap().text().await.unwrap());
    assert_eq!(said.last().unwrap(), "[DONE]");
    let (seen, voucher) = open.house.seen.lock().unwrap().pop().unwrap();
    assert_eq!(seen, body.to_string().as_bytes());
    assert_eq!(voucher.as_deref(), Some("eyJzZXEiOjF9"));
    let whole: Value = post(&open, path, &chat(MODEL)).send().await.unwrap().json().await.unwrap();
    assert_eq!(whole["hearth"], json!({"leaf": 1}));
}

#[tokio::test]
async fn an_engine_that_dies_ends_a_stream_by_an_error_and_not_by_done() {
    let open = Open::usual().await;
    for (model, code) in [("dies", "engine_lost"), ("fails", "engine_failed")] {
        let said = events(&ask(&open, &stream(model)).await.text().await.unwrap());
        assert_eq!(said[1]["choices"][0]["delta"]["content"], "Par");
        assert_eq!(said.len(), 3, "{said:?}");
        let error = &said[2]["error"];
        assert_eq!((error["code"].as_str(), error["type"].as_str()), (Some(code), Some("engine_error")));
        let (status, error) = error_of(&open, model).await;
        assert_eq!((status, error["code"].as_str()), (502, Some(code)));
    }
    until_figure(&open, "hearth_gateway_engines_lost_total 4").await;
}

async fn error_of(open: &Open, model: &str) -> (u16, Value) {
    let (status, error) = error(ask(open, &chat(model)).await).await;
    (status.as_u16(), error)
}

#[tokio::test]
async fn a_stream_says_that_it_lives_while_nothing_is_said() {
    let open = Open::new(Limits { heartbeat: Duration::from_millis(50), ..Limits::default() }).await;
    let text = ask(&open, &stream("pauses")).await.text().await.unwrap();
    assert!(text.contains("\n\n: still at work\n\n"), "{text}");
    assert_eq!(events(&text).len(), SAID.len() + 3);
}

#[tokio::test]
async fn an_engine_that_hangs_is_given_up() {
    let silence = Duration::from_millis(200);
    let open = Open::new(Limits { silence, heartbeat: silence / 4, ..Limits::default() }).await;
    let text = ask(&open, &stream("mute")).await.text().await.unwrap();
    assert_eq!(events(&text).last().unwrap()["error"]["code"], "engine_silent");
    assert_eq!(error_of(&open, "mute").await.1["code"], "engine_silent");
    open.house.until_live(0).await;
}
