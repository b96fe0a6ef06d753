//! Many at once: jobs over two providers, and clients that take what they can and vanish.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_e2e::wait::until_or;
use hearth_schema::audit::Verdict;
use hearth_schema::market::Reason;
use hearth_schema::unit::{DealId, NodeId, TokenAmount, Usd};
use hearth_wallet::Sender;
use hearth_wallet::key::SecretKey;
use serde_json::json;

use crate::client::{Client, ask, chat};
use crate::scene::{DEPOSIT, Scene, tokens};

const CENT: Usd = Usd::new(10_000_000_000);

#[test]
fn fifty_jobs_at_once_over_two_providers_are_each_committed_once_final_and_paid() {
    let (scene, first) = Scene::open();
    let (neighbour, second, other) = scene.neighbour(|setup| setup.price = "3usd");
    scene.offered(2);
    let doors = BTreeMap::from([(scene.node, first), (other, second)]);
    let client = scene.client(22);
    let asked: Vec<_> = (0..50).map(|nth| ask(&chat(&format!("Who is number {nth}?"), 6))).collect();
    let deals: Vec<DealId> = asked.iter().map(|asked| client.take(asked.digest(), CENT)).collect();
    let nodes: Vec<NodeId> = deals.iter().map(|deal| client.deal(*deal).node).collect();
    // The cheaper one is full after 30.
    assert_eq!(nodes.iter().filter(|node| **node == scene.node).count(), 30);
    let asking: Vec<_> = (0..deals.len())
        .map(|nth| Client { node: nodes[nth], ..scene.client(22) }.begin(&doors[&nodes[nth]], deals[nth], &asked[nth]))
        .collect();
    let served: Vec<_> = asking.into_iter().map(|asking| scene.world.run(asking).unwrap().served()).collect();
    for (deal, served) in deals.iter().zip(&served) {
        scene.committed(*deal, 1);
        let deal = client.deal(*deal);
        assert_eq!((deal.n, deal.totals, deal.ended), (1, served.totals, Some(Reason::Done)));
    }
    let logs = || format!("{}\n{}", scene.daemon.log(), neighbour.log());
    let suite = scene.world.suite();
    scene.world.pass(Duration::from_secs(10));
    for deal in &deals {
        let drawn = || scene.world.run(async { suite.audit().standing(*deal, 1).await.unwrap() }).drawn;
        until_or(drawn, || format!("no draw of {deal}: {}", logs()));
    }
    scene.world.pass(Duration::from_secs(25));
    for deal in &deals {
        let verdict = || scene.world.run(async { suite.market().commit(*deal, 1).await.unwrap().unwrap() }).verdict;
        assert_eq!(until_or(verdict, || format!("{deal} is not final: {}", logs())), Verdict::Pass);
    }
    let burned = served.iter().map(|served| tokens(served.totals.spent, hearth_e2e::world::PRICE)).sum();
    scene.paid(burned);
    for (node, count) in [(scene.node, 30), (other, 20)] {
        let record = scene.world.run(async { scene.world.suite().market().record(node).await.unwrap() });
        assert_eq!((record.opened, record.done, record.passed), (count, count, count), "{record:?}");
    }
    // All that is owed to the providers is claimed: what is left is the audit pool's and the treasury's.
    let claimed = || {
        let law = scene.law();
        (law.minted.u128() * 100 >= burned * 91).then_some(())
    };
    until_or(claimed, logs);
    scene.law_holds();
}

/// How many clients vanish: 20 in CI, and as many as HEARTH_STRANGERS says elsewhere.
fn strangers() -> u32 {
    std::env::var("HEARTH_STRANGERS").ok().and_then(|count| count.parse().ok()).unwrap_or(20)
}

/// A fresh account with coins for gas, and this much in the market.
fn stranger(scene: &Scene, nth: u32) -> Client<'_> {
    let mut secret = [9; 32];
    secret[..4].copy_from_slice(&nth.to_be_bytes());
    let key = SecretKey::from_bytes(&secret).unwrap();
    let sender = Sender::new(scene.world.client(), std::sync::Arc::new(key.clone())).unwrap();
    let give = json!({ "jsonrpc": "2.0", "id": 1, "method": "dev_give",
        "params": { "address": sender.address(), "amount": "1000000" } });
    let rpc = scene.world.host.rpc();
    scene.world.run(async { reqwest::Client::new().post(rpc).json(&give).send().await.unwrap() });
    Client { sender, session: key, ..scene.client(1) }
}

/// Takes what it gets without a voucher, with several requests at once, until it gets no more.
fn takes_all(client: &Client<'_>, door: &str, deal: DealId) {
    loop {
        let asked = |nth: u32| client.begin(door, deal, &ask(&chat(&format!("Where does Lena live, {nth}?"), 12)));
        let asking: Vec<_> = (0..3).map(asked).collect();
        let statuses: Vec<u16> = asking.into_iter().map(|asking| client.world.run(asking).unwrap().status).collect();
        assert!(statuses.iter().all(|status| [200, 402, 429].contains(status)), "{statuses:?}");
        if statuses.iter().all(|status| *status == 402) {
            return;
        }
    }
}

#[test]
fn clients_that_vanish_cost_their_worker_a_cent_each_however_many_and_fresh_they_are() {
    if hearth_e2e::elsewhere("twenty deals are opened and asked within a minute") {
        return;
    }
    // A cent buys 50 tokens here.
    let (scene, door) = Scene::open_with(|setup| setup.price = "200usd");
    let mut lost = Usd::ZERO;
    let all = strangers();
    let clients: Vec<Client<'_>> = (0..all).map(|nth| stranger(&scene, nth)).collect();
    let suite = scene.world.suite();
    for together in clients.chunks(20) {
        let money = |client: &Client<'_>| {
            let account = Some(client.sender.address().to_owned());
            suite.token().deposit(account, TokenAmount::new(1_000_000)).unwrap()
        };
        let money: Vec<_> = together.iter().map(money).collect();
        scene.world.run(async { scene.world.sender(0).send(&money).await.unwrap() });
        let deals: Vec<_> = together.iter().map(|client| client.take(None, Usd::new(10 * CENT.u128()))).collect();
        for (client, deal) in together.iter().zip(&deals) {
            takes_all(client, &door, *deal);
            let standing = client.standing(&door, *deal);
            assert!(standing.totals.spent <= CENT && standing.vouched.count == 0, "{standing:?}");
            assert!(!standing.totals.spent.is_zero());
            lost = lost.plus(standing.totals.spent).unwrap();
        }
        // They are gone: their deals run out, and the worker ends them.
        scene.world.pass(Duration::from_secs(90));
        scene.world.push_price(hearth_e2e::world::PRICE);
        for deal in &deals {
            assert_eq!(scene.ended(*deal), Reason::Unused);
        }
    }
    assert!(lost.u128() <= u128::from(all) * CENT.u128(), "{lost}");
    let law = scene.law();
    assert_eq!((law.escrows.u128(), law.burned.u128()), (0, 0), "{law:?}");
    assert_eq!(law.accounts.u128(), DEPOSIT + u128::from(all) * 1_000_000, "each has every unit");
    scene.law_holds();
    // And one that pays is served.
    let client = scene.client(60);
    let asked = ask(&chat("Where does Lena live?", 8));
    let deal = client.take(asked.digest(), CENT);
    let served = client.ask(&door, deal, &asked).served();
    scene.committed(deal, 1);
    scene.passed(deal, 1);
    assert_eq!(client.deal(deal).totals, served.totals);
}
