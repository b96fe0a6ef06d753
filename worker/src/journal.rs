//! What must not be forgotten: one SQLite file, and one thread that writes it.
//!
//! - [`table`] – the tables, and their version
//! - [`cursor`] – which block was read last
//! - [`deals`] – the deals, as the chain last told them
//! - [`ledger`] – what a deal has counted: totals, the tree's edge, the leaves
//! - [`jobs`] – the requests, their answers and their receipts
//! - [`vouchers`] – what clients accepted, or gave leave for beforehand
//! - [`commits`] – what was committed to: "is this safe to sign?"
//! - [`outbox`] – transactions: intent, signed bytes, hash, timeout height, height
//! - [`prune`] – what is forgotten
//!
//! Each call is one transaction, on disk when it returns. Reads go the same way, so nobody sees half of one.

pub mod commits;
pub mod cursor;
pub mod deals;
pub mod jobs;
pub mod ledger;
pub mod outbox;
pub mod prune;
pub mod vouchers;

mod table;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::sync::oneshot;

use crate::sort::Sort;

/// Why the journal does not do something.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file cannot be opened or made.
    #[error("the journal {path} cannot be opened: {problem}; see that its folder exists, is writable and has room")]
    Open {
        /// Which file.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
    /// Somebody else writes it.
    #[error(
        "the journal {path} is in use: another hearthd runs on it; stop that one, or give this one a journal of its own"
    )]
    Busy {
        /// Which file.
        path: PathBuf,
    },
    /// Another program's file.
    #[error("{path} is a database, but no journal of hearthd; set `journal` to another path")]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// A journal that this program does not read.
    #[error(
        "the journal {path} has version {found}, this hearthd knows version {known}; run the hearthd that wrote it until \
         its deals have ended, or set `journal` to a new path (nothing was changed)"
    )]
    Version {
        /// Which file.
        path: PathBuf,
        /// What it says.
        found: i64,
        /// What is known.
        known: i64,
    },
    /// A journal of another deployment or another worker.
    #[error("the journal belongs to {found}, not to {wanted}; set `journal` to a path of its own for each")]
    Owner {
        /// Whose it is.
        found: String,
        /// Who wanted it.
        wanted: String,
    },
    /// SQLite says no.
    #[error("the journal failed: {0}; see that the disk has room and is whole")]
    Sql(#[from] rusqlite::Error),
    /// A row that says nothing sensible.
    #[error("the journal is damaged at {what}; keep a copy of the file, and start with a new one")]
    Damaged {
        /// Where.
        what: &'static str,
    },
    /// A number beyond its unit.
    #[error(transparent)]
    Range(#[from] hearth_schema::unit::OutOfRange),
    /// There is no such deal.
    #[error("the journal knows no deal {0}")]
    UnknownDeal(hearth_schema::unit::DealId),
    /// Something else was said under this name before.
    #[error("{what} was said before, and differently: it is not signed again")]
    Differs {
        /// What.
        what: String,
    },
    /// The key does not sign.
    #[error("the worker key does not sign: {0}")]
    Key(String),
    /// Its thread has ended.
    #[error("the journal is closed")]
    Closed,
}

impl JournalError {
    /// What is done about it.
    pub const fn sort(&self) -> Sort {
        match self {
            Self::Range(_) | Self::UnknownDeal(_) | Self::Differs { .. } => Sort::Skip,
            _ => Sort::Fatal,
        }
    }
}

/// Whose journal it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The chain's id.
    pub chain: String,
    /// The market's address.
    pub market: String,
    /// The worker's address.
    pub worker: String,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "worker {} at market {} of {}", self.worker, self.market, self.chain)
    }
}

type Turn = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle of the journal. When the last one is gone, its file is closed.
#[derive(Clone, Debug)]
pub struct Journal {
    turns: Sender<Turn>,
}

impl Journal {
    /// Opens the file, or makes it. Waits for the disk.
    pub fn open(path: &Path, owner: &Owner) -> Result<Self, JournalError> {
        let connection = table::open(path, owner)?;
        let (turns, work) = channel();
        let spawned =
            std::thread::Builder::new().name("hearthd-journal".into()).spawn(move || write(connection, &work));
        spawned.map_err(|error| JournalError::Open { path: path.to_owned(), problem: error.to_string() })?;
        Ok(Self { turns })
    }

    /// Does something in one transaction: all of it or, on an error, nothing.
    pub async fn turn<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Page<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        let turn = move |connection: &mut Connection| {
            // Who asked may have gone; what was asked is done all the same.
            drop(answer.send(once(connection, act)));
        };
        self.turns.send(Box::new(turn)).map_err(|_| JournalError::Closed)?;
        answered.await.map_err(|_| JournalError::Closed)?
    }
}

fn write(mut connection: Connection, work: &Receiver<Turn>) {
    while let Ok(turn) = work.recv() {
        turn(&mut connection);
    }
}

fn once<T>(
    connection: &mut Connection,
    act: impl FnOnce(&Page<'_>) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let page = Page(connection.transaction_with_behavior(TransactionBehavior::Immediate)?);
    let done = act(&page)?;
    page.0.commit()?;
    Ok(done)
}

/// The journal within one transaction.
#[derive(Debug)]
pub struct Page<'a>(Transaction<'a>);

impl Page<'_> {
    fn run(&self, sql: &'static str, params: impl Params) -> Result<usize, JournalError> {
        Ok(self.0.prepare_cached(sql)?.execute(params)?)
    }

    fn one<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, JournalError> {
        Ok(self.0.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    fn all<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, JournalError> {
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A number as SQLite holds it.
fn int(number: u64) -> Result<i64, JournalError> {
    i64::try_from(number).map_err(|_| JournalError::Damaged { what: "a number beyond 63 bits" })
}

/// A number as it was.
fn number(int: i64) -> Result<u64, JournalError> {
    u64::try_from(int).map_err(|_| JournalError::Damaged { what: "a number below zero" })
}

fn json(value: &impl Serialize) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|_| JournalError::Damaged { what: "a value that is no JSON" })
}

fn read<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|_| JournalError::Damaged { what })
}

#[cfg(test)]
#[path = "journal_tests.rs"]
pub(crate) mod tests;
