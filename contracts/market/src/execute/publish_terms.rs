//! `PublishTerms`: the owner publishes the terms of deals to come.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::TermsPublished;
use hearth_schema::own::Refusal;
use hearth_schema::terms::{self, Terms};
use hearth_schema::unit::OutOfRange;

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, TERMS, load_config};

/// Publishes the next version; what is open keeps its own.
pub fn publish_terms(deps: DepsMut, info: MessageInfo, terms: Terms) -> Result<Response, ContractError> {
    OWNERSHIP.load(deps.storage)?.only(&info.sender)?;
    let mut config = load_config(deps.storage)?;
    terms.check()?;
    terms::outlasts(config.unbonding, &terms.clocks)?;
    let range = Refusal::Range(OutOfRange { unit: "terms" });
    let version = config.terms.checked_add(1).ok_or(range)?;

    config.terms = version;
    CONFIG.save(deps.storage, &config)?;
    TERMS.save(deps.storage, version, &terms)?;

    Ok(Response::new().add_event(TermsPublished { version }.event()))
}
