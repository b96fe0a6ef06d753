//! What names a model: SHA-256 over the files that decide its answers.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;

/// Files beside the weights that decide a model's answers, if they are there.
const DECISIVE: [&str; 6] = [
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
];

/// SHA-256 of `hearth/v1/model`, then for each decisive file in byte order of its name its name and SHA-256 of its
/// content; each of these fields after its length in four big-endian bytes.
pub(super) fn digest(folder: &Path, weights: &[String]) -> Result<[u8; 32], Error> {
    let mut names: Vec<&str> = weights.iter().map(String::as_str).collect();
    names.extend(DECISIVE.iter().filter(|name| folder.join(name).exists()));
    names.sort_unstable();
    names.dedup();
    let mut hash = Sha256::new();
    field(&mut hash, b"hearth/v1/model");
    for name in names {
        let content = content(&folder.join(name));
        let problem = |error: std::io::Error| Error::Load {
            file: folder.join(name).display().to_string(),
            problem: error.to_string(),
        };
        field(&mut hash, name.as_bytes());
        field(&mut hash, &content.map_err(problem)?);
    }
    Ok(hash.finalize().into())
}

fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    hash.update(bytes);
}

fn content(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer)?;
        match buffer.get(..count) {
            None | Some([]) => return Ok(hash.finalize().into()),
            Some(bytes) => hash.update(bytes),
        }
    }
}
