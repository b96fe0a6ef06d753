//! bme is made: wired, with its first sources of the price.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::bme::{Config, InstantiateMsg, Source};
use hearth_schema::own::{self, Ownership};
use hearth_schema::terms::within;
use hearth_schema::unit::Seconds;

use crate::equilibrium::Books;
use crate::error::ContractError;
use crate::execute::source::MOST_SOURCES;
use crate::state::{BOOKS, CONFIG, OWNERSHIP, SOURCES};

/// Makes bme.
pub fn instantiate(deps: DepsMut, env: Env, msg: InstantiateMsg) -> Result<Response, ContractError> {
    let address = |field, text: &str| own::address(deps.api, field, text);
    let config = Config {
        token: address("token", &msg.token)?,
        decimals: msg.decimals,
        market: address("market", &msg.market)?,
        treasury: address("treasury", &msg.treasury)?,
        fresh: msg.fresh,
        activation: msg.activation,
    };
    let ownership = Ownership::of(address("owner", &msg.owner)?);
    within("decimals", Seconds(msg.decimals.into()), 0, 18, "at most 18")?;
    within("fresh", msg.fresh, 30, 3_600, "from 30 s to 1 h")?;
    within("activation", msg.activation, 60, 2_592_000, "from 1 min to 30 d")?;
    own::length("sources", msg.sources.len(), 0, MOST_SOURCES)?;
    own::distinct("sources", &msg.sources)?;
    let from = Seconds(env.block.time.seconds());
    let source = |text: &String| Ok(Source { address: address("sources", text)?, from });
    let sources = msg.sources.iter().map(source).collect::<Result<Vec<_>, ContractError>>()?;

    CONFIG.save(deps.storage, &config)?;
    OWNERSHIP.save(deps.storage, &ownership)?;
    SOURCES.save(deps.storage, &sources)?;
    BOOKS.save(deps.storage, &Books::default())?;

    Ok(Response::new())
}
