//! Blocks by height, with what their transactions did.

use cosmwasm_std::{Attribute, Event};
use hearth_schema::unit::{Height, Seconds};
use sha2::{Digest as _, Sha256};
use tendermint_rpc::Client as _;

use crate::chain::Client;
use crate::chain::client::Unanswered;
use crate::error::{Error, Refusal};

/// What one transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// 0 where it did what it says.
    pub code: u32,
    /// The module that refused it.
    pub codespace: String,
    /// Why it was refused.
    pub log: String,
    /// What it used.
    pub gas_used: u64,
    /// What it says happened; worth nothing where the code is not 0.
    pub events: Vec<Event>,
}

impl Ran {
    /// Refuses what the chain refused.
    pub fn ok(&self) -> Result<(), Refusal> {
        if self.code == 0 { Ok(()) } else { Err(Refusal::of(&self.codespace, self.code, &self.log)) }
    }
}

/// What the transactions of a block did, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// The block's height.
    pub height: Height,
    /// Its transactions.
    pub txs: Vec<Ran>,
}

impl Client {
    /// What the transactions of a block did; nothing where no endpoint has this block yet.
    pub async fn block_results(&self, height: Height) -> Result<Option<Results>, Error> {
        let at = number(height)?;
        match self.ask_all(|rpc| async move { rpc.block_results(at).await }).await {
            Ok(results) => {
                let txs = results.txs_results.unwrap_or_default().into_iter().map(|result| ran!(result)).collect();
                Ok(Some(Results { height, txs }))
            }
            Err(Unanswered::Said(words)) => not_there(&words),
            Err(Unanswered::Failed(error)) => Err(error),
        }
    }

    /// The time of a block; nothing where no endpoint has it yet.
    pub async fn block_time(&self, height: Height) -> Result<Option<Seconds>, Error> {
        let at = number(height)?;
        match self.ask_all(|rpc| async move { rpc.header(at).await }).await {
            Ok(answer) => Ok(Some(Seconds(u64::try_from(answer.header.time.unix_timestamp()).unwrap_or_default()))),
            Err(Unanswered::Said(words)) => not_there(&words),
            Err(Unanswered::Failed(error)) => Err(error),
        }
    }

    /// The hashes of a block's transactions, in upper-case hex; nothing where no endpoint has it yet.
    pub async fn block_hashes(&self, height: Height) -> Result<Option<Vec<String>>, Error> {
        let at = number(height)?;
        match self.ask_all(|rpc| async move { rpc.block(at).await }).await {
            Ok(answer) => Ok(Some(answer.block.data.iter().map(|bytes| hash(bytes)).collect())),
            Err(Unanswered::Said(words)) => not_there(&words),
            Err(Unanswered::Failed(error)) => Err(error),
        }
    }
}

/// The hash of a transaction as nodes spell it.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex::encode_upper(Sha256::digest(bytes))
}

/// A block that is still to come is no error; one that was pruned is.
fn not_there<T>(words: &str) -> Result<Option<T>, Error> {
    if words.contains("must be less than or equal to") || words.contains("could not find results for height") {
        Ok(None)
    } else {
        Err(Error::unreadable("the block", words))
    }
}

fn number(height: Height) -> Result<u32, Error> {
    u32::try_from(height.0).map_err(|_| Error::usage(format!("no chain has a height of {height}")))
}

/// A result of tendermint-rpc in our types. Its types are of a crate that is none of our dependencies: no function can
/// name them.
macro_rules! ran {
    ($result:expr) => {{
        let result = $result;
        $crate::chain::Ran {
            code: result.code.value(),
            codespace: result.codespace,
            log: result.log,
            gas_used: u64::try_from(result.gas_used).unwrap_or_default(),
            events: result
                .events
                .into_iter()
                .map(|event| {
                    let pairs = event
                        .attributes
                        .iter()
                        .filter_map(|pair| Some((pair.key_str().ok()?.to_owned(), pair.value_str().ok()?.to_owned())));
                    $crate::chain::block::event(event.kind.clone(), pairs)
                })
                .collect(),
        }
    }};
}
pub(crate) use ran;

/// An event as contracts and chains show it: `Attribute::new` would refuse the chain's own keys.
pub(crate) fn event(kind: String, pairs: impl Iterator<Item = (String, String)>) -> Event {
    let mut event = Event::new(kind);
    event.attributes = pairs.map(|(key, value)| Attribute { key, value }).collect();
    event
}
