//! `Introduce`: anyone becomes an operator, or says anew who they are.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::bonds::{Introduced, Operator};
use hearth_schema::event::Typed;

use crate::card;
use crate::error::ContractError;
use crate::state::OPERATORS;

/// Stores who an operator is.
pub fn introduce(deps: DepsMut, info: MessageInfo, name: String, url: String) -> Result<Response, ContractError> {
    card::text("name", &name, 1, 64)?;
    card::text("url", &url, 0, 256)?;

    let operator = info.sender;
    OPERATORS.save(deps.storage, &operator, &Operator { operator: operator.clone(), name: name.clone(), url })?;

    Ok(Response::new().add_event(Introduced { operator, name }.event()))
}
