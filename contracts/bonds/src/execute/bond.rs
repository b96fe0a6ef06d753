//! `Receive{Bond}`: tokens come into a node's stake.

use cosmwasm_std::{DepsMut, MessageInfo, Response, from_json};
use hearth_schema::bonds::{Bonded, Hook};
use hearth_schema::cw20::Received;
use hearth_schema::event::Typed;
use hearth_schema::own;

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, load_holding, load_node, save_holding};

/// Books what the token says was sent.
pub fn receive(deps: DepsMut, info: MessageInfo, received: Received) -> Result<Response, ContractError> {
    if CONFIG.load(deps.storage)?.token != info.sender {
        return Err(ContractError::NotToken);
    }
    OWNERSHIP.load(deps.storage)?.running()?;
    let sender = own::address(deps.api, "sender", &received.sender)?;
    let hook = from_json(&received.msg).map_err(|error| ContractError::Hook { reason: error.to_string() })?;
    let Hook::Bond { node } = hook;
    load_node(deps.storage, node)?;
    if received.amount.is_zero() {
        return Err(ContractError::Zero { field: "amount" });
    }

    let mut holding = load_holding(deps.storage, node)?;
    holding.bond(received.amount)?;
    let active = save_holding(deps.storage, node, &holding)?.active;

    Ok(Response::new().add_event(Bonded { node, sender, amount: received.amount, active }.event()))
}
