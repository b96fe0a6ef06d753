//! Where a server is and how it is to be treated.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A server and one of its models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// `http://host:port`, with the path before `/v1` where there is one. Plain HTTP: the server is on this machine,
    /// or behind a tunnel that ends here.
    pub url: String,
    /// Which server it is.
    pub kind: Kind,
    /// The model's name, as clients ask for it.
    pub model: String,
    /// From names that clients use to names that the server uses; a name that is missing is the same for both.
    #[serde(default)]
    pub models: BTreeMap<String, String>,
    /// A file with the server's API key, if it wants one.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// The most tokens a prompt and its answer may have together, where the server does not say, or says more.
    #[serde(default)]
    pub context: Option<usize>,
    /// Whether each token's log-probability is asked for; this costs some servers speed.
    #[serde(default)]
    pub logprobs: bool,
    /// How much and how long.
    #[serde(default)]
    pub limits: Limits,
}

/// Which server it is; the table of [`super`] says how they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// vLLM.
    Vllm,
    /// SGLang.
    Sglang,
    /// llama.cpp's `llama-server`.
    LlamaCpp,
    /// TensorRT-LLM's `trtllm-serve`.
    TensorRt,
    /// Ollama.
    Ollama,
}

/// How much a server may send, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// To connect.
    pub connect_ms: u64,
    /// From the request to the first piece; a long prompt is read in this time.
    pub first_ms: u64,
    /// From one piece to the next.
    pub idle_ms: u64,
    /// The longest line of a stream.
    pub line_bytes: usize,
    /// The longest body, a whole stream included.
    pub body_bytes: usize,
    /// Requests at a time; more are refused as busy.
    pub parallel: usize,
}

/// A secret that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key(String);

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_ms: 5_000,
            first_ms: 120_000,
            idle_ms: 30_000,
            line_bytes: 1 << 20,
            body_bytes: 64 << 20,
            parallel: 64,
        }
    }
}

impl Limits {
    pub(super) const fn connect(&self) -> Duration {
        Duration::from_millis(self.connect_ms)
    }

    pub(super) const fn first(&self) -> Duration {
        Duration::from_millis(self.first_ms)
    }

    pub(super) const fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }
}

impl Display for Kind {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Vllm => "vLLM",
            Self::Sglang => "SGLang",
            Self::LlamaCpp => "llama.cpp",
            Self::TensorRt => "TensorRT-LLM",
            Self::Ollama => "Ollama",
        })
    }
}

impl Key {
    pub(super) fn read(file: &Path) -> Result<Self, Error> {
        let load = |problem: String| Error::Load { file: file.display().to_string(), problem };
        let text = fs::read_to_string(file).map_err(|error| load(format!("cannot read the API key: {error}")))?;
        let key = text.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(load("an API key is one line of visible ASCII characters".to_owned()));
        }
        Ok(Self(key.to_owned()))
    }

    /// The header that shows it to the server, and to nobody else.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// The text without the key: servers repeat a wrong key in their refusal.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl Debug for Key {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str("Key(***)")
    }
}
