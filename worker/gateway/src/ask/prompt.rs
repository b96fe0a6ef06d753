//! What a completion goes on from, as it is sent: a text, tokens, or a list of one of these; and lists of stop texts.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::ask::Prompt;

/// A prompt's JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// One prompt.
    One(Prompt),
    /// More than one.
    Several,
    /// None.
    Nothing,
}

/// One item of a list of prompts.
enum Item {
    Token(u32),
    Prompt(Prompt),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Outer)
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Inner)
    }
}

struct Outer;

impl<'de> Visitor<'de> for Outer {
    type Value = Given;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a prompt that is a string or a list of tokens")
    }

    fn visit_unit<E: Error>(self) -> Result<Given, E> {
        Ok(Given::Nothing)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Given, E> {
        Ok(Given::One(Prompt::Text(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Given, E> {
        Ok(Given::One(Prompt::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given, A::Error> {
        let mut given = Given::Nothing;
        while let Some(item) = items.next_element::<Item>()? {
            given = match (given, item) {
                (Given::Nothing, Item::Token(token)) => Given::One(Prompt::Tokens(vec![token])),
                (Given::Nothing, Item::Prompt(prompt)) => Given::One(prompt),
                (Given::One(Prompt::Tokens(mut tokens)), Item::Token(token)) => {
                    tokens.push(token);
                    Given::One(Prompt::Tokens(tokens))
                }
                _ => Given::Several,
            };
        }
        Ok(given)
    }
}

struct Inner;

impl<'de> Visitor<'de> for Inner {
    type Value = Item;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a token, a string or a list of tokens")
    }

    fn visit_u64<E: Error>(self, token: u64) -> Result<Item, E> {
        u32::try_from(token).map(Item::Token).map_err(|_| E::custom(format!("{token} is not a token")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Item, E> {
        Ok(Item::Prompt(Prompt::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Item, A::Error> {
        let mut tokens = Vec::new();
        while let Some(token) = items.next_element()? {
            tokens.push(token);
        }
        Ok(Item::Prompt(Prompt::Tokens(tokens)))
    }
}

/// One text or several.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Many)
    }
}

struct Many;

impl<'de> Visitor<'de> for Many {
    type Value = Texts;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a string or a list of strings")
    }

    fn visit_unit<E: Error>(self) -> Result<Texts, E> {
        Ok(Texts::default())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts(vec![text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = items.next_element()? {
            texts.push(text);
        }
        Ok(Texts(texts))
    }
}
