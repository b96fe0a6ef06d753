//! What signs, and the one way to ask it.

use hearth_schema::digest::Digest;
use hearth_schema::sign::{PublicKey, Signature};

use crate::key::{KeyError, address};

/// Holds one secp256k1 key and signs with it. Whatever holds the key – memory, a device – is behind this.
pub trait Signer: Send + Sync {
    /// Its public key.
    fn public_key(&self) -> PublicKey;

    /// Signs a digest as it is: 64 bytes, r then s, s in the lower half.
    fn sign(&self, digest: &Digest) -> Result<Signature, KeyError>;

    /// Signs bytes by their SHA-256, as transactions are signed.
    fn sign_document(&self, document: &[u8]) -> Result<Signature, KeyError> {
        self.sign(&Digest::generate(document))
    }

    /// Its address on the chains whose addresses begin so.
    fn address(&self, prefix: &str) -> Result<String, KeyError> {
        address::of(&self.public_key(), prefix)
    }
}

impl<S: Signer + ?Sized> Signer for std::sync::Arc<S> {
    fn public_key(&self) -> PublicKey {
        self.as_ref().public_key()
    }

    fn sign(&self, digest: &Digest) -> Result<Signature, KeyError> {
        self.as_ref().sign(digest)
    }
}
