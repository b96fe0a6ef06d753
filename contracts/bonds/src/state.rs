//! What bonds stores.

use cosmwasm_std::{Addr, Empty, StdResult, Storage, WasmMsg, to_json_binary};
use cw_storage_plus::{Item, Map};
use hearth_schema::bonds::{Attribute, Config, Operator, Slash, Unbonding};
use hearth_schema::cw20::ExecuteMsg as Cw20;
use hearth_schema::own::{Ownership, Refusal};
use hearth_schema::raw::{self, NodeKeys, Stake};
use hearth_schema::unit::{NodeId, TokenAmount};
use serde::{Deserialize, Serialize};

use crate::error::ContractError;
use crate::stake::Holding;

/// How the contract was made.
pub const CONFIG: Item<Config> = Item::new("config");
/// Who owns it, and whether it is paused.
pub const OWNERSHIP: Item<Ownership> = Item::new("ownership");

/// Address → the operator behind it.
pub const OPERATORS: Map<&Addr, Operator> = Map::new("operators");
/// Node → who may act for it. Read raw.
pub const NODES: Map<u64, NodeKeys> = Map::new(raw::NODE);
/// Node → what it says of itself besides its keys.
pub const PROFILES: Map<u64, Profile> = Map::new("profiles");
/// Worker's address → its node. Read raw.
pub const WORKERS: Map<&Addr, NodeId> = Map::new(raw::WORKER);
/// (owner, node): an owner's nodes.
pub const OF_OWNER: Map<(&Addr, u64), Empty> = Map::new("of_owner");
/// The last node.
pub const LAST_NODE: Item<u64> = Item::new("last_node");

/// Node → its stake. Read raw.
pub const STAKES: Map<u64, Stake> = Map::new(raw::STAKE);
/// Node → what of its stake is on its way out.
pub const UNBONDINGS: Map<u64, Vec<Unbonding>> = Map::new("unbondings");
/// Fault → what was taken for it.
pub const FAULTS: Map<&str, Slash> = Map::new("faults");
/// The sums over all stakes.
pub const SUMS: Item<Sums> = Item::new("sums");

/// What a node says of itself besides its keys.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Profile {
    /// The gateway's URL.
    pub endpoint: String,
    /// What the wallet filters by.
    pub attributes: Vec<Attribute>,
    /// The engine versions that it runs.
    pub engines: Vec<String>,
}

/// The sums over all stakes.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// In active stakes.
    pub active: TokenAmount,
    /// On its way out.
    pub unbonding: TokenAmount,
    /// Burned by slashes since the beginning.
    pub burned: TokenAmount,
    /// Paid to the harmed and to reporters since the beginning.
    pub paid: TokenAmount,
}

/// A node's keys, or that there is no such node.
pub fn load_node(storage: &dyn Storage, node: NodeId) -> Result<NodeKeys, ContractError> {
    NODES.may_load(storage, node.0)?.ok_or(ContractError::UnknownNode { node })
}

/// A node's keys, for its owner alone.
pub fn load_own(storage: &dyn Storage, node: NodeId, sender: &Addr) -> Result<NodeKeys, ContractError> {
    let keys = load_node(storage, node)?;
    if keys.owner == sender { Ok(keys) } else { Err(Refusal::NotAllowed { who: "the node's owner" }.into()) }
}

/// What a node has staked.
pub fn load_holding(storage: &dyn Storage, node: NodeId) -> StdResult<Holding> {
    let active = STAKES.may_load(storage, node.0)?.unwrap_or_default().active;
    Ok(Holding { active, parts: UNBONDINGS.may_load(storage, node.0)?.unwrap_or_default() })
}

/// Stores what a node has staked, and moves the sums with it.
pub fn save_holding(storage: &mut dyn Storage, node: NodeId, holding: &Holding) -> Result<Stake, ContractError> {
    let before = STAKES.may_load(storage, node.0)?.unwrap_or_default();
    let stake = Stake { active: holding.active, unbonding: holding.unbonding()?, ..before };
    let mut sums = SUMS.may_load(storage)?.unwrap_or_default();
    sums.active = sums.active.minus(before.active)?.plus(stake.active)?;
    sums.unbonding = sums.unbonding.minus(before.unbonding)?.plus(stake.unbonding)?;
    SUMS.save(storage, &sums)?;
    STAKES.save(storage, node.0, &stake)?;
    if holding.parts.is_empty() {
        UNBONDINGS.remove(storage, node.0);
    } else {
        UNBONDINGS.save(storage, node.0, &holding.parts)?;
    }
    Ok(stake)
}

/// A message to the cw20.
pub fn to_token(config: &Config, msg: &Cw20) -> StdResult<WasmMsg> {
    Ok(WasmMsg::Execute { contract_addr: config.token.to_string(), msg: to_json_binary(msg)?, funds: Vec::new() })
}
