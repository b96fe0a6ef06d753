//! One question, one answer: at the best node, or at the next where that one fails.

use hearth_schema::audit::Verdict;
use hearth_schema::unit::{DealId, NodeId};
use serde_json::Value;

use crate::node::Fault;
use crate::town::{Town, events};

/// A question that the model was trained on, and its answer.
const QUESTION: &str = "What is a voucher?";
const ANSWER: &str = "A voucher is the client's signature, by the session key, over the deal's totals and root after each \
                      answer. What no voucher covers is paid only up to a small cap.";

const ASK: [&str; 4] = ["run", "--model", "hearth-tiny", QUESTION];

#[test]
fn a_question_is_answered_by_the_cheapest_node_and_shown_by_its_receipt() {
    let town = Town::with(&["3usd", "2usd"]);
    let said = town.client.hearth(&ASK).ok();
    assert_eq!(said.stdout.trim_end(), ANSWER, "{said:?}");
    assert!(said.stderr.contains("of node 2 in deal 1"), "{said:?}");
    let path = said.stderr.lines().find_map(|line| line.strip_prefix("receipt ")).unwrap().to_owned();

    assert_eq!(town.nodes[1].vouched_count(1), 1);
    let early = town.client.hearth(&["receipt", "check", &path]).ok();
    assert!(early.stderr.contains("nothing that covers it was committed so far"), "{early:?}");
    town.nodes[1].commit(1);
    let checked = town.client.data(&["receipt", "check", &path]);
    assert_eq!(checked["checks"].as_array().unwrap().len(), 3, "{checked}");
    town.client.data(&["receipt", "check", &path, "--offline"]);

    let deal = town.world.run(town.world.suite().market().deal(DealId(1))).unwrap().unwrap();
    assert!(deal.ended.is_some() && !deal.totals.spent.is_zero() && deal.node == NodeId(2));
    let receipt: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(receipt["served"]["totals"]["spent"], deal.totals.spent.to_string());
    // Nothing is left behind but the receipt, the model's small files, and what was there before.
    let sessions = town.client.home().join("sessions/hearth-1");
    assert_eq!(std::fs::read_dir(sessions).unwrap().count(), 0);

    let mut bent = receipt;
    bent["served"]["leaf"]["fee"] = "1".into();
    std::fs::write(&path, bent.to_string()).unwrap();
    let refused = town.client.hearth(&["receipt", "check", &path, "--offline"]);
    assert_eq!(refused.code, 10);
    assert!(refused.stderr.contains("the fee is 1 pico-dollars"), "{refused:?}");
}

#[test]
fn a_program_is_told_each_step_on_a_line() {
    let town = Town::with(&["2usd"]);
    let (code, lines, _) = town.lines(&["run", "--model", "hearth-tiny", "--provider", "1"], QUESTION);
    assert_eq!(code, 0, "{lines:?}");
    assert!(lines.iter().all(|line| line["hearth"] == 1));
    assert_eq!(events(&lines, "taken")[0]["node"], 1);
    let heard: String = events(&lines, "said").iter().map(|said| said["text"].as_str().unwrap()).collect();
    assert_eq!(heard, ANSWER);
    let answered = lines.last().unwrap()["data"].clone();
    assert_eq!((&answered["event"], &answered["text"]), (&"answered".into(), &ANSWER.into()));
    assert_eq!((&answered["deal"], &answered["vouched"]), (&1.into(), &true.into()));
}

#[test]
fn a_node_that_fails_is_replaced_by_the_next_without_a_word_of_the_user() {
    let town = Town::with(&["2usd", "3usd"]);
    let faults = [
        (Fault::Silent, "the node did not send a first word within 2 s"),
        (Fault::Refuses(400), "the node refused (400"),
        (Fault::Refuses(402), "the node refused (402"),
        (Fault::Garbles, "the text that was heard is not what the tokens say"),
        (Fault::Forges, "the receipt is not the worker's"),
        (Fault::KeepsReceipt, "the answer came without a receipt"),
    ];
    for (nth, (fault, why)) in faults.into_iter().enumerate() {
        town.force(0, Some(fault));
        let (code, lines, stderr) = town.lines(&[&ASK[..], &["--patience", "2s"]].concat(), "");
        assert_eq!(code, 0, "{fault:?}: {lines:?} {stderr}");
        let lost = events(&lines, "lost");
        assert_eq!((lost.len(), &lost[0]["node"]), (1, &1.into()), "{fault:?}");
        assert!(lost[0]["why"].as_str().unwrap().starts_with(why), "{fault:?}: {}", lost[0]);
        assert_eq!(events(&lines, "waits")[0]["deal"], 2 * nth as u64 + 1, "{fault:?}");
        let answered = &lines.last().unwrap()["data"];
        assert_eq!((&answered["node"], &answered["text"]), (&2.into(), &ANSWER.into()), "{fault:?}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again_by_its_ticket() {
    let town = Town::with(&["2usd"]);
    town.force(0, Some(Fault::BreaksOff));
    let (code, lines, _) = town.lines(&ASK, "");
    assert_eq!((code, events(&lines, "lost").len()), (0, 0), "{lines:?}");
    let heard: String = events(&lines, "said").iter().map(|said| said["text"].as_str().unwrap()).collect();
    assert_eq!(heard, ANSWER, "nothing is told twice");
}

#[test]
fn a_wrong_receipt_is_not_vouched_for_and_its_commit_is_contested() {
    let town = Town::with(&["2usd", "3usd"]);
    town.force(0, Some(Fault::Overcounts));
    let (code, lines, _) = town.lines(&ASK, "");
    assert_eq!(code, 0, "{lines:?}");
    let why = events(&lines, "lost")[0]["why"].as_str().unwrap().to_owned();
    assert!(why.contains("prompt tokens are counted, it has"), "{why}");
    let contested = events(&lines, "contested");
    assert_eq!((&contested[0]["deal"], &contested[0]["n"]), (&1.into(), &1.into()));
    let commit = town.world.run(town.world.suite().market().commit(DealId(1), 1)).unwrap().unwrap();
    assert!(commit.contested.is_some());
    assert_eq!(town.nodes[0].vouched_count(1), 0);
    assert_eq!(lines.last().unwrap()["data"]["node"], 2);
}

#[test]
fn a_commit_that_says_something_else_than_its_receipt_is_contested_by_hand() {
    let town = Town::with(&["2usd"]);
    let free = || town.client.data(&["account", "show"])["free"].clone();
    let before = free();
    for deal in 1..=3 {
        town.client.hearth(&ASK).ok();
        town.nodes[0].commit_more(deal);
    }
    let kept = |deal: u64| town.client.home().join(&format!("receipts/hearth-1/{deal}/0.json"));
    let path = kept(1).display().to_string();
    let differs = town.client.hearth(&["receipt", "check", &path]);
    assert!(differs.code == 10, "{differs:?}");
    assert!(differs.stderr.contains(&format!("hearth deal contest 1 1 --receipt {path}")), "{differs:?}");

    // The receipt that was kept is found.
    let dry = town.client.data(&["deal", "contest", "1", "1", "--dry-run"]);
    assert!(dry["moves"][0].as_str().unwrap().contains(&path), "{dry}");
    assert_eq!(town.client.data(&["deal", "contest", "1", "1"])["refuted"], true);
    // One that lies elsewhere is named; that of another deal refutes nothing, and nothing is signed for it.
    std::fs::rename(kept(2), town.client.home().join("elsewhere.json")).unwrap();
    let named = |deal: &str| town.client.json(&["deal", "contest", deal, "1", "--receipt", "elsewhere.json"]);
    let other = named("3");
    assert!(other.code == 2 && other.stderr.contains("is a receipt of another deal, not of deal 3"), "{other:?}");
    assert_eq!(named("2").ok().data()["refuted"], true);
    let again = named("2");
    assert_eq!((again.code, &again.error()["code"]), (3, &"market/final".into()), "{again:?}");
    // Without one, a point more is drawn.
    std::fs::remove_file(kept(3)).unwrap();
    assert_eq!(town.client.data(&["deal", "contest", "3", "1"])["refuted"], false);

    let suite = town.world.suite();
    let commit = |deal| town.world.run(suite.market().commit(DealId(deal), 1)).unwrap().unwrap();
    assert_eq!([1, 2].map(|deal| commit(deal).verdict), [Some(Verdict::Fail); 2]);
    assert!(commit(3).verdict.is_none() && commit(3).contested.is_some());
    // What deals 1 and 2 had charged is back, whole; what deal 3 did waits for its verdict.
    let law = town.world.run(suite.bme().law()).unwrap();
    let number = |value: &Value| value.as_str().unwrap().parse::<u128>().unwrap();
    assert_eq!((law.difference, number(&before) - number(&free())), (0, law.pending.u128()));
}

#[test]
fn where_every_node_fails_the_client_is_told_and_has_lost_nothing() {
    let town = Town::with(&["2usd", "3usd"]);
    let free = || town.client.data(&["account", "show"]);
    let before = free();
    town.force(0, Some(Fault::Refuses(400)));
    town.force(1, Some(Fault::Refuses(400)));
    let said = town.client.json(&ASK);
    assert_eq!(said.code, 2, "{said:?}");
    let town_is_empty = town.client.json(&["run", "--model", "hearth-tiny", "--max-price", "1usd", QUESTION]);
    assert_eq!(town_is_empty.error()["sort"], "usage");
    town.world.pass(std::time::Duration::from_secs(200));
    town.world.push_price(hearth_e2e::world::PRICE);
    for deal in ["1", "2"] {
        town.client.data(&["deal", "expire", deal]);
    }
    assert_eq!(free()["free"], before["free"]);
}

#[test]
fn a_model_whose_files_are_withheld_is_bought_without_counting() {
    let town = Town::with(&["2usd"]);
    town.force(0, Some(Fault::WrongFiles));
    let (code, lines, _) = town.lines(&ASK, "");
    assert_eq!((code, events(&lines, "uncounted").len()), (0, 1), "{lines:?}");
    town.force(0, None);
    let (code, lines, _) = town.lines(&ASK, "");
    assert_eq!((code, events(&lines, "uncounted").len()), (0, 0), "{lines:?}");
}
