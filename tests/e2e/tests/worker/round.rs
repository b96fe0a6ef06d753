//! One job, and one session, all the way round.

use hearth_schema::market::Reason;
use hearth_schema::sign;
use hearth_schema::unit::Usd;
use hearth_wallet::verify::verify;

use crate::client::{ask, chat};
use crate::scene::{Scene, tokens};

const CENT: Usd = Usd::new(10_000_000_000);

#[test]
fn a_job_is_served_committed_drawn_resolved_and_claimed() {
    let (mut scene, door) = Scene::open();
    let client = scene.client(3);
    let asked = ask(&chat("Where does Lena live?", 40));
    let deal = client.take(asked.digest(), CENT);
    let said = client.ask(&door, deal, &asked);
    let served = said.served();
    assert!(!said.text().is_empty());
    let salt = served.salt.to_array().unwrap();
    assert_eq!(served.leaf.output, sign::output(&salt, &served.tokens));
    assert_eq!(served.leaf.request, asked.digest().unwrap());
    assert_eq!(served.leaf.counts.output, served.tokens.len() as u64);
    let on_chain = client.deal(deal);
    let market = &scene.world.record.addresses.market;
    let scope = sign::Scope { chain: "hearth-1", market, deal };
    let receipt = scope.receipt(&served.leaf.hash(), &served.totals, &served.root);
    verify(&on_chain.worker_key, &receipt, &served.signature).unwrap();
    assert_eq!(client.vouch(&door, deal, &client.voucher(deal, 1, &served)).status, 200);
    scene.committed(deal, 1);
    let before = scene.earned();
    let committed = client.deal(deal);
    assert_eq!((committed.totals, committed.ended), (served.totals, Some(Reason::Done)));
    scene.passed(deal, 1);
    hearth_e2e::wait::until_or(|| (scene.earned() > before).then_some(()), || scene.daemon.log());
    scene.law_holds();
    assert!(scene.daemon.stop(), "{}", scene.daemon.log());
    let log = scene.daemon.log();
    assert!(!log.contains("correct horse"), "{log}");
}

#[test]
fn a_session_of_two_hundred_requests_takes_two_transactions_of_the_client() {
    let (scene, door) = Scene::open();
    let client = scene.client(4);
    let deal = client.take(None, Usd::new(100 * CENT.u128()));
    let mut seq = 0;
    let mut last = None;
    for turn in 0..200 {
        let said = client.ask(&door, deal, &ask(&chat(&format!("Question {turn}?"), 2)));
        let served = said.served();
        assert_eq!(served.leaf.index, turn);
        seq += 1;
        let vouched = client.vouch(&door, deal, &client.voucher(deal, seq, &served));
        assert_eq!(vouched.status, 200, "{vouched:?}");
        last = Some(served);
    }
    let last = last.unwrap();
    let standing = client.standing(&door, deal);
    assert_eq!((standing.totals, standing.vouched, standing.commits), (last.totals, last.totals, 0));
    client.close(deal);
    scene.committed(deal, 1);
    scene.ended(deal);
    let ended = client.deal(deal);
    assert_eq!((ended.totals, ended.n), (last.totals, 1));
    scene.passed(deal, 1);
    scene.paid(tokens(last.totals.spent, hearth_e2e::world::PRICE));
}
