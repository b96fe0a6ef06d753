//! The chain away, many jobs at once, and a worker that is stopped while it has something to say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hearth_e2e::Proxy;
use hearth_e2e::proxy::Fate;
use hearth_schema::market::Reason;
use hearth_schema::unit::Usd;

use crate::client::{ask, chat};
use crate::daemon::until_or;
use crate::scene::Scene;

const CENT: Usd = Usd::new(10_000_000_000);

#[test]
fn a_worker_serves_on_while_the_chain_is_away_and_commits_when_it_is_back() {
    let away = Arc::new(AtomicBool::new(false));
    let seen = away.clone();
    let mut proxy = None;
    let (scene, door) = Scene::open_with(|setup| {
        let judge = move |_: usize, _: &str| match seen.load(Ordering::Relaxed) {
            true => Fate::Page("the node is away".to_owned()),
            false => Fate::Pass,
        };
        setup.rpc = proxy.insert(Proxy::start(&setup.rpc, judge)).url().to_owned();
    });
    let client = scene.client(21);
    let deal = client.take(None, Usd::new(10 * CENT.u128()));
    let first = client.ask(&door, deal, &ask(&chat("Where does Lena live?", 8))).served();
    away.store(true, Ordering::Relaxed);
    until_or(|| scene.daemon.log().contains("the chain cannot be read").then_some(()), || scene.daemon.log());
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 1, &first)).status, 200);
    let second = client.ask(&door, deal, &ask(&chat("And where does Paul live?", 8))).served();
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 2, &second)).status, 200);
    client.close(deal);
    away.store(false, Ordering::Relaxed);
    scene.committed(deal, 1);
    assert_eq!(client.deal(deal).totals, second.totals);
    scene.law_holds();
}

#[test]
fn many_jobs_at_once_are_each_committed_once() {
    let (scene, door) = Scene::open();
    let client = scene.client(22);
    let asked: Vec<_> = (0..12).map(|nth| ask(&chat(&format!("Who is number {nth}?"), 6))).collect();
    let deals: Vec<_> = asked.iter().map(|asked| client.take(asked.digest(), CENT)).collect();
    let bodies = deals.iter().zip(&asked).map(|(deal, asked)| {
        let url = format!("{door}/hearth/v1/deals/{deal}/requests");
        (url, serde_json::to_vec(&client.seal(*deal, asked)).unwrap())
    });
    let statuses: Vec<u16> = scene.world.run(async {
        let http = reqwest::Client::new();
        let begun: Vec<_> = bodies
            .map(|(url, body)| {
                let request = http.post(url).header("content-type", "application/json").body(body);
                tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for answer in begun {
            statuses.push(answer.await.unwrap());
        }
        statuses
    });
    assert_eq!(statuses, vec![200; deals.len()]);
    for deal in deals {
        scene.committed(deal, 1);
        let deal = client.deal(deal);
        assert_eq!((deal.n, deal.totals.count, deal.ended), (1, 1, Some(Reason::Done)));
    }
    scene.law_holds();
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
