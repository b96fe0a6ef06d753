//! Events: a struct on chain becomes attributes, and the attributes become that struct again off chain.

use cosmwasm_std::{Addr, Event};
use thiserror::Error;

use crate::digest::Digest;
use crate::price::Tick;
use crate::unit::{
    Amount, Asset, Bps, ClassId, DealId, Height, ModelId, NodeId, OfferId, Price, Round, Seconds, Seq, TokenAmount,
    TokenPrice, Usd,
};

/// Why an event could not be read as the struct that was asked for.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// It is an event of another kind.
    #[error("event {found} is not {wanted}")]
    Other {
        /// What was asked for.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// An attribute is missing, or says something that its type does not know.
    #[error("attribute {field} of {kind} is missing or unreadable")]
    Field {
        /// The event.
        kind: &'static str,
        /// The attribute.
        field: &'static str,
    },
}

/// An event with typed attributes.
pub trait Typed: Sized {
    /// The event's type as the contract emits it; a chain puts `wasm-` before it.
    const KIND: &'static str;

    /// The event to emit.
    fn event(&self) -> Event;

    /// The struct behind an event as a contract or a chain shows it.
    fn read(event: &Event) -> Result<Self, Unread>;
}

/// The first event of this kind among those of a transaction, from this contract.
pub fn find<T: Typed>(events: &[Event], contract: &Addr) -> Option<T> {
    let from = |event: &&Event| {
        event
            .attributes
            .iter()
            .any(|attribute| attribute.key == "_contract_address" && attribute.value == contract.as_str())
    };
    events.iter().filter(from).find_map(|event| T::read(event).ok())
}

/// A value that an attribute can hold.
pub trait Field: Sized {
    /// Its text; nothing where the attribute is left out.
    fn write(&self) -> Option<String>;
    /// The value behind a text, or behind an attribute that is not there.
    fn read(text: Option<&str>) -> Option<Self>;
}

macro_rules! fields {
    ($($type:ty),* $(,)?) => { $(
        impl Field for $type {
            fn write(&self) -> Option<String> {
                Some(self.to_string())
            }

            fn read(text: Option<&str>) -> Option<Self> {
                text?.parse().ok()
            }
        }
    )* };
}

fields!(String, u32, u64, bool, Usd, Price, TokenPrice, TokenAmount, Amount, Asset, Tick);
fields!(Seconds, Height, ModelId, ClassId, OfferId, Seq, DealId, NodeId, Round);

impl Field for Addr {
    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn read(text: Option<&str>) -> Option<Self> {
        text.map(Self::unchecked)
    }
}

impl Field for Bps {
    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn read(text: Option<&str>) -> Option<Self> {
        text?.parse().ok().map(Self)
    }
}

impl Field for Digest {
    fn write(&self) -> Option<String> {
        Some(self.to_hex())
    }

    fn read(text: Option<&str>) -> Option<Self> {
        Self::from_hex(text?).ok()
    }
}

impl<T: Field> Field for Option<T> {
    fn write(&self) -> Option<String> {
        self.as_ref().and_then(T::write)
    }

    fn read(text: Option<&str>) -> Option<Self> {
        text.map_or(Some(None), |text| T::read(Some(text)).map(Some))
    }
}

/// Lets a unit-only enum stand in an attribute, under the names that it has in JSON.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $( Self::$variant => $word ),* })
            }
        }

        impl $crate::event::Field for $type {
            fn write(&self) -> Option<String> {
                Some(self.to_string())
            }

            fn read(text: Option<&str>) -> Option<Self> {
                match text? {
                    $( $word => Some(Self::$variant), )*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use words;

/// Declares the events of a contract: `Name = "contract_verb" { field: Type, … }`.
macro_rules! events {
    ($( $(#[$doc:meta])* $name:ident = $kind:literal { $( $(#[$about:meta])* $field:ident: $type:ty ),* $(,)? } )*) => { $(
        $(#[$doc])*
        #[cosmwasm_schema::cw_serde]
        pub struct $name { $( $(#[$about])* pub $field: $type ),* }

        impl $crate::event::Typed for $name {
            const KIND: &'static str = $kind;

            fn event(&self) -> cosmwasm_std::Event {
                let event = cosmwasm_std::Event::new(Self::KIND);
                $( let event = match $crate::event::Field::write(&self.$field) {
                    Some(value) => event.add_attribute(stringify!($field), value),
                    None => event,
                }; )*
                event
            }

            fn read(event: &cosmwasm_std::Event) -> Result<Self, $crate::event::Unread> {
                let kind = event.ty.strip_prefix("wasm-").unwrap_or(&event.ty);
                if kind != Self::KIND {
                    return Err($crate::event::Unread::Other { wanted: Self::KIND, found: event.ty.clone() });
                }
                $( let $field = {
                    let name = stringify!($field);
                    let text = event.attributes.iter().find(|a| a.key == name).map(|a| a.value.as_str());
                    $crate::event::Field::read(text)
                        .ok_or($crate::event::Unread::Field { kind: Self::KIND, field: name })?
                }; )*
                Ok(Self { $( $field ),* })
            }
        }
    )* };
}
pub(crate) use events;

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
