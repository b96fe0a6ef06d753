//! An [`Error`] as it travels.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Error;

/// Each variant is the error's of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are the error's")]
pub enum Failure {
    Memory { what: String, needed: u64, allowed: u64, remedy: String },
    Load { file: String, problem: String },
    Shape { tensor: String, problem: String },
    Tokenizer(String),
    Request(String),
    Context { input: usize, context: usize },
    Cancelled,
    Unsupported(String),
    Busy,
    Lost(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Memory { what, needed, allowed, remedy } => Self::Memory { what, needed, allowed, remedy },
            Error::Load { file, problem } => Self::Load { file, problem },
            Error::Shape { tensor, problem } => Self::Shape { tensor, problem },
            Error::Tokenizer(why) => Self::Tokenizer(why),
            Error::Request(why) => Self::Request(why),
            Error::Context { input, context } => Self::Context { input, context },
            Error::Cancelled => Self::Cancelled,
            Error::Unsupported(what) => Self::Unsupported(what.to_owned()),
            Error::Busy => Self::Busy,
            Error::Lost(why) => Self::Lost(why),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Memory { what, needed, allowed, remedy } => Self::Memory { what, needed, allowed, remedy },
            Failure::Load { file, problem } => Self::Load { file, problem },
            Failure::Shape { tensor, problem } => Self::Shape { tensor, problem },
            Failure::Tokenizer(why) => Self::Tokenizer(why),
            Failure::Request(why) => Self::Request(why),
            Failure::Context { input, context } => Self::Context { input, context },
            Failure::Cancelled => Self::Cancelled,
            Failure::Unsupported(what) => Self::Unsupported(lasting(what)),
            Failure::Busy => Self::Busy,
            Failure::Lost(why) => Self::Lost(why),
        }
    }
}

/// The same text for as long as this process lives. An engine cannot do few things, and always says them in the same
/// words; one that invents words is believed so often only.
fn lasting(text: String) -> &'static str {
    static SAID: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    const MOST: usize = 64;
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let said = said.get_or_insert_default();
    if let Some(known) = said.get(text.as_str()) {
        return known;
    }
    if said.len() >= MOST || text.len() > 200 {
        return "do what was asked";
    }
    let kept: &'static str = Box::leak(text.into_boxed_str());
    said.insert(kept);
    kept
}
