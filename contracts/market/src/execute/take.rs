//! `Take`: a client opens one deal at the first of the offers it names.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::market::{Bid, Choice, MOST_TAKEN};
use hearth_schema::own;
use hearth_schema::unit::{OfferId, Price};

use crate::error::ContractError;
use crate::execute::open::{Fill, Taker};
use crate::state::load_offer;

/// Opens exactly one deal, or says of each offer why not.
pub fn take(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    offers: &[Choice],
    limit: Price,
    bid: Bid,
) -> Result<Response, ContractError> {
    own::length("offers", offers.len(), 1, MOST_TAKEN)?;
    let ids: Vec<OfferId> = offers.iter().map(|choice| choice.offer).collect();
    own::distinct("offers", &ids)?;
    let taker = Taker::load(&deps, &env, &bid)?;

    let mut refused = Vec::new();
    for choice in offers {
        match fill(&deps, &taker, choice, &bid, limit) {
            Ok(fill) => return taker.open(deps, env, info.sender, fill, bid),
            Err(reason) => refused.push(reason),
        }
    }
    Err(match refused.pop() {
        Some(only) if refused.is_empty() => only,
        last => {
            let reasons: Vec<String> = refused.iter().chain(&last).map(ToString::to_string).collect();
            ContractError::NoneTaken { reasons: reasons.join("; ") }
        }
    })
}

fn fill(deps: &DepsMut, taker: &Taker, choice: &Choice, bid: &Bid, limit: Price) -> Result<Fill, ContractError> {
    let offer = load_offer(deps.storage, choice.offer)?;
    if offer.seq != choice.seq {
        return Err(ContractError::OfferChanged { offer: choice.offer });
    }
    taker.fill(deps, choice.offer, offer, bid, limit)
}
