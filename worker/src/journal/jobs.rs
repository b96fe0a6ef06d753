//! The requests, their answers and their receipts.

use cosmwasm_std::HexBinary;
use hearth_schema::digest::{self, Digest};
use hearth_schema::door::Served;
use hearth_schema::leaf::{Counts, Engine, Finish, Leaf};
use hearth_schema::sign::{self, Scope, Signature};
use hearth_schema::unit::{DealId, Seconds, Usd};
use serde::{Deserialize, Serialize};

use super::ledger::Signed;
use super::{JournalError, Page, int, json, read};

/// An answer as it was given: what a repeat of its request gets again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// What was said.
    pub text: String,
    /// The leaf and its receipt.
    pub served: Served,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It was never answered.
    New {
        /// How often it was begun, this time included.
        runs: u32,
    },
    /// It was answered.
    Given(Box<Given>),
}

/// What an engine made of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The deal.
    pub deal: DealId,
    /// Digest of the request.
    pub request: Digest,
    /// What was said.
    pub text: String,
    /// In tokens.
    pub tokens: Vec<u32>,
    /// What was counted.
    pub counts: Counts,
    /// Why it ended.
    pub finish: Finish,
    /// What it costs.
    pub fee: Usd,
    /// Which engine, and how.
    pub engine: Engine,
    /// Under which the answer's digest is.
    pub salt: [u8; 16],
    /// Under which the request's digest is, where the worker chose it.
    pub request_salt: Option<[u8; 32]>,
    /// When it ended.
    pub at: Seconds,
}

impl Made {
    /// The leaf, at its place.
    fn leaf(&self, index: u64) -> Leaf {
        Leaf {
            index,
            request: self.request,
            output: sign::output(&self.salt, &self.tokens),
            evidence: digest::zero(),
            bundle: digest::zero(),
            engine: self.engine.digest(),
            counts: self.counts,
            finish: self.finish,
            fee: self.fee,
        }
    }
}

impl Page<'_> {
    /// Where a request stands.
    pub fn job(&self, deal: DealId, request: &Digest) -> Result<Option<Standing>, JournalError> {
        let sql = "SELECT runs, answer FROM jobs WHERE deal = ?1 AND request = ?2";
        let row = self.one(sql, (int(deal.0)?, request.to_hex()), |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, Option<String>>(1)?))
        })?;
        let standing = |(runs, answer): (u32, Option<String>)| match answer {
            Some(answer) => Ok(Standing::Given(read("an answer", &answer)?)),
            None => Ok(Standing::New { runs }),
        };
        row.map(standing).transpose()
    }

    /// Notes that a request is begun, unless it was answered.
    pub fn begin(&self, deal: DealId, request: &Digest) -> Result<Standing, JournalError> {
        let sql = "INSERT INTO jobs (deal, request, runs) VALUES (?1, ?2, 1)
            ON CONFLICT DO UPDATE SET runs = runs + 1 WHERE answer IS NULL";
        self.run(sql, (int(deal.0)?, request.to_hex()))?;
        self.job(deal, request)?.ok_or(JournalError::Damaged { what: "a job" })
    }

    /// Gives an answer its place in the deal's tree and its receipt; one that was given before is given again.
    pub fn give(
        &self,
        scope: &Scope<'_>,
        made: Made,
        sign: impl FnOnce(&Digest) -> Result<Signature, JournalError>,
    ) -> Result<Given, JournalError> {
        if let Some(Standing::Given(given)) = self.job(made.deal, &made.request)? {
            return Ok(*given);
        }
        let ledger = self.ledger(made.deal)?;
        let leaf = made.leaf(ledger.totals.count);
        let (ledger, root) = ledger.with(scope, &leaf)?;
        let signature = sign(&scope.receipt(&leaf.hash(), &ledger.totals, &root))?;
        let (engine, at) = (made.engine, made.at);
        let signed = Signed { leaf, engine, totals: ledger.totals, root, signature, at };
        self.append(made.deal, &ledger, &signed)?;
        let Signed { leaf, engine, totals, root, signature, .. } = signed;
        let place = int(leaf.index)?;
        let served = Served {
            leaf,
            engine,
            salt: HexBinary::from(made.salt),
            tokens: made.tokens,
            request_salt: made.request_salt.map(HexBinary::from),
            totals,
            root,
            signature,
        };
        let given = Given { text: made.text, served };
        let sql = "INSERT INTO jobs (deal, request, runs, place, answer) VALUES (?1, ?2, 1, ?3, ?4)
            ON CONFLICT DO UPDATE SET place = excluded.place, answer = excluded.answer";
        self.run(sql, (int(made.deal.0)?, made.request.to_hex(), place, json(&given)?))?;
        Ok(given)
    }
}
