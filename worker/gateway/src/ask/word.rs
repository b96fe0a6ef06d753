//! A value of which only its kind is of interest.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What a field says, as far as it matters whether it asks for anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Word {
    /// `null`, or nothing at all.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number; those beyond 32 bits are infinite.
    Number(f64),
    /// A text.
    Text(String),
    /// A list: its first item, if it has any, and whether it has others.
    List(Option<Box<Self>>, bool),
    /// An object: whether it has fields, and what its `type` says.
    Map(bool, Option<String>),
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Word;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Word, E> {
        Ok(Word::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Word, E> {
        Ok(Word::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Word, E> {
        Ok(Word::Number(i32::try_from(value).map_or(f64::NEG_INFINITY, f64::from)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Word, E> {
        Ok(Word::Number(u32::try_from(value).map_or(f64::INFINITY, f64::from)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Word, E> {
        Ok(Word::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Word, E> {
        Ok(Word::Text(value.chars().take(64).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Word, A::Error> {
        let first = items.next_element()?.map(Box::new);
        let mut others = false;
        while items.next_element::<IgnoredAny>()?.is_some() {
            others = true;
        }
        Ok(Word::List(first, others))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Word, A::Error> {
        let (mut any, mut sort) = (false, None);
        while let Some(name) = fields.next_key::<String>()? {
            any = true;
            match (name.as_str(), &sort) {
                ("type", None) => sort = fields.next_value::<Sort>()?.0,
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Word::Map(any, sort))
    }
}

/// The text of a `type`; nothing where it is no text.
struct Sort(Option<String>);

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Word::deserialize(from)? {
            Word::Text(text) => Ok(Self(Some(text))),
            _ => Ok(Self(None)),
        }
    }
}
