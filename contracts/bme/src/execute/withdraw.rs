//! `Withdraw`: what is free leaves an account.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::bme::Withdrawn;
use hearth_schema::cw20::ExecuteMsg as Cw20;
use hearth_schema::event::Typed;
use hearth_schema::unit::{Amount, Asset};

use crate::error::ContractError;
use crate::execute::crank::to_token;
use crate::state::{CONFIG, book, debit, listed};

/// Sends free tokens to the account's owner.
pub fn withdraw(deps: DepsMut, info: MessageInfo, asset: Asset, amount: Amount) -> Result<Response, ContractError> {
    listed(asset)?;
    if amount.is_zero() {
        return Err(ContractError::Zero { field: "amount" });
    }
    let config = CONFIG.load(deps.storage)?;

    debit(deps.storage, asset, &info.sender, amount)?;
    book(deps.storage, |books| books.withdraw(amount.tokens()))?;

    let transfer = Cw20::Transfer { recipient: info.sender.to_string(), amount: amount.tokens() };
    let withdrawn = Withdrawn { account: info.sender, asset, amount };
    Ok(Response::new().add_message(to_token(&config, &transfer)?).add_event(withdrawn.event()))
}
