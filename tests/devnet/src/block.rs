//! Blocks: what is in one, and the hashes that hold the chain together.

use cosmos_sdk_proto::tendermint::abci::ExecTxResult;
use cosmos_sdk_proto::tendermint::types::HashedParams;
use prost::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tendermint::crypto::default::Sha256 as MerkleSha256;
use tendermint::merkle::simple_hash_from_byte_vectors;
use tendermint::{Hash, PublicKey, Time, validator};

use crate::chain::Event;
use crate::store::Change;
use crate::tx::run::{TxResult, hash};

/// The one validator's public key. Nobody has the private one: commits carry a stand-in for a signature.
pub const VALIDATOR: [u8; 32] = [7; 32];
/// What stands for a signature.
pub const SIGNATURE: [u8; 64] = [1; 64];
/// The largest block.
pub const MOST_BYTES: i64 = 22_020_096;
/// No limit of a block's gas.
pub const MOST_GAS: i64 = -1;

/// A block and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its height, from 1.
    pub height: u64,
    /// Its time, in nanoseconds since 1970.
    pub time: u64,
    /// Its transactions.
    pub txs: Vec<Raw>,
    /// What came of each.
    pub results: Vec<TxResult>,
    /// What happened when all of them were done.
    pub events: Vec<Event>,
    /// Its own hash.
    pub hash: [u8; 32],
    /// The hash of the block before; zero before the first.
    pub last: [u8; 32],
    /// The time of the block before.
    pub last_time: u64,
    /// What the results of the block before hash to.
    pub last_results: [u8; 32],
    /// What the state before it hashes to.
    pub app_before: [u8; 32],
    /// What the state after it hashes to.
    pub app: [u8; 32],
}

/// What a block is made of.
#[derive(Debug, Default)]
pub struct Body {
    /// Its transactions.
    pub txs: Vec<Vec<u8>>,
    /// What came of each.
    pub results: Vec<TxResult>,
    /// What happened when all of them were done.
    pub events: Vec<Event>,
}

/// A transaction's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw(#[serde(with = "hex::serde")] pub Vec<u8>);

impl Block {
    /// The block of a height and a time after another, with what it is made of and what that changed.
    pub fn after(
        last: Option<&Self>,
        chain_id: &str,
        (height, time): (u64, u64),
        Body { txs, results, events }: Body,
        changes: &[Change],
    ) -> Self {
        let app_before = last.map_or([0; 32], |last| last.app);
        let mut block = Self {
            height,
            time,
            txs: txs.into_iter().map(Raw).collect(),
            results,
            events,
            hash: [0; 32],
            last: last.map_or([0; 32], |last| last.hash),
            last_time: last.map_or(time, |last| last.time),
            last_results: last.map_or_else(|| root(Vec::new()), Self::results_hash),
            app_before,
            app: app_hash(&app_before, changes),
        };
        block.hash = block.header(chain_id).map_or([0; 32], |header| bytes(header.hash()));
        block
    }

    /// As it is kept.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// As it was kept.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The names of its transactions.
    pub fn hashes(&self) -> impl Iterator<Item = Vec<u8>> {
        self.txs.iter().map(|Raw(bytes)| hash(bytes))
    }

    /// Its header, as CometBFT has it.
    pub fn header(&self, chain_id: &str) -> Option<tendermint::block::Header> {
        let hash = |bytes: [u8; 32]| Hash::Sha256(bytes);
        let first = self.height == 1;
        let last = tendermint::block::Id {
            hash: hash(self.last),
            part_set_header: tendermint::block::parts::Header::new(1, hash(self.last)).ok()?,
        };
        Some(tendermint::block::Header {
            version: tendermint::block::header::Version { block: 11, app: 0 },
            chain_id: chain_id.parse().ok()?,
            height: self.height.try_into().ok()?,
            time: time(self.time)?,
            last_block_id: (!first).then_some(last),
            last_commit_hash: Some(hash(self.commit_hash())),
            data_hash: Some(hash(root(self.hashes().collect()))),
            validators_hash: validators().hash(),
            next_validators_hash: validators().hash(),
            consensus_hash: hash(consensus_hash()),
            app_hash: self.app_before.to_vec().try_into().ok()?,
            last_results_hash: Some(hash(self.last_results)),
            evidence_hash: Some(hash(root(Vec::new()))),
            proposer_address: validator_id(),
        })
    }

    /// What the signatures under the block before hash to.
    fn commit_hash(&self) -> [u8; 32] {
        if self.height == 1 {
            return root(Vec::new());
        }
        let signature = cosmos_sdk_proto::tendermint::types::CommitSig {
            block_id_flag: 2,
            validator_address: validator_id().as_bytes().to_vec(),
            timestamp: Some(cosmos_sdk_proto::Timestamp {
                seconds: i64::try_from(self.time / 1_000_000_000).unwrap_or(i64::MAX),
                nanos: i32::try_from(self.time % 1_000_000_000).unwrap_or(0),
            }),
            signature: SIGNATURE.to_vec(),
        };
        root(vec![signature.encode_to_vec()])
    }

    /// What its results hash to: codes, data and gas.
    fn results_hash(&self) -> [u8; 32] {
        let number = |of: u64| i64::try_from(of).unwrap_or(i64::MAX);
        let leaf = |result: &TxResult| {
            let kept = ExecTxResult {
                code: result.code,
                data: result.data.clone().into(),
                gas_wanted: number(result.gas_wanted),
                gas_used: number(result.gas_used),
                ..ExecTxResult::default()
            };
            kept.encode_to_vec()
        };
        root(self.results.iter().map(leaf).collect())
    }
}

/// A time as CometBFT has it.
pub fn time(nanos: u64) -> Option<Time> {
    let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
    Time::from_unix_timestamp(seconds, u32::try_from(nanos % 1_000_000_000).ok()?).ok()
}

/// The one validator.
pub fn validator() -> Option<validator::Info> {
    let key = PublicKey::from_raw_ed25519(&VALIDATOR)?;
    Some(validator::Info::new(key, 1u32.into()))
}

fn validators() -> validator::Set {
    validator::Set::new(validator().into_iter().collect(), validator())
}

/// Its name.
pub fn validator_id() -> tendermint::account::Id {
    let mut id = [0; 20];
    for (to, from) in id.iter_mut().zip(Sha256::digest(VALIDATOR)) {
        *to = from;
    }
    tendermint::account::Id::new(id)
}

fn consensus_hash() -> [u8; 32] {
    let params = HashedParams { block_max_bytes: MOST_BYTES, block_max_gas: MOST_GAS };
    Sha256::digest(params.encode_to_vec()).into()
}

fn app_hash(before: &[u8; 32], changes: &[Change]) -> [u8; 32] {
    let mut hasher = Sha256::new_with_prefix(before);
    for (key, value) in changes {
        let value = value.as_deref();
        hasher.update(u64::try_from(key.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(key);
        hasher.update([u8::from(value.is_some())]);
        hasher.update(u64::try_from(value.map_or(0, <[u8]>::len)).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(value.unwrap_or_default());
    }
    hasher.finalize().into()
}

fn root(leaves: Vec<Vec<u8>>) -> [u8; 32] {
    simple_hash_from_byte_vectors::<MerkleSha256>(&leaves)
}

fn bytes(hash: Hash) -> [u8; 32] {
    match hash {
        Hash::Sha256(bytes) => bytes,
        Hash::None => [0; 32],
    }
}
