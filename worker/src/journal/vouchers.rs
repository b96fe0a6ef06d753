//! What clients accepted, or gave leave for beforehand.

use hearth_schema::door::Voucher;
use hearth_schema::sign::Bearer;
use hearth_schema::unit::DealId;

use super::{JournalError, Page, int, json, read};

/// What became of a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It covers more than any before.
    Better,
    /// It covers no more than the best.
    Known,
    /// It is over totals or a root that this deal never had.
    Lie,
}

impl Page<'_> {
    /// The best voucher of a deal.
    pub fn voucher(&self, deal: DealId) -> Result<Option<Voucher>, JournalError> {
        let body =
            self.one("SELECT body FROM vouchers WHERE deal = ?1", [int(deal.0)?], |row| row.get::<_, String>(0))?;
        body.map(|body| read("a voucher", &body)).transpose()
    }

    /// Stores a voucher whose signature was checked, if it says what this deal has counted, and more than the best.
    pub fn accept(&self, deal: DealId, voucher: &Voucher) -> Result<Accepted, JournalError> {
        match self.stood(deal, voucher.totals.count)? {
            Some((totals, root)) if totals == voucher.totals && root == voucher.root => (),
            _ => return Ok(Accepted::Lie),
        }
        let best = self.voucher(deal)?;
        if best.is_some_and(|best| voucher.seq <= best.seq || voucher.totals.count <= best.totals.count) {
            return Ok(Accepted::Known);
        }
        let sql = "INSERT INTO vouchers VALUES (?1, ?2) ON CONFLICT DO UPDATE SET body = excluded.body";
        self.run(sql, (int(deal.0)?, json(voucher)?))?;
        Ok(Accepted::Better)
    }

    /// The best bearer token of a deal.
    pub fn bearer(&self, deal: DealId) -> Result<Option<Bearer>, JournalError> {
        let body =
            self.one("SELECT body FROM bearers WHERE deal = ?1", [int(deal.0)?], |row| row.get::<_, String>(0))?;
        body.map(|body| read("a bearer token", &body)).transpose()
    }

    /// Stores a bearer token whose signature was checked, if it covers more than the best, or as much for longer.
    pub fn bear(&self, deal: DealId, bearer: &Bearer) -> Result<(), JournalError> {
        let worth = |bearer: &Bearer| (bearer.cap, bearer.expiry);
        if self.bearer(deal)?.is_some_and(|best| worth(bearer) <= worth(&best)) {
            return Ok(());
        }
        let sql = "INSERT INTO bearers VALUES (?1, ?2) ON CONFLICT DO UPDATE SET body = excluded.body";
        self.run(sql, (int(deal.0)?, json(bearer)?)).map(drop)
    }
}
