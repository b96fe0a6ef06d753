//! Which leaves a draw opens, and what it waits for, without storage or chain.

use hearth_schema::audit::{Audit, Opening, Verdict};
use hearth_schema::clock::Moment;
use hearth_schema::digest::Digest;
use hearth_schema::draw::{self, Stake};
use hearth_schema::market::{Commit, Product};
use hearth_schema::terms::slash;
use hearth_schema::unit::{Seconds, Usd};

use crate::journal::JournalError;
use crate::journal::deals::Agreement;
use crate::journal::ledger::{self, Signed};

/// What the audit of a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its round, which has been signed by now.
    Beacon,
    /// Its draw.
    Draw,
    /// Somebody who says that it is final: that it passed, or that its round or its draw came too late. That money is lost;
    /// said, it is the client's again, and the bond answers for it no longer.
    Resolve,
    /// Until this time.
    Wait(Seconds),
    /// Nothing: it is final.
    Final(Verdict),
}

/// What the audit of a commit waits for now.
pub fn step(audit: &Audit, commit: &Commit, agreement: &Agreement, head: Moment) -> Step {
    if let Some(verdict) = audit.verdict {
        return Step::Final(verdict);
    }
    let clocks = &agreement.terms.clocks;
    let known = audit.beacon.map_or(head, |beacon| beacon.stored);
    if commit.moment.ran_out(clocks.no_beacon, known, clocks.block_ms) {
        return Step::Resolve;
    }
    let Some(beacon) = audit.beacon else {
        return if head.time >= audit.due_time { Step::Beacon } else { Step::Wait(audit.due_time) };
    };
    let base = beacon.stored.later(commit.moment);
    let base = commit.contested.map_or(base, |contested| base.later(contested));
    let answers = |drawn: Moment| commit.contested.is_none_or(|contested| drawn.height > contested.height);
    if !audit.drawn.is_some_and(answers) {
        return if base.ran_out(clocks.draw, head, clocks.block_ms) { Step::Resolve } else { Step::Draw };
    }
    if base.ran_out(clocks.audit_window, head, clocks.block_ms) {
        return Step::Resolve;
    }
    Step::Wait(Seconds(base.time.0.saturating_add(clocks.audit_window.0)))
}

/// The points that a round draws, as the contract will find them.
pub fn points(
    stake: &Stake<'_>,
    audit: &Audit,
    commit: &Commit,
    agreement: &Agreement,
    randomness: &Digest,
) -> Vec<Usd> {
    let share = match &agreement.class.product {
        Product::Inference { engine, .. } => slash(agreement.terms.slash, engine.fault()),
        Product::Time { .. } => Default::default(),
    };
    let quantum = agreement.terms.sampling.quantum(commit.bond, share);
    let rho = stake.rho(audit.due.round, randomness);
    draw::points(&rho, commit.prev.spent, commit.totals.spent, quantum, commit.contested.is_some())
}

/// The openings of the leaves that cover these points, out of all leaves up to the commit's count.
pub fn openings(leaves: &[Signed], points: &[Usd], count: u64) -> Result<Vec<Opening>, JournalError> {
    let damaged = JournalError::Damaged { what: "the leaves of a commit" };
    let mut places: Vec<usize> =
        points.iter().map(|point| leaves.partition_point(|signed| signed.totals.spent < *point)).collect();
    places.sort_unstable();
    places.dedup();
    let tree = ledger::tree(leaves)?;
    let count = usize::try_from(count).map_err(|_| JournalError::Damaged { what: "a commit's count" })?;
    let open = |place: usize| {
        let signed = leaves.get(place)?;
        let path = tree.path(place, count)?;
        Some(Opening { leaf: signed.leaf.clone(), engine: signed.engine.clone(), path })
    };
    places.into_iter().map(open).collect::<Option<_>>().ok_or(damaged)
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;
