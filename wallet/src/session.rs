//! The client's side of a deal, as a state machine without network, files or clock.
//!
//! - [`pact`] – what the deal says, as far as an answer is checked by it
//! - [`question`] – what a request's body asks
//! - [`leave`] – what a node lets go unsigned
//! - [`tally`] – what the deal has counted, and its step by one receipt
//! - [`check`] – whether an answer is one to its request
//! - [`wrong`] – what can be wrong with an answer
//!
//! A request is noted before it is sent, so that a client that was killed asks again with the same ticket, to which the
//! same answer belongs. An answer is checked whole before the state moves; only then is its voucher signed. Whatever is
//! wrong with it, the state stays as it was, and nothing is signed.

pub mod check;
pub mod leave;
pub mod pact;
pub mod question;
pub mod tally;
pub mod wrong;

use hearth_schema::digest::Digest;
use hearth_schema::door::{Ask, Sealed, Served, Voucher};
use hearth_schema::leaf::Totals;
use hearth_schema::market;
use hearth_speech::Tongue;
use serde::{Deserialize, Serialize};

pub use self::pact::Pact;
pub use self::question::Question;
pub use self::tally::Tally;
pub use self::wrong::{Stuck, Wrong};
use crate::key::Signer;
use crate::receipt::{Asked, Receipt};
use crate::seal;

/// The most requests that are under way at once.
const MOST_PENDING: usize = 256;

/// A deal as its client sees it; in JSON, what a session file holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pact: Pact,
    tally: Tally,
    /// Asked and not answered, in their order.
    pending: Vec<Ask>,
    /// The last voucher that was signed.
    voucher: Option<Voucher>,
    /// The worker's last receipt.
    receipt: Option<market::Receipt>,
}

/// What an answer that was accepted leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// For the worker: it may commit to this.
    pub voucher: Voucher,
    /// For the client: what it can show to anyone.
    pub receipt: Receipt,
}

impl Session {
    /// A deal that has counted nothing.
    pub fn new(pact: Pact) -> Self {
        Self { pact, tally: Tally::default(), pending: Vec::new(), voucher: None, receipt: None }
    }

    /// What the deal says.
    pub const fn pact(&self) -> &Pact {
        &self.pact
    }

    /// What was accepted so far.
    pub const fn totals(&self) -> &Totals {
        self.tally.totals()
    }

    /// What was asked and not answered: ask it again, by the same ticket.
    pub fn pending(&self) -> &[Ask] {
        &self.pending
    }

    /// The last voucher: send it again where it is not known to have arrived.
    pub const fn voucher(&self) -> Option<&Voucher> {
        self.voucher.as_ref()
    }

    /// Notes a request; its digest. Keep the session before it is sent.
    pub fn ask(&mut self, ask: Ask) -> Result<Digest, Stuck> {
        let request = ask.digest().ok_or(Stuck::Salt)?;
        if self.pact.request.is_some_and(|taken| taken != request) {
            return Err(Stuck::OtherJob);
        }
        if self.pact.request.is_some() && self.totals().count > 0 {
            return Err(Stuck::Done);
        }
        if self.pending.iter().any(|ask| ask.digest() == Some(request)) {
            return Ok(request);
        }
        if self.pending.len() >= MOST_PENDING {
            return Err(Stuck::TooMany { most: MOST_PENDING });
        }
        self.pending.push(ask);
        Ok(request)
    }

    /// A noted request on its way: its ticket signed by the session key, sealed to the node's key. The entropy is 32 fresh
    /// random bytes.
    pub fn seal(
        &self,
        request: &Digest,
        sealing_key: &[u8],
        entropy: [u8; 32],
        signer: &dyn Signer,
    ) -> Result<Sealed, Stuck> {
        let ask = self.find(request).ok_or(Stuck::NotAsked)?;
        let ticket = self.pact.scope().ticket(self.pact.node, request);
        let plain = ask.to_plain().map_err(|_| Stuck::Salt)?;
        let sealed = seal::seal(sealing_key, &ticket.clone().into_bytes(), &plain, entropy)?;
        Ok(Sealed { request: *request, ticket: signer.sign(&ticket.hash())?, sealed: sealed.into() })
    }

    /// Accepts an answer, if all of it is right: what was heard of it, where that was text, and what it counted by the
    /// model's own tongue, where that is known.
    pub fn accept(
        &mut self,
        served: &Served,
        text: Option<&str>,
        tongue: Option<&Tongue>,
        signer: &dyn Signer,
    ) -> Result<Accepted, Wrong> {
        let ask = self.find(&served.leaf.request).ok_or(Wrong::NotAsked { request: served.leaf.request })?;
        check::answer(&self.pact, served)?;
        check::request(&Question::of(ask), served, text, tongue)?;
        let tally = self.tally.step(&self.pact, served)?;

        let seq = self.voucher.as_ref().map_or(0, |voucher| voucher.seq).checked_add(1).ok_or(Wrong::Totals)?;
        let digest = self.pact.scope().voucher(seq, &served.totals, &served.root);
        let signature = signer.sign(&digest)?;
        let voucher = Voucher { seq, totals: served.totals, root: served.root, signature };
        let receipt = Receipt {
            version: Receipt::VERSION,
            pact: self.pact.clone(),
            asked: Asked::Open(ask.clone()),
            before: self.tally.clone(),
            served: served.clone(),
            voucher: Some(voucher.clone()),
            membership: None,
        };

        self.pending.retain(|ask| ask.digest() != Some(served.leaf.request));
        self.tally = tally;
        self.voucher = Some(voucher.clone());
        self.receipt = Some(receipt.worker());
        Ok(Accepted { voucher, receipt })
    }

    /// Gives a request up: its answer will not be accepted any more.
    pub fn forget(&mut self, request: &Digest) {
        self.pending.retain(|ask| ask.digest() != Some(*request));
    }

    /// The worker's own receipt that refutes what it committed; nothing where the commit says the same, or covers another
    /// number of answers.
    pub fn refute(&self, commit: &market::Commit) -> Option<market::Receipt> {
        self.receipt.clone().filter(|receipt| refutes(receipt, commit))
    }

    fn find(&self, request: &Digest) -> Option<&Ask> {
        self.pending.iter().find(|ask| ask.digest() == Some(*request))
    }
}

/// Whether a receipt counts as many answers as a commit and says something else of them: then the commit fails at once.
pub fn refutes(receipt: &market::Receipt, commit: &market::Commit) -> bool {
    let same = receipt.totals == commit.totals && receipt.root == commit.root;
    !same && receipt.totals.count == commit.totals.count
}
