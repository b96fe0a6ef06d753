//! The model that is served: its engine, its tokenizer, and the small files that clients count tokens by.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use hearth_engine::{Description, Engine, Prompt};
use hearth_gateway::Refusal;
use hearth_speech::{Files, Message, Tongue};
use serde_json::Value;

use crate::refuse;

/// The model behind the door.
pub struct Model {
    /// Runs it.
    pub engine: Arc<dyn Engine>,
    /// Counts its tokens; nothing where an outside server keeps the tokenizer.
    pub tongue: Option<Tongue>,
    /// Digests of its files by name.
    pub digests: Option<Value>,
    /// The small ones themselves.
    pub files: BTreeMap<String, Bytes>,
    /// Since when it is served, in seconds since 1970.
    pub since: u64,
}

/// How many tokens a prompt has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Exactly so many.
    Exactly(u64),
    /// No more than so many.
    AtMost(u64),
}

impl Length {
    /// The most that it may be.
    pub const fn most(self) -> u64 {
        match self {
            Self::Exactly(tokens) | Self::AtMost(tokens) => tokens,
        }
    }
}

/// Tokens that an unknown chat template may put around a prompt, and around each of its messages.
const AROUND: u64 = 64;

impl Model {
    /// A model whose files nobody here has.
    pub fn remote(engine: Arc<dyn Engine>, since: u64) -> Self {
        Self { engine, tongue: None, digests: None, files: BTreeMap::new(), since }
    }

    /// A model out of a folder.
    pub fn local(engine: Arc<dyn Engine>, folder: &Path, since: u64) -> Result<Self, hearth_speech::Error> {
        let (tongue, files) = (Tongue::load(folder)?, Files::of_folder(folder)?);
        let small = Tongue::FILES.iter().filter_map(|name| {
            std::fs::read(folder.join(name)).ok().map(|content| ((*name).to_owned(), Bytes::from(content)))
        });
        let digests = serde_json::to_value(&files).ok();
        Ok(Self { engine, tongue: Some(tongue), digests, files: small.collect(), since })
    }

    /// What it is.
    pub fn describe(&self) -> &Description {
        self.engine.describe()
    }

    /// Its context, in tokens.
    pub fn context(&self) -> u64 {
        u64::try_from(self.describe().context).unwrap_or(u64::MAX)
    }

    /// How long a prompt is; refuses one that leaves no room for an answer.
    pub fn length(&self, prompt: &Prompt) -> Result<Length, Refusal> {
        let length = match (&self.tongue, prompt) {
            (_, Prompt::Tokens(tokens)) => Length::Exactly(count(tokens.len())),
            (Some(tongue), Prompt::Text(text)) => {
                Length::Exactly(count(tongue.read(text, self.describe().context).map_err(refused)?.len()))
            }
            (Some(tongue), Prompt::Chat(messages)) => {
                Length::Exactly(count(tongue.read_chat(messages, self.describe().context).map_err(refused)?.len()))
            }
            // A token has a byte at least.
            (None, Prompt::Text(text)) => Length::AtMost(count(text.len()).saturating_add(AROUND)),
            (None, Prompt::Chat(messages)) => {
                let bytes = |message: &Message| {
                    count(message.content.len()).saturating_add(count(message.role.len())).saturating_add(AROUND)
                };
                Length::AtMost(messages.iter().map(bytes).fold(AROUND, u64::saturating_add))
            }
        };
        let longest = self.context().saturating_sub(1);
        match length {
            Length::Exactly(tokens) if tokens > longest => Err(refuse::invalid(
                "context_length_exceeded",
                format!(
                    "the prompt has {tokens} tokens, prompt and answer together may have {}: shorten it",
                    self.context()
                ),
            )),
            Length::Exactly(0) => Err(refuse::invalid("empty_prompt", "the prompt is empty: say something")),
            Length::Exactly(_) => Ok(length),
            Length::AtMost(tokens) => Ok(Length::AtMost(tokens.min(longest))),
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn refused(error: hearth_speech::Error) -> Refusal {
    match error {
        hearth_speech::Error::Context { .. } => refuse::invalid("context_length_exceeded", error.to_string()),
        other => refuse::invalid("invalid_prompt", other.to_string()),
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Model").field("description", self.describe()).finish_non_exhaustive()
    }
}
