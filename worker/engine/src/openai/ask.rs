//! What is sent. Every sampling rule is said, because a server's own defaults differ and would count otherwise.

use serde_json::{Map, Value, json};

use super::config::Kind;
use crate::{Error, Generate, Message, Prompt, Sampling, Score, Stop};

/// A model as its server knows it.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) served: String,
    pub(super) kind: Kind,
    pub(super) logprobs: bool,
    pub(super) context: usize,
}

/// A request for an answer.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) path: &'static str,
    pub(super) body: Vec<u8>,
    /// Tokens of the prompt, where it came as tokens.
    pub(super) input: usize,
    /// The most tokens of the answer.
    pub(super) most: usize,
    /// The most tokens of both.
    pub(super) context: usize,
}

impl Model {
    /// The request for an answer, or why there can be none.
    pub(super) fn generate(&self, request: &Generate) -> Result<Ask, Error> {
        let Generate { prompt, sampling, stop } = request;
        self.check_prompt(prompt)?;
        self.check_rules(sampling, stop)?;
        let input = self.input(prompt)?;
        let most = stop.max_tokens.min(self.context.saturating_sub(input));
        let mut body = Map::new();
        body.insert("model".into(), json!(self.served));
        let path = match prompt {
            Prompt::Tokens(tokens) => say(&mut body, "/v1/completions", "prompt", json!(tokens)),
            Prompt::Text(text) => say(&mut body, "/v1/completions", "prompt", json!(text)),
            Prompt::Chat(messages) => say(&mut body, "/v1/chat/completions", "messages", turns(messages)),
        };
        body.insert("stream".into(), json!(true));
        body.insert("stream_options".into(), self.stream_options());
        body.insert("max_tokens".into(), json!(most));
        self.sampling(&mut body, sampling);
        self.stop(&mut body, stop);
        self.logprobs(&mut body, matches!(prompt, Prompt::Chat(_)));
        let body = Value::Object(body).to_string().into_bytes();
        Ok(Ask { path, body, input, most, context: self.context })
    }

    /// Whether a scoring is possible at all.
    pub(super) fn may_score(&self, request: &Score) -> Result<(), Error> {
        if !matches!(self.kind, Kind::Vllm | Kind::Sglang) {
            return Err(Error::Unsupported("score: its server gives no log-probabilities of a prompt"));
        }
        if request.logits {
            return Err(Error::Unsupported("give whole rows of logits"));
        }
        if self.kind == Kind::Sglang && matches!(request.prompt, Prompt::Chat(_)) {
            return Err(Error::Unsupported("score after a conversation: give its tokens"));
        }
        if request.tokens.is_empty() {
            return Err(Error::Request("there are no tokens to score".to_owned()));
        }
        self.check_prompt(&request.prompt)?;
        if let Prompt::Tokens(tokens) = &request.prompt {
            // One more, which servers insist on making.
            let input = tokens.len().saturating_add(request.tokens.len());
            self.check_context(input)?;
        }
        Ok(())
    }

    /// A prompt of so many tokens and one token more must fit.
    pub(super) const fn check_context(&self, input: usize) -> Result<(), Error> {
        if input < self.context { Ok(()) } else { Err(Error::Context { input, context: self.context }) }
    }

    fn check_prompt(&self, prompt: &Prompt) -> Result<(), Error> {
        let empty = match prompt {
            Prompt::Tokens(_) if self.kind == Kind::Ollama => return Err(Error::Unsupported("read token ids")),
            Prompt::Tokens(tokens) => tokens.is_empty(),
            Prompt::Text(text) => text.is_empty(),
            Prompt::Chat(messages) => messages.is_empty(),
        };
        if empty { Err(Error::Request("the prompt is empty".to_owned())) } else { Ok(()) }
    }

    fn check_rules(&self, sampling: &Sampling, stop: &Stop) -> Result<(), Error> {
        let wrong = |what: &str| Err(Error::Request(what.to_owned()));
        if stop.max_tokens == 0 {
            return wrong("max_tokens is 0");
        }
        if !sampling.temperature.is_finite() || sampling.temperature < 0.0 {
            return wrong("temperature is not a number from 0");
        }
        if !(sampling.top_p > 0.0 && sampling.top_p <= 1.0) {
            return wrong("top_p is not above 0 and at most 1");
        }
        if stop.texts.iter().any(String::is_empty) {
            return wrong("a stop text is empty");
        }
        if !stop.tokens.is_empty() && matches!(self.kind, Kind::LlamaCpp | Kind::Ollama) {
            return Err(Error::Unsupported("stop at given tokens"));
        }
        if self.kind == Kind::Ollama && stop.ignore_end {
            return Err(Error::Unsupported("go on after the model's end"));
        }
        if self.kind == Kind::Ollama && sampling.top_k > 0 && sampling.temperature > 0.0 {
            return Err(Error::Unsupported("sample by top_k"));
        }
        Ok(())
    }

    fn input(&self, prompt: &Prompt) -> Result<usize, Error> {
        let Prompt::Tokens(tokens) = prompt else { return Ok(0) };
        self.check_context(tokens.len())?;
        Ok(tokens.len())
    }

    fn stream_options(&self) -> Value {
        match self.kind {
            // Every chunk then says what was used so far, the prompt's tokens already at the first.
            Kind::Vllm | Kind::Sglang | Kind::TensorRt => {
                json!({ "include_usage": true, "continuous_usage_stats": true })
            }
            Kind::LlamaCpp | Kind::Ollama => json!({ "include_usage": true }),
        }
    }

    fn sampling(&self, body: &mut Map<String, Value>, sampling: &Sampling) {
        body.insert("temperature".into(), json!(sampling.temperature));
        body.insert("top_p".into(), json!(sampling.top_p));
        body.insert("seed".into(), json!(seed(&sampling.seed)));
        if self.kind == Kind::Ollama {
            return;
        }
        let all = match self.kind {
            Kind::Vllm | Kind::Sglang => json!(-1),
            _ => json!(0),
        };
        body.insert("top_k".into(), if sampling.top_k == 0 { all } else { json!(sampling.top_k) });
        body.insert("min_p".into(), json!(0.0));
        let repeat = if self.kind == Kind::LlamaCpp { "repeat_penalty" } else { "repetition_penalty" };
        body.insert(repeat.into(), json!(1.0));
    }

    fn stop(&self, body: &mut Map<String, Value>, stop: &Stop) {
        if !stop.texts.is_empty() {
            body.insert("stop".into(), json!(stop.texts));
        }
        if !stop.tokens.is_empty() {
            body.insert("stop_token_ids".into(), json!(stop.tokens));
        }
        if stop.ignore_end {
            body.insert("ignore_eos".into(), json!(true));
        }
        // TensorRT-LLM refuses fields that it does not know; older SGLang passes over this one.
        if matches!(self.kind, Kind::Vllm | Kind::Sglang) {
            body.insert("return_token_ids".into(), json!(true));
        }
    }

    fn logprobs(&self, body: &mut Map<String, Value>, chat: bool) {
        if self.logprobs && self.kind != Kind::Ollama {
            body.insert("logprobs".into(), if chat { json!(true) } else { json!(1) });
        }
    }
}

fn say(body: &mut Map<String, Value>, path: &'static str, name: &str, prompt: Value) -> &'static str {
    body.insert(name.to_owned(), prompt);
    path
}

pub(super) fn turns(messages: &[Message]) -> Value {
    messages.iter().map(|message| json!({ "role": message.role, "content": message.content })).collect()
}

/// Servers take a number; llama.cpp takes 32 bits of it, and all ones mean chance to it. So 31 bits.
fn seed(seed: &[u8; 32]) -> u32 {
    let [a, b, c, d, ..] = *seed;
    u32::from_le_bytes([a, b, c, d]) >> 1
}
