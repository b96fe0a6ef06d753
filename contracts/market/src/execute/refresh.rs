//! `Refresh`: a node lets its offers rest longer.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::{MOST_PRUNED, Refreshed};
use hearth_schema::own;
use hearth_schema::unit::{OfferId, Seconds};

use crate::error::ContractError;
use crate::sibling;
use crate::state::{OFFERS, find_offer, load_config};

/// Moves the expiry of offers; each keeps its place. What is gone or outdated is passed over, so that one item never
/// stops the others.
pub fn refresh(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    offers: &[OfferId],
    expires_at: Seconds,
) -> Result<Response, ContractError> {
    own::length("offers", offers.len(), 1, MOST_PRUNED)?;
    own::distinct("offers", offers)?;
    let config = load_config(deps.storage)?;
    let now = Seconds(env.block.time.seconds());
    let mut refreshed = Vec::with_capacity(offers.len());
    for id in offers {
        let Some(mut offer) = find_offer(deps.storage, *id)? else { continue };
        sibling::keys_of(deps.as_ref(), &config, offer.node, &info.sender)?;
        if offer.wanted.terms != config.terms {
            continue;
        }
        offer.wanted.expires_at = expires_at;
        offer.wanted.check_expiry(now, config.offer_life)?;
        refreshed.push((*id, offer));
    }

    for (id, offer) in &refreshed {
        OFFERS.save(deps.storage, id.0, offer)?;
    }

    Ok(Response::new().add_events(refreshed.iter().map(|(offer, _)| Refreshed { offer: *offer, expires_at }.event())))
}
