//! `Withdraw`: anyone sends what has finished unbonding to the node's owner.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::bonds::Withdrawn;
use hearth_schema::cw20::ExecuteMsg as Cw20;
use hearth_schema::event::Typed;
use hearth_schema::unit::NodeId;

use crate::error::ContractError;
use crate::execute::unbond::clock;
use crate::state::{CONFIG, load_holding, load_node, save_holding, to_token};

/// On its way out → the owner.
pub fn withdraw(deps: DepsMut, env: Env, node: NodeId) -> Result<Response, ContractError> {
    let owner = load_node(deps.storage, node)?.owner;
    let config = CONFIG.load(deps.storage)?;
    let mut holding = load_holding(deps.storage, node)?;
    let amount = holding.withdraw(&clock(&config, &env))?;

    save_holding(deps.storage, node, &holding)?;

    let transfer = Cw20::Transfer { recipient: owner.to_string(), amount };
    let withdrawn = Withdrawn { node, owner, amount };
    Ok(Response::new().add_message(to_token(&config, &transfer)?).add_event(withdrawn.event()))
}
