//! `kill -9` at every place of a job's life: it is served, committed once, and paid, and what is committed is what was
//! served.

use hearth_e2e::wait::{until, until_or};
use hearth_schema::unit::Usd;

use crate::client::{ask, chat};
use crate::scene::Scene;

/// The places, as `hearthd` names them.
const PLACES: [&str; 7] = ["event", "result", "leaf", "commit", "signed", "sent", "included"];

/// How often it dies at each place: twice in CI, and as often as HEARTH_KILLS says elsewhere.
fn rounds() -> usize {
    std::env::var("HEARTH_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2)
}

/// Runs jobs over a daemon that dies at each of these places, once for each.
fn survives(places: &[&str]) {
    let mut scene = Scene::new();
    // The offer's own transaction passes the places of the outbox: it stands before the daemon is made to die.
    scene.start();
    for _ in 0..rounds() {
        for place in places {
            idle(&mut scene);
            scene.daemon.kill();
            dies_once(&mut scene, place);
        }
    }
}

/// Waits until no transaction is under way: the next one is the job's.
fn idle(scene: &mut Scene) {
    let url = format!("{}/metrics", scene.daemon.door());
    let figures = || scene.world.run(async { reqwest::get(&url).await.unwrap().text().await.unwrap() });
    until_or(|| figures().contains("\nhearthd_outbox 0\n").then_some(()), || scene.daemon.log());
}

/// Runs one job over a daemon that dies once at this place.
fn dies_once(scene: &mut Scene, place: &str) {
    scene.daemon.start(Some(place));
    let door = scene.daemon.door();
    let (deal, asked) = {
        let client = scene.client(8);
        let asked = ask(&chat("Where does Lena live?", 12));
        let deal = client.take(asked.digest(), Usd::new(10_000_000_000));
        // It may die before, during or after the answer; where it sees nothing of the chain yet, it is asked again.
        until(|| match scene.world.run(client.begin(&door, deal, &asked)) {
            Ok(said) if said.status == 503 => None,
            Ok(said) => {
                assert_eq!(said.status, 200, "{said:?}");
                Some(())
            }
            Err(_) => Some(()),
        });
        (deal, asked)
    };
    scene.daemon.died();
    scene.daemon.start(None);
    let door = scene.daemon.door();
    let client = scene.client(8);
    let served = client.ask(&door, deal, &asked).served();
    let again = client.ask(&door, deal, &asked).served();
    assert_eq!(served, again, "{place}");
    scene.committed(deal, 1);
    let committed = client.deal(deal);
    assert_eq!((committed.n, committed.totals), (1, served.totals), "{place}");
    let suite = scene.world.suite();
    let commit = scene.world.run(async { suite.market().commit(deal, 1).await.unwrap().unwrap() });
    assert_eq!(commit.root, served.root, "{place}");
    scene.passed(deal, 1);
    scene.law_holds();
}

#[test]
fn a_job_survives_kill_9_between_the_event_and_the_commit_row() {
    survives(&PLACES[..4]);
}

#[test]
fn a_job_survives_kill_9_between_the_commit_row_and_the_included_row() {
    survives(&PLACES[4..]);
}
