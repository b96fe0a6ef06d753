//! What can go wrong on the way to a node and back.

use std::error::Error as _;
use std::time::Duration;

use reqwest::Response;
use serde::Deserialize;
use thiserror::Error;

use super::answer;

/// The most bytes of a refusal that are read.
const MOST: usize = 64 << 10;
/// The most characters of a node's words that are shown.
const SHOWN: usize = 400;

/// What went wrong at a node's door.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A URL that leads nowhere.
    #[error("the node's endpoint {endpoint} is no URL of a door: {reason}")]
    Endpoint {
        /// Which.
        endpoint: String,
        /// Why not.
        reason: String,
    },
    /// Nobody is there.
    #[error("{endpoint} cannot be reached: {reason}")]
    Away {
        /// Where.
        endpoint: String,
        /// Why.
        reason: String,
    },
    /// The node said no, in its own words.
    #[error("the node refused ({status}, {code}): {message}")]
    Refused {
        /// The HTTP status; 0 within an answer that had begun.
        status: u16,
        /// A word that programs read.
        code: String,
        /// The node's own words.
        message: String,
        /// After how long it may be asked again.
        after: Option<Duration>,
    },
    /// It sent something that is not what it should be.
    #[error("the node sent {what} that cannot be read: {reason}")]
    Garbled {
        /// What it should have been.
        what: &'static str,
        /// Why it is not.
        reason: String,
    },
    /// It sent more than makes sense.
    #[error("the node sent more than {most} bytes")]
    TooLarge {
        /// How many are taken.
        most: usize,
    },
    /// It took too long.
    #[error("the node did not send {what} within {} s", after.as_secs_f32())]
    TimedOut {
        /// What was awaited.
        what: &'static str,
        /// For how long.
        after: Duration,
    },
    /// The connection ended before the answer did.
    #[error("the connection ended before the answer did")]
    Cut,
    /// An answer without its receipt.
    #[error("the answer came without a receipt")]
    NoReceipt,
    /// A model's file that is not the model's.
    #[error("the node's files are not those of the model: {0}")]
    Files(hearth_speech::Error),
    /// The cache of small files.
    #[error("a file of the model cannot be kept: {0}")]
    Cache(String),
}

impl Fault {
    /// Whether the same node may do better when it is asked again with the same ticket.
    pub const fn passes(&self) -> bool {
        match self {
            Self::Away { .. } | Self::TimedOut { .. } | Self::Cut => true,
            Self::Refused { status, .. } => matches!(status, 0 | 408 | 429 | 500..),
            _ => false,
        }
    }
}

#[derive(Deserialize)]
struct Refusal {
    error: Words,
}

#[derive(Deserialize)]
struct Words {
    message: String,
    code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// What a node refused with, in its own words where it has some.
pub(super) async fn refusal(response: Response, within: Duration) -> Fault {
    let status = response.status().as_u16();
    let after = response.headers().get(reqwest::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let after = after.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let body = match tokio::time::timeout(within, answer::collect(response, MOST)).await {
        Ok(Ok(body)) => body,
        _ => Vec::new(),
    };
    said(status, after, &body).unwrap_or_else(|| {
        let message = shown(&String::from_utf8_lossy(&body));
        Fault::Refused { status, code: "unknown".into(), message, after }
    })
}

/// The refusal in an error object; nothing where it is none.
pub(super) fn said(status: u16, after: Option<Duration>, object: &[u8]) -> Option<Fault> {
    let Words { message, code, kind } = serde_json::from_slice::<Refusal>(object).ok()?.error;
    let code = code.or(kind).unwrap_or_else(|| "unknown".to_owned());
    Some(Fault::Refused { status, code: shown(&code), message: shown(&message), after })
}

/// A stranger's words on one line, without what would steer a terminal, and not too many.
fn shown(words: &str) -> String {
    let plain = |of: char| if of.is_control() { ' ' } else { of };
    words.trim().chars().map(plain).take(SHOWN).collect()
}

/// The words of an error, down to its cause; never its URL.
pub(super) fn words(error: &reqwest::Error) -> String {
    let mut words = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push(error.to_string());
        cause = error.source();
    }
    words.pop().unwrap_or_else(|| "the request failed".to_owned())
}
