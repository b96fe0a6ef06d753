//! `Place`: a node puts its one offer into a class.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::event::Typed;
use hearth_schema::market::{Placed, Product};
use hearth_schema::unit::{ClassId, NodeId, OfferId, Seconds};

use crate::book::{Now, Offer, Wanted};
use crate::error::ContractError;
use crate::sibling;
use crate::state::{LAST_OFFER, OFFER_OF, OWNERSHIP, load_class, load_config, load_terms, next, next_seq, rest};

/// Puts an offer into the book.
pub fn place(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    node: NodeId,
    class: ClassId,
    wanted: Wanted,
) -> Result<Response, ContractError> {
    OWNERSHIP.load(deps.storage)?.running()?;
    let config = load_config(deps.storage)?;
    let now = Now { time: Seconds(env.block.time.seconds()), terms: config.terms };
    if matches!(load_class(deps.storage, class)?.product, Product::Time { .. }) {
        return Err(ContractError::TimeNotSold { class });
    }
    sibling::keys_of(deps.as_ref(), &config, node, &info.sender)?;
    wanted.check(now, &load_terms(deps.storage, config.terms)?, config.offer_life)?;
    if let Some(offer) = OFFER_OF.may_load(deps.storage, (node.0, class.0))? {
        return Err(ContractError::OfferExists { offer: OfferId(offer) });
    }
    let mut offer = Offer { node, class, seq: Default::default(), used: 0, wanted };
    if !offer.is_backed(sibling::bond(deps.as_ref(), &config, node, now.time)?) {
        return Err(ContractError::Unbacked { node });
    }

    let id = OfferId(next(deps.storage, &LAST_OFFER)?);
    offer.seq = next_seq(deps.storage)?;
    rest(deps.storage, id, &offer)?;
    OFFER_OF.save(deps.storage, (node.0, class.0), &id.0)?;

    let Wanted { slots, expires_at, .. } = wanted;
    let price = wanted.tick.price()?;
    let placed = Placed { offer: id, seq: offer.seq, node, class, price, slots, expires_at };
    Ok(Response::new().add_event(placed.event()))
}
