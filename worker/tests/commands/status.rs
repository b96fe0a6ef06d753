//! `hearthd status`.

use std::path::Path;
use std::time::Duration;

use hearth_schema::unit::{Height, Usd};
use hearthd::Config;
use hearthd::command::CommandError;
use hearthd::command::status::{Memory, Status, address, figures, run};
use hearthd::journal::{Journal, Owner};

use crate::{Folder, spelled};

#[test]
fn figures_are_read_without_their_help_and_labels() {
    let text = "# HELP a b\n# TYPE a counter\na 1\nb{x=\"1\"} 2\nc 3\n";
    assert_eq!(figures(text), [("a".to_owned(), "1".to_owned()), ("c".to_owned(), "3".to_owned())]);
}

#[tokio::test]
async fn a_worker_that_neither_answers_nor_remembers_is_said_to_be_silent() {
    let folder = Folder::new();
    let error = run(&folder.made().await.config).await.unwrap_err();
    assert!(matches!(&error, CommandError::Silent { problem, .. } if problem.contains("hearthd run")), "{error}");
    assert!(run(Path::new("/no/such/hearthd.toml")).await.is_err());
}

#[tokio::test]
async fn a_worker_that_rests_is_told_from_its_journal() {
    let folder = Folder::new();
    let made = folder.made().await;
    let config = Config::read(&made.config).unwrap();
    let owner = Owner { chain: "hearth-1".to_owned(), market: spelled(4), worker: made.worker };
    let journal = Journal::open(&config.journal, &owner).unwrap();
    journal.turn(|page| page.advance(Height(42))).await.unwrap();
    let busy = run(&made.config).await.unwrap_err();
    assert!(busy.to_string().contains("another hearthd runs on it"), "{busy}");
    drop(journal);
    let memory = Memory { height: Some(Height(42)), deals: 0, uncommitted: Usd::new(0), letters: 0, answers: 0 };
    let released = async {
        loop {
            // The journal's own thread lets the file go a moment after its last handle.
            match run(&made.config).await {
                Err(CommandError::Silent { .. }) => tokio::task::yield_now().await,
                status => return status.unwrap(),
            }
        }
    };
    let status = tokio::time::timeout(Duration::from_secs(20), released).await.unwrap();
    assert_eq!(status, Status::Rests { memory });
    assert!(status.to_string().contains("does not run"), "{status}");
}

#[tokio::test]
async fn a_worker_that_listens_everywhere_is_asked_here() {
    let folder = Folder::new();
    let made = folder.made_with("127.0.0.1:0", "0.0.0.0:8080").await;
    assert_eq!(address(&Config::read(&made.config).unwrap()), "127.0.0.1:8080");
}
