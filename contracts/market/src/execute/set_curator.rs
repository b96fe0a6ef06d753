//! `SetCurator`: the owner names who adds models and classes.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::CuratorSet;
use hearth_schema::own;

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, load_config};

/// Names the curator.
pub fn set_curator(deps: DepsMut, info: MessageInfo, curator: String) -> Result<Response, ContractError> {
    OWNERSHIP.load(deps.storage)?.only(&info.sender)?;
    let curator = own::address(deps.api, "curator", &curator)?;

    let mut config = load_config(deps.storage)?;
    config.curator = curator.clone();
    CONFIG.save(deps.storage, &config)?;

    Ok(Response::new().add_event(CuratorSet { curator }.event()))
}
