//! The scheme `bls-unchained-g1-rfc9380`: signatures on G1, public keys on G2, and no round knows the one before.

use blst::BLST_ERROR;
use blst::min_sig::{PublicKey, Signature};
use sha2::{Digest, Sha256};

/// The domain that hashing to the curve is bound to.
pub(crate) const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// What a round's signature yields to everyone who reads it.
pub fn randomness(signature: &[u8]) -> [u8; 32] {
    Sha256::digest(signature).into()
}

/// Whether this key signed this round; never for a key or a signature that is the identity or leaves its group.
pub fn verify(public_key: &[u8; 96], round: u64, signature: &[u8; 48]) -> bool {
    let (Ok(key), Ok(signature)) = (PublicKey::key_validate(public_key), Signature::sig_validate(signature, true))
    else {
        return false;
    };
    // Both points were checked above, so the pairing need not check them again.
    signature.verify(false, &message(round), DST, &[], &key, false) == BLST_ERROR::BLST_SUCCESS
}

/// What is signed for a round.
pub(crate) fn message(round: u64) -> [u8; 32] {
    Sha256::digest(round.to_be_bytes()).into()
}

#[cfg(test)]
#[path = "scheme_tests.rs"]
mod tests;
