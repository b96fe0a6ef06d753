//! A model's files, read within bounds.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::Error;

/// The index of the largest models has some hundred thousand tensors.
const MOST_INDEX_BYTES: u64 = 64 << 20;

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// A file's content, if it is not absurdly large.
pub fn read(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, Error> {
    let file = folder.join(name);
    let bytes = std::fs::metadata(&file).map_err(|error| Error::load(file.display(), error))?.len();
    if bytes > most {
        return Err(Error::load(file.display(), format!("it has {bytes} bytes, at most {most} make sense")));
    }
    std::fs::read(&file).map_err(|error| Error::load(file.display(), error))
}

/// The names of a model's weight files: one, or those of an index.
pub fn weights(folder: &Path) -> Result<Vec<String>, Error> {
    const SINGLE: &str = "model.safetensors";
    const INDEX: &str = "model.safetensors.index.json";
    if folder.join(SINGLE).exists() {
        return Ok(vec![SINGLE.into()]);
    }
    if !folder.join(INDEX).exists() {
        return Err(Error::load(folder.join(SINGLE).display(), "neither it nor its index is there"));
    }
    let problem = |problem: String| Error::load(folder.join(INDEX).display(), problem);
    let bytes = read(folder, INDEX, MOST_INDEX_BYTES)?;
    let index: Index = serde_json::from_slice(&bytes).map_err(|error| problem(error.to_string()))?;
    let mut names: Vec<String> = index.weight_map.into_values().collect();
    names.sort_unstable();
    names.dedup();
    let inside = |name: &&String| Path::new(name).file_name().is_none_or(|file| file != name.as_str());
    match names.iter().find(inside) {
        Some(name) => Err(problem(format!("{name} is not the name of a file beside it"))),
        None => Ok(names),
    }
}
