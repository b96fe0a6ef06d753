//! What bme stores.

use cosmwasm_std::{Addr, StdResult, Storage};
use cw_storage_plus::{Item, Map};
use hearth_schema::bme::{Config, Escrow, Pending, Quote, Source};
use hearth_schema::own::{Ownership, Refusal};
use hearth_schema::raw;
use hearth_schema::unit::{Amount, Asset, DealId, Height, OutOfRange, TokenAmount};

use crate::equilibrium::Books;
use crate::error::ContractError;
use crate::oracle::{Lows, Reopened};

/// How the contract was made.
pub const CONFIG: Item<Config> = Item::new("config");
/// Who owns it, and whether it is paused.
pub const OWNERSHIP: Item<Ownership> = Item::new("ownership");
/// The sums over everything below.
pub const BOOKS: Item<Books> = Item::new("books");

/// (asset, account) → what is free in it.
pub const ACCOUNTS: Map<(&[u8], &Addr), Amount> = Map::new("accounts");
/// Deal → its escrow. Read raw.
pub const ESCROWS: Map<u64, Escrow> = Map::new(raw::ESCROW);
/// (deal, n) → what a commit was charged, until it is final.
pub const PENDING: Map<(u64, u64), Pending> = Map::new("pending");
/// Deal → the number of its last charge.
pub const CHARGED: Map<u64, u64> = Map::new("charged");
/// Account → the tokens that it is owed.
pub const CLAIMS: Map<&Addr, TokenAmount> = Map::new("claims");
/// How many charges wait for a price.
pub const WAITING: Item<u64> = Item::new("waiting");

/// The token's price. Read raw.
pub const QUOTE: Item<Quote> = Item::new(raw::PRICE);
/// The block in which it was accepted.
pub const POSTED: Item<Height> = Item::new("posted");
/// The lowest price of each of the last hours.
pub const LOWS: Item<Lows> = Item::new("lows");
/// Who may post the price.
pub const SOURCES: Item<Vec<Source>> = Item::new("sources");
/// How many times the price was stale and came back.
pub const PERIOD: Item<u64> = Item::new("period");
/// Period → the price that ended it.
pub const REOPENED: Map<u64, Reopened> = Map::new("reopened");

/// Refuses all but the market.
pub fn market_only(storage: &dyn Storage, sender: &Addr) -> Result<Config, ContractError> {
    let config = CONFIG.load(storage)?;
    if config.market == sender { Ok(config) } else { Err(Refusal::NotAllowed { who: "the market" }.into()) }
}

/// Refuses what is not accepted: the list of stables is empty.
pub const fn listed(asset: Asset) -> Result<(), ContractError> {
    match asset {
        Asset::Token => Ok(()),
        Asset::Stable(_) => Err(ContractError::AssetNotListed { asset }),
    }
}

/// Changes the books as a whole or not at all.
pub fn book<T>(
    storage: &mut dyn Storage,
    change: impl FnOnce(&mut Books) -> Result<T, OutOfRange>,
) -> Result<T, ContractError> {
    let mut books = BOOKS.load(storage)?;
    let changed = change(&mut books)?;
    BOOKS.save(storage, &books)?;
    Ok(changed)
}

/// What is free in an account.
pub fn free(storage: &dyn Storage, asset: Asset, account: &Addr) -> StdResult<Amount> {
    Ok(ACCOUNTS.may_load(storage, (&asset.key(), account))?.unwrap_or_default())
}

/// Adds to an account.
pub fn credit(storage: &mut dyn Storage, asset: Asset, account: &Addr, amount: Amount) -> Result<(), ContractError> {
    let after = free(storage, asset, account)?.plus(amount)?;
    Ok(ACCOUNTS.save(storage, (&asset.key(), account), &after)?)
}

/// Takes from an account, if it holds as much.
pub fn debit(storage: &mut dyn Storage, asset: Asset, account: &Addr, needed: Amount) -> Result<(), ContractError> {
    let held = free(storage, asset, account)?;
    if held < needed {
        return Err(ContractError::Insufficient { held, needed });
    }
    Ok(ACCOUNTS.save(storage, (&asset.key(), account), &held.minus(needed)?)?)
}

/// Adds to what an account is owed.
pub fn owe(storage: &mut dyn Storage, account: &Addr, amount: TokenAmount) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Ok(());
    }
    let after = CLAIMS.may_load(storage, account)?.unwrap_or_default().plus(amount)?;
    Ok(CLAIMS.save(storage, account, &after)?)
}

/// A deal's escrow, or that there is none.
pub fn load_escrow(storage: &dyn Storage, deal: DealId) -> Result<Escrow, ContractError> {
    ESCROWS.may_load(storage, deal.0)?.ok_or(ContractError::UnknownEscrow { deal })
}

/// What a commit was charged, or that there is nothing any more.
pub fn load_pending(storage: &dyn Storage, deal: DealId, n: u64) -> Result<Pending, ContractError> {
    PENDING.may_load(storage, (deal.0, n))?.ok_or(ContractError::UnknownCharge { deal, n })
}
