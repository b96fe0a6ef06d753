//! A receipt as a file: all that it takes to show anyone what was asked, answered, counted and signed.
//!
//! - [`membership`] – whether its leaf stands in what was committed on chain
//!
//! What a file says is checked without network: digests, counts, fee, totals, root, and both signatures. That a commit
//! covers it, the chain says.

pub mod membership;

use std::path::{Path, PathBuf};

use hearth_schema::digest::Digest;
use hearth_schema::door::{Ask, Served, Voucher};
use hearth_schema::market;
use hearth_schema::sign::BadSignature;
use hearth_schema::unit::DealId;
use hearth_speech::Tongue;
use serde::{Deserialize, Serialize};

pub use self::membership::{Membership, Standing};
use crate::session::{Pact, Question, Tally, Wrong, check};
use crate::verify::verify;

/// An answer of a deal, with what it was checked by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The form of the file: [`Receipt::VERSION`].
    #[serde(rename = "hearth_receipt")]
    pub version: u32,
    /// What the deal says.
    pub pact: Pact,
    /// What was asked.
    pub asked: Asked,
    /// What the deal had counted before.
    pub before: Tally,
    /// What the worker said.
    pub served: Served,
    /// What the client signed for it.
    pub voucher: Option<Voucher>,
    /// Its place in what the deal had counted at a later commit.
    pub membership: Option<Membership>,
}

/// What was asked, as far as the file's owner shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The request.
    Open(Ask),
    /// Its digest alone: whoever holds salt and request can show later what it was.
    Closed(Digest),
}

/// Where the receipts of a deal are kept within a home.
pub fn folder(home: &Path, chain: &str, deal: DealId) -> PathBuf {
    home.join("receipts").join(chain).join(deal.to_string())
}

impl Receipt {
    /// The form of these files.
    pub const VERSION: u32 = 1;

    /// Checks all that needs no chain; with the model's own tongue, also how the prompt was counted.
    pub fn check(&self, tongue: Option<&Tongue>) -> Result<(), Wrong> {
        let request = match &self.asked {
            Asked::Open(ask) => ask.digest().ok_or(Wrong::NotAsked { request: self.served.leaf.request })?,
            Asked::Closed(digest) => *digest,
        };
        let taken = self.pact.request.is_none_or(|taken| taken == request);
        if request != self.served.leaf.request || !taken {
            return Err(Wrong::NotAsked { request: self.served.leaf.request });
        }
        check::answer(&self.pact, &self.served)?;
        if let Asked::Open(ask) = &self.asked {
            check::request(&Question::of(ask), &self.served, None, tongue)?;
        }
        self.before.step(&self.pact, &self.served)?;
        if let Some(voucher) = &self.voucher {
            self.vouched(voucher)?;
        }
        self.membership.as_ref().map_or(Ok(()), |membership| membership.check(self))
    }

    /// The answer, by the model's own tongue.
    pub fn text(&self, tongue: &Tongue) -> Result<String, Wrong> {
        let stops = match &self.asked {
            Asked::Open(ask) => Question::of(ask).stops,
            Asked::Closed(_) => Vec::new(),
        };
        Ok(tongue.say(&self.served.tokens, &stops)?)
    }

    /// The same without the words of the request.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.asked = Asked::Closed(self.served.leaf.request);
        self
    }

    /// The worker's receipt alone: what a contest shows.
    pub fn worker(&self) -> market::Receipt {
        market::Receipt {
            leaf: self.served.leaf.hash(),
            totals: self.served.totals,
            root: self.served.root,
            signature: self.served.signature.clone(),
        }
    }

    fn vouched(&self, voucher: &Voucher) -> Result<(), Wrong> {
        if voucher.totals != self.served.totals || voucher.root != self.served.root {
            return Err(Wrong::Voucher(BadSignature::Wrong));
        }
        let digest = self.pact.scope().voucher(voucher.seq, &voucher.totals, &voucher.root);
        verify(&self.pact.session_key, &digest, &voucher.signature).map_err(Wrong::Voucher)
    }
}
