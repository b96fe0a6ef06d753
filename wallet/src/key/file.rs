//! Encrypted keyfiles: scrypt makes a key of the password, XChaCha20-Poly1305 seals the secret under it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::files;
use crate::key::{KeyError, SecretKey, Signer as _};
use crate::random;

/// What a password is read into.
pub type Password = Zeroizing<String>;

/// What a keyfile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A key that signs.
    Secp256k1,
    /// A key to which requests are sealed.
    X25519,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Secp256k1 => "secp256k1",
            Self::X25519 => "x25519",
        }
    }
}

/// What deriving a key from a password costs: 2^log_n · r · 128 bytes of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Rounds, as a power of two.
    pub log_n: u8,
    /// Block size.
    pub r: u32,
    /// Lanes.
    pub p: u32,
}

impl Cost {
    /// 32 MiB and about a tenth of a second.
    pub const USUAL: Self = Self { log_n: 15, r: 8, p: 1 };
    /// For tests, where the password guards nothing.
    pub const LOW: Self = Self { log_n: 4, r: 8, p: 1 };
}

/// A keyfile as it stands on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyfile {
    /// The format: 1.
    pub hearth_key: u32,
    /// What it holds.
    pub kind: Kind,
    /// The public key, in hex.
    pub public_key: String,
    /// What the password's key costs.
    pub scrypt: Cost,
    /// 16 random bytes, in base64.
    pub salt: String,
    /// 24 random bytes, in base64.
    pub nonce: String,
    /// The secret of 32 bytes, sealed, in base64.
    pub sealed: String,
}

impl Keyfile {
    /// Seals a key that signs.
    pub fn seal(key: &SecretKey, password: &Password, cost: Cost) -> Result<Self, Error> {
        Self::seal_bytes(Kind::Secp256k1, key.public_key().0.as_slice(), &key.to_bytes(), password, cost)
    }

    /// Seals 32 secret bytes of any kind.
    pub fn seal_bytes(
        kind: Kind,
        public: &[u8],
        secret: &[u8; 32],
        password: &Password,
        cost: Cost,
    ) -> Result<Self, Error> {
        let (salt, nonce) = (random::bytes::<16>()?, random::bytes::<24>()?);
        let mut file = Self {
            hearth_key: 1,
            kind,
            public_key: hex::encode(public),
            scrypt: cost,
            salt: BASE64.encode(salt),
            nonce: BASE64.encode(nonce),
            sealed: String::new(),
        };
        let cipher = cipher(password, &salt, cost).ok_or(KeyError::Bytes)?;
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: file.bound().as_bytes() });
        file.sealed = BASE64.encode(sealed.map_err(|_| KeyError::Bytes)?);
        Ok(file)
    }

    /// The secret bytes; nothing where the password is wrong or the file was changed.
    fn open_bytes(&self, password: &Password) -> Option<Zeroizing<[u8; 32]>> {
        let salt = BASE64.decode(&self.salt).ok()?;
        let nonce: [u8; 24] = BASE64.decode(&self.nonce).ok()?.try_into().ok()?;
        let sealed = BASE64.decode(&self.sealed).ok()?;
        let bound = self.bound();
        let payload = Payload { msg: &sealed, aad: bound.as_bytes() };
        let plain = cipher(password, &salt, self.scrypt)?.decrypt(&XNonce::from(nonce), payload).ok()?;
        Zeroizing::new(plain).as_slice().try_into().ok().map(Zeroizing::new)
    }

    /// What the seal is bound to besides the secret.
    fn bound(&self) -> String {
        format!("hearth-key/{}/{}/{}", self.hearth_key, self.kind.name(), self.public_key)
    }

    /// Reads a keyfile; one that others can read is not opened.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let wrong = |reason: String| KeyError::File { path: path.to_owned(), reason };
        let mode = fs::metadata(path).map_err(|error| wrong(error.to_string()))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Readable { path: path.to_owned(), mode });
        }
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let file: Self = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if file.hearth_key != 1 {
            return Err(wrong(format!("its format is {}, and this version reads 1", file.hearth_key)));
        }
        let Cost { log_n, r, p } = file.scrypt;
        if log_n > 20 || r > 32 || p > 16 {
            return Err(wrong("opening it would take more than 4 GiB of memory".to_owned()));
        }
        Ok(file)
    }

    /// Writes it where nothing stands, for its owner alone.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        if path.exists() {
            return Err(Error::file(path, "there is a file already; it is not overwritten"));
        }
        let text = serde_json::to_vec_pretty(self).map_err(|error| Error::file(path, error))?;
        files::write_private(path, &text)
    }
}

/// Opens a file that holds a key that signs.
pub fn open(path: &Path, password: &Password) -> Result<SecretKey, KeyError> {
    let bytes = open_bytes(path, Kind::Secp256k1, password)?;
    SecretKey::from_bytes(bytes.as_slice())
}

/// Opens a file that holds 32 secret bytes of this kind.
pub fn open_bytes(path: &Path, kind: Kind, password: &Password) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let file = Keyfile::read(path)?;
    if file.kind != kind {
        let found = file.kind.name().to_owned();
        return Err(KeyError::Kind { path: path.to_owned(), found, wanted: kind.name() });
    }
    file.open_bytes(password).ok_or_else(|| KeyError::Password { path: path.to_owned() })
}

fn cipher(password: &Password, salt: &[u8], cost: Cost) -> Option<XChaCha20Poly1305> {
    let params = scrypt::Params::new(cost.log_n, cost.r, cost.p, 32).ok()?;
    let mut key = Zeroizing::new([0u8; 32]);
    scrypt::scrypt(password.as_bytes(), salt, &params, key.as_mut_slice()).ok()?;
    XChaCha20Poly1305::new_from_slice(key.as_slice()).ok()
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
