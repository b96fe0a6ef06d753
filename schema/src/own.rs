//! Ownership in two steps, the pause, and the checks that every entry makes: alike in each of the suite's contracts.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Api, MessageInfo, StdError};
use thiserror::Error;

use crate::event::events;
use crate::terms::OutOfBounds;
use crate::unit::OutOfRange;

/// What any contract of the suite may refuse.
#[derive(Error, Debug)]
pub enum Refusal {
    /// Only the owner may.
    #[error("hearth/not-owner: only the owner {owner} may do this")]
    NotOwner {
        /// Who may.
        owner: Addr,
    },
    /// Only the one who was proposed may accept.
    #[error("hearth/not-proposed: you were not proposed as owner; the owner proposes you first")]
    NotProposed,
    /// The contract takes nothing new now.
    #[error("hearth/paused: paused; what is open goes on, nothing new begins until the owner resumes")]
    Paused,
    /// Coins came along with a message that takes none.
    #[error("hearth/funds: this message takes no coins, send it without funds ({denom} was sent)")]
    Funds {
        /// The first of them.
        denom: String,
    },
    /// An address that this chain does not know as one.
    #[error("hearth/address: {field} is no address of this chain, in lower case: {reason}")]
    Address {
        /// Where it stood.
        field: &'static str,
        /// Why it is none.
        reason: String,
    },
    /// Somebody who may not say this.
    #[error("hearth/not-allowed: only {who} may do this")]
    NotAllowed {
        /// Who may.
        who: &'static str,
    },
    /// A text or list that is too long or empty.
    #[error("hearth/length: {field} has a length of {length}, it may be from {min} to {max}")]
    Length {
        /// Where it stood.
        field: &'static str,
        /// How long it is.
        length: usize,
        /// The shortest.
        min: usize,
        /// The longest.
        max: usize,
    },
    /// The same thing twice in a list.
    #[error("hearth/duplicate: {field} names {item} twice")]
    Duplicate {
        /// Where it stood.
        field: &'static str,
        /// What stood twice.
        item: String,
    },
    /// A parameter out of its bounds.
    #[error("hearth/out-of-bounds: {0}")]
    Bounds(#[from] OutOfBounds),
    /// A number that grew out of its unit.
    #[error("hearth/out-of-range: {0}; use smaller amounts")]
    Range(#[from] OutOfRange),
    /// A migration from something that is not an older version of this contract.
    #[error("hearth/migration: {0}")]
    Migration(String),
    /// The chain's own words: storage, queries, JSON.
    #[error("hearth/chain: {0}")]
    Std(#[from] StdError),
}

/// Who owns a contract, who is proposed, and whether it takes anything new. The owner has no power over wiring or money.
#[cw_serde]
pub struct Ownership {
    /// The owner.
    pub owner: Addr,
    /// Who may accept the ownership.
    pub proposed: Option<Addr>,
    /// Whether nothing new begins.
    pub paused: bool,
}

impl Ownership {
    /// A new contract's.
    pub const fn of(owner: Addr) -> Self {
        Self { owner, proposed: None, paused: false }
    }

    /// Refuses all but the owner.
    pub fn only(&self, sender: &Addr) -> Result<(), Refusal> {
        if self.owner == sender { Ok(()) } else { Err(Refusal::NotOwner { owner: self.owner.clone() }) }
    }

    /// Refuses what a pause stops.
    pub const fn running(&self) -> Result<(), Refusal> {
        if self.paused { Err(Refusal::Paused) } else { Ok(()) }
    }

    /// What an owner's message makes of it; the event says what changed.
    pub fn apply(mut self, api: &dyn Api, sender: &Addr, act: &Act) -> Result<(Self, OwnerChanged), Refusal> {
        match act {
            Act::AcceptOwner {} if self.proposed.as_ref() == Some(sender) => {
                self.owner = sender.clone();
                self.proposed = None;
            }
            Act::AcceptOwner {} => return Err(Refusal::NotProposed),
            Act::ProposeOwner { owner } => {
                self.only(sender)?;
                self.proposed = owner.as_deref().map(|owner| address(api, "owner", owner)).transpose()?;
            }
            Act::Pause {} => {
                self.only(sender)?;
                self.paused = true;
            }
            Act::Resume {} => {
                self.only(sender)?;
                self.paused = false;
            }
        }
        let Self { owner, proposed, paused } = self.clone();
        Ok((self, OwnerChanged { owner, proposed, paused }))
    }
}

/// Refuses to follow, as version `ours` of the contract `name`, on anything but the same or an older version of it.
pub fn follows(name: &str, ours: &str, stored_name: &str, stored: &str) -> Result<(), Refusal> {
    let from =
        |problem: &str| Refusal::Migration(format!("{name} {ours} cannot follow on {stored_name} {stored}: {problem}"));
    if stored_name != name {
        return Err(from("that is another contract"));
    }
    match (numbers(stored), numbers(ours)) {
        (Some(stored), Some(ours)) if stored <= ours => Ok(()),
        (Some(_), Some(_)) => Err(from("that is newer")),
        _ => Err(from("a version is three numbers, as in 1.2.3")),
    }
}

/// The three numbers of a version.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// What an owner, or who is to become it, says to each contract of the suite: `{"own": {"pause": {}}}`.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Act {
    /// The owner names who may accept the ownership, or nobody any more.
    ProposeOwner {
        /// Who.
        owner: Option<String>,
    },
    /// The one who was proposed becomes the owner.
    AcceptOwner {},
    /// The owner stops Place, Take, Sweep, Deposit and Bond; whatever ends something goes on.
    Pause {},
    /// The owner lets them go on.
    Resume {},
}

events! {
    /// Who owns the contract, and whether it is paused, after a change of either.
    OwnerChanged = "hearth_owner_changed" {
        /// The owner.
        owner: Addr,
        /// Who may accept the ownership.
        proposed: Option<Addr>,
        /// Whether it is paused.
        paused: bool,
    }
}

/// Refuses coins: no message of the suite takes any.
pub fn no_funds(info: &MessageInfo) -> Result<(), Refusal> {
    match info.funds.first() {
        Some(coin) => Err(Refusal::Funds { denom: coin.denom.clone() }),
        None => Ok(()),
    }
}

/// An address of this chain in its one spelling.
pub fn address(api: &dyn Api, field: &'static str, text: &str) -> Result<Addr, Refusal> {
    api.addr_validate(text).map_err(|error| Refusal::Address { field, reason: error.to_string() })
}

/// Refuses a text or a list whose length is out of its bounds.
pub const fn length(field: &'static str, length: usize, min: usize, max: usize) -> Result<(), Refusal> {
    if length < min || length > max {
        return Err(Refusal::Length { field, length, min, max });
    }
    Ok(())
}

/// Refuses a list that names something twice; lists are short, so each is compared with those after it.
pub fn distinct<T: PartialEq + ToString>(field: &'static str, items: &[T]) -> Result<(), Refusal> {
    let mut rest = items;
    while let [item, later @ ..] = rest {
        if later.contains(item) {
            return Err(Refusal::Duplicate { field, item: item.to_string() });
        }
        rest = later;
    }
    Ok(())
}

#[cfg(test)]
#[path = "own_tests.rs"]
mod tests;
