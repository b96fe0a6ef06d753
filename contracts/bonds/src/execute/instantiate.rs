//! bonds is made: wired.

use cosmwasm_std::{DepsMut, Response};
use hearth_schema::bonds::{Config, InstantiateMsg};
use hearth_schema::own::{self, Ownership};
use hearth_schema::terms::within;
use hearth_schema::unit::Seconds;

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP};

const DAY: u64 = 86_400;

/// Makes bonds.
pub fn instantiate(deps: DepsMut, msg: InstantiateMsg) -> Result<Response, ContractError> {
    let address = |field, text: &str| own::address(deps.api, field, text);
    let config = Config {
        token: address("token", &msg.token)?,
        audit: address("audit", &msg.audit)?,
        unbonding: msg.unbonding,
        jail: msg.jail,
        block_ms: msg.block_ms,
    };
    let ownership = Ownership::of(address("owner", &msg.owner)?);
    within("unbonding", msg.unbonding, DAY, DAY.saturating_mul(90), "from 1 d to 90 d")?;
    within("jail", msg.jail, DAY, DAY.saturating_mul(365), "from 1 d to 365 d")?;
    within("block_ms", Seconds(msg.block_ms), 100, 7_500, "from 100 ms to 7.5 s")?;

    CONFIG.save(deps.storage, &config)?;
    OWNERSHIP.save(deps.storage, &ownership)?;

    Ok(Response::new())
}
