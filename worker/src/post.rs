//! Transactions, from their intent to the block that holds them. One key signs, and nothing is sent that is not in the
//! journal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_schema::unit::DealId;
use hearth_wallet::tx::{Included, Message, Signed};
use hearth_wallet::{Error as ChainError, Outcome, Sender};
use serde::Serialize;
use thiserror::Error;
use tokio::sync::Mutex;

use crate::fault;
use crate::journal::outbox::{Call, Letter};
use crate::journal::{Journal, JournalError};
use crate::sort::Sort;
use crate::waiting::{Came, Waiting};

/// Why a transaction came to nothing.
#[derive(Debug, Error)]
pub enum PostError {
    /// The chain, or the way to it.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What a key was made for does not fit what is said.
    #[error("a message is no JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl PostError {
    /// What is done about it.
    pub fn sort(&self) -> Sort {
        match self {
            Self::Journal(error) => error.sort(),
            Self::Json(_) => Sort::Fatal,
            Self::Chain(error) => sort(error),
        }
    }

    /// The stable code of the contract that refused.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Chain(error) => error.code(),
            _ => None,
        }
    }
}

/// What is done about what the chain says.
pub fn sort(error: &ChainError) -> Sort {
    match error {
        ChainError::OtherChain { .. } | ChainError::Key(_) => Sort::Fatal,
        ChainError::Refused(refusal) => match refusal.suite {
            // It passes by itself: the chain has not come as far.
            Some(
                "audit/beacon-awaited"
                | "audit/same-block"
                | "audit/too-early"
                | "bme/price-awaited"
                | "market/not-yet"
                | "market/price-stale",
            ) => Sort::Retry,
            Some(_) => Sort::Skip,
            // The chain's own reasons: a sequence, a fee, a full block.
            None => Sort::Retry,
        },
        ChainError::Usage { .. } => Sort::Skip,
        _ => Sort::Retry,
    }
}

/// What a transaction is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A commit, alone in its transaction.
    Commit {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// Anything else, named so that the same is not under way twice.
    Named(String),
}

impl std::fmt::Display for Intent {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Commit { deal, n } => write!(out, "commit {deal}/{n}"),
            Self::Named(name) => out.write_str(name),
        }
    }
}

impl Intent {
    /// The intent of this name.
    pub fn of(name: &str) -> Self {
        let commit = name.strip_prefix("commit ").and_then(|rest| rest.split_once('/'));
        match commit.and_then(|(deal, n)| Some((deal.parse().ok()?, n.parse().ok()?))) {
            Some((deal, n)) => Self::Commit { deal, n },
            None => Self::Named(name.to_owned()),
        }
    }
}

/// A call of a contract.
pub fn call(contract: &str, msg: &impl Serialize) -> Result<Call, PostError> {
    Ok(Call { contract: contract.to_owned(), msg: serde_json::to_string(msg)? })
}

/// Sends transactions. Clones share the key.
#[derive(Clone, Debug)]
pub struct Post {
    journal: Journal,
    sender: Sender,
    /// Held from signing to broadcast, so that sequences reach the node in their order.
    order: Arc<Mutex<()>>,
    waiting: Waiting,
}

/// Between two attempts at something that did not go through.
const PAUSE: Duration = Duration::from_millis(500);

impl Post {
    /// A post that signs with this sender.
    pub fn new(journal: Journal, sender: Sender) -> Self {
        Self { journal, sender, order: Arc::default(), waiting: Waiting::default() }
    }

    /// What is under way.
    pub fn waiting(&self) -> Waiting {
        self.waiting.clone()
    }

    /// Brings what is meant into a block. Where the same is under way already, that is brought there.
    pub async fn send(&self, intent: &Intent, calls: Vec<Call>) -> Result<Included, PostError> {
        let name = intent.to_string();
        let letter = self.journal.turn(move |page| page.mean(&name, &calls)).await?;
        self.deliver(letter).await
    }

    /// Whether the chain would take this now; nothing is signed.
    pub async fn check(&self, calls: Vec<Call>) -> Result<(), PostError> {
        Ok(self.sender.estimate(&messages(&calls)).await.map(drop)?)
    }

    /// Ends what an earlier run left under way. What fails is said and left to its part, which tries again.
    pub async fn resume(&self) -> Result<(), PostError> {
        for letter in self.journal.turn(|page| page.letters()).await? {
            let intent = letter.intent.clone();
            tracing::info!(%intent, "resuming what an earlier run began");
            match self.deliver(letter).await {
                Ok(_) => (),
                Err(error) if error.sort() == Sort::Fatal => return Err(error),
                Err(error) => tracing::warn!(%intent, %error, "an earlier run's transaction came to nothing"),
            }
        }
        Ok(())
    }

    /// From a letter to the block that holds it, and whether the way there is free.
    async fn deliver(&self, letter: Letter) -> Result<Included, PostError> {
        let way = self.waiting.begin(&letter.intent, Instant::now());
        let done = self.bring(letter).await;
        way.end(came(&done), Instant::now());
        done
    }

    async fn bring(&self, mut letter: Letter) -> Result<Included, PostError> {
        loop {
            let signed = match letter.signed.take() {
                Some(signed) => {
                    // It may be on its way, or in a block, or lost: the same bytes are sent again.
                    let _ = self.sender.submit(&signed).await;
                    signed
                }
                None => self.sign(&letter).await?,
            };
            match self.sender.client().wait(&signed).await {
                Outcome::Included(included) => return self.included(&letter, &signed, included).await,
                Outcome::Dropped => {
                    tracing::warn!(intent = %letter.intent, hash = %signed.hash, "it can be in no block any more: signing anew");
                }
                Outcome::Unknown => {
                    tracing::warn!(intent = %letter.intent, hash = %signed.hash, until = signed.timeout_height, "still waiting for a block");
                    letter.signed = Some(signed);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Signs a letter, notes the bytes, and sends them.
    async fn sign(&self, letter: &Letter) -> Result<Signed, PostError> {
        let messages = messages(&letter.calls);
        let _in_order = self.order.lock().await;
        let signed = match self.sender.prepare(&messages).await {
            Ok(signed) => signed,
            Err(error) => return self.unsigned(letter, error).await,
        };
        let (id, noted) = (letter.id, signed.clone());
        self.journal.turn(move |page| page.seal(id, &noted)).await?;
        fault::here("signed");
        if let Err(error) = self.sender.submit(&signed).await {
            if sort(&error) == Sort::Fatal {
                return Err(error.into());
            }
            // It may have arrived all the same: what becomes of it is seen in the blocks.
            tracing::warn!(intent = %letter.intent, %error, "sending did not go through at once");
        }
        fault::here("sent");
        Ok(signed)
    }

    /// Nothing was signed: what a contract refuses is struck, everything else is tried again by whoever meant it.
    async fn unsigned(&self, letter: &Letter, error: ChainError) -> Result<Signed, PostError> {
        if matches!(error, ChainError::Refused(_) | ChainError::Usage { .. }) {
            self.strike(letter, error.to_string()).await?;
        }
        Err(error.into())
    }

    async fn included(&self, letter: &Letter, signed: &Signed, included: Included) -> Result<Included, PostError> {
        fault::here("included");
        let outcome = Outcome::Included(included).into_result(signed);
        match outcome {
            Ok(included) => {
                let (id, height, intent) = (letter.id, included.height, Intent::of(&letter.intent));
                self.journal
                    .turn(move |page| {
                        if let Intent::Commit { deal, n } = intent {
                            page.store_commit(deal, n, height)?;
                        }
                        page.include(id, height)
                    })
                    .await?;
                tracing::info!(intent = %letter.intent, %height, hash = %signed.hash, "in a block");
                Ok(included)
            }
            Err(error) => {
                self.strike(letter, error.to_string()).await?;
                Err(error.into())
            }
        }
    }

    /// Strikes a letter of which no bytes can reach the chain.
    async fn strike(&self, letter: &Letter, problem: String) -> Result<(), JournalError> {
        let (id, intent) = (letter.id, Intent::of(&letter.intent));
        self.journal
            .turn(move |page| {
                if let Intent::Commit { deal, n } = intent {
                    page.bury_commit(deal, n)?;
                }
                page.refuse(id, &problem)
            })
            .await
    }
}

/// What of an attempt tells about the way to the chain: a contract that refuses was reached.
fn came(done: &Result<Included, PostError>) -> Came {
    match done {
        Err(error @ PostError::Chain(_)) if error.code().is_none() => Came::ToNothing(error.to_string()),
        _ => Came::Through,
    }
}

fn messages(calls: &[Call]) -> Vec<Message> {
    let message = |call: &Call| Message::Execute { contract: call.contract.clone(), msg: call.msg.as_bytes().into() };
    calls.iter().map(message).collect()
}

#[cfg(test)]
#[path = "post_tests.rs"]
mod tests;
