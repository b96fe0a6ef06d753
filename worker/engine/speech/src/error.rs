//! What can go wrong with a model's files, a prompt or an answer.

use thiserror::Error;

/// A refusal.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// A model's file cannot be used.
    #[error("{file}: {problem}")]
    Load {
        /// Which file.
        file: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// Text cannot be turned into tokens, or tokens into text.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
    /// The prompt is not one for this model.
    #[error("{0}")]
    Prompt(String),
    /// The prompt is longer than the model's context.
    #[error("the prompt has at least {input} tokens, at most {context} are possible: shorten it")]
    Context {
        /// Tokens of the prompt, at least.
        input: usize,
        /// How many are possible.
        context: usize,
    },
}

impl Error {
    /// A file that cannot be used, and why.
    pub(crate) fn load(file: impl ToString, problem: impl ToString) -> Self {
        Self::Load { file: file.to_string(), problem: problem.to_string() }
    }
}
