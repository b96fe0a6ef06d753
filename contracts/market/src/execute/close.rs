//! `Close`: the client starts the clock of the last commit; the node ends the deal at once, as left, or as closed where
//! it had committed and the client had closed before.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::market::{Closed, Reason};
use hearth_schema::own::Refusal;
use hearth_schema::unit::DealId;

use crate::error::ContractError;
use crate::execute::end::end;
use crate::sibling;
use crate::state::{DEALS, load_config, load_deal};

/// Closes a deal; one that has ended stays as it is. A client who is the node's owner too closes it as the owner.
pub fn close(deps: DepsMut, env: Env, info: MessageInfo, id: DealId) -> Result<Response, ContractError> {
    let config = load_config(deps.storage)?;
    let mut deal = load_deal(deps.storage, id)?;
    let keys = sibling::keys(deps.as_ref(), &config, deal.node)?;
    let node = keys.owner == info.sender || keys.worker == info.sender;
    if !node && deal.client != info.sender {
        return Err(Refusal::NotAllowed { who: "the deal's client, or the node's owner or worker," }.into());
    }
    if deal.ended.is_some() || (!node && deal.closing.is_some()) {
        return Ok(Response::new());
    }
    if node {
        let asked = deal.closing.is_some() && deal.n > 0;
        let reason = if asked { Reason::Closed } else { Reason::Left };
        return end(deps.storage, &config, id, deal, reason, Response::new());
    }

    deal.closing = Some(Moment::of(&env.block));
    DEALS.save(deps.storage, id.0, &deal)?;

    Ok(Response::new().add_event(Closed { deal: id }.event()))
}
