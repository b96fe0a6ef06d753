//! What may be wrong with a key. None of these holds a secret, or a part of one.

use std::path::PathBuf;

use thiserror::Error;

/// What is wrong with a key, a password or an address.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// Words that are no mnemonic.
    #[error("these are no mnemonic: {reason}")]
    Words {
        /// Which rule they break; a word is named by its place alone.
        reason: String,
    },
    /// A derivation path.
    #[error("`{path}` is no derivation path")]
    Path {
        /// What was given.
        path: String,
    },
    /// Bytes that are no key.
    #[error("the bytes are no secp256k1 key")]
    Bytes,
    /// An address of another chain, or none.
    #[error("`{text}` is no address of this chain: {reason}")]
    Address {
        /// What was given.
        text: String,
        /// Why it is none.
        reason: String,
    },
    /// A name that is no name of a key.
    #[error("`{name}` is no name of a key: 1 to 32 letters, digits, `-` and `_`")]
    Name {
        /// What was given.
        name: String,
    },
    /// No such key.
    #[error("there is no key {name} in {}", folder.display())]
    Missing {
        /// Which.
        name: String,
        /// Where.
        folder: PathBuf,
    },
    /// There is one already.
    #[error("there is a key {name} already in {}", folder.display())]
    Exists {
        /// Which.
        name: String,
        /// Where.
        folder: PathBuf,
    },
    /// A file that others can read.
    #[error("{} can be read by others (mode {mode:o}): it was not opened", path.display())]
    Readable {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A file that is not a keyfile.
    #[error("{} is no keyfile: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The file cannot be opened with this password.
    #[error("wrong password for {}, or the file was changed", path.display())]
    Password {
        /// Which.
        path: PathBuf,
    },
    /// There is nobody to ask for a password.
    #[error("a password is needed, and there is no terminal to ask at")]
    NoTerminal,
    /// An address without its key cannot sign.
    #[error("{name} is an address without its key: it cannot sign")]
    WatchOnly {
        /// Which.
        name: String,
    },
    /// A key of another kind.
    #[error("{} holds a key of the kind {found}, not {wanted}", path.display())]
    Kind {
        /// Which file.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
}

impl KeyError {
    /// The remedy, where there is one.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Words { .. } => "check the words and their order; there are 12, 15, 18, 21 or 24".to_owned(),
            Self::Path { .. } => "as in m/44'/118'/0'/0/0".to_owned(),
            Self::Missing { .. } => "hearth key list says which there are; hearth key new makes one".to_owned(),
            Self::Exists { .. } => "choose another name, or move that file away".to_owned(),
            Self::Readable { path, .. } => format!("chmod 600 {}", path.display()),
            Self::Password { .. } => "nothing but the words brings a key back whose password is lost".to_owned(),
            Self::NoTerminal => "give it by --password-file FILE, or - for the first line of stdin".to_owned(),
            Self::WatchOnly { .. } => "--dry-run needs no key; to sign, import the key".to_owned(),
            Self::Address { .. } => "an address is pasted whole, as `hearth key list` writes it".to_owned(),
            Self::Name { .. } | Self::Bytes | Self::File { .. } | Self::Kind { .. } => {
                return None;
            }
        })
    }
}
