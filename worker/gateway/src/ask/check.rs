//! From what a body says to what is asked: every value in its range.

use std::ops::RangeInclusive;

use crate::ask::body::Body;
use crate::ask::message::{Content, Turn};
use crate::ask::prompt::Given;
use crate::ask::word::Word;
use crate::ask::{Api, Ask, Message, Prompt, Shape, Wrong};

/// The most stop texts, as in the OpenAI API.
const STOPS: usize = 4;
/// The most bytes of a stop text.
const STOP: usize = 1024;
/// The most bytes of a model's name.
const NAME: usize = 256;

/// What is asked by a body.
pub(super) fn ask(api: Api, body: Body) -> Result<Ask, Wrong> {
    if let Some(name) = body.refused {
        return Err(unsupported(name, format!("`{name}` asks for what this node does not do: leave it out")));
    }
    let model = model(body.model)?;
    let prompt = match api {
        Api::Chat => Prompt::Chat(chat(body.messages)?),
        Api::Completion => completion(body.prompt)?,
    };
    let stream = body.stream.unwrap_or(false);
    let usage = body.stream_options.and_then(|options| options.include_usage).unwrap_or(false);
    Ok(Ask {
        prompt,
        max_tokens: most(body.max_completion_tokens, body.max_tokens)?,
        temperature: between("temperature", body.temperature, 0.0..=2.0)?,
        top_p: top_p(body.top_p)?,
        top_k: top_k(body.top_k)?,
        seed: body.seed.map(|seed| seed.0),
        stop: stop(body.stop.unwrap_or_default().0)?,
        shape: Shape { api, model: model.clone(), stream, usage },
        model,
    })
}

fn unsupported(name: impl Into<String>, message: String) -> Wrong {
    Wrong::field("unsupported_parameter", name, message)
}

fn missing(name: &str) -> Wrong {
    Wrong::field("missing_required_parameter", name, format!("`{name}` is missing: it says what is asked"))
}

fn model(name: Option<String>) -> Result<String, Wrong> {
    let name = name.filter(|name| !name.is_empty()).ok_or_else(|| missing("model"))?;
    if name.len() > NAME {
        return Err(Wrong::field("invalid_value", "model", format!("`model` is longer than {NAME} bytes")));
    }
    Ok(name)
}

fn chat(turns: Option<Vec<Turn>>) -> Result<Vec<Message>, Wrong> {
    let turns = turns.filter(|turns| !turns.is_empty()).ok_or_else(|| missing("messages"))?;
    turns.into_iter().enumerate().map(|(at, turn)| message(at, turn)).collect()
}

fn message(at: usize, turn: Turn) -> Result<Message, Wrong> {
    let role = match turn.role.as_str() {
        "developer" => "system".to_owned(),
        "system" | "user" | "assistant" => turn.role,
        _ => {
            let name = format!("messages[{at}].role");
            let message = format!("`{name}` must be `system`, `user` or `assistant`");
            return Err(Wrong::field("invalid_value", name, message));
        }
    };
    let calls = [("tool_calls", &turn.tool_calls), ("function_call", &turn.function_call), ("audio", &turn.audio)];
    for (name, word) in calls {
        if !matches!(word, Word::Null | Word::List(None, _)) {
            let name = format!("messages[{at}].{name}");
            return Err(unsupported(name.clone(), format!("`{name}` is nothing that this node reads: leave it out")));
        }
    }
    let name = format!("messages[{at}].content");
    match turn.content {
        Content::Text(content) => Ok(Message { role, content }),
        Content::Nothing => Err(missing(&name)),
        Content::Other(sort) => {
            let message = format!("`{name}` has a part of type `{sort}`: only text is read here");
            Err(unsupported(name, message))
        }
    }
}

fn completion(given: Option<Given>) -> Result<Prompt, Wrong> {
    match given {
        Some(Given::One(prompt)) => Ok(prompt),
        Some(Given::Several) => {
            Err(unsupported("prompt", "`prompt` has several prompts: ask once for each of them".to_owned()))
        }
        Some(Given::Nothing) | None => Err(missing("prompt")),
    }
}

fn most(newer: Option<u32>, older: Option<u32>) -> Result<Option<u32>, Wrong> {
    for (name, value) in [("max_completion_tokens", newer), ("max_tokens", older)] {
        if value == Some(0) {
            return Err(Wrong::field("invalid_value", name, format!("`{name}` is 0: it must be at least 1")));
        }
    }
    Ok(newer.or(older))
}

fn between(name: &str, value: Option<f32>, range: RangeInclusive<f32>) -> Result<Option<f32>, Wrong> {
    match value {
        Some(value) if !range.contains(&value) => {
            let message = format!("`{name}` is {value}: it must be from {} to {}", range.start(), range.end());
            Err(Wrong::field("invalid_value", name, message))
        }
        _ => Ok(value),
    }
}

fn top_p(value: Option<f32>) -> Result<Option<f32>, Wrong> {
    if value.is_some_and(|value| value <= 0.0) {
        return Err(Wrong::field("invalid_value", "top_p", "`top_p` must be above 0 and at most 1"));
    }
    between("top_p", value, 0.0..=1.0)
}

/// 0 and −1 keep every token, as in the servers that know this field.
fn top_k(value: Option<i64>) -> Result<Option<u32>, Wrong> {
    match value {
        None | Some(0 | -1) => Ok(None),
        Some(value) => u32::try_from(value).map(Some).map_err(|_| {
            let message = format!("`top_k` is {value}: it must be at least 1, or 0 for every token");
            Wrong::field("invalid_value", "top_k", message)
        }),
    }
}

fn stop(texts: Vec<String>) -> Result<Vec<String>, Wrong> {
    if texts.len() > STOPS {
        return Err(Wrong::field("invalid_value", "stop", format!("`stop` has more than {STOPS} texts")));
    }
    if texts.iter().any(|text| text.is_empty() || text.len() > STOP) {
        let message = format!("`stop` has a text that is empty or longer than {STOP} bytes");
        return Err(Wrong::field("invalid_value", "stop", message));
    }
    Ok(texts)
}
