//! A deal's own requests: sealed, and with a ticket of its session key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_gateway::ask;
use hearth_gateway::house::{Answer, Refusal};
use hearth_schema::door::{Ask, Sealed, Voucher};
use hearth_schema::market::Kind;
use hearth_schema::unit::DealId;
use hearth_wallet::seal;
use hearth_wallet::verify::verify;

use super::Desk;
use super::answer::Question;
use crate::{job, refuse};

impl Desk {
    pub(super) async fn ask_sealed(&self, deal: DealId, body: &[u8], voucher: Option<&str>) -> Result<Answer, Refusal> {
        let sealed: Sealed = serde_json::from_slice(body)
            .map_err(|error| refuse::invalid("sealed", format!("the body is no sealed request: {error}")))?;
        let parts = &self.parts;
        // Whatever is missing – the deal, the key, the signature – whoever asks hears the same.
        let known = self.known(deal).await?.ok_or_else(refuse::unknown)?;
        let ticket = parts.view.scope(deal).ticket(parts.view.node, &sealed.request);
        let session_key = &known.agreement.deal.session_key;
        verify(session_key, &ticket.clone().hash(), &sealed.ticket).map_err(|_| refuse::unknown())?;
        if let Some(header) = voucher {
            self.accept(&known.agreement, read(header)?).await?;
        }
        let plain = seal::open(&parts.keys.sealing, &ticket.into_bytes(), &sealed.sealed).map_err(|error| {
            refuse::invalid("sealed", format!("{error}: seal it to the node's present sealing key"))
        })?;
        let asked = Ask::from_plain(&plain)
            .map_err(|error| refuse::invalid("sealed", format!("what was sealed is no request: {error}")))?;
        if asked.digest() != Some(sealed.request) {
            return Err(refuse::invalid("request_digest", "the request is not the one of the ticket's digest"));
        }
        if let Kind::Job { request } = known.agreement.deal.kind
            && request != sealed.request
        {
            return Err(refuse::conflict("other_job", format!("deal {deal} is for the request {request} alone")));
        }
        let ask = ask::parse(job::to_gate(asked.api), asked.body.as_bytes())?;
        self.answer(Question { known, request: sealed.request, ask, request_salt: None }).await
    }
}

/// A voucher out of a header.
fn read(header: &str) -> Result<Voucher, Refusal> {
    let wrong = || refuse::invalid("voucher", "the voucher's header is not base64url of a voucher's JSON");
    let json = URL_SAFE_NO_PAD.decode(header.trim_end_matches('=')).map_err(|_| wrong())?;
    serde_json::from_slice(&json).map_err(|_| wrong())
}
