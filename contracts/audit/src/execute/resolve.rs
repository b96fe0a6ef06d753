//! `Resolve`: anyone ends a commit whose clocks have run out.

use cosmwasm_std::{DepsMut, Env, Response, WasmMsg, to_json_binary};
use hearth_schema::audit::Resolved;
use hearth_schema::beacon::Schedule;
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::market::ExecuteMsg as Market;
use hearth_schema::unit::DealId;

use crate::error::ContractError;
use crate::state::{CONFIG, Case};
use crate::verdict::Phase;

/// Tells the market a commit's finality; one that is final changes nothing.
pub fn resolve(deps: DepsMut, env: Env, schedule: &Schedule, deal: DealId, n: u64) -> Result<Response, ContractError> {
    let case = Case::load(deps.as_ref(), schedule, deal, n)?;
    if case.commit.verdict.is_some() {
        return Ok(Response::new());
    }
    let early = |awaited, until| Err(ContractError::TooEarly { awaited, until });
    let (verdict, cause) = match case.standing().phase(&case.terms.clocks, Moment::of(&env.block)) {
        Phase::Beacon { until } => return early("its beacon", until),
        Phase::Draw { until } => return early("its draw", until),
        Phase::Window { until } => return early("the end of its audit window", until),
        Phase::Final { verdict, cause } => (verdict, cause),
    };

    let contract_addr = CONFIG.load(deps.storage)?.market.into_string();
    let msg = to_json_binary(&Market::Finalize { deal, n, verdict })?;
    let resolved = Resolved { deal, n, node: case.deal.node, verdict, cause };
    let finalize = WasmMsg::Execute { contract_addr, msg, funds: Vec::new() };
    Ok(Response::new().add_message(finalize).add_event(resolved.event()))
}
