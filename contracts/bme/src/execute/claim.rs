//! `Claim`: anyone mints what an account is owed, to that account.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::bme::Claimed;
use hearth_schema::cw20::ExecuteMsg as Cw20;
use hearth_schema::event::Typed;
use hearth_schema::own;
use hearth_schema::unit::Asset;

use crate::error::ContractError;
use crate::execute::crank::{burn, to_token};
use crate::state::{CLAIMS, CONFIG, book, listed};

/// Burns what is due, then mints: so the supply never passes its cap. Nothing owed changes nothing.
pub fn claim(
    deps: DepsMut,
    info: MessageInfo,
    account: Option<String>,
    asset: Asset,
) -> Result<Response, ContractError> {
    listed(asset)?;
    let account = account.map_or(Ok(info.sender), |text| own::address(deps.api, "account", &text))?;
    let amount = CLAIMS.may_load(deps.storage, &account)?.unwrap_or_default();
    if amount.is_zero() {
        return Ok(Response::new());
    }
    let config = CONFIG.load(deps.storage)?;

    CLAIMS.remove(deps.storage, &account);
    book(deps.storage, |books| books.mint(amount))?;
    let response = burn(deps.storage, &config, Response::new())?;

    let mint = Cw20::Mint { recipient: account.to_string(), amount };
    Ok(response.add_message(to_token(&config, &mint)?).add_event(Claimed { account, amount }.event()))
}
