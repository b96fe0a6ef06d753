//! Signatures checked outside the chain, as the contracts check them on it.

use hearth_schema::digest::Digest;
use hearth_schema::sign::{BadSignature, PublicKey, Signature};
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature as Ecdsa, VerifyingKey};

/// Whether this signature of the digest is this key's, with a low s.
pub fn verify(key: &PublicKey, digest: &Digest, signature: &Signature) -> Result<(), BadSignature> {
    key.check()?;
    signature.check()?;
    let key = VerifyingKey::from_sec1_bytes(&key.0).map_err(|_| BadSignature::Key)?;
    let signature = Ecdsa::from_slice(&signature.0).map_err(|_| BadSignature::Wrong)?;
    key.verify_prehash(digest.as_slice(), &signature).map_err(|_| BadSignature::Wrong)
}
