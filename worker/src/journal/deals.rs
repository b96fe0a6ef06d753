//! The deals, as the chain last told them.

use hearth_schema::leaf::Weights;
use hearth_schema::market::{Class, Deal, Kind, Product};
use hearth_schema::terms::Terms;
use hearth_schema::unit::{Amount, DealId, Height};
use serde::{Deserialize, Serialize};

use super::{JournalError, Page, int, json, number, read};

/// A deal that this worker serves, and everything that it was made under.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The deal.
    pub id: DealId,
    /// As it stands on chain.
    pub deal: Deal,
    /// Its class.
    pub class: Class,
    /// Its terms.
    pub terms: Terms,
    /// What its escrow holds.
    pub held: Amount,
}

impl Agreement {
    /// What its class weighs tokens by; nothing for a class that sells time.
    pub const fn weights(&self) -> Option<Weights> {
        match &self.class.product {
            Product::Inference { weights, .. } => Some(*weights),
            Product::Time { .. } => None,
        }
    }

    /// Whether it is a Job.
    pub const fn is_job(&self) -> bool {
        matches!(self.deal.kind, Kind::Job { .. })
    }
}

/// A deal, and what of its end is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The deal.
    pub agreement: Agreement,
    /// Whether it has ended, beyond doubt.
    pub ended: bool,
}

impl Page<'_> {
    /// Stores what the chain told at a height, unless something later is known. Its end is believed when it is told
    /// a second time, at another height: until then nothing more is served, and what was served is still committed.
    pub fn tell_deal(&self, agreement: &Agreement, height: Height) -> Result<(), JournalError> {
        let (id, at) = (int(agreement.id.0)?, int(height.0)?);
        let over = agreement.deal.ended.is_some();
        let sql = "INSERT INTO deals (deal, height, body, doubted) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET height = excluded.height, body = excluded.body,
                ended = ended OR (excluded.doubted IS NOT NULL AND doubted < excluded.height),
                doubted = CASE WHEN excluded.doubted IS NULL THEN NULL ELSE coalesce(doubted, excluded.doubted) END
            WHERE excluded.height >= height";
        self.run(sql, (id, at, json(agreement)?, over.then_some(at))).map(drop)
    }

    /// A deal, if it is known.
    pub fn deal(&self, id: DealId) -> Result<Option<Known>, JournalError> {
        let row = self.one("SELECT body, ended FROM deals WHERE deal = ?1", [int(id.0)?], known)?;
        row.map(agreed).transpose()
    }

    /// A deal that has to be known.
    pub fn known_deal(&self, id: DealId) -> Result<Known, JournalError> {
        self.deal(id)?.ok_or(JournalError::UnknownDeal(id))
    }

    /// The deals that have not ended, by number.
    pub fn open_deals(&self) -> Result<Vec<Agreement>, JournalError> {
        let rows = self.all("SELECT body, ended FROM deals WHERE ended = 0 ORDER BY deal", [], known)?;
        rows.into_iter().map(|row| agreed(row).map(|known| known.agreement)).collect()
    }

    /// The numbers of the deals that have not ended.
    pub fn open_ids(&self) -> Result<Vec<DealId>, JournalError> {
        let rows = self.all("SELECT deal FROM deals WHERE ended = 0 ORDER BY deal", [], |row| row.get(0))?;
        rows.into_iter().map(|id| number(id).map(DealId)).collect()
    }
}

fn known(row: &rusqlite::Row<'_>) -> rusqlite::Result<(String, bool)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn agreed((body, ended): (String, bool)) -> Result<Known, JournalError> {
    Ok(Known { agreement: read("a deal", &body)?, ended })
}
