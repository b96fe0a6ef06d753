//! `Crank`: anyone burns what is due.

use cosmwasm_std::{DepsMut, Response, StdResult, Storage, WasmMsg, to_json_binary};
use hearth_schema::bme::{Burned, Config};
use hearth_schema::cw20::ExecuteMsg as Cw20;
use hearth_schema::event::Typed;

use crate::error::ContractError;
use crate::state::{CONFIG, book};

/// Brings what was burned here to the cw20.
pub fn crank(deps: DepsMut) -> Result<Response, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    burn(deps.storage, &config, Response::new())
}

/// One burn of all that is due, before whatever else a response says; nothing where nothing is due.
pub fn burn(storage: &mut dyn Storage, config: &Config, response: Response) -> Result<Response, ContractError> {
    let amount = book(storage, |books| Ok(books.burn()))?;
    if amount.is_zero() {
        return Ok(response);
    }
    Ok(response.add_message(to_token(config, &Cw20::Burn { amount })?).add_event(Burned { amount }.event()))
}

/// A message to the cw20.
pub fn to_token(config: &Config, msg: &Cw20) -> StdResult<WasmMsg> {
    Ok(WasmMsg::Execute { contract_addr: config.token.to_string(), msg: to_json_binary(msg)?, funds: Vec::new() })
}
