//! The book, without storage: which offer a bid fills, and which amendments keep their place.

use hearth_schema::market::{Bid, Change};
use hearth_schema::price::Tick;
use hearth_schema::terms::Terms;
use hearth_schema::unit::{ClassId, NodeId, OfferId, Price, Seconds, Seq, Usd};
use serde::{Deserialize, Serialize};

use crate::error::ContractError;

/// The most slots of an offer.
pub const MOST_SLOTS: u32 = 10_000;
/// What a stake is worth at least to back an offer: $10, so that the first places of a book are not had for dust.
pub const FLOOR: Usd = Usd::new(10_000_000_000_000);
/// The shortest life of a deal, in seconds.
pub const SHORTEST_LIFE: Seconds = Seconds(60);

/// What an offer asks for: all that an amendment can change.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The price.
    pub tick: Tick,
    /// How many deals at once.
    pub slots: u32,
    /// The least that a deal may be worth.
    pub min_spend: Usd,
    /// The most that a deal may be worth.
    pub max_spend: Usd,
    /// How long a deal may live.
    pub max_life: Seconds,
    /// When the offer expires.
    pub expires_at: Seconds,
    /// The version of the terms.
    pub terms: u32,
}

/// An offer as it is stored.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The node.
    pub node: NodeId,
    /// The class.
    pub class: ClassId,
    /// Its place in time priority.
    pub seq: Seq,
    /// How many deals it has open.
    pub used: u32,
    /// What it asks for.
    pub wanted: Wanted,
}

/// What of the world decides about offers.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The block's time.
    pub time: Seconds,
    /// The version of the terms in force.
    pub terms: u32,
}

impl Wanted {
    /// Whether somebody could take it.
    pub fn check(&self, now: Now, terms: &Terms, offer_life: Seconds) -> Result<(), ContractError> {
        let bound = |field: &'static str, value: &dyn ToString, holds: bool, bounds: &dyn Fn() -> String| match holds {
            true => Ok(()),
            false => Err(ContractError::OfferBounds { field, value: value.to_string(), bounds: bounds() }),
        };
        self.tick.price()?;
        let slots = (1..=MOST_SLOTS).contains(&self.slots);
        bound("slots", &self.slots, slots, &|| format!("from 1 to {MOST_SLOTS}"))?;
        bound("max_spend", &self.max_spend, !self.max_spend.is_zero(), &|| "above 0".to_owned())?;
        let least = self.min_spend <= self.max_spend;
        bound("min_spend", &self.min_spend, least, &|| format!("at most max_spend, {}", self.max_spend))?;
        let longest = terms.clocks.max_life;
        let life = (SHORTEST_LIFE..=longest).contains(&self.max_life);
        bound("max_life", &self.max_life, life, &|| format!("from {SHORTEST_LIFE} to {longest} s"))?;
        self.check_expiry(now.time, offer_life)?;
        if self.terms != now.terms {
            return Err(ContractError::TermsChanged { current: now.terms, named: self.terms });
        }
        Ok(())
    }

    /// Whether its expiry is ahead, and not too far.
    pub fn check_expiry(&self, now: Seconds, offer_life: Seconds) -> Result<(), ContractError> {
        let latest = now.plus(offer_life.0)?;
        if now < self.expires_at && self.expires_at <= latest {
            return Ok(());
        }
        let bounds = format!("after {now} and at most {latest}");
        Err(ContractError::OfferBounds { field: "expires_at", value: self.expires_at.to_string(), bounds })
    }

    /// What a change makes of it.
    pub fn with(self, change: &Change) -> Self {
        Self {
            tick: change.tick.unwrap_or(self.tick),
            slots: change.slots.unwrap_or(self.slots),
            min_spend: change.min_spend.unwrap_or(self.min_spend),
            max_spend: change.max_spend.unwrap_or(self.max_spend),
            max_life: change.max_life.unwrap_or(self.max_life),
            expires_at: change.expires_at.unwrap_or(self.expires_at),
            terms: change.terms.unwrap_or(self.terms),
        }
    }

    /// Whether it asks for no more than `other` did at the same price and under the same terms: then it keeps its place.
    pub fn shrinks(&self, other: &Self) -> bool {
        self.tick == other.tick
            && self.terms == other.terms
            && self.slots <= other.slots
            && self.min_spend >= other.min_spend
            && self.max_spend <= other.max_spend
            && self.max_life <= other.max_life
            && self.expires_at <= other.expires_at
    }
}

impl Offer {
    /// How many of its slots are free: none where it was shrunk below what is open.
    pub const fn free(&self) -> u32 {
        self.wanted.slots.saturating_sub(self.used)
    }

    /// Whether a stake of this worth backs it: it covers its smallest deal.
    pub fn is_backed(&self, bond: Usd) -> bool {
        bond >= FLOOR && bond >= self.wanted.min_spend
    }

    /// Whether it can be removed by anyone, whatever its stake.
    pub fn is_over(&self, now: Now) -> bool {
        self.wanted.expires_at <= now.time || self.wanted.terms != now.terms
    }

    /// Whether this bid fits it, its stake aside.
    pub fn fits(&self, offer: OfferId, bid: &Bid, limit: Price, now: Now) -> Result<Price, ContractError> {
        let Wanted { min_spend, max_spend, max_life, .. } = self.wanted;
        if self.is_over(now) {
            return Err(ContractError::OfferExpired { offer });
        }
        if self.free() == 0 {
            return Err(ContractError::OfferFull { offer });
        }
        let price = self.wanted.tick.price()?;
        if price > limit {
            return Err(ContractError::AboveLimit { offer, price });
        }
        if bid.max_spend < min_spend || bid.max_spend > max_spend {
            return Err(ContractError::SpendBounds { offer, min: min_spend, max: max_spend });
        }
        if bid.expires_at > now.time.plus(max_life.0)? {
            return Err(ContractError::LifeBounds { offer, max: max_life });
        }
        Ok(price)
    }
}

/// The take rule: what a node answers for never passes what its stake is worth by a take.
pub fn covers(node: NodeId, at_risk: Usd, max_spend: Usd, bond: Usd) -> Result<Usd, ContractError> {
    let after = at_risk.plus(max_spend)?;
    if after > bond {
        return Err(ContractError::BondTooSmall { node, bond, at_risk });
    }
    Ok(after)
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
