//! Verbs that no clock and no refusal shows: what each changes, and what it leaves alone.

use hearth_beacon::Signer;
use hearth_rig::actor::{Provider, possession};
use hearth_rig::key::Key;
use hearth_rig::world::{DOLLAR, TOKEN};
use hearth_schema::audit::{self, ExecuteMsg as Audit, Verdict};
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::bonds::{ExecuteMsg as Bonds, NodeUpdated};
use hearth_schema::deploy::Part;
use hearth_schema::digest::Digest;
use hearth_schema::market::{self, Amended, Change, ExecuteMsg as Market, OfferAnswer};
use hearth_schema::price::Tick;
use hearth_schema::terms::{Profile, Split, Terms};
use hearth_schema::unit::{Bps, Seconds, TokenPrice, Usd};

use crate::scene::Scene;

fn amend(scene: &mut Scene, change: Change) -> Amended {
    let worker = scene.provider.worker.clone();
    scene.world.say(&worker, Part::Market, &Market::Amend { offer: scene.offer.offer, change }).unwrap()
}

#[test]
fn an_amendment_that_shrinks_keeps_its_place_and_any_other_goes_to_the_end() {
    let mut scene = Scene::open();
    let later = Provider::new(&mut scene.world, "later", 1_000);
    later.place(&mut scene.world).unwrap();
    let first = |scene: &Scene| hearth_rig::actor::book(&scene.world, scene.world.class)[0].node;
    let (place, half) = (scene.offer.seq, Usd::new(500 * DOLLAR));
    for change in [
        Change { slots: Some(3), ..Change::default() },
        Change { max_spend: Some(half), ..Change::default() },
        Change { min_spend: Some(Usd::new(2)), ..Change::default() },
        Change { max_life: Some(Seconds(3_600)), ..Change::default() },
    ] {
        assert_eq!(amend(&mut scene, change).seq, place);
        assert_eq!(first(&scene), scene.provider.node);
    }
    let grown = amend(&mut scene, Change { slots: Some(4), ..Change::default() });
    assert!(grown.seq > place);
    assert_eq!(first(&scene), later.node);
    let cheaper = amend(&mut scene, Change { tick: Some(Tick(3_599)), ..Change::default() });
    assert!(cheaper.seq > grown.seq && first(&scene) == scene.provider.node);
    let bid = scene.client.bid(&scene.world, 1);
    let stale = scene.client.take(&mut scene.world, &scene.offer, bid).unwrap_err();
    assert_eq!(stale.code, "market/offer-changed", "nobody takes what they have not seen");
    scene.world.finish();
}

#[test]
fn an_offer_shrunk_below_what_is_open_takes_nothing_until_a_deal_ends() {
    let mut scene = Scene::open();
    let bid = scene.client.bid(&scene.world, 1);
    let second = scene.client.take(&mut scene.world, &scene.offer, bid.clone()).unwrap();
    amend(&mut scene, Change { slots: Some(1), ..Change::default() });
    let full = |scene: &mut Scene, bid| scene.client.take(&mut scene.world, &scene.offer, bid).unwrap_err().code;
    assert_eq!(full(&mut scene, bid.clone()), "market/offer-full");
    scene.provider.leave(&mut scene.world, second.deal).unwrap();
    assert_eq!(full(&mut scene, bid.clone()), "market/offer-full");
    scene.provider.leave(&mut scene.world, scene.taken.deal).unwrap();
    scene.client.take(&mut scene.world, &scene.offer, bid).unwrap();
    scene.world.finish();
}

#[test]
fn new_terms_are_for_deals_to_come() {
    let mut scene = Scene::committed();
    let owner = scene.world.addr("owner");
    let split = Split { provider: Bps(8_000), destroyed: Bps(1_600), audit: Bps(300), treasury: Bps(100) };
    let terms = Terms { split, ..Profile::production().terms };
    scene.world.send(&owner, Part::Market, &Market::PublishTerms { terms }).unwrap();
    assert_eq!(scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap().verdict, Verdict::Pass);
    let claimed = scene.provider.claim(&mut scene.world).unwrap().amount.u128();
    let charged = scene.work.totals.spent.u128().div_ceil(DOLLAR / 2 / TOKEN);
    assert_eq!(claimed, charged * 92 / 100, "the deal keeps the split it was opened under");

    scene.world.price(DOLLAR / 2);
    let mut bid = scene.client.bid(&scene.world, 1);
    let old = scene.client.take(&mut scene.world, &scene.offer, bid.clone()).unwrap_err();
    assert_eq!(old.code, "market/terms-changed");
    bid.terms = 2;
    let outdated = scene.client.take(&mut scene.world, &scene.offer, bid.clone()).unwrap_err();
    assert_eq!(outdated.code, "market/offer-expired", "an offer stands for the terms that its node named");
    let under = Change { terms: Some(2), ..Change::default() };
    scene.offer.seq = amend(&mut scene, under).seq;
    let taken = scene.client.take(&mut scene.world, &scene.offer, bid).unwrap();
    assert_eq!(scene.world.deal(taken.deal).terms, 2);
    scene.world.finish();
}

#[test]
fn a_curator_is_named_by_the_owner_and_the_old_one_curates_no_more() {
    let mut scene = Scene::open();
    let (owner, old, new) = (scene.world.addr("owner"), scene.world.addr("curator"), scene.client.addr.clone());
    let add = |name: &str| Market::AddModel {
        name: name.into(),
        digest: Digest::generate(name.as_bytes()),
        source: String::new(),
    };
    scene.world.send(&old, Part::Market, &add("before")).unwrap();
    let set = Market::SetCurator { curator: new.to_string() };
    let named: market::CuratorSet = scene.world.say(&owner, Part::Market, &set).unwrap();
    assert_eq!(named.curator, new);
    assert_eq!(scene.world.send(&old, Part::Market, &add("after")).unwrap_err().code, "hearth/not-allowed");
    scene.world.send(&new, Part::Market, &add("after")).unwrap();
}

#[test]
fn a_source_that_is_struck_posts_nothing_from_that_block_on() {
    let mut scene = Scene::open();
    let (owner, source) = (scene.world.addr("owner"), scene.world.addr("source"));
    scene.world.price(DOLLAR / 2);
    let strike = Bme::RemoveSource { source: source.to_string() };
    scene.world.send(&owner, Part::Bme, &strike).unwrap();
    scene.world.pass(10);
    let post = Bme::Price { price: TokenPrice::new(DOLLAR / 2), time: Seconds(scene.world.time()) };
    assert_eq!(scene.world.send(&source, Part::Bme, &post).unwrap_err().code, "bme/price-source");
}

#[test]
fn a_new_worker_key_commits_at_once_and_the_old_one_never_again() {
    let mut scene = Scene::committed();
    let (owner, fresh) = (scene.provider.owner.clone(), Key::of("fresh"));
    let update = Bonds::UpdateNode {
        node: scene.provider.node,
        worker_key: Some(fresh.public()),
        possession: Some(possession(&scene.world, &fresh, &owner)),
        sealing_key: None,
        endpoint: None,
        attributes: None,
        engines: None,
    };
    let updated: NodeUpdated = scene.world.say(&owner, Part::Bonds, &update).unwrap();
    scene.work.earn(1);
    assert_eq!(scene.commit_voucher(2).unwrap_err().code, "hearth/not-allowed");
    scene.provider = Provider { worker: updated.worker, key: fresh, ..scene.provider.clone() };
    scene.commit_voucher(2).unwrap();
    scene.world.finish();
}

#[test]
fn a_new_network_draws_for_commits_after_its_activation_and_the_old_one_for_those_before() {
    let mut scene = Scene::committed();
    let (owner, relay, deal) = (scene.world.addr("owner"), scene.world.addr("relay"), scene.taken.deal);
    let other = Signer::from_seed(&[9; 32], scene.world.time() - 500_000, 30);
    let add = Audit::AddNetwork {
        public_key: other.public_key().into(),
        genesis: Seconds(other.genesis()),
        period: Seconds(other.period()),
    };
    let added: audit::NetworkAdded = scene.world.say(&owner, Part::Audit, &add).unwrap();
    assert_eq!((added.network, added.from.0), (1, scene.world.time() + 172_800));

    let bid = scene.client.bid(&scene.world, 10);
    scene.world.pass(172_800 - 300);
    scene.world.price(DOLLAR / 2);
    let mut bid = bid;
    bid.expires_at = Seconds(scene.world.time() + 3_600);
    let taken = scene.client.take(&mut scene.world, &scene.offer, bid).unwrap();
    scene.world.pass(299);
    scene.taken = taken;
    scene.work = hearth_rig::actor::Work::of(&scene.world, &scene.taken);
    scene.work.earn(1);
    scene.commit_voucher(1).unwrap();
    assert_eq!(scene.world.due(scene.taken.deal, 1).network, 1);
    assert_eq!(scene.world.due(deal, 1).network, 0, "a commit keeps the network of its time");

    let due = scene.world.due(scene.taken.deal, 1);
    scene.world.pass(other.time_of(due.round.0).unwrap().saturating_sub(scene.world.time()));
    let beacon = |signature: Vec<u8>| Audit::AddBeacon { network: 1, round: due.round, signature: signature.into() };
    let old = beacon(scene.world.signer.sign(due.round.0).to_vec());
    assert_eq!(scene.world.send(&relay, Part::Audit, &old).unwrap_err().code, "audit/signature");
    scene.world.send(&relay, Part::Audit, &beacon(other.sign(due.round.0).to_vec())).unwrap();
    scene.provider.draw(&mut scene.world, &scene.work, 1).unwrap();
    scene.world.pass(86_400);
    assert_eq!(scene.world.resolve(scene.taken.deal, 1).unwrap().verdict, Verdict::Pass);
    scene.world.finish();
}

#[test]
fn an_offer_that_was_cancelled_leaves_its_deals_alone() {
    let mut scene = Scene::committed();
    scene.provider.cancel(&mut scene.world, scene.offer.offer).unwrap();
    let gone = scene.world.try_ask::<OfferAnswer>(Part::Market, &market::QueryMsg::Offer { offer: scene.offer.offer });
    assert_eq!(gone.unwrap_err().code, "market/unknown-offer");
    scene.work.earn(1);
    scene.commit_voucher(2).unwrap();
    assert_eq!(scene.provider.finalize(&mut scene.world, &scene.work, 1).unwrap().verdict, Verdict::Pass);
    scene.provider.leave(&mut scene.world, scene.taken.deal).unwrap();
    scene.provider.place(&mut scene.world).unwrap();
    scene.world.finish();
}
