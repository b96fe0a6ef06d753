//! Which block was read last.

use hearth_schema::unit::Height;

use super::{JournalError, Page, int, number};

impl Page<'_> {
    /// The last block whose effects are in the journal.
    pub fn cursor(&self) -> Result<Option<Height>, JournalError> {
        let height = self.one("SELECT height FROM cursor", [], |row| row.get(0))?;
        height.map(|height| number(height).map(Height)).transpose()
    }

    /// Moves the cursor on, in the transaction of the block's effects; never back.
    pub fn advance(&self, height: Height) -> Result<(), JournalError> {
        let sql = "INSERT INTO cursor VALUES (1, ?1) ON CONFLICT DO UPDATE SET height = max(height, excluded.height)";
        self.run(sql, [int(height.0)?]).map(drop)
    }
}
