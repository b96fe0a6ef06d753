//! How a model reads and speaks, fetched from whoever has its files, checked against its digest, and kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hearth_schema::digest::Digest;
use hearth_speech::{Error, Files, Tongue};

use super::Door;
use super::fault::Fault;
use crate::files;

/// The list of files, beside them.
const LIST: &str = "files.json";

/// A folder of small files, one folder a model, by its digest. What is in it is checked like what comes from a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    folder: PathBuf,
}

impl Library {
    /// The library in this folder, which need not be there.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The tongue of the model of this digest, if it is kept here whole.
    pub fn find(&self, model: &Digest) -> Option<Tongue> {
        let folder = self.folder.join(model.to_string());
        let list: Files = serde_json::from_slice(&fs::read(folder.join(LIST)).ok()?).ok()?;
        named(model, &list).ok()?;
        Tongue::parse(&list, |name| fs::read(folder.join(name)).ok()).ok()
    }

    /// The tongue of the model of this digest: from here, else through a node's door, where it has this name.
    pub async fn fetch(&self, door: &Door, name: &str, model: &Digest) -> Result<Tongue, Fault> {
        if let Some(tongue) = self.find(model) {
            return Ok(tongue);
        }
        let list = door.files(name).await?;
        named(model, &list).map_err(Fault::Files)?;
        let mut contents = BTreeMap::new();
        for file in Tongue::FILES.into_iter().filter(|file| list.has(file)) {
            contents.insert(file, door.file(name, file).await?);
        }
        let tongue = Tongue::parse(&list, |file| contents.get(file).cloned()).map_err(Fault::Files)?;
        self.keep(model, &list, &contents)?;
        Ok(tongue)
    }

    fn keep(&self, model: &Digest, list: &Files, contents: &BTreeMap<&str, Vec<u8>>) -> Result<(), Fault> {
        let folder = self.folder.join(model.to_string());
        let write = |path: &Path, content: &[u8]| {
            files::write_public(path, content).map_err(|error| Fault::Cache(error.to_string()))
        };
        for (name, content) in contents {
            write(&folder.join(name), content)?;
        }
        let list = serde_json::to_vec(list).map_err(|error| Fault::Cache(error.to_string()))?;
        write(&folder.join(LIST), &list)
    }
}

/// Refuses a list of files that is not the model's.
fn named(model: &Digest, list: &Files) -> Result<(), Error> {
    if Digest::from(list.digest()) == *model {
        return Ok(());
    }
    let problem = format!("the list is not that of model {model}: ask another node");
    Err(Error::Load { file: LIST.into(), problem })
}
