//! What stands behind the door: whoever computes, and whoever is paid for it.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::ask::{Ask, Shape};

/// Whoever is asked. Each call returns as soon as the question is taken or refused; the answer follows by its channel.
pub trait House: Send + Sync + 'static {
    /// The models that are served.
    fn models(&self) -> Vec<Model>;

    /// A request in the clear, with the key that came with it, if one did, and the body to the byte.
    fn open(&self, ask: Ask, body: Bytes, key: Option<String>) -> impl Future<Output = Result<Answer, Refusal>> + Send;

    /// A sealed request of a deal: the body of the call, and the voucher in its header, both unread.
    fn sealed(
        &self,
        deal: u64,
        body: Bytes,
        voucher: Option<String>,
    ) -> impl Future<Output = Result<Answer, Refusal>> + Send;

    /// A voucher of a deal, unread; how the deal stands then.
    fn voucher(&self, deal: u64, body: Bytes) -> impl Future<Output = Result<Value, Refusal>> + Send;

    /// How a deal stands.
    fn standing(&self, deal: u64) -> impl Future<Output = Result<Value, Refusal>> + Send;

    /// Digests of a model's files by name; nothing where there is no such model.
    fn files(&self, model: &str) -> Option<Value>;

    /// One of the small files of a model: those that turn text into tokens.
    fn file(&self, model: &str, name: &str) -> Option<Bytes>;

    /// What is true of the machine and of its bond.
    fn attestation(&self) -> impl Future<Output = Value> + Send;

    /// Whether work is taken now; else why not.
    fn ready(&self) -> Result<(), String>;

    /// Figures in the Prometheus text format, to stand beside the gateway's own.
    fn metrics(&self) -> String;
}

/// A model on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its name.
    pub id: String,
    /// Since when it is served, in seconds since 1970.
    pub created: u64,
    /// The most tokens that a prompt and its answer may have together.
    pub context: u64,
    /// The digest of its files, in hex; empty where nobody knows it.
    pub digest: String,
}

/// An answer under way. Dropping it cancels the work.
#[derive(Debug)]
pub struct Answer {
    /// How the client wants to read it.
    pub shape: Shape,
    /// What is said, piece by piece; the last is an [`Event::End`] or an error.
    pub events: mpsc::Receiver<Result<Event, Refusal>>,
}

/// What happens while an answer is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something was said.
    Piece {
        /// The text.
        text: String,
    },
    /// The answer is whole.
    End {
        /// Why it ended.
        finish: Finish,
        /// What it took.
        usage: Usage,
        /// What stands in the last chunk's top-level field, by name; a client that does not know it passes over it.
        extra: Option<(&'static str, Value)>,
        /// A header of an answer that is not streamed: name and value.
        header: Option<(&'static str, String)>,
    },
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model ended it, or a stop rule did.
    Stop,
    /// It reached the most tokens.
    Length,
    /// The engine refused to go on.
    Filtered,
}

/// What an answer took, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the prompt, cached ones included.
    pub input: u64,
    /// Of these, found in a cache.
    pub cached: u64,
    /// Of the answer.
    pub output: u64,
}

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Of which kind.
    pub kind: Kind,
    /// A word that programs read, such as `context_length_exceeded`.
    pub code: &'static str,
    /// What is wrong and what to do about it; never a secret.
    pub message: String,
}

/// The kinds of refusals, each an HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400: the request is wrong.
    Invalid,
    /// 401: whoever asks showed no right to; always in the same words.
    Unknown,
    /// 402: what was paid, or may be charged, does not cover it.
    Payment,
    /// 404: there is no such thing.
    Missing,
    /// 409: it contradicts what was said before.
    Conflict,
    /// 413: it is too large.
    TooLarge,
    /// 429: too much at once; again after this long.
    Busy(Duration),
    /// 502: the engine failed.
    Engine,
    /// 503: no work is taken now; again after this long.
    Away(Duration),
}
