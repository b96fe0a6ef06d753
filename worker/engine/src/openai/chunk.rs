//! What a chunk of a stream says, in the dialects of the five.

use serde::Deserialize;
use serde_json::Value;

use super::fault::lost;
use crate::{Error, Finish};

/// One chunk. Unknown fields are passed over: each server has many of its own.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    pub(super) usage: Option<Used>,
    /// vLLM's first chunk of a chat.
    #[serde(default)]
    prompt_token_ids: Option<Vec<u32>>,
}

/// What one of several answers gained. Only one is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
    #[serde(default)]
    token_ids: Option<Vec<u32>>,
    #[serde(default)]
    prompt_token_ids: Option<Vec<u32>>,
    #[serde(default)]
    logprobs: Option<Logprobs>,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    /// What a model thinks before it answers: vLLM, SGLang and llama.cpp say `reasoning_content`.
    #[serde(default)]
    reasoning_content: Option<String>,
    /// The same: newer vLLM and Ollama say `reasoning`.
    #[serde(default)]
    reasoning: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Logprobs {
    /// Of `/v1/completions`.
    #[serde(default)]
    token_logprobs: Option<Vec<Option<f32>>>,
    /// Of `/v1/chat/completions`, and of llama.cpp everywhere.
    #[serde(default)]
    content: Option<Vec<Logprob>>,
}

#[derive(Debug, Deserialize)]
struct Logprob {
    logprob: f32,
}

/// Tokens used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Used {
    #[serde(default)]
    pub(super) prompt_tokens: usize,
    #[serde(default)]
    pub(super) completion_tokens: Option<usize>,
    #[serde(default)]
    prompt_tokens_details: Option<Details>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
struct Details {
    #[serde(default)]
    cached_tokens: Option<usize>,
}

impl Chunk {
    /// Reads a chunk that is known to be no error.
    pub(super) fn read(value: Value) -> Result<Self, Error> {
        serde_json::from_value(value).map_err(|error| lost(format!("a chunk makes no sense: {error}")))
    }

    /// What the one answer gained.
    pub(super) fn choice(self) -> Option<Choice> {
        self.choices?.into_iter().next()
    }

    /// How many tokens the prompt had, where a server lists them.
    pub(super) fn input(&self) -> Option<usize> {
        let choice = self.choices.iter().flatten().find_map(|choice| choice.prompt_token_ids.as_ref());
        self.prompt_token_ids.as_ref().or(choice).map(Vec::len)
    }
}

impl Used {
    pub(super) fn cached(&self) -> usize {
        self.prompt_tokens_details.and_then(|details| details.cached_tokens).unwrap_or_default()
    }
}

impl Choice {
    /// The text gained; a model's thoughts are part of what it says.
    pub(super) fn text(&mut self) -> String {
        let mut said = String::new();
        if let Some(delta) = self.delta.take() {
            for part in [delta.reasoning_content.or(delta.reasoning), delta.content].into_iter().flatten() {
                said.push_str(&part);
            }
        }
        if let Some(text) = self.text.take() {
            said.push_str(&text);
        }
        said
    }

    /// The tokens gained.
    pub(super) fn tokens(&mut self) -> Vec<u32> {
        self.token_ids.take().unwrap_or_default()
    }

    /// Their log-probabilities.
    pub(super) fn logprobs(&mut self) -> Result<Vec<f32>, Error> {
        let Some(logprobs) = self.logprobs.take() else { return Ok(Vec::new()) };
        let plain = logprobs.token_logprobs.unwrap_or_default().into_iter().flatten();
        let rich = logprobs.content.unwrap_or_default().into_iter().map(|token| token.logprob);
        let all: Vec<f32> = plain.chain(rich).collect();
        all.iter().try_for_each(|logprob| credible(*logprob))?;
        Ok(all)
    }
}

/// A logarithm of a probability is not above 0, but for rounding.
pub(super) fn credible(logprob: f32) -> Result<(), Error> {
    if logprob <= 1e-3 { Ok(()) } else { Err(lost(format!("{logprob} is no log-probability"))) }
}

/// Why the server says an answer ended.
pub(super) fn finish(reason: &str) -> Result<Finish, Error> {
    match reason {
        "stop" | "tool_calls" | "function_call" => Ok(Finish::Stop),
        "length" => Ok(Finish::Length),
        "content_filter" => Ok(Finish::Filtered),
        // Servers say `abort`, `error`, `cancelled` or `unload` of their own failures.
        other => Err(lost(format!("the server ended the answer by {}", super::fault::clip(other)))),
    }
}
