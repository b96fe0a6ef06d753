//! A price that goes stale between a take and its commit.

use std::time::Duration;

use hearth_e2e::wait::until_or;
use hearth_e2e::world::PRICE;
use hearth_schema::bme::Charge;
use hearth_schema::door::Served;
use hearth_schema::unit::{DealId, TokenPrice, Usd};

use crate::client::{ask, chat};
use crate::scene::{DEPOSIT, Scene, tokens};

const CENT: Usd = Usd::new(10_000_000_000);
/// A dollar.
const OTHER: TokenPrice = TokenPrice::new(1_000_000_000_000);

/// A job that is taken while the price is fresh and committed when it is stale: nothing is charged.
fn committed_while_stale(scene: &Scene, door: &str, session: u8) -> (DealId, Served) {
    // A price is fresh for 300 s, and a first commit due in 60 s.
    scene.world.pass(Duration::from_secs(260));
    let client = scene.client(session);
    let asked = ask(&chat("Where does Lena live?", 12));
    let deal = client.take(asked.digest(), CENT);
    scene.world.pass(Duration::from_secs(45));
    let refused = client.try_take(asked.digest(), CENT).unwrap_err();
    assert_eq!(refused.code(), Some("market/price-stale"), "{refused}");
    let held = scene.free();
    let served = client.ask(door, deal, &asked).served();
    assert_eq!(client.vouch(door, deal, &client.voucher(deal, 1, &served)).status, 200);
    scene.committed(deal, 1);
    let pending = scene.world.run(async { scene.world.suite().bme().pending(deal, 1).await.unwrap().unwrap() });
    assert_eq!(pending.fee, served.totals.spent);
    assert!(matches!(pending.charge, Charge::Waiting { last: PRICE, .. }), "{pending:?}");
    assert_eq!((scene.law().pending.u128(), scene.free()), (0, held), "nothing is charged, and nothing given back");
    (deal, served)
}

/// Lets the round and the window pass; the worker would resolve, and the charge waits.
fn drawn(scene: &Scene, deal: DealId) {
    let suite = scene.world.suite();
    let standing = || scene.world.run(async { suite.audit().standing(deal, 1).await.unwrap() });
    scene.world.pass(Duration::from_secs(10));
    until_or(|| standing().drawn, || format!("no draw: {}", scene.daemon.log()));
    scene.world.pass(Duration::from_secs(25));
    let refused = format!("deal={deal} n=1 error=");
    let waits = |line: &str| line.contains("price-awaited") && line.contains(&refused);
    until_or(|| scene.daemon.log().lines().any(waits).then_some(()), || scene.daemon.log());
    assert_eq!(verdict(scene, deal), None);
}

fn verdict(scene: &Scene, deal: DealId) -> Option<hearth_schema::audit::Verdict> {
    scene.world.run(async { scene.world.suite().market().commit(deal, 1).await.unwrap().unwrap() }).verdict
}

#[test]
fn a_commit_at_a_stale_price_is_charged_at_the_next_one_or_after_a_day_at_the_last() {
    if hearth_e2e::elsewhere("a day passes") {
        return;
    }
    let (scene, door) = Scene::open();
    let (deal, first) = committed_while_stale(&scene, &door, 41);
    drawn(&scene, deal);
    scene.world.push_price(OTHER);
    until_or(|| verdict(&scene, deal), || scene.daemon.log());
    let burned = tokens(first.totals.spent, OTHER);
    scene.paid(burned);

    // The price never comes back: after a day the last one serves, whatever comes then.
    scene.world.push_price(PRICE);
    let (deal, second) = committed_while_stale(&scene, &door, 42);
    drawn(&scene, deal);
    scene.world.devnet().mine(25, Duration::from_secs(3_600)).unwrap();
    until_or(|| verdict(&scene, deal), || scene.daemon.log());
    scene.paid(burned + tokens(second.totals.spent, PRICE));
    assert!(scene.free() < DEPOSIT);
}
