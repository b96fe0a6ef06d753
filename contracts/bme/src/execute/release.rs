//! `Release`: a deal has ended. What its escrow still holds goes back, as soon as none of its charges waits.

use cosmwasm_std::{DepsMut, Event, MessageInfo, Response, Storage};
use hearth_schema::bme::{Escrow, Released};
use hearth_schema::event::Typed;
use hearth_schema::unit::DealId;

use crate::error::ContractError;
use crate::state::{ESCROWS, book, credit, load_escrow, market_only};

/// Ends an escrow; a repeat changes nothing.
pub fn release(deps: DepsMut, info: MessageInfo, deal: DealId) -> Result<Response, ContractError> {
    market_only(deps.storage, &info.sender)?;
    let mut escrow = load_escrow(deps.storage, deal)?;
    if escrow.ended {
        return Ok(Response::new());
    }

    escrow.ended = true;
    if escrow.waiting > 0 {
        ESCROWS.save(deps.storage, deal.0, &escrow)?;
        return Ok(Response::new());
    }
    let released = give_back(deps.storage, deal, &mut escrow)?;

    Ok(Response::new().add_event(released))
}

/// Escrow → account, whole.
pub fn give_back(storage: &mut dyn Storage, deal: DealId, escrow: &mut Escrow) -> Result<Event, ContractError> {
    let amount = std::mem::take(&mut escrow.amount);
    book(storage, |books| books.release(amount.tokens()))?;
    credit(storage, escrow.asset, &escrow.client, amount)?;
    ESCROWS.save(storage, deal.0, escrow)?;
    Ok(Released { deal, client: escrow.client.clone(), asset: escrow.asset, amount }.event())
}
