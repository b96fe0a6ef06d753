//! `UpdateNode`: a node's owner changes what is given.

use cosmwasm_std::{DepsMut, Env, HexBinary, MessageInfo, Response};
use hearth_schema::bonds::{Attribute, NodeCard, NodeUpdated};
use hearth_schema::event::Typed;
use hearth_schema::raw::NodeKeys;
use hearth_schema::sign::{BadSignature, PublicKey, Signature};
use hearth_schema::unit::NodeId;

use crate::card;
use crate::error::ContractError;
use crate::execute::add_node::{address_of, free_worker, possessed};
use crate::state::{NODES, PROFILES, Profile, WORKERS, load_own};

/// What changes; the rest stays.
#[derive(Default, PartialEq)]
pub struct Update {
    /// A new worker key.
    pub worker_key: Option<PublicKey>,
    /// Its signature that it serves this owner.
    pub possession: Option<Signature>,
    /// A new sealing key.
    pub sealing_key: Option<HexBinary>,
    /// A new door.
    pub endpoint: Option<String>,
    /// New attributes, all of them.
    pub attributes: Option<Vec<Attribute>>,
    /// New engines, all of them.
    pub engines: Option<Vec<String>>,
}

/// Changes a node. A new worker key acts at once; the old one does nothing any more.
pub fn update_node(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    node: NodeId,
    update: Update,
) -> Result<Response, ContractError> {
    let keys = load_own(deps.storage, node, &info.sender)?;
    if update == Update::default() {
        return Err(ContractError::NothingChanged);
    }
    let profile = PROFILES.load(deps.storage, node.0)?;
    let card = NodeCard {
        worker_key: update.worker_key.unwrap_or(keys.worker_key),
        sealing_key: update.sealing_key.unwrap_or(keys.sealing_key),
        endpoint: update.endpoint.unwrap_or(profile.endpoint),
        attributes: update.attributes.unwrap_or(profile.attributes),
        engines: update.engines.unwrap_or(profile.engines),
    };
    card::check(&card)?;
    let worker = address_of(deps.api, &card.worker_key)?;
    if worker != keys.worker {
        let signature = update.possession.ok_or(ContractError::Possession { reason: BadSignature::Length })?;
        possessed(deps.api, &env, &info.sender, &card.worker_key, &signature)?;
        free_worker(deps.storage, &worker, &keys.owner)?;
    }

    WORKERS.remove(deps.storage, &keys.worker);
    WORKERS.save(deps.storage, &worker, &node)?;
    let NodeCard { worker_key, sealing_key, endpoint, attributes, engines } = card;
    let keys = NodeKeys { owner: keys.owner, worker: worker.clone(), worker_key, sealing_key };
    NODES.save(deps.storage, node.0, &keys)?;
    PROFILES.save(deps.storage, node.0, &Profile { endpoint, attributes, engines })?;

    Ok(Response::new().add_event(NodeUpdated { node, worker }.event()))
}
