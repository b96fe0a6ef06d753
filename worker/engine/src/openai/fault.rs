//! From a server's refusal, in the words of any of them, to an [`Error`].
//!
//! A refusal is `{"error":{"message",…,"code"}}` (OpenAI, llama.cpp, Ollama, newer vLLM), the same with a number as
//! `code`, a flat `{"object":"error","message",…}` (SGLang, older vLLM, TensorRT-LLM), `{"error":"…"}` (vLLM's 401),
//! `{"detail":…}` (FastAPI's own), or no JSON at all (a proxy's page).

use serde_json::Value;

use crate::Error;

/// The most characters of a server's words that are passed on.
const WORDS: usize = 300;

/// Words of a server that will take requests again soon.
const BUSY: &[&str] = &["queue is full", "queue limit", "server busy", "overloaded", "loading model", "too many"];

/// Words of a prompt that is too long.
const LONG: &[&str] = &[
    "exceed_context_size",
    "context_length_exceeded",
    "maximum context length",
    "model's context length",
    "available context size",
    "max context length",
    "maximum context size",
    "max_seq_len",
    "prompt is too long",
    "prompt too long",
];

/// Words right before the number of tokens that a model takes.
const BEFORE_CONTEXT: &[&str] =
    &["context length is ", "context length of ", "context length (", "context size (", "context length: "];

/// Words right after the number of tokens that a prompt has.
const AFTER_INPUT: &[&str] = &[
    " input tokens",
    " tokens) is longer",
    " tokens) exceeds",
    " tokens from the input",
    " in the messages",
    " in the prompt",
];

/// The engine is gone, hangs, or answers nonsense.
pub(super) const fn lost(why: String) -> Error {
    Error::Lost(why)
}

/// Whether a value that came with success is a refusal.
pub(super) fn is_fault(value: &Value) -> bool {
    value.get("error").is_some_and(|error| !error.is_null())
        || value.get("object").and_then(Value::as_str) == Some("error")
}

/// The error that a refusal means.
pub(super) fn fault(status: u16, body: &str, url: &str) -> Error {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let inner = value.get("error").filter(|error| !error.is_null()).unwrap_or(&value);
    let words = clip(&message(inner, body));
    // Inside a stream the status is a success, and the true one is the code.
    let status = if status < 400 { code(inner).unwrap_or(500) } else { status };
    let all = body.to_lowercase();
    let says = |list: &[&str]| list.iter().any(|text| all.contains(text));
    match status {
        _ if status < 500 && says(LONG) => long(inner, &all, words),
        401 | 403 => load(url, format!("refuses the API key ({status}): set key_file; it said: {words}")),
        404 | 405 => load(url, format!("has not what was asked for ({status}): {words}")),
        408 | 425 | 429 => Error::Busy,
        503 | 529 if says(BUSY) => Error::Busy,
        400..500 => Error::Request(format!("the server refused it ({status}): {words}")),
        _ => lost(format!("{url} failed ({status}): {words}")),
    }
}

/// The text, as much of it as is worth reading, on one line.
pub(super) fn clip(text: &str) -> String {
    let line: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(WORDS).collect();
    line.trim().to_owned()
}

fn load(url: &str, problem: String) -> Error {
    Error::Load { file: url.to_owned(), problem }
}

fn message(inner: &Value, body: &str) -> String {
    let said = inner.get("message").or_else(|| inner.get("detail")).unwrap_or(inner);
    match said {
        Value::String(text) => text.clone(),
        Value::Null => body.to_owned(),
        other => other.to_string(),
    }
}

fn code(inner: &Value) -> Option<u16> {
    let code = inner.get("code")?;
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|code| (400..600).contains(code))
}

fn long(inner: &Value, all: &str, words: String) -> Error {
    let said = |name: &str| inner.get(name).and_then(Value::as_u64).and_then(|tokens| usize::try_from(tokens).ok());
    let context = said("n_ctx").or_else(|| BEFORE_CONTEXT.iter().find_map(|text| after(all, text)));
    let input = said("n_prompt_tokens").or_else(|| AFTER_INPUT.iter().find_map(|text| before(all, text)));
    match (input, context) {
        (Some(input), Some(context)) => Error::Context { input, context },
        _ => Error::Request(words),
    }
}

fn after(all: &str, text: &str) -> Option<usize> {
    let (_, rest) = all.split_once(text)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn before(all: &str, text: &str) -> Option<usize> {
    let (rest, _) = all.split_once(text)?;
    let end = rest.trim_end_matches(|sign: char| sign.is_ascii_digit()).len();
    rest.get(end..)?.parse().ok()
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
