//! Engines that die, hang and answer nonsense: the request ends by an error object, nothing is charged that was not got,
//! and the worker serves on.

use std::process::Command;

use hearth_e2e::built;
use hearth_e2e::wait::until_or;
use hearth_schema::leaf::{Finish, Totals};
use hearth_schema::unit::{DealId, Usd};

use crate::client::{Client, Said, ask, chat};
use crate::daemon::{Daemon, model};
use crate::scene::{Scene, catalogue_of, tokens};
use crate::server::{Play, Server};

const CENT: u128 = 10_000_000_000;

/// Our own engine in a process of its own, with little patience.
fn beside() -> String {
    format!(
        "make = \"process\"\nprogram = \"{}\"\npatience = {{ ping_ms = 500, pong_ms = 3000, first_ms = 50 }}\n\
         run = {{ name = \"hearth-tiny\", model = \"{}\", threads = 1, cache_bytes = 67108864 }}\n",
        built("hearthd-engine").display(),
        model().display(),
    )
}

/// The engine's process: the daemon's child.
fn process_of(daemon: &Daemon) -> u32 {
    let parent = daemon.child.as_ref().unwrap().id().to_string();
    let child = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // After the name, which may hold anything: the state, and the parent.
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut words = rest.split(' ');
        (words.next()? != "Z" && words.next()? == parent).then_some(pid)
    };
    let pids =
        || std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    until_or(|| pids().find_map(child), || format!("no engine runs: {}", daemon.log()))
}

fn signal(name: &str, pid: u32) {
    assert!(Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().unwrap().success());
}

/// How often the daemon has begun to answer.
fn begun(daemon: &Daemon) -> usize {
    daemon.log().matches("begun").count()
}

/// The error object of an answer that is no stream.
fn failed(said: &Said) {
    assert_eq!((said.status, &said.body["error"]["code"]), (502, &"engine_failed".into()), "{said:?}");
    assert_eq!(said.body["error"]["type"], "engine_error");
}

/// What the deal has counted, as its door says.
fn totals(client: &Client<'_>, door: &str, deal: DealId) -> Totals {
    client.standing(door, deal).totals
}

#[test]
fn an_engine_that_is_killed_or_hangs_is_started_again_and_its_job_costs_what_was_answered() {
    let (scene, door) = Scene::open_with(|setup| setup.engine = beside());
    let client = scene.client(31);
    let asked = ask(&chat("Where does Lena live?", 12));
    let deal = client.take(asked.digest(), Usd::new(CENT));
    for name in ["KILL", "STOP"] {
        let (engine, before) = (process_of(&scene.daemon), begun(&scene.daemon));
        // It stands still first, so that the request is under way when it dies; one that stands still for ever hangs.
        signal("STOP", engine);
        let asking = client.begin(&door, deal, &asked);
        until_or(|| (begun(&scene.daemon) > before).then_some(()), || scene.daemon.log());
        signal(name, engine);
        failed(&scene.world.run(asking).unwrap());
        assert_eq!(totals(&client, &door, deal), Totals::default(), "{name}");
        until_or(|| scene.unready(&door).is_empty().then_some(()), || scene.daemon.log());
        assert_ne!(process_of(&scene.daemon), engine, "{name}");
    }
    let answered = || Some(client.ask(&door, deal, &asked)).filter(|said| said.status == 200);
    let served = until_or(answered, || scene.daemon.log()).served();
    scene.committed(deal, 1);
    assert_eq!(client.deal(deal).totals, served.totals);
    scene.passed(deal, 1);
    scene.paid(tokens(served.totals.spent, hearth_e2e::world::PRICE));
}

#[test]
fn a_server_that_breaks_off_lies_or_hangs_is_paid_for_what_the_client_got() {
    let plays = [Play::Whole(3), Play::Cut(2), Play::Garbage, Play::Overcounts(1), Play::Hang, Play::Whole(4)];
    let server = Server::playing(&plays);
    let mut scene = Scene::selling(&catalogue_of("tolerant"), |setup| setup.engine = server.engine());
    let door = scene.start();
    let client = scene.client(32);
    let deal = client.take(None, Usd::new(10 * CENT));
    let first = client.ask(&door, deal, &ask(&chat("One?", 8))).served();
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 1, &first)).status, 200);

    // It breaks off in the middle of a stream: two tokens came, and an error object in place of the end.
    let streamed = ask(&chat("Two?", 8).replacen('{', "{\"stream\":true,", 1));
    let broken = client.ask(&door, deal, &streamed);
    let lines = broken.body.as_str().unwrap_or_else(|| panic!("{broken:?}"));
    assert!(lines.contains("w2 ") && lines.contains("\"error\"") && !lines.contains("[DONE]"), "{lines}");
    // What came of it is counted, and its receipt is there for who asks again.
    let got =
        until_or(|| Some(client.ask(&door, deal, &streamed)).filter(|said| said.status == 200), || scene.daemon.log());
    let got = receipt(&got);
    assert_eq!((got.leaf.finish, got.leaf.counts.output, got.totals.count), (Finish::FAILED, 2, 2));

    // Nonsense and silence give nothing, and cost nothing.
    for question in ["Three?", "Four?", "Five?"] {
        failed(&client.ask(&door, deal, &ask(&chat(question, 8))));
    }
    let after = totals(&client, &door, deal);
    assert_eq!(after, got.totals);
    let last = client.ask(&door, deal, &ask(&chat("Six?", 8))).served();
    assert_eq!((last.leaf.counts.output, last.totals.count), (4, 3));
    assert_eq!(server.left(), 0, "each was asked once");
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 2, &last)).status, 200);
    client.close(deal);
    scene.committed(deal, 1);
    assert_eq!(client.deal(deal).totals, last.totals);
    scene.ended(deal);
    scene.passed(deal, 1);
    scene.paid(tokens(last.totals.spent, hearth_e2e::world::PRICE));
}

/// What the last event of a stream says was served.
fn receipt(said: &Said) -> hearth_schema::door::Served {
    let text = said.body.as_str().unwrap_or_else(|| panic!("{said:?}"));
    let events = text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok());
    let served = events.filter_map(|event: serde_json::Value| event.get("hearth").cloned()).next_back();
    serde_json::from_value(served.unwrap_or_else(|| panic!("no receipt: {text}"))).unwrap()
}
