//! The chain away, coins gone, and a worker that is stopped while it has something to say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hearth_e2e::Proxy;
use hearth_e2e::proxy::Fate;
use hearth_e2e::wait::until_or;
use hearth_schema::unit::Usd;

use hearth_wallet::tx::Message;

use crate::client::{ask, chat};
use crate::scene::{Scene, tokens};

const CENT: Usd = Usd::new(10_000_000_000);

/// For how long the chain is away: 3 s in CI, and as long as HEARTH_AWAY says elsewhere.
fn away() -> Duration {
    Duration::from_secs(std::env::var("HEARTH_AWAY").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(3))
}

#[test]
fn a_worker_serves_on_while_the_chain_is_away_and_commits_when_it_is_back() {
    let is_away = Arc::new(AtomicBool::new(false));
    let missed = Arc::new(AtomicUsize::new(0));
    let (seen, miss) = (is_away.clone(), missed.clone());
    let mut proxy = None;
    let (scene, door) = Scene::open_with(|setup| {
        let judge = move |_: usize, _: &str| match seen.load(Ordering::Relaxed) {
            true => {
                miss.fetch_add(1, Ordering::Relaxed);
                Fate::Page("the node is away".to_owned())
            }
            false => Fate::Pass,
        };
        setup.rpcs = vec![proxy.insert(Proxy::start(&setup.rpcs[0], judge)).url().to_owned()];
    });
    let client = scene.client(21);
    let deal = client.take(None, Usd::new(10 * CENT.u128()));
    let mut last = client.ask(&door, deal, &ask(&chat("Where does Lena live?", 8))).served();
    let begun = Instant::now();
    is_away.store(true, Ordering::Relaxed);
    until_or(|| scene.daemon.log().contains("the chain cannot be read").then_some(()), || scene.daemon.log());
    assert!(scene.unready(&door).contains("the chain cannot be read"));
    let mut seq = 0;
    while seq < 2 || begun.elapsed() < away() {
        seq += 1;
        assert_eq!(client.vouch(&door, deal, &client.voucher(deal, seq, &last)).status, 200);
        last = client.ask(&door, deal, &ask(&chat(&format!("And where does Paul live, {seq}?"), 8))).served();
        // The next is asked when the worker has looked for its chain again.
        let before = missed.load(Ordering::Relaxed);
        until_or(|| (missed.load(Ordering::Relaxed) > before).then_some(()), || scene.daemon.log());
    }
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, seq + 1, &last)).status, 200);
    client.close(deal);
    is_away.store(false, Ordering::Relaxed);
    scene.committed(deal, 1);
    scene.ended(deal);
    assert_eq!((client.deal(deal).n, client.deal(deal).totals), (1, last.totals));
    scene.passed(deal, 1);
    scene.paid(tokens(last.totals.spent, hearth_e2e::world::PRICE));
}

#[test]
fn a_worker_without_coins_for_gas_says_so_within_half_a_minute() {
    let (scene, door) = Scene::open();
    assert_eq!(scene.unready(&door), "");
    let worker = scene.world.sender(crate::scene::WORKER);
    let held = scene.world.run(worker.client().balance(worker.address(), "ucosm")).unwrap();
    let away =
        Message::Pay { to: scene.world.account(0).address.clone(), amount: held - 50_000, denom: "ucosm".into() };
    let begun = Instant::now();
    scene.world.run(worker.send(&[away])).unwrap();
    let says = || scene.unready(&door).contains("gas coins: wasm1").then_some(());
    until_or(says, || scene.daemon.log());
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_worker_that_is_stopped_takes_its_offer_back_and_commits_what_is_vouched_for() {
    let (mut scene, door) = Scene::open();
    let (deal, served) = {
        let client = scene.client(23);
        let deal = client.take(None, Usd::new(10 * CENT.u128()));
        let served = client.ask(&door, deal, &ask(&chat("Where does Lena live?", 8))).served();
        assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 1, &served)).status, 200);
        (deal, served)
    };
    assert!(scene.daemon.stop(), "{}", scene.daemon.log());
    let client = scene.client(23);
    assert_eq!((client.deal(deal).n, client.deal(deal).totals), (1, served.totals));
    let suite = scene.world.suite();
    let offers = scene.world.run(async { suite.market().offers(scene.node).await.unwrap() });
    assert!(offers.is_empty(), "{offers:?}");
    scene.law_holds();
}
