//! Scores, where a server has them.

use hearth_engine::openai::{Kind, OpenAi};
use hearth_engine::{Engine, Error, Message, Prompt, Score, Scores};
use serde_json::json;

use crate::server::{Server, Step, json as whole};

fn score(prompt: Prompt) -> Score {
    Score { prompt, tokens: vec![7, 8], logits: false }
}

async fn scores(server: &Server, kind: Kind, prompt: Prompt) -> Result<Scores, Error> {
    let engine = OpenAi::connect(&server.config(kind)).await?;
    engine.score(score(prompt))?.scores().await
}

fn vllm() -> Vec<Step> {
    let rows = json!([
        null,
        { "2": { "logprob": -9.0, "rank": 40, "decoded_token": "b" }, "5": { "logprob": -0.1, "rank": 1, "decoded_token": "e" } },
        { "7": { "logprob": -0.5, "rank": 1, "decoded_token": "g" } },
        { "9": { "logprob": -0.25, "rank": 1, "decoded_token": "i" }, "8": { "logprob": -3.5, "rank": 9, "decoded_token": "h" } },
    ]);
    let body = json!({ "choices": [{ "index": 0, "text": "x", "prompt_logprobs": rows, "finish_reason": "length" }] });
    vec![Step::Send(whole(200, &body.to_string()))]
}

#[tokio::test]
async fn vllm_scores_by_the_log_probabilities_of_the_prompt() {
    let server = Server::always(vllm());
    let scores = scores(&server, Kind::Vllm, Prompt::Tokens(vec![1, 2])).await.unwrap();
    assert_eq!(scores.logprobs, [-0.5, -3.5]);
    let seen = server.seen.recv().unwrap();
    assert_eq!((&seen.body["prompt"], &seen.body["prompt_logprobs"]), (&json!([1, 2, 7, 8]), &json!(1)));
}

#[tokio::test]
async fn vllm_tokenises_a_conversation_first() {
    let tokens = Step::Send(whole(200, r#"{"count":2,"max_model_len":8192,"tokens":[1,2],"token_strs":null}"#));
    let server = Server::playing(vec![vec![tokens], vllm()]);
    let chat = Prompt::Chat(vec![Message { role: "user".to_owned(), content: "hi".to_owned() }]);
    assert_eq!(scores(&server, Kind::Vllm, chat).await.unwrap().logprobs, [-0.5, -3.5]);
    assert!(server.seen.recv().unwrap().head.starts_with("POST /tokenize "));
    assert_eq!(server.seen.recv().unwrap().body["prompt"], json!([1, 2, 7, 8]));
}

#[tokio::test]
async fn sglang_scores_from_the_prompt_s_end() {
    let rows = json!([[null, 2, null], [-0.5, 7, null], [-3.5, 8, null]]);
    let body = json!({ "text": "x", "meta_info": { "input_token_logprobs": rows, "prompt_tokens": 4 } });
    let server = Server::always(vec![Step::Send(whole(200, &body.to_string()))]);
    let scores = scores(&server, Kind::Sglang, Prompt::Tokens(vec![1, 2])).await.unwrap();
    assert_eq!(scores.logprobs, [-0.5, -3.5]);
    let seen = server.seen.recv().unwrap();
    assert!(seen.head.starts_with("POST /generate "));
    assert_eq!((&seen.body["input_ids"], &seen.body["logprob_start_len"]), (&json!([1, 2, 7, 8]), &json!(1)));
}

#[tokio::test]
async fn scores_of_other_tokens_or_beyond_reason_are_no_scores() {
    let other = json!([[null, 2, null], [-0.5, 7, null], [-3.5, 9, null]]);
    let few = json!([[-3.5, 8, null]]);
    let above = json!([[null, 2, null], [0.5, 7, null], [-3.5, 8, null]]);
    let gap = json!([[null, 2, null], [null, 7, null], [-3.5, 8, null]]);
    for rows in [other, few, above, gap, json!(null)] {
        let body = json!({ "meta_info": { "input_token_logprobs": rows } }).to_string();
        let server = Server::always(vec![Step::Send(whole(200, &body))]);
        let error = scores(&server, Kind::Sglang, Prompt::Tokens(vec![1, 2])).await.unwrap_err();
        assert!(matches!(error, Error::Lost(_)), "{rows}: {error}");
    }
}

#[tokio::test]
async fn who_cannot_score_says_so() {
    let server = Server::always(vec![]);
    for kind in [Kind::LlamaCpp, Kind::TensorRt, Kind::Ollama] {
        let error = scores(&server, kind, Prompt::Tokens(vec![1, 2])).await.unwrap_err();
        assert!(matches!(error, Error::Unsupported(_)), "{kind}");
    }
    let engine = OpenAi::connect(&server.config(Kind::Vllm)).await.unwrap();
    let rows = Score { logits: true, ..score(Prompt::Tokens(vec![1])) };
    assert!(matches!(engine.score(rows), Err(Error::Unsupported(_))));
}
