//! `AddModel`: the curator publishes a model.

use cosmwasm_std::{DepsMut, MessageInfo, Response};
use hearth_schema::digest::Digest;
use hearth_schema::event::Typed;
use hearth_schema::market::{Config, Model, ModelAdded};
use hearth_schema::own::{self, Refusal};
use hearth_schema::unit::ModelId;

use crate::error::ContractError;
use crate::state::{LAST_MODEL, MODEL_OF, MODELS, load_config, next};

/// Publishes a model; no other one has its digest.
pub fn add_model(
    deps: DepsMut,
    info: MessageInfo,
    name: String,
    digest: Digest,
    source: String,
) -> Result<Response, ContractError> {
    curator_only(&load_config(deps.storage)?, &info)?;
    own::length("name", name.len(), 1, 128)?;
    own::length("source", source.len(), 0, 256)?;
    if let Some(model) = MODEL_OF.may_load(deps.storage, digest.as_slice())? {
        return Err(ContractError::ModelExists { model: ModelId(model) });
    }

    let id = next(deps.storage, &LAST_MODEL)?;
    MODEL_OF.save(deps.storage, digest.as_slice(), &id)?;
    MODELS.save(deps.storage, id, &Model { model: ModelId(id), name, digest, source })?;

    Ok(Response::new().add_event(ModelAdded { model: ModelId(id), digest }.event()))
}

/// Refuses all but the curator.
pub fn curator_only(config: &Config, info: &MessageInfo) -> Result<(), Refusal> {
    if config.curator == info.sender { Ok(()) } else { Err(Refusal::NotAllowed { who: "the curator" }) }
}
