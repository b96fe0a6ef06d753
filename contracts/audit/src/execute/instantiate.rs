//! audit is made: wired, with its first beacon network.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::audit::{Config, InstantiateMsg, NetworkAdded};
use hearth_schema::beacon::{Network, Schedule};
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::own::{self, Ownership};
use hearth_schema::terms::within;
use hearth_schema::unit::Seconds;

use crate::error::ContractError;
use crate::execute::add_network::check;
use crate::state::{CONFIG, OWNERSHIP, SCHEDULE, TOUCHED};

/// Makes audit; its first network acts from the beginning of time.
pub fn instantiate(deps: DepsMut, env: Env, msg: InstantiateMsg) -> Result<Response, ContractError> {
    let address = |field, text: &str| own::address(deps.api, field, text);
    let config = Config {
        market: address("market", &msg.market)?,
        bonds: address("bonds", &msg.bonds)?,
        activation: msg.activation,
    };
    let ownership = Ownership::of(address("owner", &msg.owner)?);
    within("activation", msg.activation, 60, 2_592_000, "from 1 min to 30 d")?;
    let network = Network { from: Seconds(0), ..msg.network };
    check(deps.api, &network, Seconds(env.block.time.seconds()))?;

    CONFIG.save(deps.storage, &config)?;
    OWNERSHIP.save(deps.storage, &ownership)?;
    SCHEDULE.save(deps.storage, &Schedule { networks: vec![network], gaps: Vec::new() })?;
    TOUCHED.save(deps.storage, &Moment::of(&env.block))?;

    Ok(Response::new().add_event(NetworkAdded { network: 0, from: Seconds(0) }.event()))
}
