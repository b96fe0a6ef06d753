use proptest::prelude::*;

use super::{WORDS, fault, is_fault};
use crate::Error;

const URL: &str = "http://server";

fn context(input: usize, context: usize) -> Error {
    Error::Context { input, context }
}

#[test]
fn a_prompt_too_long_is_said_in_numbers_whatever_the_server() {
    let cases = [
        // vLLM, three generations
        r#"{"object":"error","message":"This model's maximum context length is 8192 tokens. However, your request has 9000 input tokens. Please reduce the length of the input messages.","type":"BadRequestError","param":null,"code":400}"#,
        r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9100 tokens (9000 in the messages, 100 in the completion). Please reduce the length of the messages or completion.","type":"BadRequestError","param":null,"code":400}}"#,
        r#"{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context length is 8192 tokens and your request has 9000 input tokens (4096 > 8192 - 9000).","type":"BadRequestError","param":"max_tokens","code":400}}"#,
        // SGLang
        r#"{"object":"error","message":"The input (9000 tokens) is longer than the model's context length (8192 tokens).","type":"BadRequestError","param":null,"code":400}"#,
        r#"{"object":"error","message":"Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9100 tokens: 9000 tokens from the input messages and 100 tokens for the completion.","type":"BadRequestError","param":null,"code":400}"#,
        // llama.cpp
        r#"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":8192}}"#,
        r#"{"error":{"code":400,"message":"request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it","type":"exceed_context_size_error"}}"#,
    ];
    for body in cases {
        assert_eq!(fault(400, body, URL), context(9000, 8192), "{body}");
    }
}

#[test]
fn a_prompt_too_long_without_numbers_is_a_wrong_request() {
    let body =
        r#"{"error":{"message":"prompt too long; exceeded max context length by 1200 tokens","type":"api_error"}}"#;
    assert!(matches!(fault(400, body, URL), Error::Request(_)));
}

#[test]
fn refusals_are_sorted_by_status() {
    let busy = r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#;
    assert_eq!(fault(429, "", URL), Error::Busy);
    assert_eq!(fault(503, busy, URL), Error::Busy);
    assert_eq!(fault(503, "server busy, please try again.  maximum pending requests exceeded", URL), Error::Busy);
    assert!(matches!(fault(503, "<html>no backend</html>", URL), Error::Lost(_)));
    assert!(matches!(fault(500, "", URL), Error::Lost(_)));
    assert!(matches!(fault(401, r#"{"error":"Unauthorized"}"#, URL), Error::Load { .. }));
    assert!(matches!(
        fault(404, r#"{"error":{"message":"The model `x` does not exist.","code":404}}"#, URL),
        Error::Load { .. }
    ));
    assert!(matches!(fault(422, r#"{"detail":[{"loc":["body","seed"]}]}"#, URL), Error::Request(_)));
}

#[test]
fn inside_a_stream_the_code_is_the_status() {
    let nested = r#"{"error":{"object":"error","message":"bad","type":"BadRequestError","code":400}}"#;
    let flat = r#"{"object":"error","message":"the engine died","type":"InternalServerError","code":500}"#;
    let text = r#"{"error":{"message":"slow down","code":"429"}}"#;
    let none = r#"{"error":{"message":"who knows","code":"oops"}}"#;
    assert!([nested, flat, text, none].iter().all(|body| is_fault(&serde_json::from_str(body).unwrap())));
    assert!(matches!(fault(200, nested, URL), Error::Request(_)));
    assert!(matches!(fault(200, flat, URL), Error::Lost(_)));
    assert_eq!(fault(200, text, URL), Error::Busy);
    assert!(matches!(fault(200, none, URL), Error::Lost(_)));
}

#[test]
fn a_server_s_words_are_cut_and_on_one_line() {
    let Error::Request(words) = fault(400, &format!("line\nline\u{1b}[31m{}", "x".repeat(10_000)), URL) else {
        panic!("not a wrong request");
    };
    assert!(words.len() < WORDS * 2 && !words.chars().any(char::is_control));
}

proptest! {
    #[test]
    fn whatever_a_server_refuses_with_is_an_error(status: u16, body in "\\PC{0,80}", tokens: u64) {
        let _sorted = fault(status, &body, URL);
        let _sorted = fault(status, &format!("{{\"error\":{{\"message\":{body:?},\"code\":{tokens},\"n_ctx\":{tokens}}}}}"), URL);
        let long = format!("maximum context length is {tokens}{body} tokens; {tokens} input tokens");
        let sorted = fault(400, &long, URL);
        let _text = sorted.to_string();
        let known = matches!(sorted, Error::Context { .. } | Error::Request(_));
        prop_assert!(known);
    }
}
