//! Log-probabilities of given tokens, where a server has them.

use serde_json::{Value, json};

use super::ask::{Model, turns};
use super::chunk::credible;
use super::config::Kind;
use super::fault::lost;
use super::http::Server;
use crate::{Error, Prompt, Score, Scores};

/// Asks for the log-probabilities in one prefill.
pub(super) async fn scores(server: &Server, model: &Model, request: &Score) -> Result<Scores, Error> {
    let prompt = tokens(server, model, &request.prompt).await?;
    let all: Vec<u32> = prompt.iter().chain(&request.tokens).copied().collect();
    model.check_context(all.len())?;
    let (path, body) = match model.kind {
        Kind::Sglang => ("/generate", sglang(&all, prompt.len())),
        _ => ("/v1/completions", vllm(&model.served, &all)),
    };
    let answer = server.json("POST", path, Some(body.to_string().into_bytes()), server.limits.first()).await?;
    let rows = match model.kind {
        Kind::Sglang => answer.pointer("/meta_info/input_token_logprobs"),
        _ => answer.pointer("/choices/0/prompt_logprobs"),
    };
    let rows = rows.and_then(Value::as_array).ok_or_else(|| lost(format!("{path} gave no log-probabilities")))?;
    // SGLang begins where it was told to, vLLM at the prompt's first token: both end at the last.
    let from = rows.len().checked_sub(request.tokens.len());
    let rows = from.and_then(|from| rows.get(from..)).ok_or_else(|| lost("too few log-probabilities".to_owned()))?;
    let logprobs: Option<Vec<f32>> =
        rows.iter().zip(&request.tokens).map(|(row, token)| logprob(row, *token)).collect();
    let logprobs = logprobs.ok_or_else(|| lost("log-probabilities of other tokens".to_owned()))?;
    logprobs.iter().try_for_each(|logprob| credible(*logprob))?;
    Ok(Scores { logprobs, logits: Vec::new() })
}

/// Asking for the likeliest token too, since older vLLM takes 0 for not asking.
fn vllm(served: &str, all: &[u32]) -> Value {
    json!({ "model": served, "prompt": all, "max_tokens": 1, "temperature": 0, "prompt_logprobs": 1 })
}

/// From the prompt's last token on: it comes with none of its own.
fn sglang(all: &[u32], prompt: usize) -> Value {
    json!({
        "input_ids": all,
        "sampling_params": { "max_new_tokens": 1, "temperature": 0 },
        "return_logprob": true,
        "logprob_start_len": prompt.saturating_sub(1),
    })
}

/// vLLM: `{"<id>":{"logprob":…}, …}`; SGLang: `[logprob, id, text]`.
fn logprob(row: &Value, token: u32) -> Option<f32> {
    let value = match row {
        Value::Object(by_id) => by_id.get(&token.to_string())?.get("logprob")?,
        Value::Array(triple) if triple.get(1)?.as_u64() == Some(u64::from(token)) => triple.first()?,
        _ => return None,
    };
    serde_json::from_value(value.clone()).ok()
}

async fn tokens(server: &Server, model: &Model, prompt: &Prompt) -> Result<Vec<u32>, Error> {
    let body = match prompt {
        Prompt::Tokens(tokens) => return Ok(tokens.clone()),
        Prompt::Text(text) => json!({ "model": model.served, "prompt": text }),
        Prompt::Chat(messages) => {
            json!({ "model": model.served, "messages": turns(messages), "add_generation_prompt": true })
        }
    };
    let body = Some(body.to_string().into_bytes());
    let answer = server.json("POST", "/tokenize", body, server.limits.first()).await?;
    let tokens = answer.get("tokens").cloned().unwrap_or_default();
    serde_json::from_value(tokens).map_err(|error| lost(format!("/tokenize gave no tokens: {error}")))
}
