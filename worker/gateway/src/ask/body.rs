//! A request's JSON body, field by field.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::ask::message::Turn;
use crate::ask::prompt::{Given, Texts};
use crate::ask::word::Word;
use crate::ask::{Api, Wrong, refused};

/// What a body says; nothing where it says nothing or `null`.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) model: Option<String>,
    pub(super) messages: Option<Vec<Turn>>,
    pub(super) prompt: Option<Given>,
    pub(super) max_tokens: Option<u32>,
    pub(super) max_completion_tokens: Option<u32>,
    pub(super) temperature: Option<f32>,
    pub(super) top_p: Option<f32>,
    pub(super) top_k: Option<i64>,
    pub(super) seed: Option<Seed>,
    pub(super) stop: Option<Texts>,
    pub(super) stream: Option<bool>,
    pub(super) stream_options: Option<Options>,
    /// The first field that asks for what is not done here.
    pub(super) refused: Option<&'static str>,
}

/// How a stream is wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Options {
    #[serde(default)]
    pub(super) include_usage: Option<bool>,
}

/// A seed: of 64 bits, with a sign or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seed(pub(super) u64);

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Bits)
    }
}

struct Bits;

impl Visitor<'_> for Bits {
    type Value = Seed;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a whole number of 64 bits")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Seed, E> {
        Ok(Seed(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Seed, E> {
        Ok(Seed(value.cast_unsigned()))
    }
}

/// Reads a body.
pub(super) fn read(api: Api, text: &[u8]) -> Result<Body, Wrong> {
    let mut at = String::new();
    let mut from = serde_json::Deserializer::from_slice(text);
    let body = Fields { api, at: &mut at }.deserialize(&mut from).and_then(|body| from.end().map(|()| body));
    body.map_err(|error| wrong(&error, at))
}

fn wrong(error: &serde_json::Error, at: String) -> Wrong {
    if error.is_data() {
        let param = Some(at).filter(|at| !at.is_empty());
        let place = param.as_deref().map_or(String::new(), |param| format!("`{param}`: "));
        return Wrong { code: "invalid_value", message: format!("{place}{error}"), param };
    }
    Wrong { code: "invalid_json", message: format!("the body is not JSON: {error}"), param: None }
}

/// Reads the fields, and remembers in which it is.
struct Fields<'a> {
    api: Api,
    at: &'a mut String,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Body;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Body, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Body;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object with the fields of a request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Body, A::Error> {
        let mut body = Body::default();
        while let Some(name) = fields.next_key::<String>()? {
            self.at.clear();
            self.at.extend(name.chars().take(64));
            match (self.api, name.as_str()) {
                (_, "model") => body.model = fields.next_value()?,
                (Api::Chat, "messages") => body.messages = fields.next_value()?,
                (Api::Completion, "prompt") => body.prompt = fields.next_value()?,
                (_, "max_tokens") => body.max_tokens = fields.next_value()?,
                (Api::Chat, "max_completion_tokens") => body.max_completion_tokens = fields.next_value()?,
                (_, "temperature") => body.temperature = fields.next_value()?,
                (_, "top_p") => body.top_p = fields.next_value()?,
                (_, "top_k") => body.top_k = fields.next_value()?,
                (_, "seed") => body.seed = fields.next_value()?,
                (_, "stop") => body.stop = fields.next_value()?,
                (_, "stream") => body.stream = fields.next_value()?,
                (_, "stream_options") => body.stream_options = fields.next_value()?,
                (_, other) => match refused::known(other) {
                    Some(known) => {
                        let word: Word = fields.next_value()?;
                        if refused::asks(known, &word) {
                            body.refused.get_or_insert(known);
                        }
                    }
                    None => drop(fields.next_value::<IgnoredAny>()?),
                },
            }
        }
        self.at.clear();
        Ok(body)
    }
}
