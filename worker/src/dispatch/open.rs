//! Requests in the clear, of clients that cannot sign: a bearer token is their key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use hearth_gateway::ask::Ask;
use hearth_gateway::house::{Answer, Refusal};
use hearth_schema::door::{Pass, canonical};
use hearth_schema::market::Kind;
use hearth_schema::sign;
use hearth_wallet::random;
use hearth_wallet::verify::verify;

use super::Desk;
use super::answer::Question;
use crate::{job, refuse};

/// The longest nonce of a bearer token that the chain takes.
const NONCE: usize = 32;

impl Desk {
    pub(super) async fn ask_open(&self, ask: Ask, body: Bytes, key: Option<String>) -> Result<Answer, Refusal> {
        let Pass { deal, bearer } = key.as_deref().and_then(read).ok_or_else(refuse::unknown)?;
        let parts = &self.parts;
        let known = self.known(deal).await?.ok_or_else(refuse::unknown)?;
        let digest = parts.view.scope(deal).bearer(parts.view.node, &bearer);
        verify(&known.agreement.deal.session_key, &digest, &bearer.signature).map_err(|_| refuse::unknown())?;
        let now = parts.sight.borrow().now();
        let is_session = known.agreement.deal.kind == Kind::Session;
        if now >= bearer.expiry || bearer.nonce.len() > NONCE || !is_session {
            return Err(refuse::unknown());
        }
        let stored = parts.journal.turn(move |page| page.bear(deal, &bearer)).await;
        stored.map_err(|error| refuse::journal(&error))?;
        let salt = random::bytes::<32>().map_err(|_| refuse::away("the worker has no randomness now"))?;
        let body = std::str::from_utf8(&body).map_err(|_| refuse::invalid("body", "the body is not UTF-8"))?;
        let request = sign::request(&salt, &canonical(job::from_gate(ask.shape.api), body));
        self.answer(Question { known, request, ask, request_salt: Some(salt) }).await
    }
}

/// A pass out of an API key.
fn read(key: &str) -> Option<Pass> {
    let json = URL_SAFE_NO_PAD.decode(key.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}
