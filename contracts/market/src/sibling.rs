//! What the market reads of its siblings, always raw, and what a stake is worth by it.

use cosmwasm_std::{Addr, Deps, StdResult, WasmMsg, to_json_binary};
use hearth_schema::bme::{Escrow, ExecuteMsg as Bme, Quote};
use hearth_schema::charge;
use hearth_schema::market::Config;
use hearth_schema::own::Refusal;
use hearth_schema::raw::{self, NodeKeys, Stake};
use hearth_schema::unit::{DealId, NodeId, Seconds, Usd};

use crate::error::ContractError;

/// Who may act for a node.
pub fn keys(deps: Deps, config: &Config, node: NodeId) -> Result<NodeKeys, ContractError> {
    raw::node(node).query(&deps.querier, &config.bonds)?.ok_or(ContractError::UnknownNode { node })
}

/// The same, for a sender that has to be the node's owner or worker.
pub fn keys_of(deps: Deps, config: &Config, node: NodeId, sender: &Addr) -> Result<NodeKeys, ContractError> {
    let keys = keys(deps, config, node)?;
    if keys.owner != sender && keys.worker != sender {
        return Err(Refusal::NotAllowed { who: "the node's owner or its worker" }.into());
    }
    Ok(keys)
}

/// A node's stake; none at all where it never had one.
pub fn stake(deps: Deps, config: &Config, node: NodeId) -> StdResult<Stake> {
    Ok(raw::stake(node).query(&deps.querier, &config.bonds)?.unwrap_or_default())
}

/// The token's price, once one was posted.
pub fn quote(deps: Deps, config: &Config) -> StdResult<Option<Quote>> {
    raw::price().query(&deps.querier, &config.bme)
}

/// The token's price, for what needs a fresh one.
pub fn fresh_quote(deps: Deps, config: &Config, now: Seconds) -> Result<Quote, ContractError> {
    quote(deps, config)?
        .filter(|quote| quote.is_fresh(now, config.fresh))
        .ok_or(ContractError::PriceStale { fresh: config.fresh })
}

/// A deal's escrow.
pub fn escrow(deps: Deps, config: &Config, deal: DealId) -> StdResult<Option<Escrow>> {
    raw::escrow(deal).query(&deps.querier, &config.bme)
}

/// What a stake is worth: nothing in jail.
pub fn worth(config: &Config, stake: &Stake, quote: &Quote, now: Seconds) -> Usd {
    charge::bond_value(stake.backing(now), quote.low_24h, config.decimals)
}

/// What a node's stake is worth at the last price, fresh or not; nothing where there never was one.
pub fn bond(deps: Deps, config: &Config, node: NodeId, now: Seconds) -> StdResult<Usd> {
    let stake = stake(deps, config, node)?;
    Ok(quote(deps, config)?.map_or(Usd::ZERO, |quote| worth(config, &stake, &quote, now)))
}

/// A message to bme.
pub fn to_bme(config: &Config, msg: &Bme) -> StdResult<WasmMsg> {
    Ok(WasmMsg::Execute { contract_addr: config.bme.to_string(), msg: to_json_binary(msg)?, funds: Vec::new() })
}
