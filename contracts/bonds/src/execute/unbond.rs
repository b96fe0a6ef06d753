//! `Unbond`: a node's owner begins to take a part of its stake back.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::bonds::{Config, Unbonded};
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::unit::{NodeId, TokenAmount};

use crate::error::ContractError;
use crate::stake::Clock;
use crate::state::{CONFIG, load_holding, load_own, save_holding};

/// Active → on its way out, still slashable.
pub fn unbond(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    node: NodeId,
    amount: TokenAmount,
) -> Result<Response, ContractError> {
    load_own(deps.storage, node, &info.sender)?;
    if amount.is_zero() {
        return Err(ContractError::Zero { field: "amount" });
    }
    let clock = clock(&CONFIG.load(deps.storage)?, &env);
    let mut holding = load_holding(deps.storage, node)?;
    holding.unbond(amount, &clock)?;

    let active = save_holding(deps.storage, node, &holding)?.active;

    let until = clock.now.time.plus(clock.unbonding.0)?;
    Ok(Response::new().add_event(Unbonded { node, amount, until, active }.event()))
}

/// The clock of this block.
pub fn clock(config: &Config, env: &Env) -> Clock {
    Clock { unbonding: config.unbonding, block_ms: config.block_ms, now: Moment::of(&env.block) }
}
