//! What became of signed bytes.

use std::time::Duration;

use cosmwasm_std::Addr;
use hearth_schema::event::{self, Typed};
use hearth_schema::unit::Height;
use tendermint_rpc::Client as _;
use tokio::time::Instant;

use crate::chain::block::ran;
use crate::chain::client::Unanswered;
use crate::chain::{Client, Ran};
use crate::error::{Error, Refusal};
use crate::tx::Signed;

/// The first pause between two looks; each is half as long again, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(1_000);
/// After so long without inclusion, the same bytes are sent again: nodes forget.
const RESEND: Duration = Duration::from_secs(3);

/// A transaction in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// Its hash.
    pub hash: String,
    /// The block.
    pub height: Height,
    /// What it did there.
    pub ran: Ran,
}

impl Included {
    /// Its first event of this kind from this contract.
    pub fn event<T: Typed>(&self, contract: &str) -> Option<T> {
        event::find(&self.ran.events, &Addr::unchecked(contract))
    }

    /// The same, where the chain owes it.
    pub fn needed_event<T: Typed>(&self, contract: &str) -> Result<T, Error> {
        self.event(contract).ok_or_else(|| {
            Error::unreadable(
                format!("transaction {}", self.hash),
                format!("it has no event {} of {contract}", T::KIND),
            )
        })
    }

    /// An attribute of the first of the chain's own events of this kind.
    pub fn attribute(&self, kind: &str, key: &str) -> Option<&str> {
        let events = self.ran.events.iter().filter(|event| event.ty == kind);
        let mut attributes = events.flat_map(|event| &event.attributes);
        attributes.find(|attribute| attribute.key == key).map(|attribute| attribute.value.as_str())
    }
}

/// What became of a signed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in a block, whether or not the chain did what it says.
    Included(Included),
    /// It is in no block and never can be.
    Dropped,
    /// It is in no block that was seen, and still can be.
    Unknown,
}

impl Outcome {
    /// What was included and did what it says; anything else as an error of its sort.
    pub fn into_result(self, signed: &Signed) -> Result<Included, Error> {
        let (hash, until) = (signed.hash.clone(), signed.timeout_height);
        match self {
            Self::Included(included) => match included.ran.ok() {
                Ok(()) => Ok(included),
                Err(refusal) => Err(Refusal { hash: Some(hash), ..refusal }.sorted()),
            },
            Self::Dropped => Err(Error::Dropped { hash, until }),
            Self::Unknown => Err(Error::Unknown { hash, until }),
        }
    }
}

/// What a node made of bytes that were sent to it.
#[derive(Debug)]
pub enum Submitted {
    /// They wait for a block, or are in one.
    Accepted,
    /// This node does not take them.
    Refused {
        /// Why.
        refusal: Refusal,
        /// Whether another node was sent them before and did not answer.
        lost: bool,
    },
}

impl Client {
    /// Sends signed bytes. An error means that they may have arrived nevertheless.
    pub async fn submit(&self, signed: &Signed) -> Result<Submitted, Error> {
        if signed.chain_id != self.chain().id {
            let (found, wanted) = (signed.chain_id.clone(), self.chain().id.clone());
            return Err(Error::OtherChain { endpoint: format!("transaction {}", signed.hash), found, wanted });
        }
        let bytes = signed.bytes.to_vec();
        let send = |rpc: tendermint_rpc::HttpClient| {
            let bytes = bytes.clone();
            async move { rpc.broadcast_tx_sync(bytes).await }
        };
        let (answer, lost) = self.ask_until(send, true).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(Unanswered::Said(words)) if words.contains("already exists in cache") => {
                return Ok(Submitted::Accepted);
            }
            Err(Unanswered::Said(problem)) => return Err(Error::Network { problem }),
            Err(Unanswered::Failed(error)) => return Err(error),
        };
        let (space, code) = (answer.codespace.as_str(), answer.code.value());
        // 19 of the SDK: the node's own cache has it.
        if code == 0 || (space == "sdk" && code == 19) {
            return Ok(Submitted::Accepted);
        }
        let refusal = Refusal { hash: Some(signed.hash.clone()), ..Refusal::of(space, code, &answer.log) };
        if refusal.is_of_sequence() && self.find(&signed.hash).await?.is_some() {
            return Ok(Submitted::Accepted);
        }
        Ok(Submitted::Refused { refusal, lost })
    }

    /// A transaction by its hash; nothing where no endpoint has it in a block. An index may lag, or be off.
    pub async fn find(&self, hash: &str) -> Result<Option<Included>, Error> {
        let wrong = || Error::usage_hint(format!("`{hash}` is no hash of a transaction"), "it has 64 hex digits");
        let parsed = hash.to_uppercase().parse().ok().filter(|_| hash.len() == 64).ok_or_else(wrong)?;
        match self.ask_all(|rpc| async move { rpc.tx(parsed, false).await }).await {
            Ok(found) => Ok(Some(Included {
                hash: hash.to_uppercase(),
                height: Height(found.height.value()),
                ran: ran!(found.tx_result),
            })),
            Err(Unanswered::Said(_)) => Ok(None),
            Err(Unanswered::Failed(error)) => Err(error),
        }
    }

    /// Waits until the transaction is in a block, or can be in none, or patience is over. The same bytes are sent again
    /// meanwhile; nothing is signed.
    pub async fn wait(&self, signed: &Signed) -> Outcome {
        let began = Instant::now();
        let mut search = Search { seen: signed.signed_at };
        let (mut pause, mut sent) = (FIRST_PAUSE, began);
        loop {
            // What goes wrong on the way is tried again until patience is over.
            if let Ok(Some(outcome)) = search.look(self, signed).await {
                return outcome;
            }
            if began.elapsed() >= self.chain().wait_within() {
                return Outcome::Unknown;
            }
            if sent.elapsed() >= RESEND {
                let _ = self.submit(signed).await;
                sent = Instant::now();
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(3).checked_div(2).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
        }
    }

    /// Looks once: whether the transaction is in a block, or can be in none.
    pub async fn outcome(&self, signed: &Signed) -> Result<Outcome, Error> {
        let found = Search { seen: signed.signed_at }.look(self, signed).await?;
        Ok(found.unwrap_or(Outcome::Unknown))
    }

    /// Whether the transaction is in a block, or still can be.
    pub(crate) async fn may_be_included(&self, signed: &Signed) -> Result<bool, Error> {
        Ok(self.outcome(signed).await? != Outcome::Dropped)
    }
}

/// Goes through the blocks in which a transaction can be, so that no index is needed.
struct Search {
    /// The last height that was searched.
    seen: u64,
}

impl Search {
    /// The transaction's fate, where it is decided.
    async fn look(&mut self, client: &Client, signed: &Signed) -> Result<Option<Outcome>, Error> {
        if let Some(found) = client.find(&signed.hash).await? {
            return Ok(Some(Outcome::Included(found)));
        }
        // In this order: a sequence that is used up by then was used in a block up to that head.
        let (account, at) = client.account_at(&signed.signer).await?;
        let head = client.head().await?.height.0;
        let used = account.is_some_and(|account| account.sequence > signed.sequence) && head >= at;
        let last = head.min(signed.timeout_height);
        while self.seen < last {
            let height = Height(self.seen.saturating_add(1));
            let Some(hashes) = client.block_hashes(height).await? else { return Ok(None) };
            if let Some(index) = hashes.iter().position(|hash| *hash == signed.hash) {
                return Ok(result(client, signed, height, index).await?.map(Outcome::Included));
            }
            self.seen = height.0;
        }
        let over = head >= signed.timeout_height;
        Ok((over || used).then_some(Outcome::Dropped))
    }
}

async fn result(client: &Client, signed: &Signed, height: Height, index: usize) -> Result<Option<Included>, Error> {
    let Some(results) = client.block_results(height).await? else { return Ok(None) };
    let ran = results.txs.into_iter().nth(index);
    Ok(ran.map(|ran| Included { hash: signed.hash.clone(), height, ran }))
}
