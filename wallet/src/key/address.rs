//! Addresses, and the chains that they are of.

use bech32::{Bech32, Hrp};
use hearth_schema::sign::PublicKey;
use ripemd::{Digest as _, Ripemd160};
use sha2::Sha256;

use crate::key::KeyError;

/// The address of a key, on the chains whose addresses begin so.
pub fn of(key: &PublicKey, prefix: &str) -> Result<String, KeyError> {
    spell(&Ripemd160::digest(Sha256::digest(&key.0)), prefix)
}

/// The address of these bytes.
pub fn spell(bytes: &[u8], prefix: &str) -> Result<String, KeyError> {
    let wrong = |reason: String| KeyError::Address { text: prefix.to_owned(), reason };
    let hrp = Hrp::parse(prefix).map_err(|error| wrong(error.to_string()))?;
    bech32::encode::<Bech32>(hrp, bytes).map_err(|error| wrong(error.to_string()))
}

/// The bytes of an address of the chains whose addresses begin so, in its one spelling.
pub fn read(text: &str, prefix: &str) -> Result<Vec<u8>, KeyError> {
    let wrong = |reason: String| KeyError::Address { text: text.to_owned(), reason };
    let spelled = |_| wrong(format!("it is not spelled as one that begins with {prefix}"));
    let (hrp, bytes) = bech32::decode(text).map_err(spelled)?;
    if hrp.as_str() != prefix {
        return Err(wrong(format!("it begins with {hrp}, and this chain's with {prefix}")));
    }
    if !matches!(bytes.len(), 20 | 32) || spell(&bytes, prefix)? != text {
        return Err(wrong("it is not spelled as this chain spells addresses".to_owned()));
    }
    Ok(bytes)
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
