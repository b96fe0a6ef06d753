//! Each clock, run out: what anyone may then do, and that nobody could a second before.

use hearth_rig::actor::{Client, Provider, Work};
use hearth_rig::world::{DOLLAR, TOKEN};
use hearth_schema::audit::{Cause, Verdict};
use hearth_schema::bme::{self, ExecuteMsg as Bme};
use hearth_schema::bonds::{self, ExecuteMsg as Bonds};
use hearth_schema::deploy::Part;
use hearth_schema::market::{self, ExecuteMsg as Market, Kind, Proof, Reason};
use hearth_schema::unit::Usd;

use crate::scene::Scene;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

#[test]
fn a_deal_without_a_commit_is_unused_after_a_quarter_of_an_hour() {
    let mut scene = Scene::open();
    scene.world.pass(899);
    assert_eq!(scene.world.expire(scene.taken.deal).unwrap_err().code, "market/not-yet");
    scene.world.pass(1);
    assert_eq!(scene.world.expire(scene.taken.deal).unwrap().reason, Reason::Unused);
    assert_eq!(scene.world.account(&scene.client.addr), 1_000 * TOKEN);
    assert_eq!(scene.at_risk(), Usd::ZERO);
    scene.world.finish();
}

#[test]
fn a_halted_chain_runs_no_clock_out() {
    let mut scene = Scene::open();
    scene.world.leap(10 * HOUR, 1);
    assert_eq!(scene.world.expire(scene.taken.deal).unwrap_err().code, "market/not-yet");
    scene.work.earn(1);
    scene.commit_voucher(1).unwrap();
}

#[test]
fn a_life_is_over_an_hour_after_its_end() {
    let mut scene = Scene::committed();
    scene.world.pass(DAY + HOUR - 1);
    assert_eq!(scene.world.expire(scene.taken.deal).unwrap_err().code, "market/not-yet");
    scene.world.pass(1);
    scene.work.earn(1);
    assert_eq!(scene.commit_voucher(2).unwrap_err().code, "market/too-late");
    assert_eq!(scene.world.expire(scene.taken.deal).unwrap().reason, Reason::Expired);
    let (anyone, deal) = (scene.world.addr("anyone"), scene.taken.deal);
    let again = scene.world.send(&anyone, Part::Market, &Market::Expire { deal }).unwrap();
    assert!(again.iter().all(|event| event.ty != "wasm-market_ended"), "a repeat succeeds and changes nothing");
    scene.world.finish();
}

#[test]
fn a_closed_deal_takes_its_last_commit_for_an_hour() {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    scene.client.close(&mut scene.world, deal).unwrap();
    scene.world.pass(HOUR - 1);
    scene.work.earn(1);
    scene.commit_voucher(2).unwrap();
    assert_eq!(scene.world.expire(deal).unwrap_err().code, "market/not-yet");
    scene.world.pass(1);
    assert_eq!(scene.world.expire(deal).unwrap().reason, Reason::Closed);
    scene.world.finish();
}

#[test]
fn a_deal_that_its_client_closed_is_not_counted_against_the_node_that_ends_it() {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    scene.client.close(&mut scene.world, deal).unwrap();
    assert_eq!(scene.provider.leave(&mut scene.world, deal).unwrap().reason, Reason::Closed);

    let mut silent = Scene::open();
    silent.client.close(&mut silent.world, silent.taken.deal).unwrap();
    let ended = silent.provider.leave(&mut silent.world, silent.taken.deal).unwrap();
    assert_eq!(ended.reason, Reason::Left, "a node that never committed leaves, whoever closed first");
    scene.world.finish();
    silent.world.finish();
}

#[test]
fn a_commit_that_nobody_draws_is_refunded_after_a_day() {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    scene.world.beacon(deal, 1);
    scene.world.pass(DAY - 1);
    assert_eq!(scene.world.resolve(deal, 1).unwrap_err().code, "audit/too-early");
    scene.world.pass(1);
    let resolved = scene.world.resolve(deal, 1).unwrap();
    assert_eq!((resolved.verdict, resolved.cause), (Verdict::Fail, Some(Cause::Withheld)));
    scene.provider.leave(&mut scene.world, deal).unwrap();
    assert_eq!(scene.world.account(&scene.client.addr), 1_000 * TOKEN);
    scene.world.finish();
}

#[test]
fn a_commit_without_a_beacon_is_refunded_after_seven_days() {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    scene.world.pass(7 * DAY - 1);
    assert_eq!(scene.world.resolve(deal, 1).unwrap_err().code, "audit/too-early");
    scene.world.pass(1);
    let resolved = scene.world.resolve(deal, 1).unwrap();
    assert_eq!((resolved.verdict, resolved.cause), (Verdict::Fail, Some(Cause::NoBeacon)));
    scene.world.expire(deal).unwrap();
    scene.world.finish();
}

#[test]
fn a_drawn_commit_is_paid_a_day_after_its_beacon() {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    scene.world.beacon(deal, 1);
    scene.provider.draw(&mut scene.world, &scene.work, 1).unwrap();
    scene.world.pass(DAY - 1);
    assert_eq!(scene.world.resolve(deal, 1).unwrap_err().code, "audit/too-early");
    scene.world.pass(1);
    assert_eq!(scene.world.resolve(deal, 1).unwrap().verdict, Verdict::Pass);
    assert_eq!(scene.at_risk(), Usd::new(10 * DOLLAR - scene.work.totals.spent.u128()));
    scene.world.finish();
}

#[test]
fn a_contest_adds_a_point_and_starts_both_clocks_again() {
    let mut scene = Scene::unsigned();
    let deal = scene.taken.deal;
    scene.world.beacon(deal, 1);
    scene.provider.draw(&mut scene.world, &scene.work, 1).unwrap();
    scene.world.pass(DAY / 2 - 1);
    scene.client.contest(&mut scene.world, deal, 1, None).unwrap();
    scene.world.pass(DAY / 2 + 1);
    assert_eq!(scene.world.resolve(deal, 1).unwrap_err().code, "audit/too-early");
    scene.provider.draw(&mut scene.world, &scene.work, 1).unwrap();
    scene.world.pass(DAY / 2 - 1);
    assert_eq!(scene.world.resolve(deal, 1).unwrap().verdict, Verdict::Pass);
    scene.world.finish();
}

#[test]
fn a_contest_that_is_not_answered_fails_the_commit() {
    let mut scene = Scene::unsigned();
    let deal = scene.taken.deal;
    scene.world.beacon(deal, 1);
    scene.provider.draw(&mut scene.world, &scene.work, 1).unwrap();
    scene.client.contest(&mut scene.world, deal, 1, None).unwrap();
    scene.world.pass(DAY);
    assert_eq!(scene.world.resolve(deal, 1).unwrap().verdict, Verdict::Fail);
    scene.world.finish();
}

#[test]
fn a_workers_own_receipt_refutes_its_commit_at_once() {
    let mut scene = Scene::open();
    let honest = {
        scene.work.answer(50_000);
        scene.provider.receipt(&scene.world, &scene.work)
    };
    scene.work = Work::of(&scene.world, &scene.taken);
    scene.work.answer(90_000);
    let bearer = scene.client.bearer(&scene.world, &scene.work, u128::MAX, scene.world.time() + HOUR);
    scene.provider.commit(&mut scene.world, &mut scene.work, bearer).unwrap();
    let deal = scene.taken.deal;
    let contested = scene.client.contest(&mut scene.world, deal, 1, Some(honest)).unwrap();
    assert!(contested.refuted);
    scene.provider.leave(&mut scene.world, deal).unwrap();
    assert_eq!(scene.world.account(&scene.client.addr), 1_000 * TOKEN);
    scene.world.finish();
}

#[test]
fn a_charge_waits_for_the_next_price_and_costs_what_that_says() {
    let mut scene = Scene::open();
    let deal = scene.taken.deal;
    scene.world.pass(301);
    scene.work.earn(4);
    scene.commit_voucher(1).unwrap();
    let status: bme::Status = scene.world.ask(Part::Bme, &bme::QueryMsg::Status {});
    assert!(status.price_stale && status.waiting == 1 && status.halted.len() == 2);
    scene.provider.leave(&mut scene.world, deal).unwrap();
    assert_eq!(scene.world.account(&scene.client.addr), 979 * TOKEN, "the rest waits with the charge");
    scene.world.price(DOLLAR);
    let anyone = scene.world.addr("anyone");
    scene.world.send(&anyone, Part::Bme, &Bme::Push { deal, n: 1 }).unwrap();
    scene.world.send(&anyone, Part::Bme, &Bme::Push { deal, n: 1 }).unwrap();
    assert_eq!(scene.world.account(&scene.client.addr), 996 * TOKEN, "4 tokens at a dollar each are charged");
    scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap();
    scene.world.finish();
}

#[test]
fn a_charge_that_waited_a_day_costs_what_the_last_price_said() {
    let mut scene = Scene::open();
    let deal = scene.taken.deal;
    scene.world.pass(301);
    scene.work.earn(4);
    scene.commit_voucher(1).unwrap();
    scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap();
    scene.provider.leave(&mut scene.world, deal).unwrap();
    assert_eq!(scene.world.account(&scene.client.addr), 992 * TOKEN, "8 tokens at half a dollar each");
    scene.world.finish();
}

#[test]
fn an_escrow_that_runs_short_pays_what_it_holds_and_ends_the_deal() {
    let mut scene = Scene::open();
    let deal = scene.taken.deal;
    scene.world.pass(200);
    scene.world.price(DOLLAR / 4);
    scene.work.earn(6);
    scene.commit_voucher(1).unwrap();
    assert_eq!(scene.world.deal(deal).ended, Some(Reason::Exhausted));
    scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap();
    let claimed = scene.provider.claim(&mut scene.world).unwrap();
    assert_eq!(claimed.amount.u128(), 21_000_000 * 92 / 100);
    assert_eq!(scene.at_risk(), Usd::ZERO);
    scene.world.finish();
}

#[test]
fn a_job_ends_with_its_one_commit() {
    let mut scene = Scene::open();
    let mut bid = scene.client.bid(&scene.world, 1);
    bid.kind = Kind::Job { request: hearth_schema::digest::Digest::generate(b"a request") };
    let taken = scene.client.take(&mut scene.world, &scene.offer, bid).unwrap();
    let mut work = Work::of(&scene.world, &taken);
    work.answer(1_000);
    scene.provider.commit(&mut scene.world, &mut work, Proof::Job).unwrap();
    assert_eq!(scene.world.deal(taken.deal).ended, Some(Reason::Done));
    assert_eq!(scene.provider.finalize(&mut scene.world, &work, 1).unwrap().verdict, Verdict::Pass);
    scene.world.finish();
}

/// Half of all that a node has at stake, what unbonds with it; what is left of the hundred that unbond.
fn slash_half(scene: &mut Scene) -> u128 {
    let node = scene.provider.node;
    let audit = scene.world.part(Part::Audit);
    let (harmed, reporter) = (scene.client.addr.clone(), scene.world.addr("reporter"));
    let before = scene.world.balance(&harmed);
    let slash = Bonds::Slash {
        fault: "1:1".into(),
        node,
        bps: hearth_schema::unit::Bps(5_000),
        harmed: Some(harmed.to_string()),
        reporters: vec![reporter.to_string()],
    };
    let slashed: bonds::Slashed = scene.world.say(&audit, Part::Bonds, &slash).unwrap();
    assert_eq!(slashed.taken.u128(), 5_000 * TOKEN);
    assert_eq!(slashed.burned.u128(), 2_500 * TOKEN);
    assert_eq!(scene.world.balance(&harmed) - before, 1_000 * TOKEN);
    assert_eq!(scene.world.balance(&reporter), 1_500 * TOKEN);
    50
}

#[test]
fn what_unbonds_stays_slashable_and_goes_to_the_owner_after_21_days() {
    let mut scene = Scene::open();
    let Provider { owner, node, .. } = scene.provider.clone();
    scene.provider.unbond(&mut scene.world, 100).unwrap();
    // Nobody but audit slashes, which no real chain lets a test say.
    let left = if scene.world.chain.obeys() { slash_half(&mut scene) } else { 100 };
    scene.world.pass(21 * DAY - 1);
    let anyone = scene.world.addr("anyone");
    let early = scene.world.send(&anyone, Part::Bonds, &Bonds::Withdraw { node });
    assert_eq!(early.unwrap_err().code, "bonds/nothing-due");
    scene.world.pass(1);
    scene.world.send(&anyone, Part::Bonds, &Bonds::Withdraw { node }).unwrap();
    assert_eq!(scene.world.balance(&owner), left);
    scene.world.finish();
}

#[test]
fn an_expired_offer_is_pruned_by_anyone_and_a_living_one_is_passed_over() {
    let mut scene = Scene::open();
    let other = Provider::new(&mut scene.world, "olga", 100);
    let living = other.place(&mut scene.world).unwrap();
    scene.world.pass(DAY);
    let refresh = Market::Refresh {
        offers: vec![living.offer],
        expires_at: hearth_schema::unit::Seconds(scene.world.time() + 7 * DAY),
    };
    scene.world.send(&other.worker, Part::Market, &refresh).unwrap();
    scene.world.pass(6 * DAY + 10);
    let anyone = scene.world.addr("anyone");
    let prune = Market::Prune { offers: vec![living.offer, scene.offer.offer] };
    let pruned: market::Pruned = scene.world.say(&anyone, Part::Market, &prune).unwrap();
    assert_eq!(pruned.offer, scene.offer.offer);
    let kept: market::OfferAnswer = scene.world.ask(Part::Market, &market::QueryMsg::Offer { offer: living.offer });
    assert_eq!(kept.seq, living.seq, "a refreshed offer keeps its place");
    scene.world.finish();
}

#[test]
fn a_pause_stops_what_begins_and_nothing_that_ends() {
    let mut scene = Scene::committed();
    let owner = scene.world.addr("owner");
    for part in [Part::Bme, Part::Bonds, Part::Market, Part::Audit] {
        let pause = serde_json::json!({"own": {"pause": {}}});
        scene.world.send(&owner, part, &pause).unwrap();
    }
    let bid = scene.client.bid(&scene.world, 1);
    let (class, price) = (scene.world.class, scene.offer.price);
    let paused =
        |outcome: Result<(), hearth_rig::world::Refused>| assert_eq!(outcome.unwrap_err().code, "hearth/paused");
    paused(scene.client.take(&mut scene.world, &scene.offer, bid.clone()).map(drop));
    paused(scene.client.sweep(&mut scene.world, class, price, bid).map(drop));
    paused(scene.provider.place(&mut scene.world).map(drop));
    scene.world.fund(&scene.client.addr.clone(), 1);
    paused(scene.client.deposit(&mut scene.world, 1).map(drop));
    scene.world.fund(&scene.provider.owner.clone(), 1);
    paused(scene.provider.bond(&mut scene.world, 1).map(drop));

    scene.work.earn(1);
    scene.commit_voucher(2).unwrap();
    scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap();
    scene.provider.leave(&mut scene.world, scene.taken.deal).unwrap();
    scene.provider.claim(&mut scene.world).unwrap();
    scene.client.withdraw(&mut scene.world, TOKEN).unwrap();
    scene.provider.unbond(&mut scene.world, 1).unwrap();
    scene.provider.cancel(&mut scene.world, scene.offer.offer).unwrap();
    scene.world.finish();
}

#[test]
fn earlier_ask_fills_first_at_equal_price_and_the_cheaper_before_it() {
    let mut scene = Scene::open();
    let late = Provider::new(&mut scene.world, "late", 100);
    late.place(&mut scene.world).unwrap();
    let cheap = Provider::new(&mut scene.world, "cheap", 100);
    cheap.place_at(&mut scene.world, hearth_schema::price::Tick(900)).unwrap();
    let client = Client::new(&mut scene.world, "carl", 10_000);
    let (class, limit) = (scene.world.class, scene.offer.price);
    let bid = client.bid(&scene.world, 30);
    let nodes: Vec<_> =
        (0..4).map(|_| client.sweep(&mut scene.world, class, limit, bid.clone()).unwrap().node).collect();
    // The cheap node's stake covers one such deal; then the earlier of two at the next price takes all it has slots for.
    assert_eq!(nodes, [cheap.node, scene.provider.node, scene.provider.node, scene.provider.node]);
    let last = client.sweep(&mut scene.world, class, limit, bid).unwrap();
    assert_eq!(last.node, late.node);
    scene.world.finish();
}
