//! What a deal has counted, and the step that one receipt makes of it.

use hearth_schema::digest::Digest;
use hearth_schema::door::Served;
use hearth_schema::leaf::Totals;
use hearth_schema::tree::{self, Frontier, Node};
use serde::{Deserialize, Serialize};

use super::pact::Pact;
use super::wrong::Wrong;
use crate::verify::verify;

/// The totals of a deal, and the edge of the tree over its leaves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Tally {
    totals: Totals,
    frontier: Frontier,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    totals: Totals,
    edge: Vec<Node>,
}

impl Tally {
    /// What was counted.
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The root over all leaves.
    pub fn root(&self, pact: &Pact) -> Result<Digest, Wrong> {
        let top = self.frontier.top().map_err(|_| Wrong::Totals)?;
        Ok(tree::root(&pact.scope(), self.totals.count, &top))
    }

    /// The tally with this answer, if its leaf is the next, costs what it counts, the deal may still charge it, and the
    /// worker has signed exactly the totals and the root that follow.
    pub fn step(&self, pact: &Pact, served: &Served) -> Result<Self, Wrong> {
        let Served { leaf, totals, root, signature, .. } = served;
        if leaf.index != self.totals.count {
            return Err(Wrong::Order { index: leaf.index, due: self.totals.count });
        }
        let due = pact.weights.fee(pact.price, leaf.counts).map_err(|_| Wrong::Totals)?;
        if leaf.fee != due {
            return Err(Wrong::Fee { said: leaf.fee, due });
        }
        let mut next = self.clone();
        next.totals = self.totals.plus(leaf).map_err(|_| Wrong::Totals)?;
        next.frontier.push(leaf.node()).map_err(|_| Wrong::Totals)?;
        if next.totals.spent > pact.max_spend {
            return Err(Wrong::OverMax { spent: next.totals.spent, max: pact.max_spend });
        }
        if *totals != next.totals {
            return Err(Wrong::Totals);
        }
        if *root != next.root(pact)? {
            return Err(Wrong::Root);
        }
        let digest = pact.scope().receipt(&leaf.hash(), totals, root);
        verify(&pact.worker_key, &digest, signature).map_err(Wrong::Signature)?;
        Ok(next)
    }
}

impl TryFrom<Written> for Tally {
    type Error = &'static str;

    fn try_from(Written { totals, edge }: Written) -> Result<Self, &'static str> {
        let frontier =
            Frontier::restore(totals.count, edge).ok_or("the edge does not have as many trees as its count")?;
        let top = frontier.top().map_err(|_| "the edge's sums are out of range")?;
        if top.sum != totals.spent {
            return Err("the edge does not cost what the totals say");
        }
        Ok(Self { totals, frontier })
    }
}

impl From<Tally> for Written {
    fn from(tally: Tally) -> Self {
        Self { totals: tally.totals, edge: tally.frontier.edge().to_vec() }
    }
}
