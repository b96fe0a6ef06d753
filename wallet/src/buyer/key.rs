//! The key of one deal: it signs tickets and vouchers, and nothing else.

use hearth_schema::digest::Preimage;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize;

use crate::key::{KeyError, SecretKey, Signer};

/// The session key of this nonce: the same whenever the same client asks for it, so that it need not be kept. It follows
/// from a signature of the client's own key over bytes that mean nothing to anyone else, which has to be deterministic, as
/// RFC 6979 says and the keys of this library are.
pub fn session_key(signer: &dyn Signer, chain: &str, market: &str, nonce: &[u8; 32]) -> Result<SecretKey, KeyError> {
    let preimage = Preimage::of("session-key").text(chain).text(market).bytes(nonce);
    let mut signature = signer.sign(&preimage.hash())?.0.to_vec();
    let mut bytes: [u8; 32] = Sha256::digest(&signature).into();
    signature.zeroize();
    let key = SecretKey::from_bytes(&bytes);
    bytes.zeroize();
    key
}
