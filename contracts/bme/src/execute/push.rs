//! `Push`: anyone converts a charge that waited for a price.

use cosmwasm_std::{DepsMut, Env, Event, Response, Storage};
use hearth_schema::bme::{Charge, Escrow, Pending, Pushed};
use hearth_schema::charge;
use hearth_schema::event::Typed;
use hearth_schema::unit::{Amount, DealId, Seconds};

use crate::error::ContractError;
use crate::execute::release::give_back;
use crate::oracle;
use crate::state::{CHARGED, CONFIG, ESCROWS, PENDING, REOPENED, WAITING, book, load_escrow};

/// Converts a charge; one that is converted, settled or refunded stays as it is.
pub fn push(deps: DepsMut, env: Env, deal: DealId, n: u64) -> Result<Response, ContractError> {
    let Some(pending) = PENDING.may_load(deps.storage, (deal.0, n))? else {
        let last = CHARGED.may_load(deps.storage, deal.0)?.unwrap_or_default();
        let done = (1..=last).contains(&n);
        return if done { Ok(Response::new()) } else { Err(ContractError::UnknownCharge { deal, n }) };
    };
    let (_, _, events) = convert(deps.storage, &env, deal, n, pending)?;
    Ok(Response::new().add_events(events))
}

/// What a charge amounts to, converted now if it waited; and its escrow, from which the rest went back if it was the
/// last that an ended deal waited for.
pub fn convert(
    storage: &mut dyn Storage,
    env: &Env,
    deal: DealId,
    n: u64,
    pending: Pending,
) -> Result<(Amount, Escrow, Vec<Event>), ContractError> {
    let mut escrow = load_escrow(storage, deal)?;
    let (since, last, period) = match pending.charge {
        Charge::Charged { amount } => return Ok((amount, escrow, Vec::new())),
        Charge::Waiting { since, last, period } => (since, last, period),
    };
    let now = Seconds(env.block.time.seconds());
    let price = oracle::awaited(since, last, REOPENED.may_load(storage, period)?, now)?;
    let decimals = CONFIG.load(storage)?.decimals;
    let charge = charge::tokens(pending.fee, price, decimals, escrow.amount.tokens())?;
    let amount = Amount::from(charge.amount);

    book(storage, |books| books.charge(charge.amount))?;
    escrow.amount = escrow.amount.minus(amount)?;
    escrow.short |= charge.short;
    let charged = Pending { charge: Charge::Charged { amount }, ..pending };
    PENDING.save(storage, (deal.0, n), &charged)?;
    let mut events = vec![Pushed { deal, n, price, amount, short: charge.short }.event()];
    events.extend(waited(storage, deal, &mut escrow)?);
    Ok((amount, escrow, events))
}

/// One charge of a deal waits no more: stores its escrow, and gives the rest back if the deal has ended meanwhile.
pub fn waited(storage: &mut dyn Storage, deal: DealId, escrow: &mut Escrow) -> Result<Option<Event>, ContractError> {
    escrow.waiting = escrow.waiting.saturating_sub(1);
    let waiting = WAITING.may_load(storage)?.unwrap_or_default().saturating_sub(1);
    WAITING.save(storage, &waiting)?;
    if escrow.ended && escrow.waiting == 0 {
        return give_back(storage, deal, escrow).map(Some);
    }
    ESCROWS.save(storage, deal.0, escrow)?;
    Ok(None)
}
