//! Keys that sign as wallets and workers do: secp256k1, low-S, over a digest of the schema.

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Binary, HexBinary};
use hearth_schema::digest::Digest;
use hearth_schema::sign::{PublicKey, Signature};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashSigner;

use crate::chain::PREFIX;

/// A signing key.
#[derive(Clone)]
pub struct Key(SigningKey);

impl Key {
    /// The key that follows from a name.
    pub fn of(name: &str) -> Self {
        Self(SigningKey::from_slice(Digest::generate(name.as_bytes()).as_slice()).unwrap())
    }

    /// The key of these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_slice(bytes).unwrap())
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(HexBinary::from(self.0.verifying_key().to_encoded_point(true).as_bytes()))
    }

    /// The address that it signs for on a chain of the rig.
    pub fn address(&self) -> Addr {
        let api = MockApi::default().with_prefix(PREFIX);
        hearth_bonds::execute::add_node::address_of(&api, &self.public()).unwrap()
    }

    /// The key of somebody's account, which is none of those that they sign their work with.
    pub fn account(name: &str) -> Self {
        Self::of(&format!("the account of {name}"))
    }

    /// Its signature of a digest.
    pub fn sign(&self, digest: &Digest) -> Signature {
        Signature(Binary::new(self.signed(digest).to_bytes().to_vec()))
    }

    /// Its signature of bytes, as transactions carry it: of their SHA-256, 64 bytes.
    pub fn sign_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.signed(&Digest::generate(bytes)).to_bytes().to_vec()
    }

    /// The same signature with its s in the upper half of the order: valid for the host, refused by the suite.
    pub fn sign_high(&self, digest: &Digest) -> Signature {
        let (r, s) = self.signed(digest).split_scalars();
        let high = k256::ecdsa::Signature::from_scalars(*r, -*s).unwrap();
        Signature(Binary::new(high.to_bytes().to_vec()))
    }

    fn signed(&self, digest: &Digest) -> k256::ecdsa::Signature {
        let signature: k256::ecdsa::Signature = self.0.sign_prehash(digest.as_slice()).unwrap();
        signature.normalize_s().unwrap_or(signature)
    }
}
