//! `AddNode`: an operator adds a node, and owns it.

use cosmwasm_std::{Addr, Api, CanonicalAddr, DepsMut, Empty, Env, MessageInfo, Response, StdResult, Storage};
use hearth_schema::bonds::{NodeAdded, NodeCard};
use hearth_schema::digest::Digest;
use hearth_schema::event::Typed;
use hearth_schema::raw::NodeKeys;
use hearth_schema::sign::{PublicKey, Signature, possession};
use hearth_schema::unit::NodeId;
use ripemd::{Digest as _, Ripemd160};

use crate::card;
use crate::error::ContractError;
use crate::state::{LAST_NODE, NODES, OF_OWNER, OPERATORS, PROFILES, Profile, WORKERS};

/// Adds a node.
pub fn add_node(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    card: NodeCard,
    possession: &Signature,
) -> Result<Response, ContractError> {
    if !OPERATORS.has(deps.storage, &info.sender) {
        return Err(ContractError::NotIntroduced { operator: info.sender.into_string() });
    }
    card::check(&card)?;
    possessed(deps.api, &env, &info.sender, &card.worker_key, possession)?;
    let worker = address_of(deps.api, &card.worker_key)?;
    free_worker(deps.storage, &worker, &info.sender)?;
    let node = NodeId(LAST_NODE.may_load(deps.storage)?.unwrap_or_default()).next()?;

    LAST_NODE.save(deps.storage, &node.0)?;
    let NodeCard { worker_key, sealing_key, endpoint, attributes, engines } = card;
    let keys = NodeKeys { owner: info.sender.clone(), worker: worker.clone(), worker_key, sealing_key };
    NODES.save(deps.storage, node.0, &keys)?;
    PROFILES.save(deps.storage, node.0, &Profile { endpoint, attributes, engines })?;
    WORKERS.save(deps.storage, &worker, &node)?;
    OF_OWNER.save(deps.storage, (&info.sender, node.0), &Empty {})?;

    Ok(Response::new().add_event(NodeAdded { node, owner: info.sender, worker }.event()))
}

/// Refuses a worker key that has not signed that it serves this owner.
pub fn possessed(
    api: &dyn Api,
    env: &Env,
    owner: &Addr,
    key: &PublicKey,
    signature: &Signature,
) -> Result<(), ContractError> {
    let digest = possession(&env.block.chain_id, env.contract.address.as_str(), owner.as_str());
    key.verify(api, &digest, signature).map_err(|reason| ContractError::Possession { reason })
}

/// The address that signs with this key on this chain: RIPEMD-160 of its SHA-256.
pub fn address_of(api: &dyn Api, key: &PublicKey) -> StdResult<Addr> {
    let hash: [u8; 20] = Ripemd160::digest(Digest::generate(&key.0).as_slice()).into();
    api.addr_humanize(&CanonicalAddr::from(hash))
}

/// Refuses a worker that serves a node, and the owner itself: a worker's key lies on a machine that serves strangers, and
/// moves no stake.
pub fn free_worker(storage: &dyn Storage, worker: &Addr, owner: &Addr) -> Result<(), ContractError> {
    if worker == owner {
        return Err(ContractError::Key { field: "worker_key", bounds: "another key than the owner's" });
    }
    match WORKERS.may_load(storage, worker)? {
        Some(node) => Err(ContractError::WorkerTaken { node }),
        None => Ok(()),
    }
}
