//! Whether a receipt's leaf stands in what was committed on chain.

use hearth_schema::market::Commit;
use hearth_schema::tree::{self, Node, Tree};
use serde::{Deserialize, Serialize};

use super::Receipt;
use crate::session::{Wrong, refutes};

/// A leaf's path to the root over more leaves than there were at its receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// How many leaves.
    pub count: u64,
    /// The root over them.
    pub root: hearth_schema::digest::Digest,
    /// From the leaf upwards.
    pub path: Vec<Node>,
}

/// How a commit stands to a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It covers the receipt's leaf.
    Covered,
    /// It ends before the receipt's leaf.
    Before,
    /// It covers more answers; their receipts are needed to show that this leaf is among them.
    Unproved,
    /// It covers as many answers, or these very ones, and says something else: contest it with the receipt.
    Differs,
}

impl Membership {
    /// Refuses a path that does not lead from the receipt's leaf to this root.
    pub(super) fn check(&self, receipt: &Receipt) -> Result<(), Wrong> {
        let placed = tree::place(&receipt.served.leaf, self.count, &self.path).ok_or(Wrong::Root)?;
        let root = tree::root(&receipt.pact.scope(), self.count, &placed.top);
        if root == self.root { Ok(()) } else { Err(Wrong::Root) }
    }
}

impl Receipt {
    /// How a commit of the deal stands to it. Where the commit covers more answers, the path in the file shows it, or the
    /// receipts of all answers of the deal up to the commit, in any order.
    pub fn standing(&self, commit: &Commit, others: &[Self]) -> Standing {
        let count = commit.totals.count;
        if count <= self.served.leaf.index {
            return Standing::Before;
        }
        if refutes(&self.worker(), commit) {
            return Standing::Differs;
        }
        if count == self.served.totals.count {
            return Standing::Covered;
        }
        let shown = self.membership.as_ref().filter(|shown| shown.count == count && shown.check(self).is_ok());
        match shown.cloned().or_else(|| self.place(count, others)) {
            Some(membership) if membership.root == commit.root => Standing::Covered,
            Some(_) => Standing::Differs,
            None => Standing::Unproved,
        }
    }

    /// Its place among the first `count` leaves of its deal, by the receipts of all of them; nothing where one is missing.
    pub fn place(&self, count: u64, others: &[Self]) -> Option<Membership> {
        let mut leaves = Tree::default();
        for index in 0..count {
            let same = |other: &&Self| other.pact == self.pact && other.served.leaf.index == index;
            let leaf = if index == self.served.leaf.index { self } else { others.iter().find(same)? };
            leaves.push(leaf.served.leaf.node()).ok()?;
        }
        let (index, size) = (usize::try_from(self.served.leaf.index).ok()?, usize::try_from(count).ok()?);
        let path = leaves.path(index, size)?;
        let placed = tree::place(&self.served.leaf, count, &path)?;
        Some(Membership { count, root: tree::root(&self.pact.scope(), count, &placed.top), path })
    }
}
