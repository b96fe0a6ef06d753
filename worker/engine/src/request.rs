//! What is asked of an engine.

pub use hearth_speech::Message;
use serde::{Deserialize, Serialize};

/// An answer to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generate {
    /// What the model reads.
    pub prompt: Prompt,
    /// How the next token is chosen.
    pub sampling: Sampling,
    /// Where the answer ends.
    pub stop: Stop,
}

/// Tokens to be scored as if the model had said them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// What the model reads.
    pub prompt: Prompt,
    /// The tokens said after it.
    pub tokens: Vec<u32>,
    /// Whether whole rows of logits are wanted beside the log-probabilities of the tokens.
    pub logits: bool,
}

/// What a model reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Prompt {
    /// Token ids, exactly these.
    Tokens(Vec<u32>),
    /// Text, to be tokenised with the tokens that the tokenizer puts around it.
    Text(String),
    /// A conversation, to be written out by the model's chat template.
    Chat(Vec<Message>),
}

/// How the next token is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// 0 takes the likeliest token (the lowest id among equals); above, logits are divided by it.
    pub temperature: f32,
    /// The smallest set of likeliest tokens with at least this probability is kept; 1 keeps all.
    pub top_p: f32,
    /// So many likeliest tokens are kept; 0 keeps all.
    pub top_k: u32,
    /// Keys the generator of randomness.
    pub seed: [u8; 32],
}

/// Where an answer ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// After so many tokens, at the latest.
    pub max_tokens: usize,
    /// Before the first of these texts appears.
    pub texts: Vec<String>,
    /// At the first of these tokens, besides the model's own end tokens.
    pub tokens: Vec<u32>,
    /// Go on after the model's own end tokens.
    pub ignore_end: bool,
}

impl Sampling {
    /// The likeliest token, always.
    #[must_use]
    pub const fn greedy() -> Self {
        Self { temperature: 0.0, top_p: 1.0, top_k: 0, seed: [0; 32] }
    }
}

impl Stop {
    /// After so many tokens, or where the model ends.
    #[must_use]
    pub const fn after(max_tokens: usize) -> Self {
        Self { max_tokens, texts: Vec::new(), tokens: Vec::new(), ignore_end: false }
    }
}
