//! What is asked wrongly, or cannot be had: one line with the remedy, nothing signed.

use std::time::Duration;

use crate::town::Town;

#[test]
fn what_cannot_be_bought_is_refused_by_name_and_nothing_is_signed() {
    let town = Town::with(&["2usd"]);
    let rows: [(&[&str], i32, &str); 9] = [
        (&["run", "--model", "gpt-9", "hi"], 2, "there is no model gpt-9 in this market"),
        (&["run", "--model", "hearth-tiny", "--max-price", "1usd", "hi"], 2, "1 above the dearest price"),
        (&["run", "--model", "hearth-tiny", "--max-cost", "0.0001usd", "hi"], 2, "none of 1 offers of hearth-tiny"),
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
fn a_dry_run_names_the_offers_and_opens_no_deal() {
    let town = Town::with(&["2usd", "3usd"]);
    let dry = town.client.data(&["run", "--model", "hearth-tiny", "--dry-run", "What is burned?"]);
    assert_eq!((&dry["dry_run"], dry["offers"].as_array().unwrap().len()), (&true.into(), 2));
    let dry = town.client.data(&["chat", "--model", "hearth-tiny", "--dry-run"]);
    assert_eq!(dry["max_spend"], "100000000000");
    assert_eq!(town.client.data(&["deal", "list"])["deals"].as_array().unwrap().len(), 0);
}
