//! What every engine can do.

use serde::{Deserialize, Serialize};

use crate::{Error, Generate, Generation, Score, Scoring};

/// A loaded model that answers.
///
/// Calls return at once; the work runs behind the handle they return, several at a time as the engine's
/// memory allows, and dropping the handle cancels it. A request that is wrong is refused by the call itself.
pub trait Engine: Send + Sync {
    /// What this engine is.
    fn describe(&self) -> &Description;

    /// Starts an answer, made token by token.
    fn generate(&self, request: Generate) -> Result<Generation, Error>;

    /// Starts a teacher-forced scoring of given tokens after a prompt, in one prefill.
    fn score(&self, request: Score) -> Result<Scoring, Error>;
}

/// What an engine is: the model it runs and how far its numbers can be trusted to repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The model's name, as clients ask for it.
    pub model: String,
    /// SHA-256 that names the model's weights, configuration and tokenizer; zero where an outside server holds them.
    pub digest: [u8; 32],
    /// What is deterministic.
    pub class: Class,
    /// The engine's name and version, which fix its arithmetic.
    pub version: String,
    /// The most tokens a prompt and its answer may have together.
    pub context: usize,
    /// How many tokens the model knows; zero where an outside server does not say.
    pub vocabulary: usize,
}

/// What is deterministic in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// Every bit, on any hardware.
    Exact,
    /// Every bit, on the same GPU model with the same engine image.
    Sku,
    /// Nothing, but the model is fixed.
    Tolerant,
}
