//! One turn of a conversation, as it is sent.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::ask::word::Word;

/// A message's JSON.
#[derive(Debug, Deserialize)]
pub(super) struct Turn {
    pub(super) role: String,
    #[serde(default)]
    pub(super) content: Content,
    #[serde(default)]
    pub(super) tool_calls: Word,
    #[serde(default)]
    pub(super) function_call: Word,
    #[serde(default)]
    pub(super) audio: Word,
}

/// What was said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing.
    #[default]
    Nothing,
    /// A text, or parts that are all text, each on lines of its own.
    Text(String),
    /// A part that is not text, by its type.
    Other(String),
}

/// One part of a content.
#[derive(Deserialize)]
struct Part {
    #[serde(rename = "type")]
    sort: String,
    #[serde(default)]
    text: Option<String>,
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Content;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a content that is a string or a list of text parts")
    }

    fn visit_unit<E: Error>(self) -> Result<Content, E> {
        Ok(Content::Nothing)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Content, E> {
        Ok(Content::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Content, A::Error> {
        let mut said: Option<String> = None;
        let mut other: Option<String> = None;
        while let Some(part) = parts.next_element::<Part>()? {
            match (part.sort.as_str(), part.text) {
                ("text", Some(text)) => match &mut said {
                    Some(said) => {
                        said.push('\n');
                        said.push_str(&text);
                    }
                    None => said = Some(text),
                },
                ("text", None) => return Err(A::Error::custom("a text part without its `text`")),
                _ => drop(other.get_or_insert(part.sort.chars().take(64).collect())),
            }
        }
        Ok(other.map(Content::Other).or(said.map(Content::Text)).unwrap_or_default())
    }
}
