//! A key in memory, wiped when it goes.

use std::fmt;

use hearth_schema::digest::Digest;
use hearth_schema::sign::{PublicKey, Signature};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashSigner as _;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::{KeyError, Signer};
use crate::random;

/// A secp256k1 key. `Debug` shows its public half.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// A new one, of the system's randomness.
    pub fn random() -> Result<Self, Error> {
        loop {
            let bytes = Zeroizing::new(random::bytes::<32>()?);
            // All but about one in 2^128 are keys.
            if let Ok(key) = Self::from_bytes(&*bytes) {
                return Ok(key);
            }
        }
    }

    /// The key of these 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| KeyError::Bytes)?;
        SigningKey::from_slice(bytes).map(Self).map_err(|_| KeyError::Bytes)
    }

    /// Its bytes, wiped when they go.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_encoded_point(true).as_bytes().into())
    }

    fn sign(&self, digest: &Digest) -> Result<Signature, KeyError> {
        let signature: k256::ecdsa::Signature = self.0.sign_prehash(digest.as_slice()).map_err(|_| KeyError::Bytes)?;
        let low = signature.normalize_s().unwrap_or(signature);
        Ok(Signature(low.to_vec().into()))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretKey(of {})", self.public_key().0)
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
