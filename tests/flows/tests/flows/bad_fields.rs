//! Every kind of bad input, in every field that takes it: each is a typed refusal that names the field and the remedy.

use cosmwasm_std::{Addr, Binary, WasmMsg, coins};
use hearth_rig::actor::{Provider, card, send_tokens};
use hearth_rig::key::Key;
use hearth_rig::world::{COIN, DOLLAR, Refused, TOKEN};
use hearth_schema::deploy::Part;
use hearth_schema::sign::Signature;
use hearth_schema::unit::Usd;
use serde_json::{Value, json};

use crate::scene::Scene;

const MOST: &str = "340282366920938463463374607431768211455";
const FOREIGN: &str = "osmo1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3aq6l09";

/// Who says what to whom, the code of the refusal, and words that its text has to have: the field, and the remedy.
type Case = (Addr, Part, Value, &'static str, &'static [&'static str]);

#[track_caller]
fn named(refused: &Refused, code: &str, words: &[&str], what: &dyn std::fmt::Debug) {
    assert_eq!(refused.code, code, "{what:?}: {}", refused.text);
    for word in words {
        assert!(refused.text.contains(word), "{what:?} is not answered with {word:?}: {}", refused.text);
    }
}

#[track_caller]
fn refuse(scene: &mut Scene, cases: Vec<Case>) {
    for (who, part, msg, code, words) in cases {
        let refused = scene.world.send(&who, part, &msg).unwrap_err();
        named(&refused, code, words, &msg.to_string().chars().take(300).collect::<String>());
    }
}

/// A message with one field, by its path, made another.
fn bent(msg: &Value, at: &str, value: impl Into<Value>) -> Value {
    let mut msg = msg.clone();
    *msg.pointer_mut(at).unwrap() = value.into();
    msg
}

fn placed(scene: &Scene) -> Value {
    serde_json::to_value(scene.provider.offer(&scene.world)).unwrap()
}

fn taken(scene: &Scene) -> Value {
    json!({"take": {"offers": [{"offer": scene.offer.offer, "seq": scene.offer.seq}], "limit": scene.offer.price,
        "bid": scene.client.bid(&scene.world, 1)}})
}

fn node_added(scene: &Scene, key: &Key) -> Value {
    let possession = hearth_rig::actor::possession(&scene.world, key, &scene.provider.owner);
    json!({"add_node": {"node": card(key), "possession": possession}})
}

#[test]
fn prices_off_the_grid() {
    let mut scene = Scene::open();
    let (worker, offer) = (scene.provider.worker.clone(), placed(&scene));
    let words: &[&str] = &["tick", "three significant digits"];
    let mut cases: Vec<Case> = [32_400u16, u16::MAX]
        .map(|tick| (worker.clone(), Part::Market, bent(&offer, "/place/tick", tick), "market/off-grid", words))
        .into();
    let amend = json!({"amend": {"offer": scene.offer.offer, "change": {"tick": 32_400}}});
    cases.push((worker, Part::Market, amend, "market/off-grid", words));
    refuse(&mut scene, cases);
}

#[test]
fn amounts_of_nothing() {
    let mut scene = Scene::open();
    let (client, owner, worker) =
        (scene.client.addr.clone(), scene.provider.owner.clone(), scene.provider.worker.clone());
    let (offer, take, node) = (placed(&scene), taken(&scene), scene.provider.node);
    let sweep = json!({"sweep": {"class": scene.world.class, "limit": "0", "bid": scene.client.bid(&scene.world, 1)}});
    refuse(
        &mut scene,
        vec![
            (
                client.clone(),
                Part::Bme,
                json!({"withdraw": {"asset": "token", "amount": "0"}}),
                "bme/zero",
                &["amount", "above 0"],
            ),
            (
                owner,
                Part::Bonds,
                json!({"unbond": {"node": node, "amount": "0"}}),
                "bonds/zero",
                &["amount", "above 0"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/max_spend", "0"),
                "market/offer-bounds",
                &["max_spend", "above 0"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/slots", 0),
                "market/offer-bounds",
                &["slots", "from 1 to"],
            ),
            (worker, Part::Market, bent(&offer, "/place/max_life", 0), "market/offer-bounds", &["max_life", "from 60"]),
            (
                client.clone(),
                Part::Market,
                bent(&take, "/take/bid/max_spend", "0"),
                "market/bid",
                &["max_spend", "above 0"],
            ),
            (client.clone(), Part::Market, bent(&take, "/take/limit", "0"), "market/above-limit", &["limit"]),
            (client, Part::Market, sweep, "market/none-taken", &["raise the limit"]),
        ],
    );
    // The cw20 sends nothing of nothing; a contract that did would be told so.
    let received = |hook: Value| {
        let msg = Binary::from(hook.to_string().as_bytes());
        json!({"receive": {"sender": scene.client.addr, "amount": "0", "msg": msg}})
    };
    let token = scene.world.part(Part::Token);
    let (deposit, bond) = (received(json!({"deposit": {}})), received(json!({"bond": {"node": scene.provider.node}})));
    refuse(
        &mut scene,
        vec![
            (token.clone(), Part::Bme, deposit, "bme/zero", &["amount", "above 0"]),
            (token, Part::Bonds, bond, "bonds/zero", &["amount", "above 0"]),
        ],
    );
}

#[test]
fn amounts_of_all_there_is() {
    let mut scene = Scene::committed();
    let (client, owner, worker) =
        (scene.client.addr.clone(), scene.provider.owner.clone(), scene.provider.worker.clone());
    let (market, audit) = (scene.world.part(Part::Market), scene.world.part(Part::Audit));
    let (offer, take, node, deal) = (placed(&scene), taken(&scene), scene.provider.node, scene.taken.deal);
    let lock = json!({"lock": {"deal": 99, "client": client, "payee": owner, "asset": "token", "max_spend": MOST,
        "split": scene.world.plan.profile.terms.split}});
    let slash = json!({"slash": {"fault": "f", "node": node, "bps": u16::MAX, "harmed": null, "reporters": []}});
    let amend = json!({"amend": {"offer": scene.offer.offer, "change": {"min_spend": MOST}}});
    refuse(
        &mut scene,
        vec![
            (
                client.clone(),
                Part::Bme,
                json!({"withdraw": {"asset": "token", "amount": MOST}}),
                "bme/insufficient",
                &[MOST, "deposit first"],
            ),
            (
                owner,
                Part::Bonds,
                json!({"unbond": {"node": node, "amount": MOST}}),
                "bonds/insufficient",
                &["amount", "unbond at most"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/min_spend", MOST),
                "market/offer-bounds",
                &["min_spend", "at most max_spend"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/slots", u32::MAX),
                "market/offer-bounds",
                &["slots", "10000"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/max_life", u64::MAX),
                "market/offer-bounds",
                &["max_life", "to"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/expires_at", u64::MAX),
                "market/offer-bounds",
                &["expires_at", "at most"],
            ),
            (worker.clone(), Part::Market, amend, "market/offer-bounds", &["min_spend", "at most max_spend"]),
            (
                client.clone(),
                Part::Market,
                bent(&take, "/take/bid/max_spend", MOST),
                "market/spend-bounds",
                &["max_spend", "takes deals from"],
            ),
            (
                client,
                Part::Market,
                bent(&take, "/take/bid/expires_at", u64::MAX),
                "market/life-bounds",
                &["expires_at", "at most"],
            ),
            (market.clone(), Part::Bme, lock, "bme/insufficient", &["deposit first"]),
            (
                market,
                Part::Bme,
                json!({"charge": {"deal": deal, "n": u64::MAX, "fee": "1"}}),
                "bme/charge-order",
                &["next to be charged, 2"],
            ),
            (audit, Part::Bonds, slash, "bonds/bps", &["bps", "from 1 to 10000"]),
        ],
    );
    // A stake of everything would be worth more than there are dollars; it saturates, and takes go on.
    let answer: hearth_schema::market::AtRisk =
        scene.world.ask(Part::Market, &hearth_schema::market::QueryMsg::AtRisk { node: scene.provider.node });
    assert!(answer.bond > Usd::ZERO);
    scene.work.answer(1_000);
    let (totals, root) = (scene.work.totals, scene.work.root(&scene.world));
    let proof = scene.client.voucher(&scene.world, &scene.work, 2);
    let commit = json!({"commit": {"deal": deal, "n": 2, "totals": totals, "root": root, "proof": proof}});
    refuse(
        &mut scene,
        vec![
            (
                worker.clone(),
                Part::Market,
                bent(&commit, "/commit/totals/spent", MOST),
                "market/over-max",
                &["spent", "max_spend"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&commit, "/commit/totals/output", u64::MAX),
                "market/fee",
                &["fee", "has to be"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&commit, "/commit/totals/count", u64::MAX),
                "market/session-signature",
                &["signature"],
            ),
            (worker, Part::Market, bent(&commit, "/commit/n", u64::MAX), "market/commit-order", &["next commit", "2"]),
        ],
    );
}

#[test]
fn the_same_twice_in_a_list() {
    let mut scene = Scene::open();
    let (client, owner, worker) =
        (scene.client.addr.clone(), scene.provider.owner.clone(), scene.provider.worker.clone());
    let (audit, node, offer) = (scene.world.part(Part::Audit), scene.provider.node, scene.offer.offer);
    let once: &[&str] = &["offers", "twice"];
    let choice = json!({"offer": offer, "seq": scene.offer.seq});
    let take = bent(&taken(&scene), "/take/offers", json!([choice, choice]));
    let slash = json!({"slash": {"fault": "f", "node": node, "bps": 1, "harmed": null, "reporters": [client, client]}});
    let update = |field: &str, value: Value| json!({"update_node": {"node": node, (field): value}});
    let number = |name: &str| json!({"name": name, "value": {"number": 1}});
    let words = |words: Value| json!([{"name": "software", "value": {"words": words}}]);
    refuse(
        &mut scene,
        vec![
            (client.clone(), Part::Market, take, "hearth/duplicate", once),
            (client, Part::Market, json!({"prune": {"offers": [offer, 9, offer]}}), "hearth/duplicate", once),
            (
                worker,
                Part::Market,
                json!({"refresh": {"offers": [offer, offer], "expires_at": 1}}),
                "hearth/duplicate",
                once,
            ),
            (audit, Part::Bonds, slash, "hearth/duplicate", &["reporters", "twice"]),
            (
                owner.clone(),
                Part::Bonds,
                update("engines", json!(["a", "b", "a"])),
                "hearth/duplicate",
                &["engines", "twice"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                update("attributes", json!([number("gpus"), number("gpus")])),
                "hearth/duplicate",
                &["attributes", "gpus"],
            ),
            (
                owner,
                Part::Bonds,
                update("attributes", words(json!(["x", "x"]))),
                "hearth/duplicate",
                &["attributes.words", "twice"],
            ),
        ],
    );
    let stranger = scene.world.addr("stranger");
    let source = stranger.to_string();
    let msg = json!({"owner": source, "token": source, "decimals": 6, "market": source, "treasury": source, "fresh": 300,
        "activation": 60, "sources": [source, source]});
    let code_id = scene.world.codes.iter().find(|(part, _)| *part == Part::Bme).unwrap().1;
    let msg = Binary::from(msg.to_string().as_bytes());
    let made = WasmMsg::Instantiate { admin: None, code_id, msg, funds: vec![], label: "twice".into() };
    let refused = scene.world.dispatch(&stranger, made).unwrap_err();
    named(&refused, "hearth/duplicate", &["sources", "twice"], &"instantiate");
}

#[test]
fn coins_with_any_message_and_at_the_making() {
    let mut scene = Scene::open();
    let faucet = scene.world.addr("faucet");
    let (offer, deal) = (scene.offer.offer, scene.taken.deal);
    let (place, take) = (placed(&scene), taken(&scene));
    for (part, msg) in [
        (Part::Bme, json!({"crank": {}})),
        (Part::Bme, json!({"claim": {"account": null, "asset": "token"}})),
        (Part::Bme, json!({"withdraw": {"asset": "token", "amount": "1"}})),
        (Part::Bonds, json!({"introduce": {"name": "n", "url": ""}})),
        (Part::Bonds, json!({"withdraw": {"node": 1}})),
        (Part::Market, place),
        (Part::Market, take),
        (Part::Market, json!({"prune": {"offers": [offer]}})),
        (Part::Market, json!({"expire": {"deal": deal}})),
        (Part::Audit, json!({"resolve": {"deal": deal, "n": 1}})),
    ] {
        let refused = scene.world.send_with(&faucet, part, &msg, &coins(1, COIN)).unwrap_err();
        named(&refused, "hearth/funds", &[COIN, "without funds"], &msg);
    }
    for (part, code_id) in scene.world.codes {
        if part == Part::Token {
            continue;
        }
        let plan = &scene.world.plan;
        let step = plan.steps(&scene.world.at).unwrap().into_iter().find(|step| step.part == part).unwrap();
        let made =
            WasmMsg::Instantiate { admin: None, code_id, msg: step.msg, funds: coins(1, COIN), label: "x".into() };
        let refused = scene.world.dispatch(&faucet, made).unwrap_err();
        named(&refused, "hearth/funds", &[COIN, "without funds"], &part);
    }
}

#[test]
fn addresses_in_another_spelling_or_of_another_chain() {
    let mut scene = Scene::open();
    let (owner, anyone) = (scene.world.addr("owner"), scene.world.addr("anyone"));
    let (market, audit) = (scene.world.part(Part::Market), scene.world.part(Part::Audit));
    let (client, node) = (scene.client.addr.clone(), scene.provider.node);
    let split = serde_json::to_value(scene.world.plan.profile.terms.split).unwrap();
    let upper = client.as_str().to_uppercase();
    let mixed = format!("C{}", &client.as_str()[1..]);
    let bad = [upper.as_str(), mixed.as_str(), FOREIGN, "", "nobody", "cosmwasm1", " "];
    for bad in bad {
        let lock = json!({"lock": {"deal": 99, "client": client, "payee": client, "asset": "token", "max_spend": "1", "split": split}});
        let slash = json!({"slash": {"fault": "f", "node": node, "bps": 1, "harmed": bad, "reporters": []}});
        let cases: Vec<Case> = vec![
            (
                owner.clone(),
                Part::Market,
                json!({"set_curator": {"curator": bad}}),
                "hearth/address",
                &["curator", "lower case"],
            ),
            (
                owner.clone(),
                Part::Bme,
                json!({"add_source": {"source": bad}}),
                "hearth/address",
                &["source", "lower case"],
            ),
            (
                owner.clone(),
                Part::Bme,
                json!({"remove_source": {"source": bad}}),
                "hearth/address",
                &["source", "lower case"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                json!({"own": {"propose_owner": {"owner": bad}}}),
                "hearth/address",
                &["owner", "lower case"],
            ),
            (
                anyone.clone(),
                Part::Bme,
                json!({"claim": {"account": bad, "asset": "token"}}),
                "hearth/address",
                &["account", "lower case"],
            ),
            (market.clone(), Part::Bme, bent(&lock, "/lock/client", bad), "hearth/address", &["client", "lower case"]),
            (market.clone(), Part::Bme, bent(&lock, "/lock/payee", bad), "hearth/address", &["payee", "lower case"]),
            (audit.clone(), Part::Bonds, slash.clone(), "hearth/address", &["harmed", "lower case"]),
            (
                audit.clone(),
                Part::Bonds,
                bent(&bent(&slash, "/slash/harmed", Value::Null), "/slash/reporters", json!([bad])),
                "hearth/address",
                &["reporters", "lower case"],
            ),
        ];
        refuse(&mut scene, cases);
        scene.world.fund(&anyone, 1);
        let hook = Binary::from(json!({"deposit": {"for": bad}}).to_string().as_bytes());
        let refused = send_tokens(&mut scene.world, &anyone, Part::Bme, 1, hook).unwrap_err();
        named(&refused, "hearth/address", &["for is no address", "lower case"], &bad);
        for (part, question, field) in [
            (Part::Bme, json!({"account": {"account": bad, "asset": "token"}}), "account"),
            (Part::Bme, json!({"claims": {"account": bad}}), "account"),
            (Part::Bonds, json!({"operator": {"operator": bad}}), "operator"),
            (Part::Bonds, json!({"worker": {"worker": bad}}), "worker"),
            (Part::Market, json!({"deals": {"client": bad}}), "client"),
            (Part::Market, json!({"duties": {"worker": bad}}), "worker"),
        ] {
            let refused = scene.world.try_ask::<Value>(part, &question).unwrap_err();
            named(&refused, "hearth/address", &[field, "lower case"], &question);
        }
    }
}

#[test]
fn numbers_of_things_that_are_not_there() {
    let mut scene = Scene::committed();
    let (client, owner, worker) =
        (scene.client.addr.clone(), scene.provider.owner.clone(), scene.provider.worker.clone());
    let (curator, market, audit) =
        (scene.world.addr("curator"), scene.world.part(Part::Market), scene.world.part(Part::Audit));
    let anyone = scene.world.addr("anyone");
    let (offer, take, deal) = (placed(&scene), taken(&scene), scene.taken.deal);
    let product = json!({"inference": {"model": 99, "engine": "exact", "sampler": "s", "tee": false, "weights": {"input": 1, "cached": 1}}});
    let slash = json!({"slash": {"fault": "f", "node": 99, "bps": 1, "harmed": null, "reporters": []}});
    for id in [0u64, 99, u64::MAX] {
        let cases: Vec<Case> = vec![
            (
                curator.clone(),
                Part::Market,
                bent(&json!({"add_class": {"product": product}}), "/add_class/product/inference/model", id),
                "market/unknown-model",
                &["model", "there is no"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/class", id),
                "market/unknown-class",
                &["class", "there is no"],
            ),
            (
                worker.clone(),
                Part::Market,
                bent(&offer, "/place/node", id),
                "market/unknown-node",
                &["node", "add it there first"],
            ),
            (
                worker.clone(),
                Part::Market,
                json!({"amend": {"offer": id, "change": {"slots": 1}}}),
                "market/unknown-offer",
                &["offer", "cancelled or pruned"],
            ),
            (
                worker.clone(),
                Part::Market,
                json!({"cancel": {"offer": id}}),
                "market/unknown-offer",
                &["offer", "cancelled or pruned"],
            ),
            (
                client.clone(),
                Part::Market,
                bent(&take, "/take/offers/0/offer", id),
                "market/unknown-offer",
                &["offer", "cancelled or pruned"],
            ),
            (
                client.clone(),
                Part::Market,
                bent(&take, "/take/bid/asset", json!({"stable": id})),
                "market/asset-not-listed",
                &["stable", "pay with the token"],
            ),
            (
                client.clone(),
                Part::Market,
                json!({"close": {"deal": id}}),
                "market/unknown-deal",
                &["deal", "there is no"],
            ),
            (
                client.clone(),
                Part::Market,
                json!({"expire": {"deal": id}}),
                "market/unknown-deal",
                &["deal", "there is no"],
            ),
            (
                client.clone(),
                Part::Market,
                json!({"contest": {"deal": deal, "n": id, "receipt": null}}),
                "market/unknown-commit",
                &["commit", "has no commit"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                json!({"unbond": {"node": id, "amount": "1"}}),
                "bonds/unknown-node",
                &["node", "ask for nodes"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                json!({"withdraw": {"node": id}}),
                "bonds/unknown-node",
                &["node", "ask for nodes"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                json!({"update_node": {"node": id, "endpoint": "https://a"}}),
                "bonds/unknown-node",
                &["node", "ask for nodes"],
            ),
            (
                audit.clone(),
                Part::Bonds,
                bent(&slash, "/slash/node", id),
                "bonds/unknown-node",
                &["node", "ask for nodes"],
            ),
            (
                market.clone(),
                Part::Bme,
                json!({"charge": {"deal": id, "n": 1, "fee": "1"}}),
                "bme/unknown-escrow",
                &["deal", "a take opens one"],
            ),
            (
                market.clone(),
                Part::Bme,
                json!({"release": {"deal": id}}),
                "bme/unknown-escrow",
                &["deal", "a take opens one"],
            ),
            (
                market.clone(),
                Part::Bme,
                json!({"settle": {"deal": deal, "n": id}}),
                "bme/unknown-charge",
                &["commit", "ask the market"],
            ),
            (
                market.clone(),
                Part::Bme,
                json!({"refund": {"deal": id, "n": 1}}),
                "bme/unknown-charge",
                &["commit", "ask the market"],
            ),
            (
                anyone.clone(),
                Part::Bme,
                json!({"push": {"deal": deal, "n": id}}),
                "bme/unknown-charge",
                &["commit", "ask the market"],
            ),
            (
                anyone.clone(),
                Part::Audit,
                json!({"draw": {"deal": deal, "n": id, "openings": []}}),
                "audit/unknown-commit",
                &["commit", "the market has no"],
            ),
            (
                anyone.clone(),
                Part::Audit,
                json!({"resolve": {"deal": id, "n": 1}}),
                "audit/unknown-commit",
                &["commit", "the market has no"],
            ),
            (
                anyone.clone(),
                Part::Audit,
                json!({"add_beacon": {"network": 99, "round": id, "signature": ""}}),
                "audit/unknown-network",
                &["network", "there is no"],
            ),
        ];
        refuse(&mut scene, cases);
        scene.world.fund(&anyone, 1);
        let hook = Binary::from(json!({"bond": {"node": id}}).to_string().as_bytes());
        let refused = send_tokens(&mut scene.world, &anyone, Part::Bonds, 1, hook).unwrap_err();
        named(&refused, "bonds/unknown-node", &["node", "ask for nodes"], &id);
    }
    let sweep = json!({"sweep": {"class": 99, "limit": MOST, "bid": scene.client.bid(&scene.world, 1)}});
    let refused = scene.world.send(&client, Part::Market, &sweep).unwrap_err();
    named(&refused, "market/unknown-class", &["class", "there is no"], &"sweep");
    for (part, question, code) in [
        (Part::Market, json!({"model": {"model": 99}}), "market/unknown-model"),
        (Part::Market, json!({"class": {"class": 99}}), "market/unknown-class"),
        (Part::Market, json!({"offer": {"offer": 99}}), "market/unknown-offer"),
        (Part::Market, json!({"deal": {"deal": 99}}), "market/unknown-deal"),
        (Part::Market, json!({"commit": {"deal": 1, "n": 99}}), "market/unknown-commit"),
        (Part::Market, json!({"terms": {"version": 99}}), "market/unknown-terms"),
        (Part::Bme, json!({"escrow": {"deal": 99}}), "bme/unknown-escrow"),
        (Part::Bonds, json!({"node": {"node": 99}}), "bonds/unknown-node"),
        (Part::Bonds, json!({"stake": {"node": 99}}), "bonds/unknown-node"),
        (Part::Audit, json!({"audit": {"deal": 99, "n": 1}}), "audit/unknown-commit"),
    ] {
        let refused = scene.world.try_ask::<Value>(part, &question).unwrap_err();
        named(&refused, code, &["99"], &question);
    }
}

#[test]
fn lists_of_nothing_and_of_ten_thousand() {
    let mut scene = Scene::committed();
    let (client, owner, worker) =
        (scene.client.addr.clone(), scene.provider.owner.clone(), scene.provider.worker.clone());
    let (audit, node, deal) = (scene.world.part(Part::Audit), scene.provider.node, scene.taken.deal);
    scene.world.beacon(deal, 1);
    let take = taken(&scene);
    let ids: Vec<u64> = (1..=10_000).collect();
    let choices: Vec<Value> = ids.iter().map(|id| json!({"offer": id, "seq": 1})).collect();
    let names: Vec<String> = ids.iter().map(|id| format!("name {id}")).collect();
    let numbers: Vec<Value> = names.iter().map(|name| json!({"name": name, "value": {"number": 1}})).collect();
    let opening = serde_json::to_value(scene.work.open(&[Usd::new(1)], 1).remove(0)).unwrap();
    let openings = vec![opening; 10_000];
    let update = |field: &str, value: Value| json!({"update_node": {"node": node, (field): value}});
    let slash = json!({"slash": {"fault": "f", "node": node, "bps": 1, "harmed": null, "reporters": names}});
    let offers: &[&str] = &["offers", "from 1 to"];
    refuse(
        &mut scene,
        vec![
            (client.clone(), Part::Market, bent(&take, "/take/offers", json!([])), "hearth/length", offers),
            (client.clone(), Part::Market, bent(&take, "/take/offers", choices), "hearth/length", offers),
            (client.clone(), Part::Market, json!({"prune": {"offers": []}}), "hearth/length", offers),
            (client, Part::Market, json!({"prune": {"offers": ids}}), "hearth/length", offers),
            (
                worker.clone(),
                Part::Market,
                json!({"refresh": {"offers": [], "expires_at": 1}}),
                "hearth/length",
                offers,
            ),
            (
                worker.clone(),
                Part::Market,
                json!({"refresh": {"offers": ids, "expires_at": 1}}),
                "hearth/length",
                offers,
            ),
            (audit, Part::Bonds, slash, "hearth/length", &["reporters", "from 0 to 16"]),
            (
                owner.clone(),
                Part::Bonds,
                update("engines", json!(names)),
                "hearth/length",
                &["engines", "from 0 to 16"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                update("attributes", json!(numbers)),
                "hearth/length",
                &["attributes", "from 0 to 32"],
            ),
            (
                owner,
                Part::Bonds,
                update("attributes", json!([{"name": "n", "value": {"words": names}}])),
                "hearth/length",
                &["attributes.words", "from 0 to 16"],
            ),
            (
                worker.clone(),
                Part::Audit,
                json!({"draw": {"deal": deal, "n": 1, "openings": openings}}),
                "hearth/length",
                &["openings", "from 0 to 17"],
            ),
        ],
    );
    // A path is a list too: as long as a message can carry it leads nowhere, and is not walked.
    let mut long = scene.work.open(&[Usd::new(1)], 1).remove(0);
    long.path = vec![long.leaf.node(); 10_000];
    let draw = json!({"draw": {"deal": deal, "n": 1, "openings": [long]}});
    let refused = scene.world.send(&worker, Part::Audit, &draw).unwrap_err();
    named(&refused, "audit/opening-root", &["opening 0"], &"a path of ten thousand");
}

#[test]
fn texts_that_are_too_long_or_do_not_show() {
    let mut scene = Scene::open();
    let (curator, owner, stranger) =
        (scene.world.addr("curator"), scene.provider.owner.clone(), scene.world.addr("stranger"));
    let (audit, worker, node) = (scene.world.part(Part::Audit), scene.provider.worker.clone(), scene.provider.node);
    let long = "x".repeat(10_000);
    let update = |field: &str, value: Value| json!({"update_node": {"node": node, (field): value}});
    let digest = "11".repeat(32);
    let inference = |sampler: &str| json!({"add_class": {"product": {"inference": {"model": 1, "engine": "exact", "sampler": sampler, "tee": false, "weights": {"input": 1, "cached": 1}}}}});
    let time =
        |gpu: &str| json!({"add_class": {"product": {"time": {"gpu": gpu, "vram_gib": 1, "count": 1, "tee": false}}}});
    let slash =
        |fault: &str| json!({"slash": {"fault": fault, "node": node, "bps": 1, "harmed": null, "reporters": []}});
    scene.work.answer(10);
    let bearer =
        serde_json::to_value(scene.client.bearer(&scene.world, &scene.work, u128::MAX, scene.world.time() + 60))
            .unwrap();
    let bearer = bent(&bearer, "/bearer/nonce", Binary::new(vec![1; 10_000]).to_base64());
    let commit = json!({"commit": {"deal": scene.taken.deal, "n": 1, "totals": scene.work.totals,
        "root": scene.work.root(&scene.world), "proof": bearer}});
    refuse(
        &mut scene,
        vec![
            (
                stranger.clone(),
                Part::Bonds,
                json!({"introduce": {"name": long, "url": ""}}),
                "hearth/length",
                &["name", "from 1 to 64"],
            ),
            (
                stranger.clone(),
                Part::Bonds,
                json!({"introduce": {"name": "", "url": ""}}),
                "hearth/length",
                &["name", "from 1 to 64"],
            ),
            (
                stranger.clone(),
                Part::Bonds,
                json!({"introduce": {"name": "n", "url": long}}),
                "hearth/length",
                &["url", "from 0 to 256"],
            ),
            (
                stranger.clone(),
                Part::Bonds,
                json!({"introduce": {"name": "a\u{202e}b", "url": ""}}),
                "bonds/text",
                &["name", "printable"],
            ),
            (
                stranger,
                Part::Bonds,
                json!({"introduce": {"name": "n", "url": "a\n"}}),
                "bonds/text",
                &["url", "printable"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                update("endpoint", json!(format!("https://{long}"))),
                "hearth/length",
                &["endpoint", "from 8 to 256"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                update("endpoint", json!("https://nöde.example")),
                "bonds/endpoint",
                &["endpoint", "punycode"],
            ),
            (
                owner.clone(),
                Part::Bonds,
                update("engines", json!([long])),
                "hearth/length",
                &["engines", "from 1 to 64"],
            ),
            (owner.clone(), Part::Bonds, update("engines", json!([""])), "hearth/length", &["engines", "from 1 to 64"]),
            (
                owner.clone(),
                Part::Bonds,
                update("attributes", json!([{"name": long, "value": {"number": 1}}])),
                "hearth/length",
                &["attributes.name", "from 1 to 64"],
            ),
            (
                owner,
                Part::Bonds,
                update("sealing_key", json!("00".repeat(10_000))),
                "bonds/key",
                &["sealing_key", "32 bytes"],
            ),
            (audit.clone(), Part::Bonds, slash(&long), "hearth/length", &["fault", "from 1 to 128"]),
            (audit, Part::Bonds, slash(" f"), "bonds/text", &["fault", "printable"]),
            (
                curator.clone(),
                Part::Market,
                json!({"add_model": {"name": long, "digest": digest, "source": ""}}),
                "hearth/length",
                &["name", "from 1 to 128"],
            ),
            (
                curator.clone(),
                Part::Market,
                json!({"add_model": {"name": "m", "digest": digest, "source": long}}),
                "hearth/length",
                &["source", "from 0 to 256"],
            ),
            (curator.clone(), Part::Market, inference(&long), "hearth/length", &["sampler", "from 1 to 64"]),
            (curator.clone(), Part::Market, inference(""), "hearth/length", &["sampler", "from 1 to 64"]),
            (curator, Part::Market, time(&long), "hearth/length", &["gpu", "from 1 to 64"]),
            (worker, Part::Market, commit, "market/bearer", &["nonce", "32 bytes"]),
        ],
    );
}

#[test]
fn json_as_deep_as_a_message_can_carry_it() {
    let mut scene = Scene::open();
    let stranger = scene.world.addr("stranger");
    scene.world.fund(&stranger, 2);
    for open in ["[", "{\"a\":", "{\"deposit\":{\"for\":", "{\"bond\":{\"node\":["] {
        let hook = Binary::from(open.repeat(20_000).as_bytes());
        let refused = send_tokens(&mut scene.world, &stranger, Part::Bme, 1, hook.clone()).unwrap_err();
        named(&refused, "bme/hook", &["msg has to be", "deposit"], &open);
        let refused = send_tokens(&mut scene.world, &stranger, Part::Bonds, 1, hook).unwrap_err();
        named(&refused, "bonds/hook", &["msg has to be", "bond"], &open);
    }
}

#[test]
fn prices_of_no_use() {
    let mut scene = Scene::open();
    let source = scene.world.addr("source");
    scene.world.pass(100);
    let (now, half) = (scene.world.time(), DOLLAR / 2);
    let post = |price: &str, time: u64| json!({"price": {"price": price, "time": time}});
    let half = half.to_string();
    let client = scene.client.addr.clone();
    refuse(
        &mut scene,
        vec![
            (source.clone(), Part::Bme, post("0", now), "bme/price-zero", &["price", "above 0"]),
            (source.clone(), Part::Bme, post(&half, now + 1), "bme/price-future", &["time", "was observed"]),
            (source.clone(), Part::Bme, post(&half, u64::MAX), "bme/price-future", &["time", "was observed"]),
            (source.clone(), Part::Bme, post(&half, now - 301), "bme/price-old", &["time", "post a fresh price"]),
            (source.clone(), Part::Bme, post(&half, now - 100), "bme/price-not-rising", &["time", "observed later"]),
            (
                source.clone(),
                Part::Bme,
                post(&(DOLLAR + 1).to_string(), now),
                "bme/price-jump",
                &["price", "when that is stale"],
            ),
            (
                source.clone(),
                Part::Bme,
                post(&(DOLLAR / 4 - 1).to_string(), now),
                "bme/price-jump",
                &["price", "when that is stale"],
            ),
            (source.clone(), Part::Bme, post(MOST, now), "bme/price-jump", &["price", "when that is stale"]),
            (client, Part::Bme, post(&half, now), "bme/price-source", &["source", "the owner lists"]),
        ],
    );
    scene.world.send(&source, Part::Bme, &post(&half, now)).unwrap();
    refuse(&mut scene, vec![(source, Part::Bme, post(&half, now), "bme/price-twice", &["price", "a later one"])]);
}

#[test]
fn signatures_with_a_high_s() {
    let mut scene = Scene::unsigned();
    let (owner, worker, client) =
        (scene.provider.owner.clone(), scene.provider.worker.clone(), scene.client.addr.clone());
    let words: &[&str] = &["s is high", "low-S"];

    let fresh = Key::of("fresh");
    let digest = hearth_schema::sign::possession("hearth-rig-1", scene.world.at.of(Part::Bonds), owner.as_str());
    let add = bent(&node_added(&scene, &fresh), "/add_node/possession", json!(fresh.sign_high(&digest)));

    let receipt = scene.provider.receipt(&scene.world, &scene.work);
    let root = hearth_schema::digest::zero();
    let high =
        scene.provider.key.sign_high(&scene.work.scope(&scene.world).receipt(&receipt.leaf, &receipt.totals, &root));
    let contest = json!({"contest": {"deal": scene.taken.deal, "n": 1,
        "receipt": {"leaf": receipt.leaf, "totals": receipt.totals, "root": root, "signature": high}}});

    scene.work.answer(10);
    let (totals, root) = (scene.work.totals, scene.work.root(&scene.world));
    let voucher = scene.client.key.sign_high(&scene.work.scope(&scene.world).voucher(1, &totals, &root));
    let bearer =
        serde_json::to_value(scene.client.bearer(&scene.world, &scene.work, u128::MAX, scene.world.time() + 60))
            .unwrap();
    let signed: Signature = serde_json::from_value(bearer["bearer"]["signature"].clone()).unwrap();
    let bearer = bent(&bearer, "/bearer/signature", json!(twin(&signed)));
    let commit = |proof: Value| json!({"commit": {"deal": scene.taken.deal, "n": 2, "totals": totals, "root": root, "proof": proof}});
    let (by_voucher, by_bearer) = (commit(json!({"voucher": {"seq": 1, "signature": voucher}})), commit(bearer));
    refuse(
        &mut scene,
        vec![
            (owner, Part::Bonds, add, "bonds/possession", words),
            (client, Part::Market, contest, "market/signature", &["receipt", "s is high", "low-S"]),
            (worker.clone(), Part::Market, by_voucher, "market/session-signature", words),
            (worker, Part::Market, by_bearer, "market/session-signature", words),
        ],
    );
}

/// The other signature over the same bytes: s taken from the group's order.
fn twin(signature: &Signature) -> Signature {
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let order = cosmwasm_std::HexBinary::from_hex(order).unwrap();
    let mut bytes = signature.0.to_vec();
    let mut borrow = 0;
    for at in (0..32).rev() {
        let rest = i32::from(order[at]) - i32::from(bytes[32 + at]) - borrow;
        borrow = i32::from(rest < 0);
        bytes[32 + at] = (rest + 256 * borrow) as u8;
    }
    Signature(bytes.into())
}

#[test]
fn what_was_refused_so_often_has_changed_nothing() {
    let mut scene = Scene::open();
    let other = Provider::new(&mut scene.world, "olga", 0);
    let before =
        (scene.world.supply(), scene.world.balance(&scene.client.addr), scene.world.account(&scene.client.addr));
    for _ in 0..3 {
        other.place(&mut scene.world).unwrap_err();
        scene.client.withdraw(&mut scene.world, 100_000 * TOKEN).unwrap_err();
    }
    let after =
        (scene.world.supply(), scene.world.balance(&scene.client.addr), scene.world.account(&scene.client.addr));
    assert_eq!(before, after);
    scene.world.finish();
}
