//! What each server sends when all is well, and what is sent to it.

use hearth_engine::openai::{Kind, OpenAi};
use hearth_engine::{Engine, Error, Finish, Generate, Prompt, Sampling, Stop, Usage};
use serde_json::json;

use crate::server::{Server, Step, data, end, head, piece, replay};
use crate::{ask, chat, text};

#[tokio::test]
async fn every_server_s_chat_is_the_same_answer() {
    let servers = [
        (Kind::Vllm, include_str!("wire/vllm-chat.sse"), 8),
        (Kind::Sglang, include_str!("wire/sglang-chat.sse"), 8),
        (Kind::LlamaCpp, include_str!("wire/llama-cpp-chat.sse"), 8),
        (Kind::TensorRt, include_str!("wire/tensor-rt-chat.sse"), 8),
        (Kind::Ollama, include_str!("wire/ollama-chat.sse"), 0),
    ];
    for (kind, wire, cached) in servers {
        let server = Server::always(replay(wire));
        let said = ask(&server.config(kind), chat()).await.unwrap();
        assert_eq!(said.text, "Hello", "{kind}");
        assert_eq!(said.end, Some((Finish::Stop, Usage { input: 12, cached, output: 3 })), "{kind}");
        let seen = server.seen.recv().unwrap();
        assert!(seen.head.starts_with("POST /v1/chat/completions "), "{kind}");
        assert_eq!(seen.body["model"], "served", "{kind}");
        assert_eq!(seen.body["messages"], json!([{ "role": "user", "content": "Say hello" }]), "{kind}");
        assert_eq!(seen.body["stream_options"]["include_usage"], true, "{kind}");
    }
}

#[tokio::test]
async fn vllm_says_tokens_log_probabilities_and_the_prompt_at_once() {
    let server = Server::always(replay(include_str!("wire/vllm-chat.sse")));
    let said = ask(&server.config(Kind::Vllm), chat()).await.unwrap();
    assert_eq!(said.tokens, [9906, 385, 128_009]);
    assert_eq!(said.logprobs, [-0.25, -1.5]);
    assert_eq!(said.started, [(12, 0)]);
}

#[tokio::test]
async fn tokens_go_in_and_come_out() {
    let server = Server::always(replay(include_str!("wire/vllm-completions.sse")));
    let stop = Stop { max_tokens: 2, texts: vec!["\n".to_owned()], tokens: vec![13], ignore_end: true };
    let sampling = Sampling { temperature: 0.5, top_p: 0.75, top_k: 40, seed: [255; 32] };
    let request = Generate { prompt: Prompt::Tokens(vec![128_000, 16, 11]), sampling, stop };
    let said = ask(&server.config(Kind::Vllm), request).await.unwrap();
    assert_eq!((said.tokens, said.logprobs), (vec![220, 11], vec![-0.5, -0.125]));
    assert_eq!(said.end, Some((Finish::Length, Usage { input: 3, cached: 0, output: 2 })));
    let seen = server.seen.recv().unwrap();
    assert!(seen.head.starts_with("POST /v1/completions "));
    let expected = json!({
        "model": "served", "prompt": [128_000, 16, 11], "max_tokens": 2, "stream": true,
        "stream_options": { "include_usage": true, "continuous_usage_stats": true },
        "temperature": 0.5, "top_p": 0.75, "top_k": 40, "min_p": 0.0, "repetition_penalty": 1.0, "seed": 0x7fff_ffff,
        "stop": ["\n"], "stop_token_ids": [13], "ignore_eos": true, "return_token_ids": true, "logprobs": 1,
    });
    assert_eq!(seen.body, expected);
}

#[tokio::test]
async fn no_server_s_own_sampling_counts() {
    let all = [(Kind::Vllm, -1), (Kind::Sglang, -1), (Kind::LlamaCpp, 0), (Kind::TensorRt, 0)];
    for (kind, every) in all {
        let server = Server::always(replay(include_str!("wire/llama-cpp-chat.sse")));
        ask(&server.config(kind), chat()).await.unwrap();
        let body = server.seen.recv().unwrap().body;
        assert_eq!(
            (&body["top_k"], &body["min_p"], &body["top_p"]),
            (&json!(every), &json!(0.0), &json!(1.0)),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_nobody_counted_is_counted_by_its_pieces() {
    let last = data(r#"{"choices":[{"index":0,"text":"","finish_reason":"length"}]}"#);
    let server =
        Server::always(vec![head(), piece("one"), piece(" two"), piece(" three"), last, data("[DONE]"), end()]);
    let said = ask(&server.config(Kind::TensorRt), text()).await.unwrap();
    assert_eq!(said.end, Some((Finish::Length, Usage { input: 0, cached: 0, output: 3 })));
    let tokens = Generate { prompt: Prompt::Tokens(vec![1, 2]), ..text() };
    let said = ask(&server.config(Kind::TensorRt), tokens).await.unwrap();
    assert_eq!(said.end, Some((Finish::Length, Usage { input: 2, cached: 0, output: 3 })));
}

#[tokio::test]
async fn thoughts_are_part_of_what_is_said() {
    let part = |delta: &str| data(&format!(r#"{{"choices":[{{"index":0,"delta":{delta},"finish_reason":null}}]}}"#));
    let last = data(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#);
    let thought = part(r#"{"reasoning_content":"hm "}"#);
    let newer = part(r#"{"reasoning":"well "}"#);
    let said = part(r#"{"content":"yes"}"#);
    let server = Server::always(vec![head(), thought, newer, said, last, data("[DONE]"), end()]);
    assert_eq!(ask(&server.config(Kind::Vllm), chat()).await.unwrap().text, "hm well yes");
}

#[tokio::test]
async fn what_a_server_cannot_do_is_refused_before_it_is_asked() {
    let server = Server::always(vec![Step::Hold]);
    let ollama = OpenAi::connect(&server.config(Kind::Ollama)).await.unwrap();
    let llama = OpenAi::connect(&server.config(Kind::LlamaCpp)).await.unwrap();
    let tokens = Generate { prompt: Prompt::Tokens(vec![1]), ..text() };
    let top = Generate { sampling: Sampling { temperature: 1.0, top_p: 1.0, top_k: 4, seed: [0; 32] }, ..text() };
    let stops = Generate { stop: Stop { tokens: vec![3], ..Stop::after(4) }, ..text() };
    let endless = Generate { stop: Stop { ignore_end: true, ..Stop::after(4) }, ..text() };
    for request in [tokens, top, stops.clone(), endless] {
        assert!(matches!(ollama.generate(request), Err(Error::Unsupported(_))));
    }
    assert!(matches!(llama.generate(stops), Err(Error::Unsupported(_))));
}

#[tokio::test]
async fn a_wrong_request_is_refused_before_it_is_sent() {
    let server = Server::always(vec![Step::Hold]);
    let engine = OpenAi::connect(&server.config(Kind::Vllm)).await.unwrap();
    let empty = Generate { prompt: Prompt::Text(String::new()), ..text() };
    let none = Generate { stop: Stop::after(0), ..text() };
    let cold = Generate { sampling: Sampling { temperature: -1.0, ..Sampling::greedy() }, ..text() };
    let nan = Generate { sampling: Sampling { top_p: f32::NAN, ..Sampling::greedy() }, ..text() };
    for request in [empty, none, cold, nan] {
        assert!(matches!(engine.generate(request), Err(Error::Request(_))));
    }
    let long = Generate { prompt: Prompt::Tokens(vec![1; 8192]), ..text() };
    assert_eq!(engine.generate(long).unwrap_err(), Error::Context { input: 8192, context: 8192 });
}

#[tokio::test]
async fn an_answer_is_asked_to_fit_the_context() {
    let server = Server::always(replay(include_str!("wire/vllm-completions.sse")));
    let request = Generate { prompt: Prompt::Tokens(vec![1; 8190]), ..text() };
    ask(&server.config(Kind::Vllm), request).await.unwrap();
    assert_eq!(server.seen.recv().unwrap().body["max_tokens"], 2);
}

#[tokio::test]
async fn a_server_without_the_model_is_refused_with_what_it_has() {
    let server = Server::always(vec![]);
    let mut config = server.config(Kind::Vllm);
    config.models.clear();
    let Err(Error::Load { problem, .. }) = OpenAi::connect(&config).await else { panic!("connected") };
    assert!(problem.contains("served"));
}

#[tokio::test]
async fn a_context_that_nobody_says_must_be_set_and_ollama_s_tag_need_not_be_said() {
    let server = Server::always(vec![]);
    let mut config = server.config(Kind::Ollama);
    config.model = "small".to_owned();
    let Err(Error::Load { problem, .. }) = OpenAi::connect(&config).await else { panic!("connected") };
    assert!(problem.contains("set context"), "{problem}");
    config.context = Some(4096);
    assert_eq!(OpenAi::connect(&config).await.unwrap().describe().context, 4096);
    config.model = "llama".to_owned();
    assert_eq!(OpenAi::connect(&config).await.unwrap().describe().context, 4096, "the server says 8192");
    config.model = "small".to_owned();
    config.kind = Kind::Vllm;
    let Err(Error::Load { problem, .. }) = OpenAi::connect(&config).await else { panic!("connected") };
    assert!(problem.contains("has no model small"), "{problem}");
}
