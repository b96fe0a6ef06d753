//! The tables, and their version.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::{JournalError, Owner};

/// The version of the tables below. A journal of another version is refused, never changed.
pub(super) const VERSION: i64 = 1;
/// Marks the file as ours: "hrth".
const MARK: i64 = 0x6872_7468;

const TABLES: &str = "
CREATE TABLE owner (chain TEXT NOT NULL, market TEXT NOT NULL, worker TEXT NOT NULL) STRICT;
CREATE TABLE cursor (one INTEGER PRIMARY KEY CHECK (one = 1), height INTEGER NOT NULL) STRICT;
CREATE TABLE deals (
    deal INTEGER PRIMARY KEY,
    height INTEGER NOT NULL,
    body TEXT NOT NULL,
    doubted INTEGER,
    ended INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE ledgers (deal INTEGER PRIMARY KEY, totals TEXT NOT NULL, root TEXT, edge TEXT NOT NULL) STRICT;
CREATE TABLE leaves (
    deal INTEGER NOT NULL,
    place INTEGER NOT NULL,
    leaf TEXT NOT NULL,
    engine TEXT NOT NULL,
    totals TEXT NOT NULL,
    root TEXT NOT NULL,
    signature TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (deal, place)
) STRICT;
CREATE TABLE jobs (
    deal INTEGER NOT NULL,
    request TEXT NOT NULL,
    runs INTEGER NOT NULL,
    place INTEGER,
    answer TEXT,
    PRIMARY KEY (deal, request),
    UNIQUE (deal, place)
) STRICT;
CREATE TABLE vouchers (deal INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE bearers (deal INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE commits (
    deal INTEGER NOT NULL,
    n INTEGER NOT NULL,
    statement TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('meant', 'dead', 'stored', 'final')),
    height INTEGER,
    verdict TEXT,
    PRIMARY KEY (deal, n)
) STRICT;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    intent TEXT NOT NULL,
    calls TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('meant', 'signed', 'included', 'refused')),
    signed TEXT,
    hash TEXT,
    timeout INTEGER,
    height INTEGER,
    problem TEXT
) STRICT;
CREATE UNIQUE INDEX open_intents ON outbox (intent) WHERE state IN ('meant', 'signed');
";

/// Opens the file, makes its tables where it is new, and sees that it is ours.
pub(super) fn open(path: &Path, owner: &Owner) -> Result<Connection, JournalError> {
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::Busy { path: path.to_owned() },
        Some(ErrorCode::NotADatabase) => JournalError::Foreign { path: path.to_owned() },
        _ => JournalError::Open { path: path.to_owned(), problem: error.to_string() },
    };
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(Duration::ZERO).map_err(failed)?;
    // Whoever holds the file holds it alone: two daemons on one key would sign against each other.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    version(&connection, path).map_err(|error| match error {
        JournalError::Sql(error) => failed(error),
        other => other,
    })?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    make(&mut connection, owner).map_err(failed)?;
    belongs(&connection, owner)?;
    Ok(connection)
}

/// Refuses a database of another program or another version.
fn version(connection: &Connection, path: &Path) -> Result<(), JournalError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (mark, found) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (mark, found) {
        (MARK, VERSION) => Ok(()),
        (MARK, found) => Err(JournalError::Version { path: path.to_owned(), found, known: VERSION }),
        _ if tables == 0 => Ok(()),
        _ => Err(JournalError::Foreign { path: path.to_owned() }),
    }
}

/// Makes the tables of a new file.
fn make(connection: &mut Connection, owner: &Owner) -> rusqlite::Result<()> {
    let mark: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if mark == MARK {
        return Ok(());
    }
    let all = connection.transaction()?;
    all.execute_batch(TABLES)?;
    let Owner { chain, market, worker } = owner;
    all.execute("INSERT INTO owner VALUES (?1, ?2, ?3)", (chain, market, worker))?;
    all.pragma_update(None, "application_id", MARK)?;
    all.pragma_update(None, "user_version", VERSION)?;
    all.commit()
}

/// Refuses the journal of another deployment or worker.
fn belongs(connection: &Connection, wanted: &Owner) -> Result<(), JournalError> {
    let found = connection.query_row("SELECT chain, market, worker FROM owner", [], |row| {
        Ok(Owner { chain: row.get(0)?, market: row.get(1)?, worker: row.get(2)? })
    })?;
    if found == *wanted {
        return Ok(());
    }
    Err(JournalError::Owner { found: found.to_string(), wanted: wanted.to_string() })
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
