//! `Cancel`: a node takes its offer back.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::Cancelled;
use hearth_schema::unit::OfferId;

use crate::error::ContractError;
use crate::sibling;
use crate::state::{load_config, load_offer, remove};

/// Removes an offer; its open deals go on.
pub fn cancel(deps: DepsMut, info: MessageInfo, id: OfferId) -> Result<Response, ContractError> {
    let config = load_config(deps.storage)?;
    let offer = load_offer(deps.storage, id)?;
    sibling::keys_of(deps.as_ref(), &config, offer.node, &info.sender)?;

    remove(deps.storage, id, &offer);

    Ok(Response::new().add_event(Cancelled { offer: id }.event()))
}
