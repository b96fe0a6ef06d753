//! `Settle`: a commit passed. Its tokens are burned and, in the same instant, owed.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::bme::Settled;
use hearth_schema::event::Typed;
use hearth_schema::unit::DealId;

use crate::error::ContractError;
use crate::execute::push::convert;
use crate::state::{PENDING, book, load_pending, market_only, owe};

/// Settles a charge, pushing it first where it waited.
pub fn settle(deps: DepsMut, env: Env, info: MessageInfo, deal: DealId, n: u64) -> Result<Response, ContractError> {
    let config = market_only(deps.storage, &info.sender)?;
    let pending = load_pending(deps.storage, deal, n)?;
    let (amount, escrow, pushed) = convert(deps.storage, &env, deal, n, pending)?;

    PENDING.remove(deps.storage, (deal.0, n));
    let shares = book(deps.storage, |books| books.settle(amount.tokens(), &escrow.split))?;
    owe(deps.storage, &escrow.payee, shares.provider)?;
    owe(deps.storage, &config.treasury, shares.treasury)?;

    let settled = Settled {
        deal,
        n,
        payee: escrow.payee,
        burned: amount.tokens(),
        destroyed: shares.destroyed,
        provider: shares.provider,
        audit: shares.audit,
        treasury: shares.treasury,
    };
    Ok(Response::new().add_events(pushed).add_event(settled.event()))
}
