//! What audit answers.

use cosmwasm_std::{Deps, Env};
use hearth_schema::audit::{Audit, Beacon, Config};
use hearth_schema::beacon::Schedule;
use hearth_schema::own::Ownership;
use hearth_schema::unit::{DealId, Round, Seconds};

use crate::error::ContractError;
use crate::execute::draw::points;
use crate::state::{BEACONS, CONFIG, Case, OWNERSHIP, SCHEDULE};

/// How the contract was made.
pub fn config(deps: Deps) -> Result<Config, ContractError> {
    Ok(CONFIG.load(deps.storage)?)
}

/// Who owns it.
pub fn ownership(deps: Deps) -> Result<Ownership, ContractError> {
    Ok(OWNERSHIP.load(deps.storage)?)
}

/// The networks and the gaps.
pub fn schedule(deps: Deps) -> Result<Schedule, ContractError> {
    Ok(SCHEDULE.load(deps.storage)?)
}

/// A stored round.
pub fn beacon(deps: Deps, network: u32, round: Round) -> Result<Option<Beacon>, ContractError> {
    Ok(BEACONS.may_load(deps.storage, (network, round.0))?)
}

/// Where the audit of a commit stands.
pub fn audit(deps: Deps, env: &Env, deal: DealId, n: u64) -> Result<Audit, ContractError> {
    let schedule = SCHEDULE.load(deps.storage)?;
    let case = Case::load(deps, &schedule, deal, n)?;
    let network = usize::try_from(case.due.network).ok().and_then(|place| schedule.networks.get(place));
    let base = case.standing().base();
    let after = |clock: Seconds| base.map(|base| Seconds(base.time.0.saturating_add(clock.0)));
    Ok(Audit {
        due: case.due,
        due_time: network.and_then(|network| network.time_of(case.due.round)).unwrap_or_default(),
        points: case.beacon.map(|beacon| points(&case, &beacon, env, (deal, n))).unwrap_or_default(),
        drawn: case.drawn.map(|drawn| drawn.moment),
        draw_until: after(case.terms.clocks.draw),
        final_at: after(case.terms.clocks.audit_window),
        beacon: case.beacon,
        verdict: case.commit.verdict,
    })
}
