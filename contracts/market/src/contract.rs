//! The table of what is said to the market and asked of it.

use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point, to_json_binary};
use hearth_schema::market::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use hearth_schema::named::Named;
use hearth_schema::own;

use crate::book::Wanted;
use crate::error::ContractError;
use crate::execute::commit::Statement;
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
        ExecuteMsg::AddModel { name, digest, source } => {
            execute::add_model::add_model(deps, info, name, digest, source)
        }
        ExecuteMsg::AddClass { product } => execute::add_class::add_class(deps, info, product),
        ExecuteMsg::Place { node, class, tick, slots, min_spend, max_spend, max_life, expires_at, terms } => {
            let wanted = Wanted { tick, slots, min_spend, max_spend, max_life, expires_at, terms };
            execute::place::place(deps, env, info, node, class, wanted)
        }
        ExecuteMsg::Amend { offer, change } => execute::amend::amend(deps, env, info, offer, change),
        ExecuteMsg::Cancel { offer } => execute::cancel::cancel(deps, info, offer),
        ExecuteMsg::Prune { offers } => execute::prune::prune(deps, env, &offers),
        ExecuteMsg::Refresh { offers, expires_at } => execute::refresh::refresh(deps, env, info, &offers, expires_at),
        ExecuteMsg::Take { offers, limit, bid } => execute::take::take(deps, env, info, &offers, limit, bid),
        ExecuteMsg::Sweep { class, limit, bid } => execute::sweep::sweep(deps, env, info, class, limit, bid),
        ExecuteMsg::Commit { deal, n, totals, root, proof } => {
            execute::commit::commit(deps, env, info, deal, Statement { n, totals, root, proof })
        }
        ExecuteMsg::Contest { deal, n, receipt } => execute::contest::contest(deps, env, info, deal, n, receipt),
        ExecuteMsg::Close { deal } => execute::close::close(deps, env, info, deal),
        ExecuteMsg::Expire { deal } => execute::expire::expire(deps, env, deal),
        ExecuteMsg::Finalize { deal, n, verdict } => execute::finalize::finalize(deps, info, deal, n, verdict),
        ExecuteMsg::PublishTerms { terms } => execute::publish_terms::publish_terms(deps, info, terms),
        ExecuteMsg::SetCurator { curator } => execute::set_curator::set_curator(deps, info, curator),
        ExecuteMsg::Own(act) => execute::own::own(deps, info, act),
    }
}

/// What may be asked.
#[entry_point]
pub fn query(deps: Deps, env: Env, Named(msg): Named<QueryMsg>) -> Result<Binary, ContractError> {
    let answer = match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&query::ownership(deps)?),
        QueryMsg::Terms { version } => to_json_binary(&query::terms(deps, version)?),
        QueryMsg::Model { model } => to_json_binary(&query::model(deps, model)?),
        QueryMsg::Models { start_after, limit } => to_json_binary(&query::models(deps, start_after, limit)?),
        QueryMsg::Class { class } => to_json_binary(&query::class(deps, class)?),
        QueryMsg::Classes { start_after, limit } => to_json_binary(&query::classes(deps, start_after, limit)?),
        QueryMsg::Book { class, start_after, limit } => to_json_binary(&query::book(deps, class, start_after, limit)?),
        QueryMsg::Depth { class, limit } => to_json_binary(&query::depth(deps, class, limit)?),
        QueryMsg::Offer { offer } => to_json_binary(&query::offer(deps, offer)?),
        QueryMsg::Offers { node, start_after, limit } => {
            to_json_binary(&query::offers(deps, node, start_after, limit)?)
        }
        QueryMsg::Deal { deal } => to_json_binary(&query::deal(deps, deal)?),
        QueryMsg::Deals { client, start_before, limit } => {
            to_json_binary(&query::deals(deps, &client, start_before, limit)?)
        }
        QueryMsg::Commit { deal, n } => to_json_binary(&query::commit(deps, deal, n)?),
        QueryMsg::Commits { deal, start_after, limit } => {
            to_json_binary(&query::commits(deps, deal, start_after, limit)?)
        }
        QueryMsg::Duties { worker, deals_after, commits_after, limit } => {
            to_json_binary(&query::duties(deps, &worker, deals_after, commits_after, limit)?)
        }
        QueryMsg::AtRisk { node } => to_json_binary(&query::at_risk(deps, &env, node)?),
        QueryMsg::Record { node } => to_json_binary(&query::record(deps, node)?),
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
