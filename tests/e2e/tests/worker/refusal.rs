//! Strangers, liars, and requests that say no more than they may.

use hearth_schema::door::{Ask, Voucher};
use hearth_schema::leaf::Totals;
use hearth_schema::unit::{DealId, Seconds, Usd};

use crate::client::{ask, chat};
use crate::scene::Scene;

const CENT: Usd = Usd::new(10_000_000_000);

#[test]
fn the_door_refuses_what_it_should_and_loses_nothing() {
    let (scene, door) = Scene::open();
    let client = scene.client(5);
    let deal = client.take(None, Usd::new(50 * CENT.u128()));
    let first = ask(&chat("Where does Lena live?", 12));

    // A stranger – another key – and a deal that nobody has hear the same.
    let stranger = scene.client(6);
    let refused = stranger.ask(&door, deal, &first);
    let nowhere = client.ask(&door, DealId(9_999), &first);
    assert_eq!((refused.status, &refused.body), (401, &nowhere.body));
    assert_eq!(nowhere.status, 401);

    // The same ticket gets the same answer and the same receipt.
    let said = client.ask(&door, deal, &first);
    let again = client.ask(&door, deal, &first);
    assert_eq!(said.served(), again.served());
    assert_eq!(said.text(), again.text());
    let served = said.served();

    // A request that does not match its ticket's digest.
    let mut sealed = client.seal(deal, &ask(&chat("Another?", 8)));
    sealed.sealed = client.seal(deal, &ask(&chat("A third?", 8))).sealed;
    let url = format!("{door}/hearth/v1/deals/{deal}/requests");
    assert_eq!(client.post(&url, serde_json::to_vec(&sealed).unwrap()).status, 400);
    assert_eq!(client.post(&url, b"{ broken".to_vec()).status, 400);

    // What the class, the model or the body does not allow.
    let code = |body: &str| {
        let said = client.ask(&door, deal, &ask(body));
        (said.status, said.body["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let hot = chat("Hot?", 8).replace("\"temperature\":0", "\"temperature\":99");
    assert_eq!(code(&hot).0, 400);
    assert_eq!(code(&chat("Who?", 8).replace("hearth-tiny", "gpt-4")), (404, "model_not_found".into()));
    assert_eq!(code("{\"model\": ").0, 400);
    assert_eq!(code(&chat(&"word ".repeat(3_000), 8)), (400, "context_length_exceeded".into()));

    // Ten megabytes: in the clear, and sealed.
    let long = "word ".repeat(2_000_000);
    let now = scene.world.run(async { scene.world.client().head().await.unwrap().time });
    let key = client.pass(deal, CENT, Seconds(now.0 + 600));
    let mut sealed = client.seal(deal, &first);
    sealed.sealed = long.clone().into_bytes().into();
    for said in
        [client.openai(&door, Some(&key), &chat(&long, 8)), client.post(&url, serde_json::to_vec(&sealed).unwrap())]
    {
        assert_eq!((said.status, &said.body["error"]["code"]), (413, &"body_too_large".into()), "{said:?}");
        let told = said.body["error"]["message"].as_str().unwrap();
        assert!(told.contains("8388608 bytes") && told.contains("send a shorter prompt"), "{told}");
    }

    // A voucher over what was never served, one by another key, and an honest one.
    let honest = client.voucher(deal, 1, &served);
    let lie = Totals { spent: Usd::new(1), ..served.totals };
    let lied = client.voucher(deal, 2, &hearth_schema::door::Served { totals: lie, ..served.clone() });
    assert_eq!(client.vouch(&door, deal, &lied).status, 409);
    let theirs = Voucher { signature: stranger.voucher(deal, 1, &served).signature, ..honest };
    assert_eq!(client.vouch(&door, deal, &theirs).status, 401);
    assert_eq!(client.vouch(&door, deal, &honest).status, 200);
    let standing = client.standing(&door, deal);
    assert_eq!((standing.totals, standing.vouched, standing.seq), (served.totals, served.totals, 1));
    scene.law_holds();
}

#[test]
fn a_job_deal_answers_its_one_request_and_no_other() {
    let (scene, door) = Scene::open();
    let client = scene.client(7);
    let taken = ask(&chat("Where does Lena live?", 8));
    let deal = client.take(taken.digest(), CENT);
    let other: Ask = ask(&chat("Something else?", 8));
    assert_eq!(client.ask(&door, deal, &other).status, 409);
    assert_eq!(client.ask(&door, deal, &taken).status, 200);
}
