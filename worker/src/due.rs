//! What is due in a deal – a commit, its end, nothing – without storage, chain or clock.

use hearth_schema::clock::Moment;
use hearth_schema::digest::Digest;
use hearth_schema::door::Voucher;
use hearth_schema::leaf::Totals;
use hearth_schema::market::Proof;
use hearth_schema::sign::Bearer;
use hearth_schema::unit::{Seconds, Usd};

use crate::journal::commits::Statement;
use crate::journal::deals::Agreement;
use crate::meter;

/// When a worker commits, by its own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// As soon as this much is vouched for and not committed.
    pub fee: Usd,
    /// As soon as something is not committed for so long.
    pub age: Seconds,
    /// How long a voucher is waited for.
    pub patience: Seconds,
}

/// How a deal stands.
#[derive(Clone, Debug)]
pub struct State<'a> {
    /// The deal, as the chain has it.
    pub agreement: &'a Agreement,
    /// What was served.
    pub served: Totals,
    /// The root over it.
    pub root: Option<Digest>,
    /// The best voucher.
    pub voucher: Option<&'a Voucher>,
    /// The best bearer token.
    pub bearer: Option<&'a Bearer>,
    /// When the first leaf was signed that is not committed.
    pub oldest: Option<Seconds>,
    /// When the last leaf was signed.
    pub newest: Option<Seconds>,
    /// Whether requests are under way.
    pub busy: bool,
    /// Whether the worker is about to stop.
    pub leaving: bool,
    /// The chain's last block.
    pub head: Moment,
    /// The time, by chain or machine.
    pub now: Seconds,
}

/// What is due.
#[derive(Clone, Debug, PartialEq)]
pub enum Due {
    /// A commit.
    Commit {
        /// Its number.
        n: u64,
        /// What it says.
        statement: Statement,
    },
    /// The deal's end: its client closed it, and everything is committed.
    Close,
    /// The deal's end: its clock has run out.
    Expire,
    /// Nothing now.
    Nothing,
}

impl State<'_> {
    /// What is due now.
    pub fn due(&self, habits: &Habits) -> Due {
        let deal = &self.agreement.deal;
        if self.over() {
            return Due::Expire;
        }
        let next = deal.n.saturating_add(1);
        match self.best() {
            Some(statement) if self.is_time(&statement, habits) => Due::Commit { n: next, statement },
            Some(_) => Due::Nothing,
            None if self.is_done(habits) => Due::Close,
            None => Due::Nothing,
        }
    }

    /// The widest statement for which there is a proof.
    fn best(&self) -> Option<Statement> {
        let mut proved: Vec<Statement> = [self.by_voucher(), self.by_leave()].into_iter().flatten().collect();
        let committed = self.agreement.deal.totals;
        proved.retain(|statement| {
            statement.totals.since(&committed).is_some_and(|added| added.count > 0 && !added.spent.is_zero())
        });
        // Of two that say as much, the voucher's stands first: it cannot be contested.
        proved.into_iter().reduce(|best, next| if next.totals.spent > best.totals.spent { next } else { best })
    }

    fn by_voucher(&self) -> Option<Statement> {
        let Voucher { seq, totals, root, signature } = self.voucher?.clone();
        let counts = seq > self.agreement.deal.voucher_seq;
        counts.then_some(Statement { totals, root, proof: Proof::Voucher { seq, signature } })
    }

    /// By what the client gave leave for beforehand.
    fn by_leave(&self) -> Option<Statement> {
        let (root, cap) = (self.root?, self.agreement.terms.unsigned_cap);
        if self.served.spent > cap {
            return None;
        }
        if self.agreement.is_job() {
            return Some(Statement { totals: self.served, root, proof: Proof::Job });
        }
        let bearer = self.bearer?;
        let until = bearer.expiry.0.saturating_add(self.agreement.terms.clocks.last_commit.0);
        let covers = self.served.spent <= bearer.cap && self.now.0 < until;
        covers.then(|| Statement { totals: self.served, root, proof: Proof::Bearer(bearer.clone()) })
    }

    /// Whether a statement is committed now.
    fn is_time(&self, statement: &Statement, habits: &Habits) -> bool {
        let deal = &self.agreement.deal;
        let clocks = &self.agreement.terms.clocks;
        let until = meter::until(deal, clocks);
        let reach = meter::margin(clocks).0.saturating_mul(2);
        if self.leaving || self.now.0.saturating_add(reach) >= until.0 {
            return true;
        }
        if statement.totals.spent >= deal.max_spend {
            return true;
        }
        let signed = matches!(statement.proof, Proof::Voucher { .. });
        if self.agreement.is_job() || deal.closing.is_some() {
            let whole = signed && statement.totals == self.served;
            return !self.busy && (whole || self.is_patient_no_more(habits));
        }
        let added = statement.totals.spent.less(deal.totals.spent);
        let aged = self.oldest.is_some_and(|oldest| self.now.0 >= oldest.0.saturating_add(habits.age.0));
        added >= habits.fee || aged
    }

    /// Whether a voucher was waited for long enough.
    fn is_patient_no_more(&self, habits: &Habits) -> bool {
        let closing = self.agreement.deal.closing.map_or(Seconds(0), |closing| closing.time);
        let since = self.newest.unwrap_or_default().max(closing);
        self.now.0 >= since.0.saturating_add(habits.patience.0)
    }

    /// Whether a deal that its client closed has nothing left to commit.
    fn is_done(&self, habits: &Habits) -> bool {
        let deal = &self.agreement.deal;
        let committed = deal.totals.count >= self.served.count;
        deal.closing.is_some() && !self.busy && (committed || self.is_patient_no_more(habits))
    }

    /// Whether one of the deal's clocks has run out, so that nobody can commit any more.
    fn over(&self) -> bool {
        let (deal, clocks) = (&self.agreement.deal, &self.agreement.terms.clocks);
        let out = |start: Moment, duration| start.ran_out(duration, self.head, clocks.block_ms);
        let life = deal.expires_at.0.saturating_sub(deal.opened.time.0).saturating_add(clocks.grace.0);
        let first = deal.n == 0 && out(deal.opened, clocks.first_commit);
        let last = deal.closing.is_some_and(|closing| out(closing, clocks.last_commit));
        first || last || out(deal.opened, Seconds(life))
    }
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
