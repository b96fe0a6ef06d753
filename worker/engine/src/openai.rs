//! A local server with OpenAI's HTTP interface as an engine: vLLM, SGLang, llama.cpp, TensorRT-LLM, Ollama.
//!
//! - [`config`] – where the server is, which of the five it is, what it calls the model, how long it may take
//! - `http` – one connection for each request, so that closing it cancels exactly that request
//! - `sse` – the lines of a stream, bounded
//! - `ask` – what is sent: every sampling rule said, so that no server's default counts
//! - `chunk` – what a stream says, in the dialects of the five
//! - `stream` – from a stream to the events of an answer
//! - `score` – log-probabilities of given tokens, where a server has them
//! - `fault` – from a server's refusal to an [`Error`]
//!
//! What each does its own way:
//!
//! | | token ids in | token ids out | prompt's tokens known | score | its own ways |
//! |---|---|---|---|---|---|
//! | vLLM | yes | `return_token_ids` | at the first chunk | `prompt_logprobs` | `code` is a number; 401 is `{"error":"Unauthorized"}`; samples by the model's `generation_config.json` unless told otherwise |
//! | SGLang | yes | `return_token_ids`, newer ones | at the first chunk | `/generate` with `return_logprob` | errors are flat (`{"object":"error","message":…}`) outside a stream, nested inside; `finish_reason` `abort` is its own failure |
//! | llama.cpp | yes | no | at the end | no | its defaults are `top_k` 40 and `min_p` 0.05; 503 while it loads; a context error brings `n_prompt_tokens` and `n_ctx`; old ones end a stream by a field `error:` |
//! | TensorRT-LLM | yes | no | at the first chunk | no | refuses every field that it does not know; its errors are flat, inside a stream too |
//! | Ollama | no | no | at the end | no | cuts a prompt that is too long without saying so; knows neither `top_k` nor stop tokens here; 503 when its queue is full |
//!
//! A stream counts as an answer only with both a `finish_reason` and the last line `[DONE]`: a server that dies
//! may close its connection as if all had been said.

pub mod config;

mod ask;
mod chunk;
mod fault;
mod http;
mod score;
mod sse;
mod stream;

use std::sync::Arc;

use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Class, Description, Engine, Error, Generate, Generation, Score, Scoring};

pub use config::{Config, Kind, Limits};

/// A model behind a local server.
#[derive(Debug)]
pub struct OpenAi {
    server: Arc<http::Server>,
    model: Arc<ask::Model>,
    description: Description,
    room: Arc<Semaphore>,
    runtime: Handle,
}

/// How many events of an answer wait for their reader before the server is made to wait.
const AHEAD: usize = 64;

impl OpenAi {
    /// Asks the server whether it has the model and how long its context is. Must be called inside a runtime.
    pub async fn connect(config: &Config) -> Result<Self, Error> {
        let server = http::Server::new(config)?;
        let served = config.models.get(&config.model).unwrap_or(&config.model).clone();
        let list = server.json("GET", "/v1/models", None, config.limits.first()).await?;
        let card = card(&list, &served, config.kind).ok_or_else(|| Error::Load {
            file: config.url.clone(),
            problem: format!("has no model {served}: it has {}", names(&list)),
        })?;
        let context = match config.context.into_iter().chain(stated_context(card)).min() {
            Some(context) if context > 0 => context,
            _ => {
                let problem = "does not say how long its context is: set context".to_owned();
                return Err(Error::Load { file: config.url.clone(), problem });
            }
        };
        let owner = card.get("owned_by").and_then(Value::as_str).unwrap_or("unknown");
        let description = Description {
            model: config.model.clone(),
            digest: [0; 32],
            class: Class::Tolerant,
            version: format!("{} by {owner}", config.kind),
            context,
            vocabulary: 0,
        };
        let model = ask::Model { served, kind: config.kind, logprobs: config.logprobs, context };
        let room = Arc::new(Semaphore::new(config.limits.parallel.min(Semaphore::MAX_PERMITS)));
        Ok(Self { server: Arc::new(server), model: Arc::new(model), description, room, runtime: Handle::current() })
    }

    fn enter(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.room).try_acquire_owned().map_err(|_full| Error::Busy)
    }
}

impl Engine for OpenAi {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn generate(&self, request: Generate) -> Result<Generation, Error> {
        let ask = self.model.generate(&request)?;
        let permit = self.enter()?;
        let (sender, generation) = Generation::channel(AHEAD);
        let server = Arc::clone(&self.server);
        self.runtime.spawn(async move {
            let _permit = permit;
            // The connection lives inside `answer`: leaving it closes the connection, and the server stops.
            let ended = tokio::select! {
                biased;
                () = sender.closed() => return,
                ended = stream::answer(&server, &ask, &sender) => ended,
            };
            if let Err(error) = ended {
                let _gone = sender.send(Err(error)).await;
            }
        });
        Ok(generation)
    }

    fn score(&self, request: Score) -> Result<Scoring, Error> {
        self.model.may_score(&request)?;
        let permit = self.enter()?;
        let (mut sender, scoring) = Scoring::channel();
        let (server, model) = (Arc::clone(&self.server), Arc::clone(&self.model));
        self.runtime.spawn(async move {
            let _permit = permit;
            let scores = tokio::select! {
                biased;
                () = sender.closed() => return,
                scores = score::scores(&server, &model, &request) => scores,
            };
            let _gone = sender.send(scores);
        });
        Ok(scoring)
    }
}

fn cards(list: &Value) -> impl Iterator<Item = &Value> {
    list.get("data").and_then(Value::as_array).into_iter().flatten()
}

fn card<'a>(list: &'a Value, served: &str, kind: Kind) -> Option<&'a Value> {
    // Ollama lists the tag that it takes where none is said.
    let tagged = |id: &str| kind == Kind::Ollama && id.strip_suffix(":latest") == Some(served);
    cards(list).find(|card| card.get("id").and_then(Value::as_str).is_some_and(|id| id == served || tagged(id)))
}

fn names(list: &Value) -> String {
    let names: Vec<&str> = cards(list).filter_map(|card| card.get("id").and_then(Value::as_str)).take(8).collect();
    if names.is_empty() { "none".to_owned() } else { fault::clip(&names.join(", ")) }
}

/// vLLM and SGLang say `max_model_len`, llama.cpp `meta.n_ctx`; Ollama and TensorRT-LLM say nothing.
fn stated_context(card: &Value) -> Option<usize> {
    let stated = card.get("max_model_len").or_else(|| card.pointer("/meta/n_ctx"))?;
    usize::try_from(stated.as_u64()?).ok()
}
