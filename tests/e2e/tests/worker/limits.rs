//! What a worker risks, whom it believes, and what it does not start with.

use hearth_schema::market::ProofKind;
use hearth_schema::unit::{Seconds, Usd};

use crate::client::{ask, chat};
use crate::scene::{Scene, WORKER};

const CENT: Usd = Usd::new(10_000_000_000);

#[test]
fn a_client_that_vanishes_costs_its_worker_a_cent_and_no_more() {
    // A cent buys 50 tokens here.
    let (scene, door) = Scene::open_with(|setup| setup.price = "200usd");
    let client = scene.client(11);
    let deal = client.take(None, Usd::new(90 * CENT.u128()));
    let mut last = None;
    let refused = loop {
        let said = client.ask(&door, deal, &ask(&chat("Where does Lena live?", 12)));
        if said.status != 200 {
            break said;
        }
        last = Some(said.served());
    };
    assert_eq!((refused.status, &refused.body["error"]["code"]), (402, &"needs_voucher".into()), "{refused:?}");
    let served = last.unwrap();
    assert!(served.totals.spent <= CENT && client.standing(&door, deal).totals == served.totals);
    // The voucher for what was served opens the door again.
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 1, &served)).status, 200);
    assert_eq!(client.ask(&door, deal, &ask(&chat("Where does Lena live?", 12))).status, 200);
    scene.law_holds();
}

#[test]
fn an_openai_client_asks_by_a_bearer_token_and_the_worker_is_paid() {
    let (scene, door) = Scene::open();
    let client = scene.client(12);
    let deal = client.take(None, Usd::new(10 * CENT.u128()));
    let now = scene.world.run(async { scene.world.client().head().await.unwrap().time });
    let key = client.pass(deal, Usd::new(5 * CENT.u128()), Seconds(now.0 + 600));
    let body = chat("Where does Lena live?", 12);
    let without = client.openai(&door, None, &body);
    let garbage = client.openai(&door, Some("sk-nonsense"), &body);
    let expired = client.openai(&door, Some(&client.pass(deal, CENT, Seconds(now.0 - 1))), &body);
    let foreign = client.openai(&door, Some(&scene.client(13).pass(deal, CENT, Seconds(now.0 + 600))), &body);
    for refused in [&without, &garbage, &expired, &foreign] {
        assert_eq!((refused.status, &refused.body), (401, &without.body));
    }
    let served = client.openai(&door, Some(&key), &body).served();
    assert_eq!(served.request_salt.as_ref().map(|salt| salt.len()), Some(32));
    client.close(deal);
    scene.committed(deal, 1);
    let commit = scene.world.run(async { scene.world.suite().market().commit(deal, 1).await.unwrap().unwrap() });
    assert_eq!((commit.proof, commit.totals, commit.root), (ProofKind::Bearer, served.totals, served.root));
    scene.passed(deal, 1);
    scene.law_holds();
}

#[test]
fn an_endpoint_of_another_chain_ends_the_start_and_signs_nothing() {
    let mut scene = Scene::with(|setup| setup.chain_id = "hearth-2");
    let record = std::fs::read_to_string(&scene.world.record_path).unwrap();
    std::fs::write(&scene.world.record_path, record.replace("hearth-1", "hearth-2")).unwrap();
    let before = scene.world.sent(WORKER);
    scene.daemon.start(None);
    let said = scene.daemon.refused();
    assert!(said.contains("hearth-1") && said.contains("hearth-2"), "{said}");
    assert_eq!(scene.world.sent(WORKER), before);
}
