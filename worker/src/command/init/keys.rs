//! The worker key, the sealing key, and the password of both: files that nobody else reads.

use std::fs;
use std::path::Path;

use hearth_wallet::key::SecretKey;
use hearth_wallet::key::file::{self, Cost, Keyfile, Kind, Password};
use hearth_wallet::{files, random, seal};
use zeroize::Zeroizing;

use crate::command::CommandError;
use crate::run;

/// The file of the worker key, beside the configuration.
pub const WORKER: &str = "worker.json";
/// The file of the sealing key.
pub const SEALING: &str = "sealing.json";
/// The file of their password.
pub const PASSWORD: &str = "password";

/// What the card says of the keys, and the key that signs it.
#[derive(Debug)]
pub struct Keys {
    /// Commits, draws, and pays for gas.
    pub worker: SecretKey,
    /// What clients seal their requests to.
    pub sealing: [u8; 32],
}

impl Keys {
    /// Opens the keys of a folder, or makes those that are not there.
    pub fn make(folder: &Path) -> Result<Self, CommandError> {
        let password = password(&folder.join(PASSWORD))?;
        let worker = worker(&folder.join(WORKER), &password)?;
        let sealing = sealing(&folder.join(SEALING), &password)?;
        Ok(Self { worker, sealing })
    }
}

fn password(path: &Path) -> Result<Password, CommandError> {
    if !path.exists() {
        let fresh = Zeroizing::new(hex::encode(Zeroizing::new(random::bytes::<32>()?).as_slice()));
        files::write_private(path, fresh.as_bytes())?;
        return Ok(fresh);
    }
    Ok(run::password(path)?)
}

fn worker(path: &Path, password: &Password) -> Result<SecretKey, CommandError> {
    if fs::exists(path).unwrap_or(true) {
        return Ok(file::open(path, password)?);
    }
    let key = SecretKey::random()?;
    Keyfile::seal(&key, password, Cost::USUAL)?.write(path)?;
    Ok(key)
}

fn sealing(path: &Path, password: &Password) -> Result<[u8; 32], CommandError> {
    let public = |secret: &[u8; 32]| {
        let key = seal::sealing_key(secret).ok().and_then(|key| <[u8; 32]>::try_from(key.as_slice()).ok());
        key.ok_or_else(|| hearth_wallet::Error::file(path, "it holds no X25519 key"))
    };
    if fs::exists(path).unwrap_or(true) {
        return Ok(public(&*file::open_bytes(path, Kind::X25519, password)?)?);
    }
    let secret = Zeroizing::new(random::bytes::<32>()?);
    let key = public(&secret)?;
    Keyfile::seal_bytes(Kind::X25519, &key, &secret, password, Cost::USUAL)?.write(path)?;
    Ok(key)
}
