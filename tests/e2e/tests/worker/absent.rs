//! A provider that never commits.

use std::time::Duration;

use hearth_schema::market::{ExecuteMsg, Reason};
use hearth_schema::unit::{DealId, Usd};
use hearth_wallet::Error;

use crate::client::{ask, chat};
use crate::scene::{DEPOSIT, Scene};

const CENT: u128 = 10_000_000_000;
/// Somebody who has nothing to do with any of it.
const STRANGER: usize = 8;

/// A stranger says that a deal's time is over.
fn expire(scene: &Scene, deal: DealId) -> Result<(), Error> {
    let suite = scene.world.suite();
    let message = suite.market().tell(&ExecuteMsg::Expire { deal }).unwrap();
    scene.world.run(async { scene.world.sender(STRANGER).send(&[message]).await.map(drop) })
}

#[test]
fn a_provider_that_never_commits_is_expired_by_anyone_and_its_client_has_every_unit() {
    let (mut scene, door) = Scene::open();
    let asked = ask(&chat("Where does Lena live?", 8));
    let deals = {
        let client = scene.client(51);
        let (session, job) = (client.take(None, Usd::new(90 * CENT)), client.take(asked.digest(), Usd::new(CENT)));
        // It answers, and is vouched for, and is gone before it has said so on chain.
        let served = client.ask(&door, session, &asked).served();
        assert_eq!(client.vouch(&door, session, &client.voucher(session, 1, &served)).status, 200);
        [session, job]
    };
    scene.daemon.kill();
    assert!(scene.free() < DEPOSIT);
    for deal in deals {
        assert_eq!(expire(&scene, deal).unwrap_err().code(), Some("market/not-yet"));
    }
    scene.world.pass(Duration::from_secs(90));
    for deal in deals {
        expire(&scene, deal).unwrap();
    }
    let client = scene.client(51);
    for deal in deals {
        assert_eq!((client.deal(deal).n, client.deal(deal).ended), (0, Some(Reason::Unused)));
    }
    scene.paid(0);
    let record = scene.world.run(async { scene.world.suite().market().record(scene.node).await.unwrap() });
    assert_eq!((record.opened, record.unused, record.passed), (2, 2, 0), "{record:?}");

    // Come back, it has nothing to claim there, and serves others.
    scene.world.push_price(hearth_e2e::world::PRICE);
    let door = scene.start();
    let client = scene.client(52);
    let late = client.ask(&door, deals[0], &ask(&chat("And now?", 8)));
    assert_eq!(late.status, 401, "{late:?}");
    let late = scene.client(51).ask(&door, deals[0], &ask(&chat("And now?", 8)));
    assert_eq!((late.status, &late.body["error"]["code"]), (402, &"deal_over".into()), "{late:?}");
    let next = client.take(asked.digest(), Usd::new(CENT));
    assert_eq!(client.ask(&door, next, &asked).status, 200);
    scene.committed(next, 1);
    scene.law_holds();
}
