//! Refusals: each in one shape, with the field that is wrong.

use serde_json::{Value, json};

use crate::scripted::{KEY, MODEL, Open};
use crate::wire::{ask, chat, error, get, post, rest, say};

/// A chat request with this field.
fn with(name: &str, value: Value) -> Value {
    let mut body = chat(MODEL);
    body[name] = value;
    body
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let open = Open::usual().await;
    let image = json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]);
    let cases = [
        (with("temperature", json!(99)), "temperature", "invalid_value"),
        (with("temperature", json!("hot")), "temperature", "invalid_value"),
        (with("top_p", json!(0)), "top_p", "invalid_value"),
        (with("max_tokens", json!(-1)), "max_tokens", "invalid_value"),
        (with("max_completion_tokens", json!(0)), "max_completion_tokens", "invalid_value"),
        (with("seed", json!(1.5)), "seed", "invalid_value"),
        (with("stop", json!(["a", "b", "c", "d", "e"])), "stop", "invalid_value"),
        (with("messages", json!([])), "messages", "missing_required_parameter"),
        (with("messages", json!([{"role": "tool", "content": "4"}])), "messages[0].role", "invalid_value"),
        (with("messages", image), "messages[0].content", "unsupported_parameter"),
        (with("model", json!("")), "model", "missing_required_parameter"),
        (with("n", json!(2)), "n", "unsupported_parameter"),
        (with("logprobs", json!(true)), "logprobs", "unsupported_parameter"),
        (with("tools", json!([{"type": "function"}])), "tools", "unsupported_parameter"),
        (with("response_format", json!({"type": "json_schema"})), "response_format", "unsupported_parameter"),
    ];
    for (body, param, code) in cases {
        let (status, error) = error(ask(&open, &body).await).await;
        assert_eq!(status, 400, "{body}");
        assert_eq!((error["param"].as_str(), error["code"].as_str()), (Some(param), Some(code)), "{body}: {error}");
        assert!(error["message"].as_str().unwrap().contains(param.split('[').next().unwrap()), "{error}");
    }
    assert!(open.house.seen.lock().unwrap().is_empty(), "a wrong request came through the door");
}

#[tokio::test]
async fn broken_and_deep_json_are_refused() {
    let open = Open::usual().await;
    let deep = format!(r#"{{"model":"x","metadata":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for (body, code) in [
        (String::new(), "invalid_json"),
        (r#"{"model":"#.to_owned(), "invalid_json"),
        (r#"{"model":"x"} {}"#.to_owned(), "invalid_json"),
        (r#"{"temperature":1e999}"#.to_owned(), "invalid_json"),
        ("[]".to_owned(), "invalid_value"),
        ("null".to_owned(), "invalid_value"),
        (deep, "json_too_deep"),
    ] {
        let asked = reqwest::Client::new().post(open.url("/v1/chat/completions")).bearer_auth(KEY);
        let (status, error) = error(asked.body(body.clone()).send().await.unwrap()).await;
        assert_eq!((status.as_u16(), error["code"].as_str()), (400, Some(code)), "{body:.40}: {error}");
    }
}

#[tokio::test]
async fn what_the_house_refuses_has_the_status_that_the_sdks_expect() {
    let open = Open::usual().await;
    let cases = [
        ("poor", 402, "payment_error", "deal_exhausted"),
        ("none", 404, "not_found_error", "model_not_found"),
        ("twice", 409, "conflict_error", "ticket_reused"),
        ("long", 413, "invalid_request_error", "context_length_exceeded"),
        ("busy", 429, "rate_limit_error", "too_many_requests"),
        ("broken", 502, "engine_error", "engine_down"),
        ("away", 503, "unavailable_error", "no_chain"),
    ];
    for (model, status, sort, code) in cases {
        let response = ask(&open, &chat(model)).await;
        let (again, should) =
            (response.headers().get("retry-after").cloned(), response.headers().get("x-should-retry").cloned());
        let millis = response.headers().get("retry-after-ms").cloned();
        let (said, error) = error(response).await;
        assert_eq!((said.as_u16(), error["type"].as_str(), error["code"].as_str()), (status, Some(sort), Some(code)));
        assert_eq!(again.is_some(), [429, 503].contains(&status), "{model}");
        assert_eq!(should.is_some(), status == 409, "{model}");
        if model == "away" {
            assert_eq!((again.unwrap(), millis.unwrap()), ("3".parse().unwrap(), "2500".parse().unwrap()));
        }
    }
}

/// A response without its date, which is of the second.
async fn dateless(open: &Open, path: &str, headers: &str) -> String {
    let body = chat(MODEL).to_string();
    let length = body.len();
    let asked = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    let response = String::from_utf8(rest(&mut say(open, asked.as_bytes()).await).await).unwrap();
    response.lines().filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_bad_key_gets_the_same_bytes() {
    let open = Open::usual().await;
    let path = "/v1/chat/completions";
    let first = dateless(&open, path, "").await;
    assert!(first.starts_with("HTTP/1.1 401 Unauthorized"), "{first}");
    assert!(first.contains("invalid_api_key") && first.contains("www-authenticate: Bearer"), "{first}");
    for headers in [
        "authorization: Bearer \r\n",
        "authorization: Bearer of-another-deal\r\n",
        "authorization: Basic YTpi\r\n",
        "authorization: Bearer \u{e9}\r\n",
        "x-api-key: also-wrong\r\n",
    ] {
        assert_eq!(dateless(&open, path, headers).await, first, "{headers}");
    }
    assert_eq!(dateless(&open, "/hearth/v1/deals/8/requests", "").await, first);
}

#[tokio::test]
async fn a_key_is_taken_from_either_header() {
    let open = Open::usual().await;
    for (name, value) in [("authorization", format!("bearer {KEY}")), ("x-api-key", KEY.to_owned())] {
        let asked = reqwest::Client::new().post(open.url("/v1/chat/completions")).header(name, value);
        assert_eq!(asked.json(&chat(MODEL)).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn nothing_that_a_client_showed_is_said_back() {
    let open = Open::usual().await;
    let mut body = chat("no-such-model");
    body["messages"][0]["content"] = json!("a-secret-prompt");
    let refused = ask(&open, &body).await.text().await.unwrap();
    let stranger = post(&open, "/v1/chat/completions", &body).header("authorization", "Bearer a-secret-key");
    let stranger = stranger.send().await.unwrap().text().await.unwrap();
    let figures = get(&open, "/metrics").send().await.unwrap().text().await.unwrap();
    for text in [refused, stranger, figures] {
        assert!(!text.contains("a-secret-"), "{text}");
        assert!(!text.contains(KEY), "{text}");
    }
}
