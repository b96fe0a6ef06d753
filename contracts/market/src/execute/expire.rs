//! `Expire`: anyone ends a deal whose clock has run out.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::clock::Moment;
use hearth_schema::unit::DealId;

use crate::error::ContractError;
use crate::execute::end::end;
use crate::life;
use crate::state::{load_config, load_deal, load_terms};

/// Ends a deal; one that has ended stays as it is.
pub fn expire(deps: DepsMut, env: Env, id: DealId) -> Result<Response, ContractError> {
    let deal = load_deal(deps.storage, id)?;
    if deal.ended.is_some() {
        return Ok(Response::new());
    }
    let clocks = load_terms(deps.storage, deal.terms)?.clocks;
    let Some(reason) = life::over(&deal, &clocks, Moment::of(&env.block)) else {
        return Err(ContractError::NotYet { until: life::until(&deal, &clocks) });
    };

    let config = load_config(deps.storage)?;
    end(deps.storage, &config, id, deal, reason, Response::new())
}
