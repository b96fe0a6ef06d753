//! `AddNetwork`: the owner names a beacon network, for commits after the activation time.

use cosmwasm_std::{Api, DepsMut, Env, HexBinary, MessageInfo, Response};
use hearth_schema::audit::NetworkAdded;
use hearth_schema::beacon::{Network, Schedule};
use hearth_schema::event::Typed;
use hearth_schema::own;
use hearth_schema::unit::Seconds;

use crate::beacon::check_key;
use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, SCHEDULE};

/// The most networks ever.
const MOST_NETWORKS: usize = 8;

/// Names a network; those before it keep the commits of their time.
pub fn add_network(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    mut schedule: Schedule,
    (public_key, genesis, period): (HexBinary, Seconds, Seconds),
) -> Result<Response, ContractError> {
    OWNERSHIP.load(deps.storage)?.only(&info.sender)?;
    own::length("networks", schedule.networks.len().saturating_add(1), 1, MOST_NETWORKS)?;
    let from = Seconds(env.block.time.seconds()).plus(CONFIG.load(deps.storage)?.activation.0)?;
    let network = Network { public_key, genesis, period, from };
    check(deps.api, &network, Seconds(env.block.time.seconds()))?;

    let number = u32::try_from(schedule.networks.len()).unwrap_or(u32::MAX);
    schedule.networks.push(network);
    SCHEDULE.save(deps.storage, &schedule)?;

    Ok(Response::new().add_event(NetworkAdded { network: number, from }.event()))
}

/// Whether a network can sign anything.
pub fn check(api: &dyn Api, network: &Network, now: Seconds) -> Result<(), ContractError> {
    if network.genesis.0 == 0 || network.genesis > now {
        return Err(ContractError::Network { field: "genesis", bounds: "in the past, in seconds since 1970" });
    }
    if !(1..=60).contains(&network.period.0) {
        return Err(ContractError::Network { field: "period", bounds: "from 1 to 60 s" });
    }
    check_key(api, &network.public_key)
}
