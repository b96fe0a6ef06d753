//! The Wasm that is uploaded, and its checksums.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cosmwasm_std::Binary;
use hearth_schema::deploy::Part;
use hearth_schema::digest::Digest;

use crate::error::Error;

/// The folder of `*.wasm`, each with the checksum that `checksums.txt` says.
#[derive(Clone, Debug)]
pub struct Artifacts {
    folder: PathBuf,
    checksums: BTreeMap<Part, Digest>,
}

impl Artifacts {
    /// Reads the folder; a file that is not what its checksum says is refused.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let list = folder.join("checksums.txt");
        let said = fs::read_to_string(&list).map_err(|error| Error::file(&list, error))?;
        let mut checksums = BTreeMap::new();
        for part in Part::ALL {
            let path = wasm(folder, part);
            let bytes = fs::read(&path).map_err(|error| Error::file(&path, error))?;
            let checksum = Digest::generate(&bytes);
            let line =
                said.lines().find(|line| line.split_whitespace().nth(1) == Some(&format!("{}.wasm", part.name())));
            if line.and_then(|line| line.split_whitespace().next()) != Some(checksum.to_hex().as_str()) {
                return Err(Error::file(path, "its checksum is not the one in checksums.txt: it was changed"));
            }
            checksums.insert(part, checksum);
        }
        Ok(Self { folder: folder.to_owned(), checksums })
    }

    /// The checksum of a part's Wasm.
    pub fn checksum(&self, part: Part) -> Digest {
        self.checksums.get(&part).copied().unwrap_or_else(hearth_schema::digest::zero)
    }

    /// A part's Wasm.
    pub fn wasm(&self, part: Part) -> Result<Binary, Error> {
        let path = wasm(&self.folder, part);
        fs::read(&path).map(Binary::from).map_err(|error| Error::file(path, error))
    }
}

fn wasm(folder: &Path, part: Part) -> PathBuf {
    folder.join(format!("{}.wasm", part.name()))
}
