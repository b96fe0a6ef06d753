//! What was committed to, and the one question: is this safe to sign?

use hearth_schema::audit::Verdict;
use hearth_schema::digest::Digest;
use hearth_schema::leaf::Totals;
use hearth_schema::market::Proof;
use hearth_schema::unit::{DealId, Height};
use serde::{Deserialize, Serialize};

use super::{JournalError, Page, int, json, number, read};

/// What a commit says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// What the deal has counted.
    pub totals: Totals,
    /// The root over all its leaves.
    pub root: Digest,
    /// Why the client owes it.
    pub proof: Proof,
}

impl Statement {
    /// Whether the other says the same of the deal, by whatever proof.
    fn says(&self, other: &Self) -> bool {
        self.totals == other.totals && self.root == other.root
    }
}

/// A commit that is not final.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The deal.
    pub deal: DealId,
    /// Its commit.
    pub n: u64,
    /// What it says.
    pub statement: Statement,
    /// Where it is stored on chain; nothing while that is not known.
    pub height: Option<Height>,
}

impl Page<'_> {
    /// Whether a commit may be signed: notes it, and gives what is to be signed – under one number what stood there first,
    /// by the same proof, for as long as a signed word of it may still reach the chain. What the chain has is never
    /// signed differently.
    pub fn commit(&self, deal: DealId, n: u64, wanted: &Statement) -> Result<Statement, JournalError> {
        let sql = "SELECT statement, state FROM commits WHERE deal = ?1 AND n = ?2";
        let row =
            self.one(sql, [int(deal.0)?, int(n)?], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let Some((stood, state)) = row else {
            let sql = "INSERT INTO commits (deal, n, statement, state) VALUES (?1, ?2, ?3, 'meant')";
            self.run(sql, (int(deal.0)?, int(n)?, json(wanted)?))?;
            return Ok(wanted.clone());
        };
        let stood: Statement = read("a commit", &stood)?;
        match state.as_str() {
            "dead" => (),
            // It may be signed already: what is meant is brought to its end before anything else is said.
            "meant" => return Ok(stood),
            _ if stood.says(wanted) => return Ok(stood),
            _ => return Err(JournalError::Differs { what: format!("commit {n} of deal {deal}") }),
        }
        let sql = "UPDATE commits SET statement = ?3, state = 'meant' WHERE deal = ?1 AND n = ?2 AND state = 'dead'";
        self.run(sql, (int(deal.0)?, int(n)?, json(wanted)?))?;
        Ok(wanted.clone())
    }

    /// Notes that no signed word of a commit can reach the chain any more: it was refused, or it is too late for it.
    pub fn bury_commit(&self, deal: DealId, n: u64) -> Result<(), JournalError> {
        let sql = "UPDATE commits SET state = 'dead' WHERE deal = ?1 AND n = ?2 AND state = 'meant'";
        self.run(sql, [int(deal.0)?, int(n)?]).map(drop)
    }

    /// Notes that the chain has a commit.
    pub fn store_commit(&self, deal: DealId, n: u64, height: Height) -> Result<(), JournalError> {
        let sql = "UPDATE commits SET state = 'stored', height = ?3
            WHERE deal = ?1 AND n = ?2 AND state IN ('meant', 'dead')";
        self.run(sql, [int(deal.0)?, int(n)?, int(height.0)?]).map(drop)
    }

    /// Notes a commit that the chain has and the journal has not: one from before this journal began.
    pub fn adopt_commit(
        &self,
        deal: DealId,
        n: u64,
        statement: &Statement,
        height: Height,
    ) -> Result<(), JournalError> {
        let sql = "INSERT INTO commits (deal, n, statement, state, height) VALUES (?1, ?2, ?3, 'stored', ?4)
            ON CONFLICT DO NOTHING";
        self.run(sql, (int(deal.0)?, int(n)?, json(statement)?, int(height.0)?))?;
        self.store_commit(deal, n, height)
    }

    /// Notes the finality of a commit.
    pub fn finish_commit(&self, deal: DealId, n: u64, verdict: Verdict) -> Result<(), JournalError> {
        let sql = "UPDATE commits SET state = 'final', verdict = ?3 WHERE deal = ?1 AND n = ?2";
        self.run(sql, (int(deal.0)?, int(n)?, verdict.to_string())).map(drop)
    }

    /// The commits that the chain has and that are not final.
    pub fn open_commits(&self) -> Result<Vec<Open>, JournalError> {
        let sql = "SELECT deal, n, statement, height FROM commits WHERE state = 'stored' ORDER BY deal, n";
        let rows = self.all(sql, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, Option<i64>>(3)?))
        })?;
        let open = |(deal, n, statement, height): (i64, i64, String, Option<i64>)| {
            let height = height.map(|height| number(height).map(Height)).transpose()?;
            let (deal, n) = (DealId(number(deal)?), number(n)?);
            Ok(Open { deal, n, statement: read("a commit", &statement)?, height })
        };
        rows.into_iter().map(open).collect()
    }

    /// What a commit was noted as, if it was.
    pub fn noted(&self, deal: DealId, n: u64) -> Result<Option<Statement>, JournalError> {
        let sql = "SELECT statement FROM commits WHERE deal = ?1 AND n = ?2";
        let row = self.one(sql, [int(deal.0)?, int(n)?], |row| row.get::<_, String>(0))?;
        row.map(|statement| read("a commit", &statement)).transpose()
    }
}
