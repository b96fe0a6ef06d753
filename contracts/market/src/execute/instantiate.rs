//! The market is made: wired, with its first terms.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::{Config, InstantiateMsg, TermsPublished};
use hearth_schema::own::{self, Ownership};
use hearth_schema::terms::{self, OutOfBounds, within};
use hearth_schema::unit::Seconds;

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, TERMS};

/// The first version of the terms.
const FIRST: u32 = 1;

/// Makes the market.
pub fn instantiate(deps: DepsMut, _env: Env, msg: InstantiateMsg) -> Result<Response, ContractError> {
    let address = |field, text: &str| own::address(deps.api, field, text);
    let config = Config {
        curator: address("curator", &msg.curator)?,
        bme: address("bme", &msg.bme)?,
        bonds: address("bonds", &msg.bonds)?,
        audit: address("audit", &msg.audit)?,
        decimals: msg.decimals,
        fresh: msg.fresh,
        unbonding: msg.unbonding,
        offer_life: msg.offer_life,
        terms: FIRST,
    };
    let ownership = Ownership::of(address("owner", &msg.owner)?);
    check(&msg)?;

    CONFIG.save(deps.storage, &config)?;
    OWNERSHIP.save(deps.storage, &ownership)?;
    TERMS.save(deps.storage, FIRST, &msg.terms)?;

    Ok(Response::new().add_event(TermsPublished { version: FIRST }.event()))
}

fn check(msg: &InstantiateMsg) -> Result<(), OutOfBounds> {
    msg.terms.check()?;
    terms::outlasts(msg.unbonding, &msg.terms.clocks)?;
    within("fresh", msg.fresh, 30, 3_600, "from 30 s to 1 h")?;
    within("offer_life", msg.offer_life, 60, 2_592_000, "from 1 min to 30 d")?;
    within("decimals", Seconds(msg.decimals.into()), 0, 18, "at most 18")
}
