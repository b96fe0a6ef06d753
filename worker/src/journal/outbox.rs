//! Transactions on their way: intent → signed bytes → hash → timeout height → height.

use hearth_schema::unit::Height;
use hearth_wallet::tx::Signed;
use serde::{Deserialize, Serialize};

use super::{JournalError, Page, int, json, read};

/// What a transaction tells one contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which.
    pub contract: String,
    /// What, as JSON.
    pub msg: String,
}

/// A transaction that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its row.
    pub id: i64,
    /// What it is for.
    pub intent: String,
    /// What it says.
    pub calls: Vec<Call>,
    /// As it was signed, once it is: the same bytes are sent again.
    pub signed: Option<Signed>,
}

impl Page<'_> {
    /// Notes an intent, or finds it where it is under way.
    pub fn mean(&self, intent: &str, calls: &[Call]) -> Result<Letter, JournalError> {
        let sql = "INSERT INTO outbox (intent, calls, state) VALUES (?1, ?2, 'meant') ON CONFLICT DO NOTHING";
        self.run(sql, (intent, json(&calls)?))?;
        let under_way = self.letters()?.into_iter().find(|letter| letter.intent == intent);
        under_way.ok_or(JournalError::Damaged { what: "the outbox" })
    }

    /// Notes signed bytes before they are sent. Others are taken only where none are, or where the caller has seen that
    /// those before can be in no block any more.
    pub fn seal(&self, id: i64, signed: &Signed) -> Result<(), JournalError> {
        let sql = "UPDATE outbox SET state = 'signed', signed = ?2, hash = ?3, timeout = ?4
            WHERE id = ?1 AND state IN ('meant', 'signed')";
        self.run(sql, (id, json(signed)?, &signed.hash, int(signed.timeout_height)?)).map(drop)
    }

    /// Notes that a block holds it.
    pub fn include(&self, id: i64, height: Height) -> Result<(), JournalError> {
        let sql = "UPDATE outbox SET state = 'included', height = ?2, signed = NULL WHERE id = ?1";
        self.run(sql, (id, int(height.0)?)).map(drop)
    }

    /// Notes that it is refused for good: no bytes of it can reach the chain.
    pub fn refuse(&self, id: i64, problem: &str) -> Result<(), JournalError> {
        self.run("UPDATE outbox SET state = 'refused', problem = ?2 WHERE id = ?1", (id, problem)).map(drop)
    }

    /// What is under way, the oldest first.
    pub fn letters(&self) -> Result<Vec<Letter>, JournalError> {
        let sql = "SELECT id, intent, calls, signed FROM outbox WHERE state IN ('meant', 'signed') ORDER BY id";
        let rows = self.all(sql, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, Option<String>>(3)?))
        })?;
        let letter = |(id, intent, calls, signed): (i64, String, String, Option<String>)| {
            let signed = signed.map(|signed| read("a signed transaction", &signed)).transpose()?;
            Ok(Letter { id, intent, calls: read("a transaction's calls", &calls)?, signed })
        };
        rows.into_iter().map(letter).collect()
    }

    /// How many transactions are under way.
    pub fn letter_count(&self) -> Result<u64, JournalError> {
        let sql = "SELECT count(*) FROM outbox WHERE state IN ('meant', 'signed')";
        self.one(sql, [], |row| row.get(0))?.map_or(Ok(0), super::number)
    }
}
