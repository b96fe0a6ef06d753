//! What was signed and is not settled: a file each, written before it is sent, gone when its outcome is known.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files;
use crate::tx::{Outcome, Signed};

/// The folder of what is not settled.
#[derive(Clone, Debug)]
pub struct Pending(PathBuf);

/// A signed transaction, and what it was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What a person was told that it does.
    pub moves: Vec<String>,
    /// Its bytes and what belongs to them.
    pub signed: Signed,
}

impl Pending {
    /// The folder within a home.
    pub fn of(home: &Path) -> Self {
        Self(home.join("pending"))
    }

    /// Writes down what was signed. It is on the disk when this returns.
    pub fn keep(&self, entry: &Entry) -> Result<(), Error> {
        files::private_folder(&self.0)?;
        let path = self.path(&entry.signed.hash);
        let text = serde_json::to_vec_pretty(entry).map_err(|error| Error::file(&path, error))?;
        files::write_private(&path, &text)
    }

    /// Everything that is not settled, the oldest sequence first.
    pub fn all(&self) -> Result<Vec<Entry>, Error> {
        if !self.0.exists() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for file in fs::read_dir(&self.0).map_err(|error| Error::file(&self.0, error))? {
            let path = file.map_err(|error| Error::file(&self.0, error))?.path();
            if path.extension().is_some_and(|of| of == "json") {
                all.push(read(&path)?);
            }
        }
        all.sort_by_key(|entry: &Entry| (entry.signed.signer.clone(), entry.signed.sequence));
        Ok(all)
    }

    /// What was signed under this hash.
    pub fn get(&self, hash: &str) -> Result<Option<Entry>, Error> {
        let path = self.path(&hash.to_uppercase());
        let plain = hash.chars().all(|of| of.is_ascii_hexdigit());
        if plain && path.exists() { read(&path).map(Some) } else { Ok(None) }
    }

    /// Strikes what is settled; what is unknown stays.
    pub fn settle(&self, signed: &Signed, outcome: &Outcome) -> Result<(), Error> {
        if matches!(outcome, Outcome::Unknown) { Ok(()) } else { self.strike(&signed.hash) }
    }

    /// Strikes one.
    pub fn strike(&self, hash: &str) -> Result<(), Error> {
        let path = self.path(hash);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path, error)),
            _ => Ok(()),
        }
    }

    fn path(&self, hash: &str) -> PathBuf {
        self.0.join(format!("{hash}.json"))
    }
}

fn read(path: &Path) -> Result<Entry, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    serde_json::from_str(&text).map_err(|error| Error::file(path, format!("it is no pending transaction: {error}")))
}

#[cfg(test)]
#[path = "pending_tests.rs"]
mod tests;
