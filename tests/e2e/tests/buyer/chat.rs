//! Many turns, one session: two transactions and a close.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use hearth_e2e::wait::until;
use hearth_schema::unit::DealId;
use serde_json::Value;

use crate::node::Fault;
use crate::town::{Town, events};

const CHAT: [&str; 3] = ["chat", "--model", "hearth-tiny"];

fn answers(lines: &[Value]) -> Vec<(u64, u64)> {
    let of = |name: &'static str| move |data: &Value| data[name].as_u64().unwrap();
    events(lines, "answered").into_iter().map(|data| (of("deal")(data), of("index")(data))).collect()
}

#[test]
fn a_chat_is_one_deal_and_each_turn_is_vouched_for() {
    let town = Town::with(&["2usd"]);
    let turns = "What is burned?\n\nWhat is a bond?\nWho are you?\n/quit\nnever asked\n";
    let (code, lines, stderr) = town.lines(&CHAT, turns);
    assert_eq!(code, 0, "{lines:?} {stderr}");
    assert_eq!(answers(&lines), [(1, 0), (1, 1), (1, 2)]);
    assert_eq!(town.nodes[0].vouched_count(1), 3);
    let left = &lines.last().unwrap()["data"];
    assert_eq!((&left["event"], &left["turns"], &left["deal"]), (&"left".into(), &3.into(), &1.into()));
    assert_eq!(stderr.lines().filter(|line| line.starts_with("tx ")).count(), 2, "a take and a close: {stderr}");

    town.nodes[0].commit(1);
    let deal = town.world.run(town.world.suite().market().deal(DealId(1))).unwrap().unwrap();
    assert_eq!((deal.n, deal.totals.count), (1, 3));
    assert!(deal.closing.is_some());
    // The commit covers three answers; each of their receipts is shown to be among them by the others.
    for index in 0..3 {
        let receipt = town.client.home().join(&format!("receipts/hearth-1/1/{index}.json"));
        let checked = town.client.data(&["receipt", "check", receipt.to_str().unwrap()]);
        assert_eq!(checked["checks"].as_array().unwrap().len(), 3, "{checked}");
    }
    let first = town.client.home().join("receipts/hearth-1/1/0.json");
    std::fs::remove_file(town.client.home().join("receipts/hearth-1/1/1.json")).unwrap();
    let alone = town.client.hearth(&["receipt", "check", first.to_str().unwrap()]);
    assert!(alone.code == 10 && alone.stderr.contains("keep the deal's receipts beside this one"), "{alone:?}");
}

#[test]
fn a_chat_goes_on_with_the_next_node_where_one_fails() {
    let town = Town::with(&["2usd", "3usd"]);
    let session = town.client.home().join("talk.json");
    let named = [&CHAT[..], &["--session", session.to_str().unwrap()]].concat();
    let (code, lines, _) = town.lines(&named, "What is burned?\n");
    assert_eq!((code, answers(&lines)), (0, vec![(1, 0)]));
    town.force(0, Some(Fault::Forges));
    let (code, lines, stderr) = town.lines(&named, "What is a bond?\nWhat is a draw?\n");
    assert_eq!(code, 0, "{lines:?} {stderr}");
    assert_eq!(events(&lines, "lost")[0]["deal"], 1);
    assert_eq!(answers(&lines), [(2, 0), (2, 1)]);
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&session).unwrap()).unwrap();
    let roles: Vec<&str> =
        kept["history"].as_array().unwrap().iter().map(|turn| turn["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["user", "assistant", "user", "assistant", "user", "assistant"]);
    town.nodes[0].commit(1);
    let deal = town.world.run(town.world.suite().market().deal(DealId(1))).unwrap().unwrap();
    assert!(deal.closing.is_some() && deal.totals.count == 1, "what was accepted is paid");
}

#[test]
fn a_person_who_interrupts_an_answer_leaves_and_the_deal_closes() {
    let town = Town::with(&["2usd"]);
    let json = [&CHAT[..], &["--output", "json"]].concat();
    let mut child = town.client.command(&json).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    stdin.write_all(b"What is burned?\n").unwrap();
    lines.find(|line| line.contains("\"answered\"")).unwrap();
    town.force(0, Some(Fault::Silent));
    stdin.write_all(b"What is a bond?\n").unwrap();
    // Its question is noted before it is sent; then nothing comes.
    let session = town.client.home().join("sessions/hearth-1/1.json");
    until(|| std::fs::read_to_string(&session).ok()?.contains("What is a bond?").then_some(()));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let left: Value = serde_json::from_str(&lines.last().unwrap()).unwrap();
    assert_eq!((&left["data"]["event"], &left["data"]["turns"]), (&"left".into(), &1.into()), "{left}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    town.nodes[0].commit(1);
    let deal = town.world.run(town.world.suite().market().deal(DealId(1))).unwrap().unwrap();
    assert!(deal.closing.is_some() && deal.totals.count == 1, "what was accepted is paid");
}

#[test]
fn a_client_that_was_killed_goes_on_in_the_same_deal() {
    let town = Town::with(&["2usd"]);
    let session = town.client.home().join("talk.json");
    let named = [&CHAT[..], &["--session", session.to_str().unwrap()]].concat();
    for turn in 0..3u64 {
        let json = [&named[..], &["--output", "json"]].concat();
        let mut child = town.client.command(&json).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"What is burned?\n").unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed in the middle of its answer at first, then right after it.
        let last = if turn == 0 { "\"said\"" } else { "\"answered\"" };
        lines.map(Result::unwrap).find(|line| line.contains(last)).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (code, lines, stderr) = town.lines(&named, "What is a bond?\n");
    assert_eq!(code, 0, "{lines:?} {stderr}");
    let deals: Vec<u64> = answers(&lines).iter().map(|(deal, _)| *deal).collect();
    assert!(!deals.is_empty() && deals.iter().all(|deal| *deal == 1), "{deals:?}");
    let indexes: Vec<u64> = answers(&lines).iter().map(|(_, index)| *index).collect();
    assert!(indexes.windows(2).all(|pair| pair[1] == pair[0] + 1), "{indexes:?}");
    let (served, vouched) = (indexes.last().unwrap() + 1, town.nodes[0].vouched_count(1));
    assert_eq!(served, vouched, "every answer that was served is vouched for");
    town.nodes[0].commit(1);
}
