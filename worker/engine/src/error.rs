//! What can go wrong in an engine. Each error says what was wrong and, where there is one, the remedy.

use thiserror::Error;

/// An engine's refusal or failure.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// A bound on memory would be passed.
    #[error("{what} needs {needed} bytes, {allowed} are allowed: {remedy}")]
    Memory {
        /// What needs them.
        what: String,
        /// How many it needs.
        needed: u64,
        /// How many there are.
        allowed: u64,
        /// What to do.
        remedy: String,
    },
    /// A model's files, or the server that has it, cannot be used.
    #[error("{file}: {problem}")]
    Load {
        /// Which file, or where the server is.
        file: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// A tensor is not what the configuration says.
    #[error("tensor {tensor}: {problem}")]
    Shape {
        /// Which tensor.
        tensor: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Text cannot be turned into tokens, or tokens into text.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
    /// The request itself is wrong.
    #[error("request: {0}")]
    Request(String),
    /// Prompt and answer are longer than the model's context.
    #[error(
        "the prompt has {input} tokens, with the answer at most {context} are possible: shorten the prompt or ask for less"
    )]
    Context {
        /// Tokens of the prompt.
        input: usize,
        /// The model's context.
        context: usize,
    },
    /// The work was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The engine does not do this.
    #[error("this engine cannot {0}")]
    Unsupported(&'static str),
    /// The engine is too busy to take more.
    #[error("the engine is busy: try again later")]
    Busy,
    /// The engine, or the server behind it, is gone, hangs, or answers nonsense.
    #[error("the engine failed: {0}")]
    Lost(String),
}

impl From<hearth_speech::Error> for Error {
    fn from(error: hearth_speech::Error) -> Self {
        match error {
            hearth_speech::Error::Load { file, problem } => Self::Load { file, problem },
            hearth_speech::Error::Tokenizer(problem) => Self::Tokenizer(problem),
            hearth_speech::Error::Prompt(problem) => Self::Request(problem),
            hearth_speech::Error::Context { input, context } => Self::Context { input, context },
        }
    }
}
