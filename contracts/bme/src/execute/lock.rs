//! `Lock`: account → escrow, for a new deal.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::bme::{Escrow, Locked};
use hearth_schema::charge;
use hearth_schema::event::Typed;
use hearth_schema::own;
use hearth_schema::terms::Split;
use hearth_schema::unit::{Amount, Asset, DealId, Seconds, Usd};

use crate::error::ContractError;
use crate::state::{ESCROWS, QUOTE, book, debit, listed, market_only};

/// What the market asks to be locked.
pub struct Order {
    /// The deal.
    pub deal: DealId,
    /// Who pays.
    pub client: String,
    /// Who is paid.
    pub payee: String,
    /// In which asset.
    pub asset: Asset,
    /// The most that the deal may charge.
    pub max_spend: Usd,
    /// Who gets what.
    pub split: Split,
}

/// Locks what the deal may charge at this instant's price, and a twentieth more.
pub fn lock(deps: DepsMut, env: Env, info: MessageInfo, order: Order) -> Result<Response, ContractError> {
    let config = market_only(deps.storage, &info.sender)?;
    let Order { deal, asset, max_spend, split, .. } = order;
    listed(asset)?;
    let client = own::address(deps.api, "client", &order.client)?;
    let payee = own::address(deps.api, "payee", &order.payee)?;
    split.check()?;
    if max_spend.is_zero() {
        return Err(ContractError::Zero { field: "max_spend" });
    }
    if ESCROWS.has(deps.storage, deal.0) {
        return Err(ContractError::EscrowExists { deal });
    }
    let now = Seconds(env.block.time.seconds());
    let quote = QUOTE.may_load(deps.storage)?.filter(|quote| quote.is_fresh(now, config.fresh));
    let quote = quote.ok_or(ContractError::PriceStale { fresh: config.fresh })?;
    let tokens = charge::lock(max_spend, quote.last, config.decimals)?;
    let amount = Amount::from(tokens);

    debit(deps.storage, asset, &client, amount)?;
    book(deps.storage, |books| books.lock(tokens))?;
    let escrow = Escrow {
        client: client.clone(),
        payee,
        asset,
        locked: amount,
        amount,
        split,
        waiting: 0,
        short: false,
        ended: false,
    };
    ESCROWS.save(deps.storage, deal.0, &escrow)?;

    Ok(Response::new().add_event(Locked { deal, client, asset, amount }.event()))
}
