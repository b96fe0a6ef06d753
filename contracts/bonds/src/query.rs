//! What bonds answers.

use cosmwasm_std::{Addr, Deps, Env, Order, StdResult};
use cw_storage_plus::Bound;
use hearth_schema::bonds::{Config, Law, Node, NodeCard, Operator, Slash, StakeAnswer};
use hearth_schema::cw20::{Balance, QueryMsg as Cw20};
use hearth_schema::own::{self, Ownership};
use hearth_schema::unit::{NodeId, TokenAmount};

use crate::error::ContractError;
use crate::state::{
    CONFIG, FAULTS, NODES, OF_OWNER, OPERATORS, OWNERSHIP, PROFILES, STAKES, SUMS, UNBONDINGS, WORKERS, load_node,
};

/// What a list holds where nothing else is asked, and at most.
const LIMIT: u32 = 30;
const MOST: u32 = 100;

fn page(limit: Option<u32>) -> usize {
    usize::try_from(limit.unwrap_or(LIMIT).min(MOST)).unwrap_or_default()
}

/// How the contract was made.
pub fn config(deps: Deps) -> Result<Config, ContractError> {
    Ok(CONFIG.load(deps.storage)?)
}

/// Who owns it.
pub fn ownership(deps: Deps) -> Result<Ownership, ContractError> {
    Ok(OWNERSHIP.load(deps.storage)?)
}

/// An operator.
pub fn operator(deps: Deps, operator: &str) -> Result<Operator, ContractError> {
    let address = own::address(deps.api, "operator", operator)?;
    OPERATORS
        .may_load(deps.storage, &address)?
        .ok_or_else(|| ContractError::NotIntroduced { operator: operator.to_owned() })
}

/// The operators.
pub fn operators(deps: Deps, start_after: Option<String>, limit: Option<u32>) -> Result<Vec<Operator>, ContractError> {
    let after: Option<Addr> = start_after.map(|text| own::address(deps.api, "start_after", &text)).transpose()?;
    let start = after.as_ref().map(Bound::exclusive);
    let operators = OPERATORS.range(deps.storage, start, None, Order::Ascending);
    Ok(operators.take(page(limit)).map(|entry| entry.map(|(_, operator)| operator)).collect::<StdResult<_>>()?)
}

/// A node.
pub fn node(deps: Deps, node: NodeId) -> Result<Node, ContractError> {
    let keys = load_node(deps.storage, node)?;
    let profile = PROFILES.load(deps.storage, node.0)?;
    let card = NodeCard {
        worker_key: keys.worker_key,
        sealing_key: keys.sealing_key,
        endpoint: profile.endpoint,
        attributes: profile.attributes,
        engines: profile.engines,
    };
    Ok(Node { node, owner: keys.owner, worker: keys.worker, card })
}

/// The nodes.
pub fn nodes(
    deps: Deps,
    owner: Option<String>,
    start_after: Option<NodeId>,
    limit: Option<u32>,
) -> Result<Vec<Node>, ContractError> {
    let start = start_after.map(|node| Bound::exclusive(node.0));
    let ids: Vec<u64> = match owner {
        Some(owner) => {
            let owner = own::address(deps.api, "owner", &owner)?;
            let nodes = OF_OWNER.prefix(&owner).keys(deps.storage, start, None, Order::Ascending);
            nodes.take(page(limit)).collect::<StdResult<_>>()?
        }
        None => NODES.keys(deps.storage, start, None, Order::Ascending).take(page(limit)).collect::<StdResult<_>>()?,
    };
    ids.into_iter().map(|id| node(deps, NodeId(id))).collect()
}

/// The node of a worker.
pub fn worker(deps: Deps, worker: &str) -> Result<Option<NodeId>, ContractError> {
    let worker = own::address(deps.api, "worker", worker)?;
    Ok(WORKERS.may_load(deps.storage, &worker)?)
}

/// A node's stake.
pub fn stake(deps: Deps, node: NodeId) -> Result<StakeAnswer, ContractError> {
    load_node(deps.storage, node)?;
    let stake = STAKES.may_load(deps.storage, node.0)?.unwrap_or_default();
    Ok(StakeAnswer { stake, unbondings: UNBONDINGS.may_load(deps.storage, node.0)?.unwrap_or_default() })
}

/// What was taken for a fault.
pub fn fault(deps: Deps, fault: &str) -> Result<Option<Slash>, ContractError> {
    Ok(FAULTS.may_load(deps.storage, fault)?)
}

/// The law of the contract's money, term by term.
pub fn law(deps: Deps, env: &Env) -> Result<Law, ContractError> {
    let token = CONFIG.load(deps.storage)?.token;
    let address = env.contract.address.to_string();
    let balance: Balance = deps.querier.query_wasm_smart(token, &Cw20::Balance { address })?;
    let balance = TokenAmount::new(balance.balance.u128());
    let sums = SUMS.may_load(deps.storage)?.unwrap_or_default();
    let surplus = balance.minus(sums.active)?.minus(sums.unbonding)?;
    let (active, unbonding, burned, paid) = (sums.active, sums.unbonding, sums.burned, sums.paid);
    Ok(Law { active, unbonding, burned, paid, balance, surplus })
}
