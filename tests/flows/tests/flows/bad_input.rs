//! Input that nobody means: each is refused by a text that names what was wrong, and the ledger shows that nothing moved.

use cosmwasm_std::{Binary, WasmMsg, coins};
use hearth_rig::actor::send_tokens;
use hearth_rig::world::{COIN, COINS, Refused};
use hearth_schema::deploy::Part;
use hearth_schema::unit::Usd;
use serde_json::{Value, json};

use crate::scene::Scene;

const PARTS: [Part; 4] = [Part::Bme, Part::Bonds, Part::Market, Part::Audit];

fn say(scene: &mut Scene, part: Part, bytes: &[u8]) -> Refused {
    let contract_addr = scene.world.at.of(part).to_owned();
    let stranger = scene.world.addr("stranger");
    let msg = WasmMsg::Execute { contract_addr, msg: Binary::from(bytes), funds: vec![] };
    scene.world.dispatch(&stranger, msg).unwrap_err()
}

#[test]
fn bytes_that_are_no_message_are_refused() {
    let mut scene = Scene::open();
    for part in PARTS {
        for bytes in [&b""[..], b"{", b"null", b"[]", b"{\"unknown\":{}}", b"\xff\xfe", b"{\"own\":{}}"] {
            say(&mut scene, part, bytes);
        }
    }
}

#[test]
fn deep_json_is_refused_and_not_followed() {
    let mut scene = Scene::open();
    let deep = format!("{}{}", "{\"own\":".repeat(10_000), "}".repeat(10_000));
    let list = format!("{{\"prune\":{{\"offers\":{}}}}}", "[".repeat(100_000));
    for part in PARTS {
        say(&mut scene, part, deep.as_bytes());
        say(&mut scene, part, list.as_bytes());
    }
    let stranger = scene.world.addr("stranger");
    scene.world.fund(&stranger, 10);
    let hook = Binary::from(format!("{{\"deposit\":{}", "[".repeat(100_000)).as_bytes());
    let refused = send_tokens(&mut scene.world, &stranger, Part::Bme, 1, hook).unwrap_err();
    assert_eq!(refused.code, "bme/hook");
}

#[test]
fn a_misspelt_field_is_refused_by_its_name() {
    let mut scene = Scene::open();
    let claim = json!({"claim": {"acount": scene.provider.owner, "asset": "token"}});
    let refused = say(&mut scene, Part::Bme, claim.to_string().as_bytes());
    assert!(refused.text.contains("acount"), "{}", refused.text);
}

#[test]
fn numbers_beyond_their_type_are_refused() {
    let mut scene = Scene::open();
    let beyond = "340282366920938463463374607431768211456";
    let withdraw = |amount: Value| json!({"withdraw": {"asset": "token", "amount": amount}}).to_string();
    for amount in [json!(beyond), json!("-1"), json!("1.5"), json!(""), json!(1), json!("0x10"), json!(null)] {
        say(&mut scene, Part::Bme, withdraw(amount).as_bytes());
    }
    let expire = "{\"expire\":{\"deal\":18446744073709551616}}";
    say(&mut scene, Part::Market, expire.as_bytes());
}

#[test]
fn coins_are_refused_by_every_message_and_stay_with_their_sender() {
    let mut scene = Scene::open();
    let faucet = scene.world.addr("faucet");
    for part in PARTS {
        let msg = json!({"own": {"accept_owner": {}}});
        let refused = scene.world.send_with(&faucet, part, &msg, &coins(5, COIN)).unwrap_err();
        assert_eq!(refused.code, "hearth/funds");
        assert!(refused.text.contains(COIN), "{}", refused.text);
    }
    assert_eq!(scene.world.chain.balance(&faucet, COIN), COINS);
}

#[test]
fn tokens_that_come_without_a_message_are_surplus_and_break_no_law() {
    let mut scene = Scene::committed();
    let (bme, bonds) = (scene.world.part(Part::Bme), scene.world.part(Part::Bonds));
    scene.world.fund(&bme, 7);
    scene.world.fund(&bonds, 9);
    let law: hearth_schema::bme::Law = scene.world.ask(Part::Bme, &hearth_schema::bme::QueryMsg::Law {});
    assert_eq!((law.surplus.u128(), law.difference), (7, 0));
    let law: hearth_schema::bonds::Law = scene.world.ask(Part::Bonds, &hearth_schema::bonds::QueryMsg::Law {});
    assert_eq!(law.surplus.u128(), 9);
    scene.world.finish();
}

#[test]
fn a_users_own_burn_breaks_no_law() {
    let mut scene = Scene::committed();
    let faucet = scene.world.addr("faucet");
    scene.world.send(&faucet, Part::Token, &json!({"burn": {"amount": "123"}})).unwrap();
    scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap();
    scene.provider.claim(&mut scene.world).unwrap();
    scene.world.finish();
}

#[test]
fn dust_is_charged_to_the_unit_and_nothing_is_left_over() {
    let mut scene = Scene::open();
    let mut bid = scene.client.bid(&scene.world, 1);
    bid.max_spend = Usd::new(1);
    let taken = scene.client.take(&mut scene.world, &scene.offer, bid).unwrap();
    scene.world.pass(900);
    scene.world.expire(taken.deal).unwrap();
    scene.world.expire(scene.taken.deal).unwrap();
    scene.world.finish();
}
