//! Keeps the node's offers in the book: placed where they are missing, changed where they differ, refreshed before they
//! expire, and taken back when the worker leaves.

use std::time::Duration;

use hearth_schema::market::{Change, Config, ExecuteMsg, OfferAnswer};
use hearth_schema::price::Tick;
use hearth_schema::unit::{ClassId, NodeId, OfferId, Seconds, Usd};
use tokio::sync::watch;

use crate::post::{Intent, Post, PostError, call};
use crate::sight::Sight;
use crate::sort::Sort;
use crate::stop::Stop;
use crate::view::View;

/// How often the book is looked at.
const TICK: Duration = Duration::from_secs(15);
/// After what did not go through, it is looked at again this soon.
const SOON: Duration = Duration::from_secs(5);

/// An offer as its provider wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The class.
    pub class: ClassId,
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
}

/// What the book needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// The offer.
    Place {
        /// When it expires.
        expires_at: Seconds,
    },
    /// The offer as it is wanted now.
    Amend {
        /// Which.
        offer: OfferId,
        /// What changes.
        change: Change,
    },
    /// More time.
    Refresh {
        /// Which.
        offer: OfferId,
        /// When it expires then.
        expires_at: Seconds,
    },
}

impl Wanted {
    /// What the book needs, where this is what stands there.
    pub fn need(&self, stands: Option<&OfferAnswer>, market: &Config, now: Seconds) -> Need {
        let expires_at = Seconds(now.0.saturating_add(market.offer_life.0));
        let Some(stands) = stands else { return Need::Place { expires_at } };
        fn other<T: PartialEq>(wanted: T, stands: T) -> Option<T> {
            (wanted != stands).then_some(wanted)
        }
        let change = Change {
            tick: other(self.tick, stands.tick),
            slots: other(self.slots, stands.slots),
            min_spend: other(self.min_spend, stands.min_spend),
            max_spend: other(self.max_spend, stands.max_spend),
            max_life: other(self.max_life, stands.max_life),
            expires_at: None,
            terms: other(market.terms, stands.terms),
        };
        let offer = stands.offer;
        // An offer under old terms, or an expired one, cannot be taken: with the change it gets its time back.
        if change != Change::default() {
            return Need::Amend { offer, change: Change { expires_at: Some(expires_at), ..change } };
        }
        // At eighty hundredths of its life.
        let left = u128::from(stands.expires_at.0.saturating_sub(now.0)).saturating_mul(100);
        if left > u128::from(market.offer_life.0).saturating_mul(20) {
            return Need::Nothing;
        }
        Need::Refresh { offer, expires_at }
    }

    fn message(&self, node: NodeId, need: Need, terms: u32) -> Option<ExecuteMsg> {
        let Self { class, tick, slots, min_spend, max_spend, max_life } = *self;
        match need {
            Need::Nothing => None,
            Need::Place { expires_at } => {
                Some(ExecuteMsg::Place { node, class, tick, slots, min_spend, max_spend, max_life, expires_at, terms })
            }
            Need::Amend { offer, change } => Some(ExecuteMsg::Amend { offer, change }),
            Need::Refresh { offer, expires_at } => Some(ExecuteMsg::Refresh { offers: vec![offer], expires_at }),
        }
    }
}

/// The part that keeps the offers.
#[derive(Debug)]
pub struct Offers {
    /// Asks the chain.
    pub view: View,
    /// Sends transactions.
    pub post: Post,
    /// What was last seen of the chain.
    pub sight: watch::Receiver<Sight>,
    /// What is wanted; a class once.
    pub wanted: Vec<Wanted>,
}

impl Offers {
    /// Keeps them until it is told to leave; then takes them back.
    pub async fn run(mut self, mut stop: Stop) -> Result<(), PostError> {
        loop {
            let wait = match self.keep().await {
                Ok(()) => TICK,
                Err(error) if error.sort() == Sort::Fatal => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "the offers are not as they are wanted");
                    SOON
                }
            };
            tokio::select! {
                () = stop.leaving() => break,
                () = tokio::time::sleep(wait) => (),
            }
        }
        if let Err(error) = self.take_back().await {
            tracing::warn!(%error, "the offers could not be taken back: they expire by themselves");
        }
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), PostError> {
        if self.wanted.is_empty() {
            return Ok(());
        }
        // Before the chain was seen there is no time to count from.
        let seen = self.sight.wait_for(|sight| sight.head.time.0 > 0).await.map(|sight| sight.head);
        let Ok(head) = seen else { return Ok(()) };
        let (market, stands) = (self.view.market().await?, self.view.offers().await?);
        for wanted in &self.wanted {
            let stands = stands.iter().find(|offer| offer.class == wanted.class);
            let need = wanted.need(stands, &market, head.time);
            let Some(msg) = wanted.message(self.view.node, need, market.terms) else { continue };
            let intent = Intent::Named(format!("offer of class {}", wanted.class));
            self.post.send(&intent, vec![call(&self.view.at.market, &msg)?]).await?;
            tracing::info!(class = %wanted.class, "the offer stands as it is wanted");
        }
        Ok(())
    }

    async fn take_back(&self) -> Result<(), PostError> {
        let classes: Vec<ClassId> = self.wanted.iter().map(|wanted| wanted.class).collect();
        for offer in self.view.offers().await?.into_iter().filter(|offer| classes.contains(&offer.class)) {
            let msg = ExecuteMsg::Cancel { offer: offer.offer };
            let intent = Intent::Named(format!("cancel of offer {}", offer.offer));
            self.post.send(&intent, vec![call(&self.view.at.market, &msg)?]).await?;
            tracing::info!(offer = %offer.offer, "taken back");
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "offers_tests.rs"]
mod tests;
