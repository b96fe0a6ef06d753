//! Deals that came to nothing: why, and what is done about them.

use hearth_schema::door::Served;
use hearth_schema::market::{self, Commit, Deal, ProofKind};
use hearth_schema::unit::{DealId, NodeId};
use thiserror::Error;

use crate::door::Fault;
use crate::error::Error;
use crate::key::KeyError;
use crate::session::{Pact, Stuck, Wrong, refutes};
use crate::verify::verify;

/// Why an answer was not accepted.
#[derive(Error, Debug, Clone, PartialEq)]
pub enum Why {
    /// The node did not answer, or not as a node does.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Its answer is wrong.
    #[error("{wrong}")]
    Wrong {
        /// What is wrong with it.
        wrong: Wrong,
        /// What the worker signed nevertheless: evidence, where its signature is good.
        evidence: Option<Box<market::Receipt>>,
    },
    /// The same request was answered in another way.
    #[error("the node answered the same request in another way")]
    Changed,
    /// Its engine failed before the answer's end.
    #[error("the engine failed before the answer's end")]
    Broken,
    /// The request could not be made.
    #[error(transparent)]
    Stuck(#[from] Stuck),
    /// This side failed.
    #[error(transparent)]
    Own(#[from] Error),
}

impl Why {
    /// A wrong answer; what the worker signed is kept if it did sign it.
    pub(super) fn wrong(wrong: Wrong, served: &Served, pact: &Pact) -> Self {
        if let Wrong::Key(error) = wrong {
            return Self::Own(error.into());
        }
        let Served { totals, root, signature, .. } = served;
        let leaf = served.leaf.hash();
        let signed = verify(&pact.worker_key, &pact.scope().receipt(&leaf, totals, root), signature).is_ok();
        let receipt = || market::Receipt { leaf, totals: *totals, root: *root, signature: signature.clone() };
        Self::Wrong { wrong, evidence: signed.then(|| Box::new(receipt())) }
    }

    /// Whether another node may do better.
    pub const fn is_of_node(&self) -> bool {
        match self {
            Self::Fault(_) | Self::Wrong { .. } | Self::Changed | Self::Broken => true,
            Self::Stuck(stuck) => matches!(stuck, Stuck::Seal(_)),
            Self::Own(_) => false,
        }
    }

    /// Whether two nodes in a row refused the request itself, in the same words: then no other will take it.
    pub fn is_alike(&self, before: Option<&Self>) -> bool {
        let of_request = matches!(self, Self::Fault(Fault::Refused { status: 400 | 413 | 422, .. }));
        of_request && before == Some(self)
    }

    /// The error where no other node is asked.
    pub fn into_error(self) -> Error {
        match self {
            Self::Own(error) => error,
            Self::Stuck(Stuck::Key(error)) => error.into(),
            Self::Stuck(stuck) => Error::usage(stuck.to_string()),
            Self::Fault(Fault::Refused { status: 400 | 413 | 422, message, .. }) => Error::usage(message),
            other => Error::Network { problem: other.to_string() },
        }
    }
}

impl From<KeyError> for Why {
    fn from(error: KeyError) -> Self {
        Self::Own(error.into())
    }
}

/// A deal that came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost {
    /// The deal.
    pub deal: DealId,
    /// Its node.
    pub node: NodeId,
    /// Why.
    pub why: Why,
}

/// What can be done about a lost deal now.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// Contest this commit, with the worker's own receipt where that refutes it.
    Contest {
        /// Which.
        n: u64,
        /// The receipt.
        receipt: Option<market::Receipt>,
    },
    /// Nothing was committed so far: when its clock has run out, anyone may expire it, and all comes back.
    Wait,
    /// It has ended, and nothing of it can be contested.
    Over,
}

impl Lost {
    /// What can be done about it, as it stands on chain with its last commit.
    pub fn remedy(&self, deal: &Deal, last: Option<&Commit>) -> Remedy {
        let evidence = match &self.why {
            Why::Wrong { evidence, .. } => evidence.as_deref(),
            _ => None,
        };
        match last {
            Some(commit) if contestable(commit) => {
                let receipt = evidence.filter(|receipt| refutes(receipt, commit)).cloned();
                Remedy::Contest { n: deal.n, receipt }
            }
            None if deal.ended.is_none() => Remedy::Wait,
            _ => Remedy::Over,
        }
    }
}

fn contestable(commit: &Commit) -> bool {
    commit.proof != ProofKind::Voucher && commit.contested.is_none() && commit.verdict.is_none()
}
