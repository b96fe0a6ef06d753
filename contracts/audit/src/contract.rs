//! The table of what is said to audit and asked of it.

use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point, to_json_binary};
use hearth_schema::audit::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use hearth_schema::named::Named;
use hearth_schema::own;

use crate::error::ContractError;
use crate::state::touch;
use crate::{execute, query};

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the contract.
#[entry_point]
pub fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    Named(msg): Named<InstantiateMsg>,
) -> Result<Response, ContractError> {
    own::no_funds(&info)?;
    cw2::set_contract_version(deps.storage, NAME, VERSION)?;
    execute::instantiate::instantiate(deps, env, msg)
}

/// What may be said. Every message touches first: a gap since the last block that did is recorded.
#[entry_point]
pub fn execute(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    Named(msg): Named<ExecuteMsg>,
) -> Result<Response, ContractError> {
    own::no_funds(&info)?;
    let (schedule, gap) = touch(deps.branch(), &env)?;
    let response = match msg {
        ExecuteMsg::AddBeacon { network, round, signature } => {
            execute::add_beacon::add_beacon(deps, env, &schedule, network, round, &signature)
        }
        ExecuteMsg::Draw { deal, n, openings } => execute::draw::draw(deps, env, &schedule, deal, n, &openings),
        ExecuteMsg::Resolve { deal, n } => execute::resolve::resolve(deps, env, &schedule, deal, n),
        ExecuteMsg::AddNetwork { public_key, genesis, period } => {
            execute::add_network::add_network(deps, env, info, schedule, (public_key, genesis, period))
        }
        ExecuteMsg::Own(act) => execute::own::own(deps, info, act),
    }?;
    Ok(response.add_events(gap))
}

/// What may be asked.
#[entry_point]
pub fn query(deps: Deps, env: Env, Named(msg): Named<QueryMsg>) -> Result<Binary, ContractError> {
    let answer = match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&query::ownership(deps)?),
        QueryMsg::Schedule {} => to_json_binary(&query::schedule(deps)?),
        QueryMsg::Beacon { network, round } => to_json_binary(&query::beacon(deps, network, round)?),
        QueryMsg::Audit { deal, n } => to_json_binary(&query::audit(deps, &env, deal, n)?),
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
