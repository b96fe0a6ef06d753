//! What a request's body asks, as far as its answer is checked by it.

use hearth_schema::door::{Api, Ask};
use hearth_speech::{Error, Message, Tongue};
use serde::Deserialize;
use serde_json::Value;

/// What a request asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What the model reads.
    pub prompt: Prompt,
    /// The most tokens of the answer, where the request says so.
    pub max_tokens: Option<u64>,
    /// The seed, where the request says one.
    pub seed: Option<u64>,
    /// Before the first of these texts the answer ends.
    pub stops: Vec<String>,
    /// The bytes of the body.
    pub bytes: usize,
}

/// What a model reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// A conversation.
    Chat(Vec<Message>),
    /// Text to go on from.
    Text(String),
    /// Tokens to go on from.
    Tokens(usize),
    /// Something that this client cannot count, such as pictures.
    Opaque,
}

#[derive(Deserialize)]
struct Body {
    messages: Option<Vec<Turn>>,
    prompt: Option<Value>,
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    seed: Option<u64>,
    stop: Option<Stops>,
}

#[derive(Deserialize)]
struct Turn {
    role: String,
    content: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stops {
    One(String),
    Some(Vec<String>),
}

/// How many tokens a prompt of this many bytes may have, whatever the tokenizer: one a byte, and what templates add.
const ADDED: usize = 512;

impl Question {
    /// What this request asks.
    pub fn of(ask: &Ask) -> Self {
        Self::read(ask.api, &ask.body)
    }

    /// Reads a request's body. What it does not say, or not in a way that is known here, is left open.
    pub fn read(api: Api, body: &str) -> Self {
        let bytes = body.len();
        let open = Self { prompt: Prompt::Opaque, max_tokens: None, seed: None, stops: Vec::new(), bytes };
        let Ok(body) = serde_json::from_str::<Body>(body) else { return open };
        let prompt = match api {
            Api::Chat => body.messages.and_then(chat),
            Api::Completion => body.prompt.and_then(completion),
        };
        let stops = match body.stop {
            None => Vec::new(),
            Some(Stops::One(stop)) => vec![stop],
            Some(Stops::Some(stops)) => stops,
        };
        let max_tokens = body.max_completion_tokens.or(body.max_tokens);
        Self { prompt: prompt.unwrap_or(Prompt::Opaque), max_tokens, seed: body.seed, stops, bytes }
    }

    /// How many tokens the prompt has by the model's own tongue; nothing where it cannot be counted here.
    pub fn count(&self, tongue: &Tongue) -> Result<Option<u64>, Error> {
        let tokens = match &self.prompt {
            Prompt::Chat(messages) => tongue.read_chat(messages, usize::MAX)?.len(),
            Prompt::Text(text) => tongue.read(text, usize::MAX)?.len(),
            Prompt::Tokens(count) => *count,
            Prompt::Opaque => return Ok(None),
        };
        Ok(Some(u64::try_from(tokens).unwrap_or(u64::MAX)))
    }

    /// The most tokens that the prompt can have by any tokenizer.
    pub fn most(&self) -> u64 {
        u64::try_from(self.bytes.saturating_add(ADDED)).unwrap_or(u64::MAX)
    }
}

fn chat(turns: Vec<Turn>) -> Option<Prompt> {
    let say = |turn: Turn| match turn.content {
        Value::String(content) => Some(Message { role: turn.role, content }),
        Value::Array(parts) => Some(Message { role: turn.role, content: flat(&parts)? }),
        _ => None,
    };
    turns.into_iter().map(say).collect::<Option<_>>().map(Prompt::Chat)
}

/// Parts of text are read as one text.
fn flat(parts: &[Value]) -> Option<String> {
    let text = |part: &Value| {
        let is_text = part.get("type").and_then(Value::as_str) == Some("text");
        part.get("text").and_then(Value::as_str).filter(|_| is_text).map(str::to_owned)
    };
    parts.iter().map(text).collect()
}

fn completion(prompt: Value) -> Option<Prompt> {
    match prompt {
        Value::String(text) => Some(Prompt::Text(text)),
        Value::Array(parts) if !parts.is_empty() && parts.iter().all(Value::is_u64) => {
            Some(Prompt::Tokens(parts.len()))
        }
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(text)] => Some(Prompt::Text(text.clone())),
            [Value::Array(tokens)] if tokens.iter().all(Value::is_u64) => Some(Prompt::Tokens(tokens.len())),
            _ => None,
        },
        _ => None,
    }
}
