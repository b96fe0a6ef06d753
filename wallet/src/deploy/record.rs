//! What came of a deployment: `artifacts/deployments/<chain-id>.toml`.

use std::fs;
use std::path::Path;

use hearth_schema::deploy::{Addresses, Part};
use hearth_schema::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::chain::Client;
use crate::deploy::file::one_line;
use crate::error::Error;
use crate::files;
use crate::suite::Suite;

/// A deployment on one chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The chain.
    pub chain_id: String,
    /// Who made the contracts.
    pub creator: String,
    /// What distinguishes this suite from others of the same creator.
    pub salt: String,
    /// The contracts' addresses.
    pub addresses: Addresses,
    /// The contracts' codes, in the order of their making.
    pub codes: Vec<CodeRecord>,
    /// The models, by number.
    #[serde(default)]
    pub models: Vec<ModelRecord>,
    /// The classes, by number.
    #[serde(default)]
    pub classes: Vec<ClassRecord>,
}

/// A code on the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRecord {
    /// Whose code it is.
    pub part: Part,
    /// Its number on the chain.
    pub code_id: u64,
    /// SHA-256 of its Wasm.
    pub checksum: Digest,
}

/// A model on the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelRecord {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
}

/// A class on the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRecord {
    /// Its number.
    pub id: u64,
    /// What is sold in it.
    pub product: String,
}

impl Record {
    /// The deployment's contracts, for those who talk to them.
    pub fn suite(&self, client: Client) -> Result<Suite, Error> {
        let ours = &client.chain().id;
        if *ours != self.chain_id {
            let problem = format!("the deployment is on {}, and the profile's chain is {ours}", self.chain_id);
            return Err(Error::usage_hint(problem, "name the deployment of this chain by --deployment FILE"));
        }
        Ok(Suite::new(client, self.addresses.clone()))
    }

    /// Reads a record.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        let broken = |error: toml::de::Error| format!("it is no deployment: {}", one_line(&error.to_string()));
        toml::from_str(&text).map_err(|error| Error::file(path, broken(error)))
    }

    /// Writes it: all of it, or nothing.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = toml::to_string_pretty(self).map_err(|error| Error::file(path, error))?;
        files::write_public(path, text.as_bytes())
    }
}
