//! Faults of the network: the right exit code, and money exact.

use hearth_devnet::{Config, spawn};
use hearth_e2e::proxy::Fate;
use hearth_e2e::world::{catalogue, chaos, client_of, plan, runtime};
use hearth_e2e::{Person, Proxy, World, program};
use hearth_schema::unit::Asset;
use hearth_wallet::key::SecretKey;
use serde_json::{Value, json};

/// What is free in the account of a known one, in base units.
fn free(world: &World, nth: usize) -> u128 {
    let address = &world.account(nth).address;
    world.run(world.suite().bme().account(address, Asset::Token)).unwrap().free.u128()
}

const DEPOSIT: [&str; 3] = ["account", "deposit", "3token"];

#[test]
fn a_reply_that_is_lost_though_the_transaction_went_in_is_no_failure() {
    if hearth_e2e::elsewhere("a fault is commanded") {
        return;
    }
    let world = World::start();
    let person = Person::of(&world, 1);
    for fate in [json!("drop"), json!({ "error": { "message": "no" } }), json!({ "delay": { "ms": 300 } })] {
        let before = free(&world, 1);
        world.chaos(json!({ "reply": { "method": "broadcast_tx_sync", "fate": fate } }));
        let data = person.data(&DEPOSIT);
        assert_eq!(data["amount"], "3000000", "{fate}");
        assert_eq!(free(&world, 1), before + 3_000_000, "{fate}: once, and once only");
    }
}

#[test]
fn a_transaction_that_the_node_forgot_is_sent_again_as_it_was() {
    if hearth_e2e::elsewhere("a fault is commanded") {
        return;
    }
    let world = World::start();
    let person = Person::of(&world, 1);
    world.chaos(json!({ "forget": { "count": 1 } }));
    assert_eq!(person.data(&DEPOSIT)["amount"], "3000000");
    assert_eq!(free(&world, 1), 3_000_000);
    let account = world.run(world.client().account(&world.account(1).address)).unwrap().unwrap();
    assert_eq!(account.sequence, 1, "one transaction, under one sequence");
}

/// Each fault meets a suite of its own on one chain, whose codes are uploaded by the first.
#[test]
fn a_deployment_ends_right_by_the_same_line_whatever_the_network_does() {
    let devnet = spawn(Config { chaos: true, ..Config::default() }).unwrap();
    let (runtime, client, person) = (runtime(), client_of(&devnet), Person::new());
    person.keep("me", &SecretKey::from_bytes(&devnet.accounts()[0].key).unwrap());
    let artifacts = program::root().join("artifacts").display().to_string();
    let sent =
        || runtime.block_on(client.account(&devnet.accounts()[0].address)).unwrap().map_or(0, |one| one.sequence);
    let lost = json!({ "reply": { "method": "broadcast_tx_sync", "fate": "drop", "count": 2 } });
    let denied =
        json!({ "reply": { "method": "broadcast_tx_sync", "fate": { "error": { "message": "no" } }, "count": 2 } });
    let (forgotten, behind) = (json!({ "forget": { "count": 2 } }), json!({ "stale": { "by": 3, "count": 12 } }));
    // Five codes, five contracts, a model and a class; then all of these but the codes.
    for (salt, fault, steps) in
        [("lost", lost, 12), ("denied", denied, 7), ("forgotten", forgotten, 7), ("behind", behind, 7)]
    {
        let text = plan(&devnet, &catalogue()).replace("salt = \"e2e\"", &format!("salt = \"{salt}\""));
        std::fs::write(person.home().join("plan.toml"), text).unwrap();
        person.profile_of(&person.home().join(&format!("{salt}.toml")), &devnet.rpc());
        let deploy = |verb| person.json(&["deploy", verb, "--plan", "plan.toml", "--artifacts", &artifacts]);
        let before = sent();
        runtime.block_on(chaos(&devnet, fault));
        let runs = (1..=4).find(|_| deploy("run").code == 0);
        runtime.block_on(chaos(&devnet, json!("calm")));
        assert!(runs.is_some(), "{salt}: {:?}", deploy("run"));
        assert_eq!(sent() - before, steps, "{salt}: each step was signed once");
        deploy("verify").ok();
        // A node that does not know the codes yet is not believed.
        runtime.block_on(chaos(&devnet, json!({ "stale": { "by": devnet.head().unwrap().0 - 2, "count": 3 } })));
        deploy("run").ok();
        assert_eq!(sent() - before, steps, "{salt}: nothing is made again");
    }
    assert_eq!(runtime.block_on(client.codes()).unwrap().len(), 5, "each code was uploaded once");
}

#[test]
fn an_endpoint_that_is_gone_answers_html_or_is_of_another_chain_is_passed_over() {
    let world = World::start();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = format!("http://{gone}");
    let page = Proxy::start(&world.host.rpc(), |_, _| Fate::Page("<html>welcome</html>".to_owned()));
    let other = spawn(Config { chain_id: "other-1".to_owned(), ..Default::default() }).unwrap();
    let person = Person::of(&world, 1);
    for first in [gone.as_str(), page.url(), &other.rpc()] {
        let good = world.host.rpc();
        person.json(&["--rpc", first, "--rpc", &good, "account", "show"]).ok();
        let alone = person.json(&["--rpc", first, "account", "deposit", "3token"]);
        assert_eq!((alone.code, &alone.error()["sort"]), (5, &"network".into()), "{alone:?}");
        assert!(alone.stderr.lines().filter(|line| line.starts_with("error: ")).count() == 1, "{alone:?}");
    }
    let alone = person.json(&["--rpc", &other.rpc(), "account", "show"]);
    assert!(alone.stderr.contains("is of the chain other-1, not of hearth-1"), "{alone:?}");
    let html = person.json(&["--rpc", page.url(), "account", "show"]);
    assert!(html.stderr.contains("what answers there is not the RPC of a node"), "{html:?}");
    assert_eq!(free(&world, 1), 0);
}

#[test]
fn an_outcome_that_cannot_be_known_yet_has_its_own_code_and_is_resumed() {
    let world = World::start();
    let person = Person::of(&world, 1);
    // The bytes never arrive, and whoever asks is told nothing new.
    let lost = Proxy::start(&world.host.rpc(), |_, method| match method {
        "broadcast_tx_sync" => Fate::Swallow,
        _ => Fate::Pass,
    });
    let patient = std::fs::read_to_string(person.home().join("config.toml")).unwrap();
    std::fs::write(person.home().join("config.toml"), patient.replace("wait_ms = 15000", "wait_ms = 1000")).unwrap();
    let unknown = person.json(&["--rpc", lost.url(), "account", "deposit", "3token"]);
    assert_eq!((unknown.code, &unknown.error()["sort"]), (6, &"unknown".into()), "{unknown:?}");
    let hash = unknown.error()["hash"].as_str().unwrap().to_owned();
    assert!(unknown.stderr.contains(&format!("hint: hearth tx resume {hash}")), "{unknown:?}");
    assert_eq!(free(&world, 1), 0);

    // Nothing else is signed meanwhile.
    let refused = person.json(&["--rpc", lost.url(), "account", "deposit", "3token"]);
    assert_eq!((refused.code, refused.error()["hash"].as_str()), (6, Some(hash.as_str())));
    let open = person.data(&["tx", "show"]);
    assert_eq!(open["pending"][0]["signed"]["hash"], hash.as_str());

    let resumed = person.data(&["tx", "resume", &hash]);
    assert_eq!(resumed["settled"][0]["outcome"], "included");
    assert_eq!(free(&world, 1), 3_000_000);
    assert_eq!(person.data(&["tx", "resume"])["settled"], Value::Array(Vec::new()));
    assert_eq!(person.data(&["tx", "show", &hash])["tx"]["code"], 0);
}

#[test]
fn what_can_never_be_included_is_told_apart_and_may_be_sent_anew() {
    if hearth_e2e::elsewhere("a fault is commanded") {
        return;
    }
    let world = World::start();
    let person = Person::of(&world, 1);
    let lost = Proxy::start(&world.host.rpc(), |_, method| match method {
        "broadcast_tx_sync" => Fate::Swallow,
        _ => Fate::Pass,
    });
    let patient = std::fs::read_to_string(person.home().join("config.toml")).unwrap();
    std::fs::write(person.home().join("config.toml"), patient.replace("wait_ms = 15000", "wait_ms = 1000")).unwrap();
    assert_eq!(person.json(&["--rpc", lost.url(), "account", "deposit", "3token"]).code, 6);
    world.devnet().mine(40, std::time::Duration::from_secs(1)).unwrap();
    let dropped = person.json(&["tx", "resume"]);
    assert_eq!((dropped.code, &dropped.error()["sort"]), (8, &"dropped".into()), "{dropped:?}");
    assert_eq!(free(&world, 1), 0);
    assert_eq!(person.data(&DEPOSIT)["amount"], "3000000");
    assert_eq!(free(&world, 1), 3_000_000);
}

#[test]
fn a_node_that_is_behind_brings_nothing_into_disorder() {
    if hearth_e2e::elsewhere("a fault is commanded") {
        return;
    }
    let world = World::start();
    let person = Person::of(&world, 1);
    world.devnet().mine(5, std::time::Duration::from_secs(1)).unwrap();
    world.chaos(json!({ "stale": { "by": 4, "count": 6 } }));
    assert_eq!(person.data(&DEPOSIT)["amount"], "3000000");
    world.chaos(json!("calm"));
    assert_eq!(free(&world, 1), 3_000_000);
}

#[test]
fn another_process_with_the_same_key_costs_no_more_than_a_second_signature_of_what_was_refused() {
    let world = World::start();
    let (one, other) = (world.sender(1), world.sender(1));
    let suite = world.suite();
    let amount = hearth_schema::unit::TokenAmount::new(1_000_000);
    let deposit = suite.token().deposit(None, amount).unwrap();
    world.run(async {
        one.send(std::slice::from_ref(&deposit)).await.unwrap();
        other.send(std::slice::from_ref(&deposit)).await.unwrap();
        // One's next sequence is used up by now.
        one.send(std::slice::from_ref(&deposit)).await.unwrap();
    });
    assert_eq!(free(&world, 1), 3_000_000);
}

#[test]
fn many_are_in_flight_from_one_key() {
    let world = World::start();
    let sender = world.sender(1);
    let suite = world.suite();
    let deposit = suite.token().deposit(None, hearth_schema::unit::TokenAmount::new(1)).unwrap();
    let sent = world.run(async {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (sender, deposit) = (sender.clone(), deposit.clone());
            all.spawn(async move { sender.send(&[deposit]).await });
        }
        all.join_all().await
    });
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    assert_eq!(free(&world, 1), 20);
}
