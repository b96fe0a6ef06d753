//! The table of what is said to bme and asked of it.

use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point, to_json_binary};
use hearth_schema::bme::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use hearth_schema::named::Named;
use hearth_schema::own;

use crate::error::ContractError;
use crate::execute::lock::Order;
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
        ExecuteMsg::Receive(received) => execute::deposit::receive(deps, info, received),
        ExecuteMsg::Withdraw { asset, amount } => execute::withdraw::withdraw(deps, info, asset, amount),
        ExecuteMsg::Price { price, time } => execute::price::price(deps, env, info, price, time),
        ExecuteMsg::Lock { deal, client, payee, asset, max_spend, split } => {
            execute::lock::lock(deps, env, info, Order { deal, client, payee, asset, max_spend, split })
        }
        ExecuteMsg::Charge { deal, n, fee } => execute::charge::charge(deps, env, info, deal, n, fee),
        ExecuteMsg::Settle { deal, n } => execute::settle::settle(deps, env, info, deal, n),
        ExecuteMsg::Refund { deal, n } => execute::refund::refund(deps, info, deal, n),
        ExecuteMsg::Release { deal } => execute::release::release(deps, info, deal),
        ExecuteMsg::Push { deal, n } => execute::push::push(deps, env, deal, n),
        ExecuteMsg::Claim { account, asset } => execute::claim::claim(deps, info, account, asset),
        ExecuteMsg::Crank {} => execute::crank::crank(deps),
        ExecuteMsg::AddSource { source } => execute::source::add(deps, env, info, &source),
        ExecuteMsg::RemoveSource { source } => execute::source::remove(deps, info, &source),
        ExecuteMsg::Own(act) => execute::own::own(deps, info, act),
    }
}

/// What may be asked.
#[entry_point]
pub fn query(deps: Deps, env: Env, Named(msg): Named<QueryMsg>) -> Result<Binary, ContractError> {
    let answer = match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&query::ownership(deps)?),
        QueryMsg::Account { account, asset } => to_json_binary(&query::account(deps, &account, asset)?),
        QueryMsg::Escrow { deal } => to_json_binary(&query::escrow(deps, deal)?),
        QueryMsg::Pending { deal, n } => to_json_binary(&query::pending(deps, deal, n)?),
        QueryMsg::Claims { account } => to_json_binary(&query::claims(deps, &account)?),
        QueryMsg::Price {} => to_json_binary(&query::price(deps, &env)?),
        QueryMsg::Status {} => to_json_binary(&query::status(deps, &env)?),
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
