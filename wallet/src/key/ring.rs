//! A folder of keys by name: encrypted keyfiles, and addresses without a key.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_schema::sign::PublicKey;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files;
use crate::key::file::{self, Keyfile, Password};
use crate::key::{KeyError, SecretKey, address};

/// A folder of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    folder: PathBuf,
}

/// What stands behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A key in a keyfile.
    Key(Keyfile),
    /// An address without a key.
    Watched(String),
}

/// An address without a key, as it stands on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Watched {
    hearth_watch: u32,
    address: String,
}

impl Entry {
    /// Its address on the chains whose addresses begin so.
    pub fn address(&self, prefix: &str) -> Result<String, KeyError> {
        match self {
            Self::Key(file) => {
                let bytes = hex::decode(&file.public_key).map_err(|_| KeyError::Bytes)?;
                let key = PublicKey(bytes.into());
                key.check().map_err(|_| KeyError::Bytes)?;
                address::of(&key, prefix)
            }
            Self::Watched(text) => address::read(text, prefix).map(|_| text.clone()),
        }
    }
}

impl Ring {
    /// The ring in this folder, which need not be there.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The names in it, in their order.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let failed = |error| Error::file(&self.folder, error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if path.extension().is_some_and(|of| of == "json") && fits(stem) {
                names.push(stem.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// What stands behind a name.
    pub fn entry(&self, name: &str) -> Result<Entry, KeyError> {
        let path = self.path(name)?;
        if !path.exists() {
            return Err(KeyError::Missing { name: name.to_owned(), folder: self.folder.clone() });
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        match serde_json::from_str::<Watched>(&text) {
            Ok(watched) => Ok(Entry::Watched(watched.address)),
            Err(_) => Keyfile::read(&path).map(Entry::Key),
        }
    }

    /// Opens a key.
    pub fn open(&self, name: &str, password: &Password) -> Result<SecretKey, KeyError> {
        match self.entry(name)? {
            Entry::Key(_) => file::open(&self.path(name)?, password),
            Entry::Watched(_) => Err(KeyError::WatchOnly { name: name.to_owned() }),
        }
    }

    /// Keeps a key under a new name; where its file stands.
    pub fn keep(&self, name: &str, file: &Keyfile) -> Result<PathBuf, Error> {
        let path = self.free(name)?;
        file.write(&path)?;
        Ok(path)
    }

    /// Keeps an address without a key under a new name.
    pub fn watch(&self, name: &str, address: &str) -> Result<PathBuf, Error> {
        let path = self.free(name)?;
        let watched = Watched { hearth_watch: 1, address: address.to_owned() };
        let text = serde_json::to_vec_pretty(&watched).map_err(|error| Error::file(&path, error))?;
        files::write_private(&path, &text)?;
        Ok(path)
    }

    /// Where a key's file stands.
    pub fn path(&self, name: &str) -> Result<PathBuf, KeyError> {
        if fits(name) {
            Ok(self.folder.join(format!("{name}.json")))
        } else {
            Err(KeyError::Name { name: name.to_owned() })
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn free(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.path(name)?;
        files::private_folder(&self.folder)?;
        if path.exists() {
            return Err(KeyError::Exists { name: name.to_owned(), folder: self.folder.clone() }.into());
        }
        Ok(path)
    }
}

fn fits(name: &str) -> bool {
    let plain = |of: char| of.is_ascii_alphanumeric() || matches!(of, '-' | '_');
    (1..=32).contains(&name.len()) && name.chars().all(plain)
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
