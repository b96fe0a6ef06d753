//! A round's signature, in drand's scheme `bls-unchained-g1-rfc9380`, by the host's BLS12-381 calls.

use cosmwasm_std::{Api, BLS12_381_G1_GENERATOR, BLS12_381_G2_GENERATOR, HashFunction};
use hearth_schema::digest::Digest;
use hearth_schema::unit::Round;

use crate::error::ContractError;

const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
/// The first byte of a compressed identity; all others are zero.
const IDENTITY: u8 = 0xc0;

/// The randomness of a round, if the signature is the network's.
pub fn verify(api: &dyn Api, public_key: &[u8], round: Round, signature: &[u8]) -> Result<Digest, ContractError> {
    let refuse = |reason| ContractError::Signature { reason };
    if signature.len() != 48 {
        return Err(refuse("it has to be a compressed point on G1, 48 bytes"));
    }
    if is_identity(signature) {
        return Err(refuse("the identity point signs nothing"));
    }
    let message = Digest::generate(&round.0.to_be_bytes());
    let hashed = api
        .bls12_381_hash_to_g1(HashFunction::Sha256, message.as_slice(), DST)
        .map_err(|_| refuse("the host could not hash the round"))?;
    match api.bls12_381_pairing_equality(signature, &BLS12_381_G2_GENERATOR, &hashed, public_key) {
        Ok(true) => Ok(Digest::generate(signature)),
        Ok(false) => Err(refuse("it is not the network's signature of this round")),
        Err(_) => Err(refuse("it is not a point on G1")),
    }
}

/// Whether a network's key is a point on G2 that a signature can be checked against.
pub fn check_key(api: &dyn Api, public_key: &[u8]) -> Result<(), ContractError> {
    if public_key.len() != 96 || is_identity(public_key) {
        return Err(ContractError::PublicKey);
    }
    let one = BLS12_381_G1_GENERATOR;
    match api.bls12_381_pairing_equality(&one, public_key, &one, public_key) {
        Ok(true) => Ok(()),
        _ => Err(ContractError::PublicKey),
    }
}

fn is_identity(point: &[u8]) -> bool {
    matches!(point.split_first(), Some((first, rest)) if *first == IDENTITY && rest.iter().all(|byte| *byte == 0))
}

#[cfg(test)]
#[path = "beacon_tests.rs"]
mod tests;
