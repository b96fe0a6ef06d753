//! `Receive{Deposit}`: tokens come into an account.

use cosmwasm_std::{DepsMut, MessageInfo, Response, from_json};
use hearth_schema::bme::{Deposited, Hook};
use hearth_schema::cw20::Received;
use hearth_schema::event::Typed;
use hearth_schema::own;
use hearth_schema::unit::{Amount, Asset};

use crate::error::ContractError;
use crate::state::{CONFIG, OWNERSHIP, book, credit};

/// Books what the token says was sent.
pub fn receive(deps: DepsMut, info: MessageInfo, received: Received) -> Result<Response, ContractError> {
    if CONFIG.load(deps.storage)?.token != info.sender {
        return Err(ContractError::NotToken);
    }
    OWNERSHIP.load(deps.storage)?.running()?;
    let sender = own::address(deps.api, "sender", &received.sender)?;
    let hook = from_json(&received.msg).map_err(|error| ContractError::Hook { reason: error.to_string() })?;
    let Hook::Deposit { r#for } = hook;
    let account = r#for.map_or(Ok(sender.clone()), |text| own::address(deps.api, "for", &text))?;
    if received.amount.is_zero() {
        return Err(ContractError::Zero { field: "amount" });
    }
    let (asset, amount) = (Asset::Token, Amount::from(received.amount));

    book(deps.storage, |books| books.deposit(received.amount))?;
    credit(deps.storage, asset, &account, amount)?;

    Ok(Response::new().add_event(Deposited { account, sender, asset, amount }.event()))
}
