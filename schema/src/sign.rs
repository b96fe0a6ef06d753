//! What is signed between client, worker and chain: tickets, receipts, vouchers, bearer tokens, possession; and digests of requests
//! and answers.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Api, Binary, HexBinary};
use thiserror::Error;

use crate::digest::{Digest, Preimage};
use crate::leaf::Totals;
use crate::unit::{DealId, NodeId, Seconds, Usd};

/// The deal that signed bytes belong to, so that they mean nothing in any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The chain's id.
    pub chain: &'a str,
    /// The market's address.
    pub market: &'a str,
    /// The deal.
    pub deal: DealId,
}

impl Scope<'_> {
    pub(crate) fn write(&self, preimage: Preimage) -> Preimage {
        preimage.text(self.chain).text(self.market).number(self.deal.0)
    }

    /// What the session key signs over a request before the worker computes it; as bytes, what seals the request.
    pub fn ticket(&self, node: NodeId, request: &Digest) -> Preimage {
        self.write(Preimage::of("ticket")).number(node.0).digest(request)
    }

    /// What the worker key signs at the end of an answer: its leaf, and the totals and root with it.
    pub fn receipt(&self, leaf: &Digest, totals: &Totals, root: &Digest) -> Digest {
        totals.write(self.write(Preimage::of("receipt")).digest(leaf)).digest(root).hash()
    }

    /// What the session key signs after an answer that it accepts.
    pub fn voucher(&self, seq: u64, totals: &Totals, root: &Digest) -> Digest {
        totals.write(self.write(Preimage::of("voucher")).number(seq)).digest(root).hash()
    }

    /// What the session key signs once for a client that cannot sign vouchers.
    pub fn bearer(&self, node: NodeId, token: &Bearer) -> Digest {
        self.write(Preimage::of("bearer"))
            .number(node.0)
            .number(token.expiry.0)
            .amount(token.cap.u128())
            .bytes(&token.nonce)
            .hash()
    }
}

/// The terms of a bearer token: until when, and up to which sum of the deal, its holder may ask without vouchers.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Bearer {
    /// It is refused from this time on.
    pub expiry: Seconds,
    /// The deal's cumulative `spent` that it covers.
    pub cap: Usd,
    /// Chosen by the client, at most 32 bytes.
    pub nonce: Binary,
    /// The session key's signature.
    pub signature: Signature,
}

/// What a worker key signs to serve an owner's node, so that nobody registers a key of others.
pub fn possession(chain: &str, bonds: &str, owner: &str) -> Digest {
    Preimage::of("possession").text(chain).text(bonds).text(owner).hash()
}

/// Digest of a request in its canonical form, under 32 random bytes of the client.
pub fn request(salt: &[u8; 32], canonical: &[u8]) -> Digest {
    Preimage::of("request").bytes(salt).bytes(canonical).hash()
}

/// Digest of an answer's token ids, under 16 random bytes of the worker.
pub fn output(salt: &[u8; 16], tokens: &[u32]) -> Digest {
    let ids: Vec<u8> = tokens.iter().flat_map(|id| id.to_be_bytes()).collect();
    Preimage::of("output").bytes(salt).bytes(&ids).hash()
}

/// Why a signature or a key is not accepted.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadSignature {
    /// A key that is not a compressed point.
    #[error("the key is not a compressed secp256k1 point of 33 bytes; give its 66 hex digits")]
    Key,
    /// A signature that is not r ‖ s.
    #[error("the signature is not 64 bytes; give r, then s")]
    Length,
    /// s in the upper half of the order: the same words could be signed twice.
    #[error("the signature's s is high: sign with low-S")]
    HighS,
    /// It is somebody else's, or over other bytes.
    #[error("the signature is not this key's over these bytes; sign the very values that are sent")]
    Wrong,
}

/// A compressed secp256k1 public key of 33 bytes; in JSON, hex.
#[cw_serde]
#[derive(Eq, Hash)]
pub struct PublicKey(pub HexBinary);

impl PublicKey {
    /// Whether it has the shape of a compressed point; whether it lies on the curve, its first signature shows.
    pub fn check(&self) -> Result<(), BadSignature> {
        match self.0.as_slice() {
            [2 | 3, rest @ ..] if rest.len() == 32 => Ok(()),
            _ => Err(BadSignature::Key),
        }
    }

    /// Whether this signature of the digest is this key's.
    pub fn verify(&self, api: &dyn Api, digest: &Digest, signature: &Signature) -> Result<(), BadSignature> {
        self.check()?;
        signature.check()?;
        match api.secp256k1_verify(digest.as_slice(), &signature.0, &self.0) {
            Ok(true) => Ok(()),
            _ => Err(BadSignature::Wrong),
        }
    }
}

/// A secp256k1 signature of 64 bytes, r then s, s in the lower half; in JSON, base64.
#[cw_serde]
#[derive(Eq, Hash)]
pub struct Signature(pub Binary);

impl Signature {
    /// Half of the group's order: the greatest s that is accepted.
    const HALF: [u8; 32] = [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57,
        0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
    ];

    /// Whether it has the right length and a low s, which the host's check does not ask for.
    pub fn check(&self) -> Result<(), BadSignature> {
        match self.0.split_at_checked(32) {
            Some((_, s)) if s.len() == 32 => {
                if s > Self::HALF.as_slice() {
                    return Err(BadSignature::HighS);
                }
                Ok(())
            }
            _ => Err(BadSignature::Length),
        }
    }
}
