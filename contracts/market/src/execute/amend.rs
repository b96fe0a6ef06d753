//! `Amend`: a node changes its offer.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::{Amended, Change};
use hearth_schema::unit::{OfferId, Seconds};

use crate::book::{Now, Offer, Wanted};
use crate::error::ContractError;
use crate::sibling;
use crate::state::{ASKS, load_config, load_offer, load_terms, next_seq, rest};

/// Changes an offer: what only shrinks keeps its place, anything else gets a new one.
pub fn amend(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    id: OfferId,
    change: Change,
) -> Result<Response, ContractError> {
    let config = load_config(deps.storage)?;
    let mut offer = load_offer(deps.storage, id)?;
    sibling::keys_of(deps.as_ref(), &config, offer.node, &info.sender)?;
    let wanted = offer.wanted.with(&change);
    if wanted == offer.wanted {
        return Err(ContractError::NothingChanged { offer: id });
    }
    let now = Now { time: Seconds(env.block.time.seconds()), terms: config.terms };
    wanted.check(now, &load_terms(deps.storage, config.terms)?, config.offer_life)?;
    let amended = Offer { wanted, ..offer };
    if !amended.is_backed(sibling::bond(deps.as_ref(), &config, offer.node, now.time)?) {
        return Err(ContractError::Unbacked { node: offer.node });
    }

    ASKS.remove(deps.storage, (offer.class.0, offer.wanted.tick.0, offer.seq.0));
    if !wanted.shrinks(&offer.wanted) {
        offer.seq = next_seq(deps.storage)?;
    }
    offer.wanted = wanted;
    rest(deps.storage, id, &offer)?;

    let Wanted { slots, expires_at, .. } = wanted;
    let amended = Amended { offer: id, seq: offer.seq, price: wanted.tick.price()?, slots, expires_at };
    Ok(Response::new().add_event(amended.event()))
}
