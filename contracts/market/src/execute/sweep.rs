//! `Sweep`: a client opens one deal at the best offer of a class.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Order, Response};
use cw_storage_plus::Bound;
use hearth_schema::event::Typed;
use hearth_schema::market::{Bid, MOST_SWEPT, Pruned};
use hearth_schema::price::Tick;
use hearth_schema::unit::{ClassId, OfferId, Price};

use crate::book::Offer;
use crate::error::ContractError;
use crate::execute::open::{Fill, Taker};
use crate::state::{ASKS, load_class, load_offer, remove};

/// What a sweep found on its way.
struct Found {
    fill: Option<Fill>,
    gone: Vec<(OfferId, Offer)>,
}

/// Opens exactly one deal, and removes what nobody can take any more from before it.
pub fn sweep(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    class: ClassId,
    limit: Price,
    bid: Bid,
) -> Result<Response, ContractError> {
    load_class(deps.storage, class)?;
    let taker = Taker::load(&deps, &env, &bid)?;
    let Found { fill, gone } = search(&deps, &taker, class, limit, &bid)?;
    let Some(fill) = fill else {
        let reasons =
            format!("none of the best {MOST_SWEPT} of class {class} up to {limit} fits; raise the limit, or prune");
        return Err(ContractError::NoneTaken { reasons });
    };

    for (id, offer) in &gone {
        remove(deps.storage, *id, offer);
    }

    let response = taker.open(deps, env, info.sender, fill, bid)?;
    Ok(response.add_events(gone.into_iter().map(|(offer, _)| Pruned { offer }.event())))
}

fn search(deps: &DepsMut, taker: &Taker, class: ClassId, limit: Price, bid: &Bid) -> Result<Found, ContractError> {
    let mut found = Found { fill: None, gone: Vec::new() };
    let Some(dearest) = Tick::at_most(limit) else { return Ok(found) };
    let last = Bound::inclusive((dearest.0, u64::MAX));
    let best = ASKS.sub_prefix(class.0).range(deps.storage, None, Some(last), Order::Ascending);
    let most = usize::try_from(MOST_SWEPT).unwrap_or_default();
    for ask in best.take(most) {
        let id = OfferId(ask?.1);
        let offer = load_offer(deps.storage, id)?;
        if offer.is_over(taker.now) || !offer.is_backed(taker.bond(deps, offer.node)?) {
            found.gone.push((id, offer));
            continue;
        }
        if let Ok(fill) = taker.fill(deps, id, offer, bid, limit) {
            found.fill = Some(fill);
            break;
        }
    }
    Ok(found)
}
