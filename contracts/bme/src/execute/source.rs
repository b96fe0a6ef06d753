//! `AddSource`, `RemoveSource`: the owner lists who may post the price.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::bme::{Source, SourceChanged};
use hearth_schema::event::Typed;
use hearth_schema::own;
use hearth_schema::unit::Seconds;

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, SOURCES};

/// The most sources that are listed at once.
pub const MOST_SOURCES: usize = 8;

/// Names a source; it acts after the activation time.
pub fn add(deps: DepsMut, env: Env, info: MessageInfo, source: &str) -> Result<Response, ContractError> {
    OWNERSHIP.load(deps.storage)?.only(&info.sender)?;
    let address = own::address(deps.api, "source", source)?;
    let mut sources = SOURCES.load(deps.storage)?;
    if sources.iter().any(|listed| listed.address == address) {
        return Err(ContractError::SourceExists { source_address: address.into_string() });
    }
    own::length("sources", sources.len().saturating_add(1), 1, MOST_SOURCES)?;
    let from = Seconds(env.block.time.seconds()).plus(CONFIG.load(deps.storage)?.activation.0)?;

    sources.push(Source { address: address.clone(), from });
    SOURCES.save(deps.storage, &sources)?;

    Ok(Response::new().add_event(SourceChanged { source: address, from: Some(from) }.event()))
}

/// Strikes a source at once.
pub fn remove(deps: DepsMut, info: MessageInfo, source: &str) -> Result<Response, ContractError> {
    OWNERSHIP.load(deps.storage)?.only(&info.sender)?;
    let address = own::address(deps.api, "source", source)?;
    let mut sources = SOURCES.load(deps.storage)?;
    let before = sources.len();
    sources.retain(|listed| listed.address != address);
    if sources.len() == before {
        return Err(ContractError::UnknownSource { source_address: address.into_string() });
    }

    SOURCES.save(deps.storage, &sources)?;

    Ok(Response::new().add_event(SourceChanged { source: address, from: None }.event()))
}
