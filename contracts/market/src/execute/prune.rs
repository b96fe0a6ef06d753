//! `Prune`: anyone removes offers that nobody can take any more.

use cosmwasm_std::{DepsMut, Env, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::{MOST_PRUNED, Pruned};
use hearth_schema::own;
use hearth_schema::unit::{OfferId, Seconds};

use crate::book::Now;
use crate::error::ContractError;
use crate::sibling;
use crate::state::{find_offer, load_config, remove};

/// Removes what is expired, outdated or unbacked; passes over the rest, so that one item never stops the others.
pub fn prune(deps: DepsMut, env: Env, offers: &[OfferId]) -> Result<Response, ContractError> {
    own::length("offers", offers.len(), 1, MOST_PRUNED)?;
    own::distinct("offers", offers)?;
    let config = load_config(deps.storage)?;
    let now = Now { time: Seconds(env.block.time.seconds()), terms: config.terms };
    let mut gone = Vec::new();
    for id in offers {
        let Some(offer) = find_offer(deps.storage, *id)? else { continue };
        if offer.is_over(now) || !offer.is_backed(sibling::bond(deps.as_ref(), &config, offer.node, now.time)?) {
            gone.push((*id, offer));
        }
    }

    for (id, offer) in &gone {
        remove(deps.storage, *id, offer);
    }

    Ok(Response::new().add_events(gone.into_iter().map(|(offer, _)| Pruned { offer }.event())))
}
