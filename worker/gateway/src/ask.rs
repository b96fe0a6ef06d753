//! What is asked, read from the bodies of the OpenAI API.
//!
//! [`parse`] takes what the OpenAI SDKs send. What would change an answer and is not done here is refused by name; what
//! would not is passed over.

mod body;
mod check;
mod depth;
mod message;
mod prompt;
mod refused;
mod word;

use crate::house::{Kind, Refusal};

/// Reads a request's body.
pub fn parse(api: Api, body: &[u8]) -> Result<Ask, Refusal> {
    read(api, body).map_err(|wrong| Refusal { kind: Kind::Invalid, code: wrong.code, message: wrong.message })
}

/// As [`parse`]; names the field that is wrong.
pub(crate) fn read(api: Api, body: &[u8]) -> Result<Ask, Wrong> {
    depth::bounded(body)?;
    check::ask(api, body::read(api, body)?)
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// A word that programs read.
    pub(crate) code: &'static str,
    /// What is wrong and what to do about it.
    pub(crate) message: String,
    /// In which field.
    pub(crate) param: Option<String>,
}

impl Wrong {
    fn field(code: &'static str, param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), param: Some(param.into()) }
    }
}

/// A request for an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The model's name.
    pub model: String,
    /// What the model reads.
    pub prompt: Prompt,
    /// The most tokens of the answer.
    pub max_tokens: Option<u32>,
    /// 0 takes the likeliest token.
    pub temperature: Option<f32>,
    /// The smallest set of likeliest tokens with at least this probability is kept.
    pub top_p: Option<f32>,
    /// So many likeliest tokens are kept.
    pub top_k: Option<u32>,
    /// Keys the generator of randomness.
    pub seed: Option<u64>,
    /// Before the first of these texts the answer ends.
    pub stop: Vec<String>,
    /// How the client wants to read the answer.
    pub shape: Shape,
}

/// What a model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// A conversation.
    Chat(Vec<Message>),
    /// Text to go on from.
    Text(String),
    /// Tokens to go on from.
    Tokens(Vec<u32>),
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// What was said.
    pub content: String,
}

/// How an answer is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// In which part of the API.
    pub api: Api,
    /// The model's name, as it was asked for.
    pub model: String,
    /// Piece by piece.
    pub stream: bool,
    /// With a chunk that tells the usage.
    pub usage: bool,
}

/// The parts of the OpenAI API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/completions`
    Completion,
}

#[cfg(test)]
#[path = "ask_tests.rs"]
mod tests;
