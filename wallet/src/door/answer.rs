//! An answer as it comes, piece by piece, up to its receipt.

use std::collections::VecDeque;

use hearth_schema::door::{FIELD, Served};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::Deadlines;
use super::events::Events;
use super::fault::{self, Fault};

/// The most bytes of an answer.
const MOST: usize = 256 << 20;

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A piece of the text.
    Piece(String),
    /// All has been said: what the worker signed for it.
    End(Box<Served>),
}

/// An answer under way. Dropping it tells the node that nobody listens.
#[derive(Debug)]
pub struct Answer {
    response: Option<Response>,
    is_stream: bool,
    events: Events,
    /// What arrived and was not told yet; what was said before a fault is told before it.
    ready: VecDeque<Result<Said, Fault>>,
    deadlines: Deadlines,
    taken: usize,
    begun: bool,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Option<Part>,
    message: Option<Part>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Part {
    content: Option<String>,
}

impl Answer {
    pub(super) fn of(response: Response, deadlines: Deadlines) -> Self {
        let sort = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_stream = sort.starts_with("text/event-stream");
        let response = Some(response);
        Self {
            response,
            is_stream,
            events: Events::default(),
            ready: VecDeque::new(),
            deadlines,
            taken: 0,
            begun: false,
        }
    }

    /// What is said next; after the end, nothing.
    pub async fn next(&mut self) -> Result<Option<Said>, Fault> {
        let Deadlines { first, between, .. } = self.deadlines;
        let (within, what) = if self.begun { (between, "more of its answer") } else { (first, "a first word") };
        // Signs of life in between do not count: a node that only breathes is given up too.
        let begin = Instant::now();
        while self.ready.is_empty() {
            let Some(response) = self.response.as_mut() else { return Ok(None) };
            let left = within.saturating_sub(begin.elapsed());
            let arrived = timeout(left, response.chunk()).await.map_err(|_| Fault::TimedOut { what, after: within })?;
            let taken = match arrived {
                Err(_) => Err(Fault::Cut),
                Ok(Some(bytes)) => self.take(&bytes),
                Ok(None) => self.whole(),
            };
            self.ready.extend(taken.err().map(Err));
        }
        let said = self.ready.pop_front().transpose();
        self.begun = true;
        if !matches!(said, Ok(Some(Said::Piece(_)))) {
            self.response = None;
            self.ready.clear();
        }
        said
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.taken = self.taken.saturating_add(bytes.len());
        if self.taken > MOST {
            return Err(Fault::TooLarge { most: MOST });
        }
        self.events.push(bytes)?;
        if !self.is_stream {
            return Ok(());
        }
        while let Some(event) = self.events.cut() {
            if event == b"[DONE]" {
                return self.done();
            }
            self.read(&event)?;
        }
        Ok(())
    }

    /// The body ended: of a stream too early, of a whole answer as it should.
    fn whole(&mut self) -> Result<(), Fault> {
        if self.is_stream {
            return Err(Fault::Cut);
        }
        let body = self.events.rest();
        self.read(&body)?;
        self.done()
    }

    fn done(&mut self) -> Result<(), Fault> {
        let has_end = self.ready.iter().any(|said| matches!(said, Ok(Said::End(_))));
        if has_end { Ok(()) } else { Err(Fault::NoReceipt) }
    }

    /// Reads a chunk, or a whole answer.
    fn read(&mut self, json: &[u8]) -> Result<(), Fault> {
        if let Some(refusal) = fault::said(0, None, json) {
            return Err(refusal);
        }
        let garbled = |error: serde_json::Error| Fault::Garbled { what: "an answer", reason: error.to_string() };
        let value: Value = serde_json::from_slice(json).map_err(garbled)?;
        let served = value.get(FIELD).filter(|served| !served.is_null()).cloned();
        let chunk: Chunk = serde_json::from_value(value).map_err(garbled)?;
        let words = |Choice { delta, message, text }: Choice| text.or(delta.or(message).and_then(|part| part.content));
        let text: String = chunk.choices.into_iter().take(1).filter_map(words).collect();
        if !text.is_empty() {
            self.ready.push_back(Ok(Said::Piece(text)));
        }
        if let Some(served) = served {
            let garbled = |error: serde_json::Error| Fault::Garbled { what: "a receipt", reason: error.to_string() };
            self.ready.push_back(Ok(Said::End(serde_json::from_value(served).map(Box::new).map_err(garbled)?)));
        }
        Ok(())
    }
}

/// The whole body of a response that may have this many bytes.
pub(super) async fn collect(mut response: Response, most: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.map_err(|_| Fault::Cut)? {
        if body.len().saturating_add(bytes.len()) > most {
            return Err(Fault::TooLarge { most });
        }
        body.extend_from_slice(&bytes);
    }
    Ok(body)
}
