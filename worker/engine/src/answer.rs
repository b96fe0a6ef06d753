//! What comes back from an engine.

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::Error;

/// An answer being made. Dropping it cancels the work within one token.
#[derive(Debug)]
pub struct Generation(mpsc::Receiver<Result<Event, Error>>);

/// What happens while an answer is made: one `Started`, pieces, one `Finished`. An error ends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The prompt was read.
    Started {
        /// How many tokens it has; zero where an outside server says so only at the end.
        input: usize,
        /// How many of them were read before, and came from a cache.
        cached: usize,
    },
    /// Something was said.
    Piece {
        /// The tokens; empty where an outside server does not say them.
        tokens: Vec<u32>,
        /// The natural logarithm of each token's probability before sampling; empty where unknown.
        logprobs: Vec<f32>,
        /// The text; whole characters, so it may lag behind the tokens.
        text: String,
    },
    /// The answer ended.
    Finished {
        /// Why.
        reason: Finish,
        /// What it cost.
        usage: Usage,
    },
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// The model ended it, or a stop rule did.
    Stop,
    /// It reached the most tokens asked for, or the end of the context.
    Length,
    /// The server refused to go on.
    Filtered,
}

/// How many tokens an answer took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt; zero where an outside server never says.
    pub input: usize,
    /// Those of them that came from a cache.
    pub cached: usize,
    /// Tokens said, the model's end token included.
    pub output: usize,
}

/// A scoring under way. Dropping it cancels the work.
#[derive(Debug)]
pub struct Scoring(oneshot::Receiver<Result<Scores, Error>>);

/// How likely given tokens were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The natural logarithm of each token's probability.
    pub logprobs: Vec<f32>,
    /// The row of logits from which each token would have been chosen, if they were asked for; else empty.
    pub logits: Vec<Vec<f32>>,
}

impl Generation {
    /// A generation fed through the sender, which learns of a cancellation when it is closed.
    #[must_use]
    pub fn channel(capacity: usize) -> (mpsc::Sender<Result<Event, Error>>, Self) {
        let (sender, receiver) = mpsc::channel(capacity);
        (sender, Self(receiver))
    }

    /// The next event, or nothing after the last.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        self.0.recv().await
    }

    /// The next event, for a thread outside an async runtime.
    pub fn next_blocking(&mut self) -> Option<Result<Event, Error>> {
        self.0.blocking_recv()
    }
}

impl Scoring {
    /// A scoring answered through the sender, which learns of a cancellation when it is closed.
    #[must_use]
    pub fn channel() -> (oneshot::Sender<Result<Scores, Error>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(receiver))
    }

    /// The scores.
    pub async fn scores(self) -> Result<Scores, Error> {
        self.0.await.unwrap_or(Err(Error::Cancelled))
    }

    /// The scores, for a thread outside an async runtime.
    pub fn scores_blocking(self) -> Result<Scores, Error> {
        self.0.blocking_recv().unwrap_or(Err(Error::Cancelled))
    }
}
