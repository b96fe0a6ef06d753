//! Requests sealed to a node, so that nobody between client and worker reads them: HPKE in base mode.
//!
//! X25519-HKDF-SHA256 and ChaCha20-Poly1305, told [`SEAL_INFO`]; what is authenticated beside the request is its ticket. A
//! sealed request is the encapsulated key of 32 bytes, then the ciphertext.

use hearth_schema::door::SEAL_INFO;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{CryptoRng, RngCore};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroize;

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type Encapped = <X25519HkdfSha256 as Kem>::EncappedKey;

/// The bytes of an encapsulated key.
const ENCAPPED: usize = 32;

/// Why something is not sealed or opened.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadSeal {
    /// A key that nothing can be sealed to or opened with.
    #[error("the sealing key is not an X25519 key of 32 bytes")]
    Key,
    /// Nothing that could have been sealed.
    #[error("what is sealed has {0} bytes, fewer than a key and a tag have")]
    Short(usize),
    /// It was sealed to another key, for another ticket, or changed on its way.
    #[error("it was sealed to another key or for another ticket, or changed on its way")]
    Closed,
}

/// Seals a request to a node's sealing key, for the bytes of its ticket. The entropy is 32 fresh random bytes: used for
/// this alone.
pub fn seal(key: &[u8], ticket: &[u8], plain: &[u8], entropy: [u8; 32]) -> Result<Vec<u8>, BadSeal> {
    let key = PublicKey::from_bytes(key).map_err(|_| BadSeal::Key)?;
    let mut stream = Stream { entropy, block: 0 };
    let sealed = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256, _>(
        &OpModeS::Base,
        &key,
        SEAL_INFO,
        plain,
        ticket,
        &mut stream,
    );
    let (encapped, cipher) = sealed.map_err(|_| BadSeal::Key)?;
    Ok([&*encapped.to_bytes(), &*cipher].concat())
}

/// Opens what was sealed to the public half of this key, for the bytes of its ticket.
pub fn open(secret: &[u8; 32], ticket: &[u8], sealed: &[u8]) -> Result<Vec<u8>, BadSeal> {
    let secret = PrivateKey::from_bytes(secret).map_err(|_| BadSeal::Key)?;
    let (encapped, cipher) = sealed.split_at_checked(ENCAPPED).ok_or(BadSeal::Short(sealed.len()))?;
    let encapped = Encapped::from_bytes(encapped).map_err(|_| BadSeal::Closed)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &encapped,
        SEAL_INFO,
        cipher,
        ticket,
    )
    .map_err(|_| BadSeal::Closed)
}

/// The sealing key that belongs to a secret: what a node's card says.
pub fn sealing_key(secret: &[u8; 32]) -> Result<[u8; 32], BadSeal> {
    let secret = PrivateKey::from_bytes(secret).map_err(|_| BadSeal::Key)?;
    Ok(X25519HkdfSha256::sk_to_pk(&secret).to_bytes().into())
}

/// The randomness of one seal: SHA-256 over the entropy and a counter.
struct Stream {
    entropy: [u8; 32],
    block: u64,
}

impl RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        for part in into.chunks_mut(32) {
            let block = Sha256::new().chain_update(self.entropy).chain_update(self.block.to_be_bytes()).finalize();
            part.iter_mut().zip(block).for_each(|(into, byte)| *into = byte);
            self.block = self.block.wrapping_add(1);
        }
    }
}

impl CryptoRng for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        self.entropy.zeroize();
    }
}
