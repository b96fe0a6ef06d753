//! `AddBeacon`: anyone stores a signed round.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::audit::{Beacon, BeaconAdded};
use hearth_schema::beacon::Schedule;
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::unit::Round;

use crate::beacon::verify;
use crate::error::ContractError;
use crate::state::BEACONS;

/// Stores a round once; one that is stored changes nothing.
pub fn add_beacon(
    deps: DepsMut,
    env: Env,
    schedule: &Schedule,
    network: u32,
    round: Round,
    signature: &[u8],
) -> Result<Response, ContractError> {
    let unknown = ContractError::UnknownNetwork { network };
    let place = usize::try_from(network).unwrap_or(usize::MAX);
    let signer = schedule.networks.get(place).ok_or(unknown)?;
    if BEACONS.has(deps.storage, (network, round.0)) {
        return Ok(Response::new());
    }
    let randomness = verify(deps.api, &signer.public_key, round, signature)?;

    let beacon = Beacon { randomness, stored: Moment::of(&env.block) };
    BEACONS.save(deps.storage, (network, round.0), &beacon)?;

    Ok(Response::new().add_event(BeaconAdded { network, round, randomness }.event()))
}
