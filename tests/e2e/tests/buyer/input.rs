//! What is asked wrongly, or cannot be had: one line with the remedy, nothing signed.

use std::time::Duration;

use hearth_schema::unit::DealId;

use crate::town::{Town, events};

#[test]
fn what_cannot_be_bought_is_refused_by_name_and_nothing_is_signed() {
    let town = Town::with(&["2usd"]);
    let rows: [(&[&str], i32, &str); 9] = [
        (&["run", "--model", "gpt-9", "hi"], 2, "there is no model gpt-9 in this market"),
        (&["run", "--model", "hearth-tiny", "--max-price", "1usd", "hi"], 2, "1 above the dearest price"),
        (
            &["run", "--model", "hearth-tiny", "--max-cost", "0.0001usd", "hi"],
            2,
            "of 1 offer of hearth-tiny none will do",
        ),
        (&["run", "--model", "hearth-tiny", "--provider", "7", "hi"], 2, "1 of other nodes"),
        (&["run", "--model", "hearth-tiny", "--temperature", "99", "hi"], 2, "it has to be a number from 0 to 2"),
        (&["run", "--model", "hearth-tiny", "--max-tokens", "0", "hi"], 2, "0 is not in 1..=1000000"),
        (&["run", "--model", "hearth-tiny", "--max-cost", "5", "hi"], 2, "has no unit"),
        (&["run", "--model", "hearth-tiny", ""], 2, "there is no question"),
        (&["receipt", "check", "nowhere.json"], 1, "nowhere.json"),
    ];
    for (words, code, problem) in rows {
        let said = town.client.hearth(words);
        assert_eq!(said.code, code, "{words:?}: {said:?}");
        assert!(said.stderr.contains(problem), "{words:?}: {said:?}");
    }
    let long = "word ".repeat(2_000_000);
    let said = town.client.hearth_told(&["run", "--model", "hearth-tiny"], &long);
    assert!(said.code == 2 && said.stderr.contains("more than 1048576 bytes"), "{said:?}");
    assert_eq!(town.client.data(&["deal", "list"])["deals"].as_array().unwrap().len(), 0);
}

#[test]
fn a_stale_price_or_too_little_money_is_told_before_anything_is_signed() {
    let town = Town::with(&["2usd"]);
    town.client.data(&["account", "withdraw", "99.99token"]);
    let poor = town.client.hearth(&["run", "--model", "hearth-tiny", "What is burned?"]);
    assert!(poor.code == 4 && poor.stderr.contains("bme/insufficient"), "{poor:?}");
    town.world.pass(Duration::from_secs(400));
    let stale = town.client.hearth(&["run", "--model", "hearth-tiny", "What is burned?"]);
    assert!(stale.code == 3 && stale.stderr.contains("market/price-stale"), "{stale:?}");
    assert!(stale.stderr.contains("hint: "), "{stale:?}");
}

#[test]
fn what_no_node_would_answer_unsigned_is_reckoned_before_anything_is_signed() {
    // A token costs 0.0005 usd: a Job goes up to 0.1 usd unsigned, an answer of a session up to 0.01 usd.
    let town = Town::with(&["500usd"]);
    let (run, chat) = (["run", "--model", "hearth-tiny", "--max-cost", "1usd"], ["chat", "--model", "hearth-tiny"]);
    let sequence =
        || town.world.run(town.world.client().account(&town.world.account(9).address)).unwrap().unwrap().sequence;
    let before = sequence();
    let rows = [
        (&[&run[..], &["--max-tokens", "199", "What is burned?"]].concat(), "more than the 0.1 usd that a node"),
        (&[&chat[..], &["--max-tokens", "21"]].concat(), "more than the 0.01 usd that a node"),
    ];
    for (words, problem) in rows {
        let said = town.client.hearth(words);
        assert!(said.code == 2 && said.stderr.contains(problem), "{said:?}");
        assert!(said.stderr.ends_with("hint: ask for fewer tokens by --max-tokens\n"), "{said:?}");
    }
    assert_eq!(sequence(), before, "nothing was signed");

    // Where nobody says how long the answer may be, it is as long as a node answers for.
    let (code, lines, stderr) = town.lines(&[&run[..], &["What is burned?"]].concat(), "");
    assert_eq!((code, events(&lines, "lost").len()), (0, 0), "{lines:?} {stderr}");
    assert_eq!(events(&lines, "cut")[0]["tokens"], 198);
    let (code, lines, stderr) = town.lines(&chat, "What is burned?\nWhat is a bond?\n");
    assert_eq!((code, events(&lines, "lost").len()), (0, 0), "{lines:?} {stderr}");
    assert_eq!(events(&lines, "cut").len(), 2, "each is told");
    let counts: Vec<u64> =
        events(&lines, "answered").iter().map(|one| one["counts"]["output"].as_u64().unwrap()).collect();
    assert!(counts.len() == 2 && counts[0] == 18 && counts[1] < 18, "{counts:?}");

    // A turn after which not even a word would fit is not asked, and the deal is closed.
    let (code, lines, stderr) = town.lines(&chat, &"What is burned? ".repeat(40));
    assert_eq!((code, events(&lines, "answered").len()), (2, 0), "{lines:?} {stderr}");
    assert!(stderr.contains("more than the 0.01 usd that a node answers for unsigned"), "{stderr}");
    let deal = town.world.run(town.world.suite().market().deal(DealId(3))).unwrap().unwrap();
    assert!(deal.closing.is_some() || deal.ended.is_some());
}

#[test]
fn a_dry_run_names_the_offers_and_opens_no_deal() {
    let town = Town::with(&["2usd", "3usd"]);
    let dry = town.client.data(&["run", "--model", "hearth-tiny", "--dry-run", "What is burned?"]);
    assert_eq!((&dry["dry_run"], dry["offers"].as_array().unwrap().len()), (&true.into(), 2));
    let dry = town.client.data(&["chat", "--model", "hearth-tiny", "--dry-run"]);
    assert_eq!(dry["max_spend"], "100000000000");
    assert_eq!(town.client.data(&["deal", "list"])["deals"].as_array().unwrap().len(), 0);
}
