//! The meter, without storage: which commit a deal accepts. A Job is a session of one.

use cosmwasm_std::Api;
use hearth_schema::digest::Digest;
use hearth_schema::leaf::{Totals, Weights};
use hearth_schema::market::{Deal, Kind, Proof, ProofKind};
use hearth_schema::sign::{BadSignature, Scope};
use hearth_schema::terms::Terms;
use hearth_schema::unit::{OutOfRange, Seconds, Usd};
use thiserror::Error;

/// Why a commit is not accepted.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Unmetered {
    /// Totals that fell, or did not rise.
    #[error(
        "market/totals: count and spent have to rise, and input, cached and output must not fall, from those of the last commit"
    )]
    Totals,
    /// More than the deal may charge.
    #[error("market/over-max: spent {spent} is above the deal's max_spend {max}; commit no more")]
    OverMax {
        /// What is asked.
        spent: Usd,
        /// What may be.
        max: Usd,
    },
    /// A fee that does not follow from the counts.
    #[error(
        "market/fee: the fee does not follow from price and counts: it has to be ⌈price · weighted counts / 1000⌉, at most one pico-dollar a leaf above it"
    )]
    Fee,
    /// A Job with more than its one request.
    #[error("market/job-count: a Job has one request; count has to be 1")]
    JobCount,
    /// A proof that does not go with the deal.
    #[error("market/proof: {reason}")]
    Proof {
        /// Why not.
        reason: &'static str,
    },
    /// More than a stranger's word may cost.
    #[error("market/needs-voucher: without a voucher at most {cap} is paid, not {spent}; get one from the client")]
    NeedsVoucher {
        /// What may be.
        cap: Usd,
        /// What is asked.
        spent: Usd,
    },
    /// A voucher that is not newer than the last.
    #[error("market/voucher-seq: the voucher's seq {seq} has to be above {last}")]
    VoucherSeq {
        /// What came.
        seq: u64,
        /// What was last.
        last: u64,
    },
    /// A token whose time or sum is over.
    #[error("market/bearer: the bearer token {reason}; ask the client for another, or for a voucher")]
    Bearer {
        /// What is over.
        reason: &'static str,
    },
    /// A signature that is not the session key's.
    #[error("market/session-signature: {0}")]
    Signature(#[from] BadSignature),
    /// A number out of its unit.
    #[error("market/totals-range: {0}; the totals are too large")]
    Range(#[from] OutOfRange),
}

/// What the meter reads besides the deal.
pub struct Meter<'a> {
    /// The deal's place, for what was signed.
    pub scope: Scope<'a>,
    /// The terms under which the deal lives.
    pub terms: &'a Terms,
    /// What its class's tokens weigh.
    pub weights: Weights,
    /// The block's time.
    pub now: Seconds,
}

impl Meter<'_> {
    /// Whether the deal accepts these totals, and how they were proved; a voucher's seq is returned with it.
    pub fn accept(
        &self,
        api: &dyn Api,
        deal: &Deal,
        totals: &Totals,
        root: &Digest,
        proof: &Proof,
    ) -> Result<(ProofKind, u64), Unmetered> {
        self.counts(deal, totals)?;
        match proof {
            Proof::Voucher { seq, signature } => {
                let last = deal.voucher_seq;
                if *seq <= last {
                    return Err(Unmetered::VoucherSeq { seq: *seq, last });
                }
                deal.session_key.verify(api, &self.scope.voucher(*seq, totals, root), signature)?;
                Ok((ProofKind::Voucher, *seq))
            }
            Proof::Bearer(token) => {
                if deal.kind != Kind::Session {
                    return Err(Unmetered::Proof { reason: "a Job takes the proof Job or Voucher, no bearer token" });
                }
                if token.nonce.len() > 32 {
                    return Err(Unmetered::Bearer { reason: "has a nonce of more than 32 bytes" });
                }
                if totals.spent > token.cap {
                    return Err(Unmetered::Bearer { reason: "does not cover the deal's spent" });
                }
                if self.now.0 >= token.expiry.0.saturating_add(self.terms.clocks.last_commit.0) {
                    return Err(Unmetered::Bearer { reason: "has expired" });
                }
                self.unsigned(totals)?;
                deal.session_key.verify(api, &self.scope.bearer(deal.node, token), &token.signature)?;
                Ok((ProofKind::Bearer, deal.voucher_seq))
            }
            Proof::Job => {
                if deal.kind == Kind::Session {
                    return Err(Unmetered::Proof { reason: "a Session takes a voucher or a bearer token" });
                }
                self.unsigned(totals)?;
                Ok((ProofKind::Job, deal.voucher_seq))
            }
        }
    }

    fn counts(&self, deal: &Deal, totals: &Totals) -> Result<(), Unmetered> {
        let added = totals.since(&deal.totals).ok_or(Unmetered::Totals)?;
        if added.count == 0 || added.spent.is_zero() {
            return Err(Unmetered::Totals);
        }
        if totals.spent > deal.max_spend {
            return Err(Unmetered::OverMax { spent: totals.spent, max: deal.max_spend });
        }
        match deal.kind {
            Kind::Job { .. } if totals.count != 1 => Err(Unmetered::JobCount),
            Kind::Job { .. } if self.weights.fee(deal.price, added.counts())? != added.spent => Err(Unmetered::Fee),
            _ if !added.costs(deal.price, self.weights)? => Err(Unmetered::Fee),
            _ => Ok(()),
        }
    }

    fn unsigned(&self, totals: &Totals) -> Result<(), Unmetered> {
        let cap = self.terms.unsigned_cap;
        if totals.spent > cap { Err(Unmetered::NeedsVoucher { cap, spent: totals.spent }) } else { Ok(()) }
    }
}

#[cfg(test)]
#[path = "meter_tests.rs"]
pub(crate) mod tests;
