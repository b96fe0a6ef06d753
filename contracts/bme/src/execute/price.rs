//! `Price`: a listed source posts the token's price.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::bme::{Priced, Quote};
use hearth_schema::event::Typed;
use hearth_schema::unit::{Height, Seconds, TokenPrice};

use crate::error::ContractError;
use crate::oracle::{self, Reopened};
use crate::state::{CONFIG, LOWS, PERIOD, POSTED, QUOTE, REOPENED, SOURCES};

/// Accepts a price, one a block, so that many small steps make no jump; and remembers it where it ends a time without one.
pub fn price(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    price: TokenPrice,
    time: Seconds,
) -> Result<Response, ContractError> {
    let now = Seconds(env.block.time.seconds());
    let acts = |from: Seconds| from <= now;
    if !SOURCES.load(deps.storage)?.iter().any(|source| source.address == info.sender && acts(source.from)) {
        return Err(ContractError::PriceSource);
    }
    let height = Height(env.block.height);
    if POSTED.may_load(deps.storage)? == Some(height) {
        return Err(ContractError::PriceTwice);
    }
    let fresh = CONFIG.load(deps.storage)?.fresh;
    let last = QUOTE.may_load(deps.storage)?;
    oracle::accept(last.as_ref(), price, time, now, fresh)?;

    if last.is_some_and(|quote| !quote.is_fresh(now, fresh)) {
        let period = PERIOD.may_load(deps.storage)?.unwrap_or_default();
        REOPENED.save(deps.storage, period, &Reopened { price, at: now })?;
        PERIOD.save(deps.storage, &period.saturating_add(1))?;
    }
    let mut lows = LOWS.may_load(deps.storage)?.unwrap_or_default();
    let low_24h = lows.post(last.map(|quote| quote.last), price, now);
    LOWS.save(deps.storage, &lows)?;
    POSTED.save(deps.storage, &height)?;
    QUOTE.save(deps.storage, &Quote { last: price, time, low_24h })?;

    Ok(Response::new().add_event(Priced { source: info.sender, price, time, low_24h }.event()))
}
