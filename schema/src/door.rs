//! What a client and a worker say to each other at the node's door, beside the chain.
//!
//! A client asks with `POST /hearth/v1/deals/{deal}/requests` and a [`Sealed`]; the answer is that of the OpenAI API whose
//! body it asked with, and its last chunk (or its only one) has a top-level field [`FIELD`] with a [`Served`]. It accepts
//! the answer with `POST /hearth/v1/deals/{deal}/vouchers` and a [`Voucher`], or with the header [`VOUCHER`] of its next
//! request; both, and `GET /hearth/v1/deals/{deal}`, tell a [`Standing`]. A client that cannot sign sends plain OpenAI
//! requests with a [`Pass`] as its API key.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary, StdResult, from_json, to_json_vec};

use crate::digest::{Digest, Preimage};
use crate::leaf::{Engine, Leaf, Totals};
use crate::sign::{self, Bearer, Signature};
use crate::unit::DealId;

/// The top-level field of an answer's last chunk in which its [`Served`] stands.
pub const FIELD: &str = "hearth";
/// The header that says the [`Served`] of an answer that is not streamed: base64url of its JSON, without its tokens.
pub const RECEIPT: &str = "hearth-receipt";
/// The header of a request that says the [`Voucher`] for the answers before it: base64url of its JSON.
pub const VOUCHER: &str = "hearth-voucher";
/// What HPKE is told that it seals for.
pub const SEAL_INFO: &[u8] = b"hearth/v1/sealed";

/// Which part of the OpenAI API a request speaks.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum Api {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/completions`
    Completion,
}

impl Api {
    const fn word(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Completion => "completion",
        }
    }
}

/// What is asked, as it is sealed: nobody but client and worker reads it.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Ask {
    /// 32 random bytes of the client.
    pub salt: HexBinary,
    /// Which part of the API.
    pub api: Api,
    /// The request's JSON body, to the byte.
    pub body: String,
}

impl Ask {
    /// Digest of the request; nothing where the salt is not 32 bytes.
    pub fn digest(&self) -> Option<Digest> {
        let salt = self.salt.to_array().ok()?;
        Some(sign::request(&salt, &canonical(self.api, &self.body)))
    }

    /// The bytes that are sealed.
    pub fn to_plain(&self) -> StdResult<Vec<u8>> {
        to_json_vec(self)
    }

    /// What was sealed.
    pub fn from_plain(plain: &[u8]) -> StdResult<Self> {
        from_json(plain)
    }
}

/// The canonical form of a request: the API's word, a line feed, and the body's bytes.
pub fn canonical(api: Api, body: &str) -> Vec<u8> {
    [api.word().as_bytes(), b"\n", body.as_bytes()].concat()
}

/// A request on its way.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Sealed {
    /// Digest of the request.
    pub request: Digest,
    /// The session key's signature over the ticket.
    pub ticket: Signature,
    /// The HPKE encapsulated key of 32 bytes, then the ciphertext of an [`Ask`]. The ticket's bytes are authenticated with it.
    pub sealed: Binary,
}

/// What a worker says at the end of an answer: the leaf, all that it follows from, and its receipt.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Served {
    /// The leaf.
    pub leaf: Leaf,
    /// What its engine digest is over.
    pub engine: Engine,
    /// 16 random bytes of the worker, under which its output digest is.
    pub salt: HexBinary,
    /// The token ids of the answer.
    pub tokens: Vec<u32>,
    /// The salt of the request, where the worker chose it: for requests with a [`Pass`].
    pub request_salt: Option<HexBinary>,
    /// The deal's totals with this leaf.
    pub totals: Totals,
    /// The root over all leaves.
    pub root: Digest,
    /// The worker key's signature.
    pub signature: Signature,
}

/// The session key's word for all that a deal has counted so far.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Voucher {
    /// Above that of any earlier voucher.
    pub seq: u64,
    /// What is accepted.
    pub totals: Totals,
    /// The root over all leaves.
    pub root: Digest,
    /// The session key's signature.
    pub signature: Signature,
}

/// How a deal stands with its worker.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Standing {
    /// The deal.
    pub deal: DealId,
    /// What was served.
    pub totals: Totals,
    /// The root over all leaves; nothing before the first.
    pub root: Option<Digest>,
    /// What the best voucher covers.
    pub vouched: Totals,
    /// Its number; 0 before the first.
    pub seq: u64,
    /// What is committed on chain.
    pub committed: Totals,
    /// How many commits there are.
    pub commits: u64,
}

/// A bearer token as it travels, base64url of its JSON without padding: the API key of clients that cannot sign.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Pass {
    /// The deal.
    pub deal: DealId,
    /// The terms, signed by its session key.
    pub bearer: Bearer,
}

/// The 32 bytes that key the sampler of a request with this seed.
pub fn seed(seed: u64) -> Digest {
    Preimage::of("seed").number(seed).hash()
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
