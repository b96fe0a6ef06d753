//! `Own`: ownership in two steps, and the pause.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::own::Act;

use crate::error::ContractError;
use crate::state::OWNERSHIP;

/// The owner, or who was proposed, changes who owns the contract or whether it takes anything new.
pub fn own(deps: DepsMut, info: MessageInfo, act: Act) -> Result<Response, ContractError> {
    let (ownership, changed) = OWNERSHIP.load(deps.storage)?.apply(deps.api, &info.sender, &act)?;
    OWNERSHIP.save(deps.storage, &ownership)?;
    Ok(Response::new().add_event(changed.event()))
}
