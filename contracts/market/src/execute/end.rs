//! A deal ends: once, for one reason, and its escrow's rest goes back.

use cosmwasm_std::{Response, Storage};
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::event::Typed;
use hearth_schema::market::{Config, Deal, Ended, Reason, Record};
use hearth_schema::unit::DealId;

use crate::error::ContractError;
use crate::sibling;
use crate::state::{AT_RISK, DEALS, LIVE, find_offer, load_at_risk, record, rest};

/// Ends a deal: stores it, gives its slot back, and releases what it may no longer charge.
pub fn end(
    storage: &mut dyn Storage,
    config: &Config,
    id: DealId,
    mut deal: Deal,
    reason: Reason,
    response: Response,
) -> Result<Response, ContractError> {
    deal.ended = Some(reason);
    DEALS.save(storage, id.0, &deal)?;
    LIVE.remove(storage, (deal.node.0, id.0));
    let unspent = deal.max_spend.minus(deal.totals.spent)?;
    let at_risk = load_at_risk(storage, deal.node)?.minus(unspent)?;
    AT_RISK.save(storage, deal.node.0, &at_risk)?;
    if let Some(mut offer) = find_offer(storage, deal.offer)? {
        offer.used = offer.used.saturating_sub(1);
        rest(storage, deal.offer, &offer)?;
    }
    record(storage, deal.node, |record| {
        let counter = counter(record, reason);
        *counter = counter.saturating_add(1);
    })?;

    let ended = Ended { deal: id, node: deal.node, reason, spent: deal.totals.spent };
    Ok(response.add_message(sibling::to_bme(config, &Bme::Release { deal: id })?).add_event(ended.event()))
}

const fn counter(record: &mut Record, reason: Reason) -> &mut u64 {
    match reason {
        Reason::Unused => &mut record.unused,
        Reason::Expired => &mut record.expired,
        Reason::Closed => &mut record.closed,
        Reason::Left => &mut record.left,
        Reason::Exhausted => &mut record.exhausted,
        Reason::Done => &mut record.done,
    }
}
