//! Accounts that exist from genesis on, each with words from which any wallet makes its key.

use bip32::{DerivationPath, XPrv};
use bip39::Mnemonic;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256, Sha512};

use crate::address::Addresses;

/// The path of the Cosmos chains' first key.
const PATH: &str = "m/44'/118'/0'/0/0";

/// An account whose words are known to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAccount {
    /// Its address.
    pub address: String,
    /// Its words.
    pub mnemonic: String,
    /// Its private key. It guards coins of a chain that anyone can start.
    pub key: [u8; 32],
    /// Its public key.
    pub public: Vec<u8>,
}

/// The nth account: always the same words, so that scripts may rely on them.
pub fn known(nth: u32, addresses: &Addresses) -> Option<KnownAccount> {
    let seed = Sha256::new().chain_update(b"hearth-devnet account").chain_update(nth.to_be_bytes()).finalize();
    let mnemonic = Mnemonic::from_entropy(seed.get(..16)?).ok()?;
    let path: DerivationPath = PATH.parse().ok()?;
    let key = XPrv::derive_from_path(mnemonic.to_seed(""), &path).ok()?;
    let public = key.public_key().to_bytes();
    let address = addresses.text(&Ripemd160::digest(Sha256::digest(public)));
    Some(KnownAccount { address, mnemonic: mnemonic.to_string(), key: key.to_bytes(), public: public.to_vec() })
}

/// The seed of the beacon beside a chain: it follows from the chain's name.
pub fn beacon_seed(chain_id: &str) -> [u8; 32] {
    let digest = Sha512::digest(format!("hearth-devnet beacon {chain_id}"));
    let mut seed = [0; 32];
    for (to, from) in seed.iter_mut().zip(digest) {
        *to = from;
    }
    seed
}
