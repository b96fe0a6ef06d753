//! What the market stores.

use cosmwasm_std::{Addr, Empty, StdError, StdResult, Storage, from_json};
use cw_storage_plus::{Item, Map};
use hearth_schema::market::{Class, Commit, Config, Deal, Model, Record};
use hearth_schema::named::Named;
use hearth_schema::own::Ownership;
use hearth_schema::raw;
use hearth_schema::terms::Terms;
use hearth_schema::unit::{ClassId, DealId, NodeId, OfferId, Seq, Usd};

use serde::de::DeserializeOwned;

use crate::book::Offer;
use crate::error::ContractError;

/// How the contract was made, its curator and the terms in force.
pub const CONFIG: Item<Config> = Item::new("config");
/// Who owns it, and whether it is paused.
pub const OWNERSHIP: Item<Ownership> = Item::new("ownership");
/// Version → terms. Read raw.
pub const TERMS: Map<u32, Terms> = Map::new(raw::TERMS);

/// Model → what it is.
pub const MODELS: Map<u64, Model> = Map::new("models");
/// Digest → the model that has it.
pub const MODEL_OF: Map<&[u8], u64> = Map::new("model_of");
/// Class → what is sold in it. Read raw.
pub const CLASSES: Map<u64, Class> = Map::new(raw::CLASS);

/// Digest of a product → the class that sells it.
pub const CLASS_OF: Map<&[u8], u64> = Map::new("class_of");

/// Offer → what it is.
pub const OFFERS: Map<u64, Offer> = Map::new("offers");
/// (node, class) → its one offer.
pub const OFFER_OF: Map<(u64, u64), u64> = Map::new("offer_of");
/// The book: (class, tick, seq) → an offer with a free slot.
pub const ASKS: Map<(u64, u16, u64), u64> = Map::new("asks");

/// Deal → what it is. Read raw.
pub const DEALS: Map<u64, Deal> = Map::new(raw::DEAL);
/// (deal, n) → a commit. Read raw.
pub const COMMITS: Map<(u64, u64), Commit> = Map::new(raw::COMMIT);
/// (client, deal): a client's deals.
pub const OF_CLIENT: Map<(&Addr, u64), Empty> = Map::new("of_client");
/// (node, deal): a node's open deals.
pub const LIVE: Map<(u64, u64), Empty> = Map::new("live");
/// (node, deal, n): a node's commits that are not final.
pub const WAITING: Map<(u64, u64, u64), Empty> = Map::new("waiting");
/// Node → what its stake has to answer for.
pub const AT_RISK: Map<u64, Usd> = Map::new("at_risk");
/// Node → how its deals and commits have ended.
pub const RECORDS: Map<u64, Record> = Map::new("records");

/// The numbers that were given last.
pub const LAST_MODEL: Item<u64> = Item::new("last_model");
/// The last class.
pub const LAST_CLASS: Item<u64> = Item::new("last_class");
/// The last offer.
pub const LAST_OFFER: Item<u64> = Item::new("last_offer");
/// The last place in time priority.
pub const LAST_SEQ: Item<u64> = Item::new("last_seq");
/// The last deal.
pub const LAST_DEAL: Item<u64> = Item::new("last_deal");

/// Gives the next number, from 1.
pub fn next(storage: &mut dyn Storage, last: &Item<u64>) -> Result<u64, ContractError> {
    let next = DealId(last.may_load(storage)?.unwrap_or_default()).next()?.0;
    last.save(storage, &next)?;
    Ok(next)
}

/// How the contract was made.
pub fn load_config(storage: &dyn Storage) -> StdResult<Config> {
    read(storage, CONFIG.as_slice())?.ok_or_else(|| StdError::msg("the contract was never instantiated"))
}

/// A deal, or that there is none.
pub fn load_deal(storage: &dyn Storage, deal: DealId) -> Result<Deal, ContractError> {
    read(storage, &DEALS.key(deal.0))?.ok_or(ContractError::UnknownDeal { deal })
}

/// A commit, or that there is none.
pub fn load_commit(storage: &dyn Storage, deal: DealId, n: u64) -> Result<Commit, ContractError> {
    COMMITS.may_load(storage, (deal.0, n))?.ok_or(ContractError::UnknownCommit { deal, n })
}

/// An offer, or that there is none.
pub fn load_offer(storage: &dyn Storage, offer: OfferId) -> Result<Offer, ContractError> {
    find_offer(storage, offer)?.ok_or(ContractError::UnknownOffer { offer })
}

/// An offer, if it still rests.
pub fn find_offer(storage: &dyn Storage, offer: OfferId) -> StdResult<Option<Offer>> {
    read(storage, &OFFERS.key(offer.0))
}

/// A class, or that there is none.
pub fn load_class(storage: &dyn Storage, class: ClassId) -> Result<Class, ContractError> {
    CLASSES.may_load(storage, class.0)?.ok_or(ContractError::UnknownClass { class })
}

/// A version of the terms, or that there is none.
pub fn load_terms(storage: &dyn Storage, version: u32) -> Result<Terms, ContractError> {
    TERMS.may_load(storage, version)?.ok_or(ContractError::UnknownTerms { version })
}

/// What a node's stake has to answer for.
pub fn load_at_risk(storage: &dyn Storage, node: NodeId) -> StdResult<Usd> {
    Ok(AT_RISK.may_load(storage, node.0)?.unwrap_or_default())
}

/// Changes a node's record.
pub fn record(storage: &mut dyn Storage, node: NodeId, count: impl FnOnce(&mut Record)) -> StdResult<()> {
    let mut record = RECORDS.may_load(storage, node.0)?.unwrap_or_default();
    count(&mut record);
    RECORDS.save(storage, node.0, &record)
}

/// Stores an offer where it belongs: in the book if it has a free slot, else beside it.
pub fn rest(storage: &mut dyn Storage, id: OfferId, offer: &Offer) -> StdResult<()> {
    let place = (offer.class.0, offer.wanted.tick.0, offer.seq.0);
    if offer.free() > 0 {
        ASKS.save(storage, place, &id.0)?;
    } else {
        ASKS.remove(storage, place);
    }
    OFFERS.save(storage, id.0, offer)
}

/// Removes an offer and all that points at it.
pub fn remove(storage: &mut dyn Storage, id: OfferId, offer: &Offer) {
    ASKS.remove(storage, (offer.class.0, offer.wanted.tick.0, offer.seq.0));
    OFFER_OF.remove(storage, (offer.node.0, offer.class.0));
    OFFERS.remove(storage, id.0);
}

/// The next place in time priority.
pub fn next_seq(storage: &mut dyn Storage) -> Result<Seq, ContractError> {
    next(storage, &LAST_SEQ).map(Seq)
}

/// A large record, read by the names of its fields.
fn read<T: DeserializeOwned>(storage: &dyn Storage, key: &[u8]) -> StdResult<Option<T>> {
    let value = storage.get(key).map(from_json::<Named<T>>).transpose()?;
    Ok(value.map(|Named(value)| value))
}
