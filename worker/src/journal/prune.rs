//! What is forgotten: deals that are long over, and transactions that came to their end long ago.

use hearth_schema::unit::{DealId, Seconds};

use super::deals::Agreement;
use super::{JournalError, Page, int, number, read};

/// The most deals that are looked at in one turn: nobody waits long for the journal.
const MOST: i64 = 100;
/// So many transactions are kept after their end, for whoever looks for a hash.
const LETTERS: i64 = 1_000;

impl Page<'_> {
    /// Forgets everything about deals that ended beyond doubt, whose commits are all final, and whose time was over before
    /// this: by its own clock, none of them can be served again, whatever a node may say of it. Tells which.
    pub fn prune(&self, before: Seconds) -> Result<Vec<DealId>, JournalError> {
        let mut over = self.over()?;
        over.retain(|agreement| agreement.deal.expires_at < before);
        for agreement in &over {
            let id = int(agreement.id.0)?;
            for sql in [
                "DELETE FROM leaves WHERE deal = ?1",
                "DELETE FROM ledgers WHERE deal = ?1",
                "DELETE FROM jobs WHERE deal = ?1",
                "DELETE FROM vouchers WHERE deal = ?1",
                "DELETE FROM bearers WHERE deal = ?1",
                "DELETE FROM commits WHERE deal = ?1",
                "DELETE FROM deals WHERE deal = ?1",
            ] {
                self.run(sql, [id])?;
            }
        }
        let sql = "DELETE FROM outbox WHERE state IN ('included', 'refused')
            AND id <= (SELECT max(id) FROM outbox) - ?1";
        self.run(sql, [LETTERS])?;
        Ok(over.into_iter().map(|agreement| agreement.id).collect())
    }

    /// The oldest deals that ended beyond doubt and have no commit that may still change.
    fn over(&self) -> Result<Vec<Agreement>, JournalError> {
        let sql = "SELECT body FROM deals WHERE ended = 1 AND NOT EXISTS (
                SELECT 1 FROM commits WHERE commits.deal = deals.deal AND state IN ('meant', 'stored'))
            ORDER BY deal LIMIT ?1";
        let rows = self.all(sql, [MOST], |row| row.get::<_, String>(0))?;
        rows.iter().map(|body| read("a deal", body)).collect()
    }

    /// How many deals there are, ended or not.
    pub fn deal_count(&self) -> Result<u64, JournalError> {
        self.one("SELECT count(*) FROM deals", [], |row| row.get(0))?.map_or(Ok(0), number)
    }
}

#[cfg(test)]
#[path = "prune_tests.rs"]
mod tests;
