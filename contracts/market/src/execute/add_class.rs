//! `AddClass`: the curator opens the book of a product.

use cosmwasm_std::{DepsMut, MessageInfo, Response, to_json_vec};
use hearth_schema::digest::{self, Digest};
use hearth_schema::event::Typed;
use hearth_schema::market::{Class, ClassAdded, Product};
use hearth_schema::own;
use hearth_schema::unit::ClassId;

use crate::error::ContractError;
use crate::execute::add_model::curator_only;
use crate::state::{CLASS_OF, CLASSES, LAST_CLASS, MODELS, load_config, next};

/// Opens a class, one a product; it never changes.
pub fn add_class(deps: DepsMut, info: MessageInfo, product: Product) -> Result<Response, ContractError> {
    curator_only(&load_config(deps.storage)?, &info)?;
    let (model, digest) = match &product {
        Product::Inference { model, sampler, weights, .. } => {
            own::length("sampler", sampler.len(), 1, 64)?;
            if !weights.sound() {
                let bounds = "at most 1000000 each, cached at most input";
                return Err(ContractError::Product { field: "weights", bounds });
            }
            let known = MODELS.may_load(deps.storage, model.0)?.ok_or(ContractError::UnknownModel { model: *model })?;
            (Some(*model), known.digest)
        }
        Product::Time { gpu, vram_gib, count, .. } => {
            own::length("gpu", gpu.len(), 1, 64)?;
            if *vram_gib == 0 || *count == 0 {
                return Err(ContractError::Product { field: "vram_gib and count", bounds: "above 0" });
            }
            (None, digest::zero())
        }
    };
    let name = Digest::generate(&to_json_vec(&product)?);
    if let Some(class) = CLASS_OF.may_load(deps.storage, name.as_slice())? {
        return Err(ContractError::ClassExists { class: ClassId(class) });
    }

    let id = ClassId(next(deps.storage, &LAST_CLASS)?);
    CLASS_OF.save(deps.storage, name.as_slice(), &id.0)?;
    CLASSES.save(deps.storage, id.0, &Class { product, model: digest })?;

    Ok(Response::new().add_event(ClassAdded { class: id, model }.event()))
}
