use rusqlite::Connection;

use super::super::tests::{Folder, owner, reopen};
use super::super::{Journal, JournalError, Owner};

#[test]
fn a_second_daemon_on_one_journal_is_refused() {
    let folder = Folder::new();
    let _first = Journal::open(&folder.file(), &owner()).unwrap();
    let error = Journal::open(&folder.file(), &owner()).unwrap_err();
    assert!(matches!(error, JournalError::Busy { .. }), "{error}");
}

#[test]
fn a_journal_of_another_version_is_refused_and_not_touched() {
    let folder = Folder::new();
    let made = Connection::open(folder.file()).unwrap();
    made.execute_batch("CREATE TABLE kept (one INTEGER); PRAGMA application_id = 1752331368;").unwrap();
    made.pragma_update(None, "user_version", 99).unwrap();
    drop(made);
    let error = Journal::open(&folder.file(), &owner()).unwrap_err();
    assert!(matches!(error, JournalError::Version { found: 99, known: 1, .. }), "{error}");
    let tables: i64 = Connection::open(folder.file())
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn files_of_others_are_refused() {
    let folder = Folder::new();
    std::fs::write(folder.file(), "this is a letter to a friend, and as long as a page ".repeat(40)).unwrap();
    assert!(matches!(Journal::open(&folder.file(), &owner()), Err(JournalError::Foreign { .. })));
    let other = folder.0.join("other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE theirs (one INTEGER)").unwrap();
    assert!(matches!(Journal::open(&other, &owner()), Err(JournalError::Foreign { .. })));
    let nowhere = folder.0.join("no/such/folder/journal.sqlite");
    assert!(matches!(Journal::open(&nowhere, &owner()), Err(JournalError::Open { .. })));
}

#[test]
fn a_journal_serves_one_worker_at_one_market() {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    reopen(journal, &folder, |_| Ok(()));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let other = Owner { worker: "wasm1other".into(), ..owner() };
        match Journal::open(&folder.file(), &other) {
            Err(JournalError::Owner { .. }) => return,
            Err(JournalError::Busy { .. }) if std::time::Instant::now() < deadline => std::thread::yield_now(),
            other => panic!("{other:?}"),
        }
    }
}
