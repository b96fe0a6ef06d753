//! How a worker introduces its node to the owner: a file `node-card.json`, made where the worker key is, and carried to
//! where the owner's key is. It holds no secret.
//!
//! ```json
//! {
//!   "owner": "wasm1…",
//!   "node": {
//!     "worker_key": "02…", "sealing_key": "…", "endpoint": "https://node.example",
//!     "attributes": [{ "name": "region", "value": { "words": ["eu"] } }], "engines": ["embedded/1"]
//!   },
//!   "possession": "…"
//! }
//! ```

use std::fs;
use std::path::Path;

use hearth_schema::bonds::NodeCard;
use hearth_schema::sign::{self, Signature};
use k256::ecdsa::VerifyingKey;
use k256::ecdsa::signature::hazmat::PrehashVerifier as _;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files;
use crate::key::Signer;

/// A node's card with the worker key's signature that it serves this owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The owner whom the worker key says that it serves.
    pub owner: String,
    /// What is registered.
    pub node: NodeCard,
    /// The worker key's signature over [`sign::possession`] of chain, bonds and owner.
    pub possession: Signature,
}

impl Card {
    /// Signs a card with the worker key.
    pub fn sign(worker: &dyn Signer, chain: &str, bonds: &str, owner: &str, node: NodeCard) -> Result<Self, Error> {
        let possession = worker.sign(&sign::possession(chain, bonds, owner))?;
        Ok(Self { owner: owner.to_owned(), node, possession })
    }

    /// Whether the worker key of the card signed it for this chain, these bonds and its owner.
    pub fn check(&self, chain: &str, bonds: &str) -> Result<(), Error> {
        let wrong = |problem: &str| {
            Error::usage_hint(format!("the card is not valid: {problem}"), "let the worker make it anew: hearthd init")
        };
        let key = VerifyingKey::from_sec1_bytes(&self.node.worker_key.0).map_err(|_| wrong("its key is none"))?;
        self.possession.check().map_err(|error| wrong(&error.to_string()))?;
        let digest = sign::possession(chain, bonds, &self.owner);
        let signature = k256::ecdsa::Signature::from_slice(&self.possession.0).map_err(|_| wrong("no signature"))?;
        key.verify_prehash(digest.as_slice(), &signature)
            .map_err(|_| wrong("it was signed for another chain, deployment or owner"))
    }

    /// Reads a card.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        serde_json::from_str(&text).map_err(|error| Error::file(path, format!("it is no node card: {error}")))
    }

    /// Writes it.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).map_err(|error| Error::file(path, error))?;
        files::write_public(path, &text)
    }
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
