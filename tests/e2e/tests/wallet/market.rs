//! A provider's and a client's life, each step a command: asserted on its JSON and on the chain.

use std::time::Duration;

use hearth_e2e::{Person, World};
use hearth_schema::bonds::NodeCard;
use hearth_schema::unit::{Asset, DealId, NodeId};
use hearth_wallet::card::Card;
use hearth_wallet::key::SecretKey;
use serde_json::Value;

/// Writes the card that a worker with this key makes for an owner.
pub(crate) fn card(world: &World, owner: usize, worker: &SecretKey) -> std::path::PathBuf {
    use hearth_wallet::key::Signer as _;
    let node = NodeCard {
        worker_key: worker.public_key(),
        sealing_key: [7; 32].into(),
        endpoint: "http://127.0.0.1:8080".to_owned(),
        attributes: Vec::new(),
        engines: vec!["embedded/1".to_owned()],
    };
    let owner = &world.account(owner).address;
    let card = Card::sign(worker, "hearth-1", &world.record.addresses.bonds, owner, node).unwrap();
    let path = world.folder().join("node-card.json");
    card.write(&path).unwrap();
    path
}

/// What every ledger says after each step.
pub(crate) fn books_balance(world: &World) {
    let suite = world.suite();
    let law = world.run(suite.bme().law()).unwrap();
    assert_eq!(law.difference, 0);
    let ledgers = [law.accounts, law.escrows, law.pending, law.burn_due, law.surplus];
    assert_eq!(ledgers.iter().map(|of| of.u128()).sum::<u128>(), law.balance.u128());
    let bonds = world.run(suite.bonds().law()).unwrap();
    assert_eq!(bonds.active.u128() + bonds.unbonding.u128() + bonds.surplus.u128(), bonds.balance.u128());
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

#[test]
fn a_provider_sells_and_a_client_buys_by_commands_alone() {
    let world = World::start();
    let (provider, client) = (Person::of(&world, 1), Person::of(&world, 2));
    let card = card(&world, 1, &world.key(9));
    let step = |data: Value| {
        books_balance(&world);
        data
    };

    let node = step(provider.data(&["node", "register", "--card", card.to_str().unwrap(), "--name", "Ember"]));
    assert_eq!((&node["node"], text(&node["worker"])), (&1.into(), world.account(9).address.as_str()));
    let bonded = step(provider.data(&["bond", "add", "1", "1000token"]));
    assert_eq!(text(&bonded["active"]), "1000000000");
    let place = ["offer", "place", "--node", "1", "--class", "1", "--price", "2.5usd", "--slots", "3"];
    let placed = step(provider.data(&place));
    assert_eq!((&placed["offer"], text(&placed["price"])), (&1.into(), "2500000"));
    let amended = step(provider.data(&["offer", "amend", "1", "--price", "2.4usd"]));
    assert_eq!(text(&amended["price"]), "2400000");
    step(provider.data(&["offer", "refresh", "1"]));
    let unbonded = step(provider.data(&["bond", "unbond", "1", "10token"]));
    assert_eq!(text(&unbonded["active"]), "990000000");

    let deposited = step(client.data(&["account", "deposit", "100token"]));
    assert_eq!(text(&deposited["amount"]), "100000000");
    let book = client.data(&["book", "show", "1"]);
    assert_eq!((&book["offers"][0]["free"], text(&book["offers"][0]["price"])), (&3.into(), "2400000"));
    let seq = book["offers"][0]["seq"].as_u64().unwrap();
    assert_eq!(client.data(&["book", "depth", "1"])["levels"][0]["free"], 3);

    let taken = step(client.data(&["deal", "take", &format!("1@{seq}"), "--max", "2usd"]));
    assert_eq!((&taken["deal"], text(&taken["max_spend"])), (&1.into(), "2000000000000"));
    let swept = step(client.data(&["deal", "sweep", "1", "--limit", "3usd", "--max", "1usd"]));
    assert_eq!(swept["deal"], 2);
    let deals = client.data(&["deal", "list"]);
    assert_eq!(deals["deals"].as_array().unwrap().len(), 2);
    // 2 dollars at half a dollar a token are 4 tokens, and 5 % above.
    let shown = client.data(&["deal", "show", "1"]);
    assert_eq!(text(&shown["escrow"]["locked"]), "4200000");
    let session = text(&shown["deal"]["session_key"]).to_owned();
    assert!(client.home().join(&format!("sessions/{session}.json")).exists(), "the session key is kept");

    step(client.data(&["deal", "close", "1"]));
    let ended = step(provider.data(&["deal", "close", "2"]));
    assert_eq!(text(&ended["reason"]), "left");
    world.pass(Duration::from_secs(700));
    let expired = step(client.data(&["deal", "expire", "1"]));
    assert_eq!(text(&expired["reason"]), "unused");
    let withdrawn = step(client.data(&["account", "withdraw", "100token"]));
    assert_eq!(text(&withdrawn["amount"]), "100000000", "all of it came back");
    step(provider.data(&["offer", "cancel", "1"]));
    assert_eq!(provider.data(&["offer", "list", "--node", "1"])["offers"], Value::Array(Vec::new()));

    let suite = world.suite();
    let deal = world.run(suite.market().deal(DealId(1))).unwrap().unwrap();
    assert!(deal.ended.is_some());
    let address = &world.account(2).address;
    assert!(world.run(suite.bme().account(address, Asset::Token)).unwrap().free.is_zero());
    assert_eq!(world.run(suite.bonds().stake(NodeId(1))).unwrap().unwrap().active.u128(), 990_000_000);
}

#[test]
fn a_price_is_pushed_shown_and_fed_from_a_file_and_a_command() {
    let world = World::start();
    let source = Person::of(&world, 0);
    let pushed = source.data(&["price", "push", "0.6usd"]);
    assert_eq!(text(&pushed["price"]), "600000000000");
    let file = world.folder().join("price.txt");
    std::fs::write(&file, "0.61usd\nthe rest is not read\n").unwrap();
    let fed = source.json(&["price", "feed", "--file", file.to_str().unwrap(), "--times", "1", "--every", "1s"]).ok();
    let lines: Vec<Value> = fed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["data"]["price"], "610000000000");
    assert_eq!(lines.last().unwrap()["data"]["posted"], 1);
    source.json(&["price", "feed", "--command", "echo 0.62usd", "--times", "2", "--every", "1s"]).ok();
    let shown = source.data(&["price", "show"]);
    assert_eq!(text(&shown["quote"]["last"]), "620000000000");
    assert_eq!(shown["fresh"], true);
}

#[test]
fn a_dry_run_says_what_it_would_cost_without_a_key_and_changes_nothing() {
    let world = World::start();
    let person = Person::of(&world, 3);
    let address = world.account(3).address.clone();
    person.hearth(&["key", "import", "cold", "--watch", &address]).ok();
    let before = world.sent(3);
    let dry = person.data(&["account", "deposit", "5token", "--dry-run", "--key", "cold"]);
    assert_eq!((&dry["dry_run"], text(&dry["sender"])), (&true.into(), address.as_str()));
    assert!(dry["gas"].as_u64().unwrap() > 100_000 && text(&dry["fee"]["denom"]) == "ucosm");
    assert!(text(&dry["moves"][0]).starts_with("5 HRTH from you"), "{dry}");
    assert_eq!(world.sent(3), before);
    let signing = person.json(&["account", "deposit", "5token", "--key", "cold"]);
    assert_eq!((signing.code, &signing.error()["sort"]), (7, &"key".into()));
}
