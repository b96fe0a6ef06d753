//! What siblings read without a query: the keys and the types of the few records that are a promise.
//!
//! A record changes only as a message does: with a migration, and marked as breaking.

use std::marker::PhantomData;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, QuerierWrapper, StdResult, from_json};
use serde::de::DeserializeOwned;

use crate::audit::Beacon;
use crate::beacon::Schedule;
use crate::bme::{Escrow, Quote};
use crate::market::{Class, Commit, Deal};
use crate::named::Named;
use crate::sign::PublicKey;
use crate::terms::Terms;
use crate::unit::{ClassId, DealId, NodeId, Round, Seconds, TokenAmount};

/// bme: the token's price. One value, [`Quote`].
pub const PRICE: &str = "price";
/// bme: deal → [`Escrow`].
pub const ESCROW: &str = "escrow";
/// bonds: node → [`Stake`].
pub const STAKE: &str = "stake";
/// bonds: node → [`NodeKeys`].
pub const NODE: &str = "node";
/// bonds: worker's address → its node.
pub const WORKER: &str = "worker";
/// market: deal → [`Deal`].
pub const DEAL: &str = "deal";
/// market: (deal, n) → [`Commit`].
pub const COMMIT: &str = "commit";
/// market: class → [`Class`].
pub const CLASS: &str = "class";
/// market: version → [`Terms`].
pub const TERMS: &str = "terms";
/// audit: the networks and the gaps. One value, [`Schedule`].
pub const SCHEDULE: &str = "schedule";
/// audit: (network, round) → [`Beacon`].
pub const BEACON: &str = "beacon";

/// A node's stake.
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub struct Stake {
    /// What backs offers.
    pub active: TokenAmount,
    /// What is on its way out, still slashable.
    pub unbonding: TokenAmount,
    /// Until when it backs nothing.
    pub jailed_until: Option<Seconds>,
}

impl Stake {
    /// What counts of it now: nothing while it is jailed.
    pub fn backing(&self, now: Seconds) -> TokenAmount {
        if self.jailed_until.is_some_and(|until| now < until) { TokenAmount::ZERO } else { self.active }
    }
}

/// Who may act for a node.
#[cw_serde]
pub struct NodeKeys {
    /// Holds the stake and the earnings; its key is cold.
    pub owner: Addr,
    /// The worker key's address: it commits and draws, and moves no money.
    pub worker: Addr,
    /// The worker key: it signs receipts.
    pub worker_key: PublicKey,
    /// X25519 public key, to which clients seal their requests.
    pub sealing_key: HexBinary,
}

/// A key of a sibling's storage, and the type of the value behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key<T> {
    bytes: Vec<u8>,
    value: PhantomData<T>,
}

impl<T: DeserializeOwned> Key<T> {
    fn item(namespace: &str) -> Self {
        Self { bytes: namespace.as_bytes().to_vec(), value: PhantomData }
    }

    /// The layout of cw-storage-plus: every part but the last behind its length.
    fn map(namespace: &str, parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::new();
        let (last, prefixes) = parts.split_last().map_or((&[][..], &[][..]), |(last, rest)| (*last, rest));
        for part in [namespace.as_bytes()].iter().chain(prefixes) {
            bytes.extend_from_slice(&u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(last);
        Self { bytes, value: PhantomData }
    }

    /// The key's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The value behind bytes that were stored under this key.
    pub fn decode(&self, bytes: &[u8]) -> StdResult<T> {
        from_json(bytes).map(|Named(value)| value)
    }

    /// Reads the value from a contract; nothing where there is none.
    pub fn query(&self, querier: &QuerierWrapper<'_>, contract: &Addr) -> StdResult<Option<T>> {
        querier.query_wasm_raw(contract.clone(), self.bytes.as_slice())?.map(|bytes| self.decode(&bytes)).transpose()
    }
}

/// Key of bme's price.
pub fn price() -> Key<Quote> {
    Key::item(PRICE)
}

/// Key of a deal's escrow in bme.
pub fn escrow(deal: DealId) -> Key<Escrow> {
    Key::map(ESCROW, &[&deal.0.to_be_bytes()])
}

/// Key of a node's stake in bonds.
pub fn stake(node: NodeId) -> Key<Stake> {
    Key::map(STAKE, &[&node.0.to_be_bytes()])
}

/// Key of a node's keys in bonds.
pub fn node(node: NodeId) -> Key<NodeKeys> {
    Key::map(NODE, &[&node.0.to_be_bytes()])
}

/// Key of the node for which a worker's address acts, in bonds.
pub fn worker(worker: &Addr) -> Key<NodeId> {
    Key::map(WORKER, &[worker.as_bytes()])
}

/// Key of a deal in market.
pub fn deal(deal: DealId) -> Key<Deal> {
    Key::map(DEAL, &[&deal.0.to_be_bytes()])
}

/// Key of a commit in market.
pub fn commit(deal: DealId, n: u64) -> Key<Commit> {
    Key::map(COMMIT, &[&deal.0.to_be_bytes(), &n.to_be_bytes()])
}

/// Key of a class in market.
pub fn class(class: ClassId) -> Key<Class> {
    Key::map(CLASS, &[&class.0.to_be_bytes()])
}

/// Key of a version of the terms in market.
pub fn terms(version: u32) -> Key<Terms> {
    Key::map(TERMS, &[&version.to_be_bytes()])
}

/// Key of audit's schedule.
pub fn schedule() -> Key<Schedule> {
    Key::item(SCHEDULE)
}

/// Key of a stored beacon in audit.
pub fn beacon(network: u32, round: Round) -> Key<Beacon> {
    Key::map(BEACON, &[&network.to_be_bytes(), &round.0.to_be_bytes()])
}

#[cfg(test)]
#[path = "raw_tests.rs"]
mod tests;
