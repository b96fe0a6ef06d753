//! Openings, without storage: whether these leaves stand in the commit's tree, cost what they say, and are the drawn ones.

use hearth_schema::audit::Opening;
use hearth_schema::leaf::Weights;
use hearth_schema::market::{Class, Commit, Deal, Kind, Product};
use hearth_schema::sign::Scope;
use hearth_schema::tree;
use hearth_schema::unit::Usd;
use thiserror::Error;

use crate::error::ContractError;

/// The longest path of an opening.
const LONGEST: usize = 64;

/// Why an opening is not accepted; `at` counts the openings from 0.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Unopened {
    /// Leaves out of their order.
    #[error("audit/opening-order: opening {at} is not after the one before it; sort by the leaf's index, each once")]
    Order {
        /// Which.
        at: usize,
    },
    /// A leaf of another commit.
    #[error("audit/opening-early: opening {at} shows a leaf of an earlier commit, or beyond this one")]
    Early {
        /// Which.
        at: usize,
    },
    /// A path that does not lead to the commit's root.
    #[error("audit/opening-root: opening {at} does not lead to the commit's root")]
    Root {
        /// Which.
        at: usize,
    },
    /// A fee that does not follow from the counts.
    #[error("audit/opening-fee: opening {at} has a fee that its counts do not cost")]
    Fee {
        /// Which.
        at: usize,
    },
    /// An engine that is not the class's.
    #[error(
        "audit/opening-engine: opening {at} was not computed by the class's model, engine and sampler, or its digest is of something else"
    )]
    Engine {
        /// Which.
        at: usize,
    },
    /// A Job's leaf that is not what was taken.
    #[error("audit/opening-job: opening {at} is not the request of the take, or its counts are not the commit's")]
    Job {
        /// Which.
        at: usize,
    },
    /// A leaf that was not drawn.
    #[error("audit/opening-idle: opening {at} covers no drawn point; leave it out")]
    Idle {
        /// Which.
        at: usize,
    },
}

/// What openings are held against.
pub struct View<'a> {
    /// The deal's place.
    pub scope: Scope<'a>,
    /// The deal.
    pub deal: &'a Deal,
    /// Its commit.
    pub commit: &'a Commit,
    /// Its class.
    pub class: &'a Class,
}

impl View<'_> {
    /// Whether each point that is asked for is covered by an opening that is sound, and no opening is there for nothing:
    /// the points that were drawn, and that of a contest, if there is one. Says whether that last one is covered too.
    pub fn check(&self, points: &[Usd], contest: Option<Usd>, openings: &[Opening]) -> Result<bool, ContractError> {
        let mut covered = Vec::with_capacity(openings.len());
        let mut last = None;
        for (at, opening) in openings.iter().enumerate() {
            if last.is_some_and(|last| opening.leaf.index <= last) {
                return Err(Unopened::Order { at }.into());
            }
            last = Some(opening.leaf.index);
            let span = self.span(at, opening)?;
            if !points.iter().chain(&contest).any(|point| within(span, *point)) {
                return Err(Unopened::Idle { at }.into());
            }
            covered.push(span);
        }
        let is_open = |point: &Usd| covered.iter().any(|span| within(*span, *point));
        match points.iter().find(|point| !is_open(point)) {
            Some(point) => Err(ContractError::Missing { point: *point }),
            None => Ok(contest.as_ref().is_some_and(is_open)),
        }
    }

    /// Where a sound opening's leaf lies on the line of fees.
    fn span(&self, at: usize, opening: &Opening) -> Result<(Usd, Usd), Unopened> {
        let Opening { leaf, engine, path } = opening;
        let Commit { prev, totals, root, .. } = self.commit;
        if leaf.index < prev.count || leaf.index >= totals.count {
            return Err(Unopened::Early { at });
        }
        let placed = match path.len() {
            0..=LONGEST => tree::place(leaf, totals.count, path),
            _ => None,
        };
        let placed = placed.ok_or(Unopened::Root { at })?;
        if placed.top.sum != totals.spent || tree::root(&self.scope, totals.count, &placed.top) != *root {
            return Err(Unopened::Root { at });
        }
        let Product::Inference { engine: class, sampler, weights, .. } = &self.class.product else {
            return Err(Unopened::Engine { at });
        };
        self.fee(at, opening, *weights)?;
        let fits = engine.model == self.class.model && engine.class == class.to_string() && engine.sampler == *sampler;
        if !fits || engine.digest() != leaf.engine {
            return Err(Unopened::Engine { at });
        }
        if let Kind::Job { request } = self.deal.kind
            && (leaf.request != request || leaf.counts != totals.counts())
        {
            return Err(Unopened::Job { at });
        }
        let right = placed.left.plus(leaf.fee).map_err(|_| Unopened::Root { at })?;
        Ok((placed.left, right))
    }

    fn fee(&self, at: usize, opening: &Opening, weights: Weights) -> Result<(), Unopened> {
        match weights.fee(self.deal.price, opening.leaf.counts) {
            Ok(fee) if fee == opening.leaf.fee => Ok(()),
            _ => Err(Unopened::Fee { at }),
        }
    }
}

fn within((left, right): (Usd, Usd), point: Usd) -> bool {
    left < point && point <= right
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;
