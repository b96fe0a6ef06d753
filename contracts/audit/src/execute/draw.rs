//! `Draw`: the leaves that the beacon drew are opened.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::audit::{Beacon, Drawn as Event, Opening};
use hearth_schema::beacon::Schedule;
use hearth_schema::clock::Moment;
use hearth_schema::draw::{self, MOST, Stake};
use hearth_schema::event::Typed;
use hearth_schema::market::Product;
use hearth_schema::own;
use hearth_schema::sign::Scope;
use hearth_schema::terms::slash;
use hearth_schema::unit::{DealId, Usd};

use crate::error::ContractError;
use crate::opening::View;
use crate::state::{CONFIG, Case, DRAWN, Drawn};
use crate::verdict::Phase;

/// Stores that a commit's points were opened; what is open or final already changes nothing. A contest that came while a
/// draw was on its way does not spoil it: its one point can be opened by a draw of its own.
pub fn draw(
    deps: DepsMut,
    env: Env,
    schedule: &Schedule,
    deal: DealId,
    n: u64,
    openings: &[Opening],
) -> Result<Response, ContractError> {
    let most = usize::try_from(MOST).unwrap_or_default().saturating_add(1);
    own::length("openings", openings.len(), 0, most)?;
    let case = Case::load(deps.as_ref(), schedule, deal, n)?;
    let now = Moment::of(&env.block);
    if case.commit.verdict.is_some() {
        return Ok(Response::new());
    }
    match case.standing().phase(&case.terms.clocks, now) {
        Phase::Draw { .. } => (),
        Phase::Beacon { .. } => return Err(awaited(schedule, &case)),
        Phase::Final { cause: Some(_), .. } if case.beacon.is_none() => return Err(awaited(schedule, &case)),
        Phase::Final { cause: Some(_), .. } => return Err(over(&case)),
        Phase::Window { .. } | Phase::Final { .. } => return Ok(Response::new()),
    }
    if now.height <= case.commit.moment.height {
        return Err(ContractError::SameBlock);
    }
    let Some(beacon) = case.beacon else { return Err(awaited(schedule, &case)) };
    let points = points(&case, &beacon, &env, (deal, n));
    let market = CONFIG.load(deps.storage)?.market;
    let scope = Scope { chain: &env.block.chain_id, market: market.as_str(), deal };
    let view = View { scope, deal: &case.deal, commit: &case.commit, class: &case.class };
    let (plain, contest) = match (case.commit.contested, points.split_last()) {
        (Some(_), Some((contest, plain))) => (plain, Some(*contest)),
        _ => (points.as_slice(), None),
    };
    let contested = match case.drawn {
        // What was drawn before the contest may be shown again, in whole or not at all.
        Some(_) => view.check(&[], contest, openings).or_else(|_| view.check(plain, contest, openings))?,
        None => view.check(plain, contest, openings)?,
    };
    if case.drawn.is_some() && !contested {
        return contest
            .filter(|_| openings.is_empty())
            .map_or(Ok(Response::new()), |point| Err(ContractError::Missing { point }));
    }

    DRAWN.save(deps.storage, (deal.0, n), &Drawn { moment: now, due: case.due, contested })?;

    let points = u32::try_from(points.len()).unwrap_or(u32::MAX);
    let leaves = u32::try_from(openings.len()).unwrap_or(u32::MAX);
    Ok(Response::new().add_event(Event { deal, n, points, leaves }.event()))
}

/// The points that a commit's beacon draws, that of its contest the last.
pub fn points(case: &Case, beacon: &Beacon, env: &Env, (deal, n): (DealId, u64)) -> Vec<Usd> {
    let stake = Stake { chain: &env.block.chain_id, audit: env.contract.address.as_str(), deal, n };
    let rho = stake.rho(case.due.round, &beacon.randomness);
    let share = match &case.class.product {
        Product::Inference { engine, .. } => slash(case.terms.slash, engine.fault()),
        Product::Time { .. } => Default::default(),
    };
    let quantum = case.terms.sampling.quantum(case.commit.bond, share);
    draw::points(&rho, case.commit.prev.spent, case.commit.totals.spent, quantum, case.commit.contested.is_some())
}

/// That a commit's round is not stored.
pub fn awaited(schedule: &Schedule, case: &Case) -> ContractError {
    let network = usize::try_from(case.due.network).ok().and_then(|place| schedule.networks.get(place));
    let time = network.and_then(|network| network.time_of(case.due.round)).unwrap_or_default();
    ContractError::BeaconAwaited { network: case.due.network, round: case.due.round, time }
}

fn over(case: &Case) -> ContractError {
    let base = case.standing().base().unwrap_or_default();
    ContractError::DrawOver { until: base.time.plus(case.terms.clocks.draw.0).unwrap_or(base.time) }
}
