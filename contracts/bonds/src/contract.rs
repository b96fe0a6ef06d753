//! The table of what is said to bonds and asked of it.

use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point, to_json_binary};
use hearth_schema::bonds::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use hearth_schema::named::Named;
use hearth_schema::own;

use crate::error::ContractError;
use crate::execute::slash::Conviction;
use crate::execute::update_node::Update;
use crate::{execute, query};

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the contract.
#[entry_point]
pub fn instantiate(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    Named(msg): Named<InstantiateMsg>,
) -> Result<Response, ContractError> {
    own::no_funds(&info)?;
    cw2::set_contract_version(deps.storage, NAME, VERSION)?;
    execute::instantiate::instantiate(deps, msg)
}

/// What may be said.
#[entry_point]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    Named(msg): Named<ExecuteMsg>,
) -> Result<Response, ContractError> {
    own::no_funds(&info)?;
    match msg {
        ExecuteMsg::Receive(received) => execute::bond::receive(deps, info, received),
        ExecuteMsg::Introduce { name, url } => execute::introduce::introduce(deps, info, name, url),
        ExecuteMsg::AddNode { node, possession } => execute::add_node::add_node(deps, env, info, node, &possession),
        ExecuteMsg::UpdateNode { node, worker_key, possession, sealing_key, endpoint, attributes, engines } => {
            let update = Update { worker_key, possession, sealing_key, endpoint, attributes, engines };
            execute::update_node::update_node(deps, env, info, node, update)
        }
        ExecuteMsg::Unbond { node, amount } => execute::unbond::unbond(deps, env, info, node, amount),
        ExecuteMsg::Withdraw { node } => execute::withdraw::withdraw(deps, env, node),
        ExecuteMsg::Slash { fault, node, bps, harmed, reporters } => {
            execute::slash::slash(deps, env, info, Conviction { fault, node, bps, harmed, reporters })
        }
        ExecuteMsg::Own(act) => execute::own::own(deps, info, act),
    }
}

/// What may be asked.
#[entry_point]
pub fn query(deps: Deps, env: Env, Named(msg): Named<QueryMsg>) -> Result<Binary, ContractError> {
    let answer = match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&query::ownership(deps)?),
        QueryMsg::Operator { operator } => to_json_binary(&query::operator(deps, &operator)?),
        QueryMsg::Operators { start_after, limit } => to_json_binary(&query::operators(deps, start_after, limit)?),
        QueryMsg::Node { node } => to_json_binary(&query::node(deps, node)?),
        QueryMsg::Nodes { owner, start_after, limit } => {
            to_json_binary(&query::nodes(deps, owner, start_after, limit)?)
        }
        QueryMsg::Worker { worker } => to_json_binary(&query::worker(deps, &worker)?),
        QueryMsg::Stake { node } => to_json_binary(&query::stake(deps, node)?),
        QueryMsg::Fault { fault } => to_json_binary(&query::fault(deps, &fault)?),
        QueryMsg::Law {} => to_json_binary(&query::law(deps, &env)?),
    };
    Ok(answer?)
}

/// Takes the place of an older version of this contract, and of nothing else.
#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, Named(_msg): Named<MigrateMsg>) -> Result<Response, ContractError> {
    let stored = cw2::get_contract_version(deps.storage)?;
    own::follows(NAME, VERSION, &stored.contract, &stored.version)?;
    cw2::set_contract_version(deps.storage, NAME, VERSION)?;
    Ok(Response::new())
}

#[cfg(test)]
#[path = "contract_tests.rs"]
mod tests;
