//! What names a model: SHA-256 over the files that decide its answers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{Error, file};

/// Files beside the weights that decide a model's answers, if they are there.
const DECISIVE: [&str; 6] = [
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
];

/// The decisive files of a model, by name, and SHA-256 of each content; in JSON, an object of names and hex digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, [u8; 32]>);

impl Files {
    /// Reads the files of the model in a folder, weights and all.
    pub fn of_folder(folder: &Path) -> Result<Self, Error> {
        let mut names = file::weights(folder)?;
        names.extend(DECISIVE.iter().filter(|name| folder.join(name).exists()).map(ToString::to_string));
        let digest = |name: String| {
            let path = folder.join(&name);
            let digest = content(&path).map_err(|error| Error::load(path.display(), error))?;
            Ok((name, digest))
        };
        names.into_iter().map(digest).collect::<Result<_, _>>().map(Self)
    }

    /// The digest that names the model: SHA-256 of `hearth/v1/model`, then for each file in byte order of its name its
    /// name and SHA-256 of its content; each of these fields after its length in four big-endian bytes.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        field(&mut hash, b"hearth/v1/model");
        for (name, content) in &self.0 {
            field(&mut hash, name.as_bytes());
            field(&mut hash, content);
        }
        hash.finalize().into()
    }

    /// Whether the model has a file of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Refuses a content that is not the one of this file.
    pub fn check(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        match self.0.get(name) {
            None => Err(Error::load(name, "the model has no such file")),
            Some(digest) if *digest == of(content) => Ok(()),
            Some(_) => Err(Error::load(name, "it is not the model's: its SHA-256 is another; get it elsewhere")),
        }
    }
}

impl FromIterator<(String, [u8; 32])> for Files {
    fn from_iter<I: IntoIterator<Item = (String, [u8; 32])>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

impl Serialize for Files {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, digest)| (name, hex::encode(digest))))
    }
}

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let files = BTreeMap::<String, String>::deserialize(deserializer)?;
        let digest = |(name, digits): (String, String)| {
            let mut digest = [0; 32];
            let problem = |error| serde::de::Error::custom(format!("the SHA-256 of {name}: {error}"));
            hex::decode_to_slice(&digits, &mut digest).map_err(problem)?;
            Ok((name, digest))
        };
        files.into_iter().map(digest).collect::<Result<_, _>>().map(Self)
    }
}

/// SHA-256 of a file's content.
#[must_use]
pub fn of(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
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
