//! `Refund`: a commit failed. Its charge goes back, the very units; one that waits is cancelled.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::bme::{Charge, Refunded};
use hearth_schema::event::Typed;
use hearth_schema::unit::{Amount, DealId};

use crate::error::ContractError;
use crate::execute::push::waited;
use crate::state::{PENDING, book, credit, load_escrow, load_pending, market_only};

/// Gives a charge back to the client's account.
pub fn refund(deps: DepsMut, info: MessageInfo, deal: DealId, n: u64) -> Result<Response, ContractError> {
    market_only(deps.storage, &info.sender)?;
    let pending = load_pending(deps.storage, deal, n)?;
    let mut escrow = load_escrow(deps.storage, deal)?;

    PENDING.remove(deps.storage, (deal.0, n));
    let (amount, released) = match pending.charge {
        Charge::Charged { amount } => {
            book(deps.storage, |books| books.refund(amount.tokens()))?;
            credit(deps.storage, escrow.asset, &escrow.client, amount)?;
            (amount, None)
        }
        Charge::Waiting { .. } => (Amount::ZERO, waited(deps.storage, deal, &mut escrow)?),
    };

    let refunded = Refunded { deal, n, client: escrow.client, asset: escrow.asset, amount };
    Ok(Response::new().add_event(refunded.event()).add_events(released))
}
