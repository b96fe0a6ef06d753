//! `Charge`: escrow → pending, at this instant's price; without a fresh one the dollars wait.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use hearth_schema::bme::{Charge, Charged, Pending};
use hearth_schema::charge;
use hearth_schema::event::Typed;
use hearth_schema::unit::{Amount, DealId, Seconds, Usd};

use crate::error::ContractError;
use crate::state::{CHARGED, ESCROWS, PENDING, PERIOD, QUOTE, WAITING, book, load_escrow, market_only};

/// Charges a commit, once.
pub fn charge(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    deal: DealId,
    n: u64,
    fee: Usd,
) -> Result<Response, ContractError> {
    let config = market_only(deps.storage, &info.sender)?;
    let mut escrow = load_escrow(deps.storage, deal)?;
    if escrow.ended {
        return Err(ContractError::EscrowEnded { deal });
    }
    if fee.is_zero() {
        return Err(ContractError::Zero { field: "fee" });
    }
    let next = CHARGED.may_load(deps.storage, deal.0)?.unwrap_or_default().saturating_add(1);
    if n != next {
        return Err(ContractError::ChargeOrder { deal, n, next });
    }
    let now = Seconds(env.block.time.seconds());
    let quote = QUOTE.may_load(deps.storage)?.ok_or(ContractError::PriceStale { fresh: config.fresh })?;
    let period = PERIOD.may_load(deps.storage)?.unwrap_or_default();

    let (charge, short) = if quote.is_fresh(now, config.fresh) {
        let charge = charge::tokens(fee, quote.last, config.decimals, escrow.amount.tokens())?;
        book(deps.storage, |books| books.charge(charge.amount))?;
        let amount = Amount::from(charge.amount);
        escrow.amount = escrow.amount.minus(amount)?;
        escrow.short |= charge.short;
        (Charge::Charged { amount }, charge.short)
    } else {
        escrow.waiting = escrow.waiting.saturating_add(1);
        let waiting = WAITING.may_load(deps.storage)?.unwrap_or_default().saturating_add(1);
        WAITING.save(deps.storage, &waiting)?;
        (Charge::Waiting { since: now, last: quote.last, period }, false)
    };
    CHARGED.save(deps.storage, deal.0, &n)?;
    ESCROWS.save(deps.storage, deal.0, &escrow)?;
    let amount = match &charge {
        Charge::Charged { amount } => Some(*amount),
        Charge::Waiting { .. } => None,
    };
    PENDING.save(deps.storage, (deal.0, n), &Pending { fee, asset: escrow.asset, charge })?;

    let charged = Charged { deal, n, fee, asset: escrow.asset, amount, short };
    Ok(Response::new().add_event(charged.event()))
}
