//! Addresses: bytes, and bech32 with the chain's prefix.
//!
//! - [`words`] – why a text is none

mod words;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use sha2::{Digest, Sha256};
use std::sync::Arc;

use cosmwasm_vm::{BackendApi, BackendError, BackendResult, GasInfo};

use crate::fault::LOGIC;
use crate::gas;

/// Turns addresses into text and back.
#[derive(Clone, Debug)]
pub struct Addresses {
    prefix: Arc<str>,
}

/// What wasmd asks for an address's bytes and for its text.
const CANONICALIZE: u64 = 4 * gas::VM_POINTS;
const HUMANIZE: u64 = 5 * gas::VM_POINTS;
/// The SDK's longest address.
const LONGEST: usize = 255;

impl Addresses {
    /// Addresses of a prefix, if it can be one.
    pub fn new(prefix: &str) -> Option<Self> {
        Hrp::parse(prefix).ok().filter(|_| prefix == prefix.to_lowercase())?;
        Some(Self { prefix: prefix.into() })
    }

    /// The prefix.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// An address's bytes; else the SDK's words.
    pub fn bytes(&self, text: &str) -> Result<Vec<u8>, String> {
        self.read(text, |prefix, found| format!("invalid Bech32 prefix; expected {prefix}, got {found}"))
    }

    /// The same; else the words of the modules of accounts and of coins, which say otherwise that the prefix is another's.
    pub fn coded(&self, text: &str) -> Result<Vec<u8>, String> {
        self.read(text, |prefix, found| {
            format!("hrp does not match bech32 prefix: expected '{prefix}' got '{found}': {}", LOGIC.text)
        })
    }

    fn read(&self, text: &str, another: impl Fn(&str, &str) -> String) -> Result<Vec<u8>, String> {
        if text.trim().is_empty() {
            return Err("empty address string is not allowed".to_owned());
        }
        let parsed = CheckedHrpstring::new::<Bech32>(text)
            .map_err(|_| format!("decoding bech32 failed: {}", words::problem(text)))?;
        let found = parsed.hrp();
        if found.to_lowercase() != *self.prefix {
            return Err(another(&self.prefix, &found.to_lowercase()));
        }
        let bytes: Vec<u8> = parsed.byte_iter().collect();
        match bytes.len() {
            0 => Err("addresses cannot be empty: unknown address".to_owned()),
            long if long > LONGEST => Err(format!("address max length is {LONGEST}, got {long}: unknown address")),
            _ => Ok(bytes),
        }
    }

    /// An address's text.
    pub fn text(&self, bytes: &[u8]) -> String {
        Hrp::parse(&self.prefix).ok().and_then(|hrp| bech32::encode::<Bech32>(hrp, bytes).ok()).unwrap_or_default()
    }
}

impl BackendApi for Addresses {
    fn addr_validate(&self, input: &str) -> BackendResult<()> {
        match self.bytes(input) {
            Err(words) => (Err(BackendError::user_err(words)), GasInfo::with_cost(CANONICALIZE)),
            Ok(bytes) => {
                let same = self.text(&bytes) == input;
                let said = if same { Ok(()) } else { Err(BackendError::user_err("address not normalized")) };
                (said, GasInfo::with_cost(CANONICALIZE + HUMANIZE))
            }
        }
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        (self.bytes(human).map_err(BackendError::user_err), GasInfo::with_cost(CANONICALIZE))
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        let said = match canonical.len() {
            0 => Err("addresses cannot be empty: unknown address".to_owned()),
            long if long > LONGEST => Err(format!("address max length is {LONGEST}, got {long}: unknown address")),
            _ => Ok(self.text(canonical)),
        };
        (said.map_err(BackendError::user_err), GasInfo::with_cost(HUMANIZE))
    }
}

/// The address of a module's own account.
pub fn of_module(name: &str) -> Vec<u8> {
    Sha256::digest(name.as_bytes()).iter().take(20).copied().collect()
}

/// The address of a contract that was made by counting.
pub fn of_instance(code: u64, instance: u64) -> Vec<u8> {
    let mut key = b"wasm\0".to_vec();
    key.extend(code.to_be_bytes());
    key.extend(instance.to_be_bytes());
    module_hash(&key)
}

/// The address of a contract that follows from its code, its creator and a salt.
pub fn predicted(checksum: &[u8], creator: &[u8], salt: &[u8], msg: &[u8]) -> Vec<u8> {
    let mut key = b"wasm\0".to_vec();
    for part in [checksum, creator, salt, msg] {
        key.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        key.extend(part);
    }
    module_hash(&key)
}

fn module_hash(key: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(Sha256::digest(b"module")).chain_update(key).finalize().to_vec()
}
