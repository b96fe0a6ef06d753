//! Classes, offers, takes, and what is metered.

use cosmwasm_std::Binary;
use hearth_rig::actor::{Client, Provider};
use hearth_rig::world::DOLLAR;
use hearth_schema::deploy::Part;
use hearth_schema::digest::{self, Digest};
use hearth_schema::leaf::Totals;
use hearth_schema::market::{Change, ExecuteMsg as Market, Kind, Product, Proof};
use hearth_schema::price::Tick;
use hearth_schema::sign::Signature;
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Asset, ClassId, DealId, ModelId, OfferId, Price, Seconds, Seq, StableId, Usd};
use serde_json::{Value, json};

use super::suite::inference;
use crate::scene::{Scene, Tally};

pub(crate) fn curated(tally: &mut Tally) {
    let mut world = crate::world();
    let curator = world.addr("curator");
    let model = |name: &str| Market::AddModel { name: name.into(), digest: world_model(), source: String::new() };
    tally.refused("market/model-exists", world.send(&curator, Part::Market, &model("again")));
    tally.refused("hearth/length", world.send(&curator, Part::Market, &model("")));
    let class = |product: Product| Market::AddClass { product };
    tally.refused("market/class-exists", world.send(&curator, Part::Market, &class(inference(ModelId(1)))));
    tally.refused("market/unknown-model", world.send(&curator, Part::Market, &class(inference(ModelId(9)))));
    let mut bent = inference(ModelId(1));
    if let Product::Inference { weights, .. } = &mut bent {
        weights.cached = 251;
    }
    tally.refused("market/product", world.send(&curator, Part::Market, &class(bent)));
    let time = |count: u32| Product::Time { gpu: "h200".into(), vram_gib: 141, count, tee: false };
    tally.refused("market/product", world.send(&curator, Part::Market, &class(time(0))));
    world.send(&curator, Part::Market, &class(time(8))).unwrap();
    let provider = Provider::new(&mut world, "paul", 100);
    let mut offer = provider.offer(&world);
    if let Market::Place { class, .. } = &mut offer {
        *class = ClassId(2);
    }
    tally.refused("market/time-not-sold", world.send(&provider.worker, Part::Market, &offer));
}

fn world_model() -> Digest {
    Digest::generate(b"a model")
}

pub(crate) fn offers(tally: &mut Tally) {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 100);
    let bare = Provider::new(&mut world, "bare", 0);
    tally.refused("market/unbacked", bare.place(&mut world));
    tally.refused("market/off-grid", provider.place_at(&mut world, Tick(32_400)));
    tally.refused("market/off-grid", provider.place_at(&mut world, Tick(u16::MAX)));
    let mut try_with = |field: &str, value: Value, code| {
        let mut offer = serde_json::to_value(provider.offer(&world)).unwrap();
        offer["place"][field] = value;
        tally.refused(code, world.send(&provider.worker, Part::Market, &offer));
    };
    try_with("slots", json!(0), "market/offer-bounds");
    try_with("max_spend", json!("0"), "market/offer-bounds");
    try_with("min_spend", json!(u128::MAX.to_string()), "market/offer-bounds");
    try_with("max_life", json!(u64::MAX), "market/offer-bounds");
    try_with("expires_at", json!(1), "market/offer-bounds");
    try_with("terms", json!(2), "market/terms-changed");
    try_with("class", json!(99), "market/unknown-class");
    try_with("node", json!(99), "market/unknown-node");
    let placed = provider.place(&mut world).unwrap();
    tally.refused("market/offer-exists", provider.place(&mut world));
    tally.refused("hearth/not-allowed", bare.cancel(&mut world, placed.offer));
    let amend = |offer: u64, change: Change| Market::Amend { offer: OfferId(offer), change };
    let nothing = amend(placed.offer.0, Change::default());
    tally.refused("market/nothing-changed", world.send(&provider.worker, Part::Market, &nothing));
    let unknown = amend(99, Change { slots: Some(1), ..Change::default() });
    tally.refused("market/unknown-offer", world.send(&provider.worker, Part::Market, &unknown));
    let owner = world.addr("owner");
    world.send(&owner, Part::Market, &Market::PublishTerms { terms: Profile::production().terms }).unwrap();
    let refresh = Market::Refresh { offers: vec![placed.offer, OfferId(99)], expires_at: Seconds(world.time() + 100) };
    world.send(&provider.worker, Part::Market, &refresh).unwrap();
    let unknown = world.try_ask::<Value>(Part::Market, &json!({"terms": {"version": 9}}));
    tally.refused("market/unknown-terms", unknown);
    let long = Market::Prune { offers: (0..10_000).map(OfferId).collect() };
    tally.refused("hearth/length", world.send(&provider.worker, Part::Market, &long));
    let empty = Market::Prune { offers: vec![] };
    tally.refused("hearth/length", world.send(&provider.worker, Part::Market, &empty));
}

pub(crate) fn takes(tally: &mut Tally) {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 100);
    let client = Client::new(&mut world, "ann", 100);
    let offer = provider.place(&mut world).unwrap();
    let bid = client.bid(&world, 10);
    let mut bent = |change: &dyn Fn(&mut hearth_schema::market::Bid), code| {
        let mut bid = bid.clone();
        change(&mut bid);
        tally.refused(code, client.take(&mut world, &offer, bid));
    };
    bent(&|bid| bid.terms = 2, "market/terms-changed");
    bent(&|bid| bid.asset = Asset::Stable(StableId(1)), "market/asset-not-listed");
    bent(&|bid| bid.max_spend = Usd::ZERO, "market/bid");
    bent(&|bid| bid.expires_at = Seconds(0), "market/bid");
    bent(&|bid| bid.session_key.0 = [4; 33].into(), "market/signature");
    bent(&|bid| bid.session_key.0 = [2; 32].into(), "market/signature");
    bent(&|bid| bid.max_spend = Usd::new(u128::MAX), "market/spend-bounds");
    bent(&|bid| bid.expires_at = Seconds(bid.expires_at.0 + 100), "market/life-bounds");
    bent(&|bid| bid.max_spend = Usd::new(41 * DOLLAR), "market/bond-too-small");
    world.finish();
}

pub(crate) fn meter(tally: &mut Tally) {
    let mut scene = Scene::committed();
    let (n, totals) = (scene.work.n, scene.work.totals);
    scene.work.answer(1_000);
    let later = scene.work.totals;
    let proof = scene.client.voucher(&scene.world, &scene.work, 2);
    let root = scene.work.root(&scene.world);
    let deal = scene.taken.deal;
    let commit = |n: u64, totals: Totals, proof: &Proof| Market::Commit { deal, n, totals, root, proof: proof.clone() };
    let worker = scene.provider.worker.clone();
    let mut say = |msg: Market, code| tally.refused(code, scene.world.send(&worker, Part::Market, &msg));
    say(commit(n, later, &proof), "market/commit-differs");
    say(commit(n + 2, later, &proof), "market/commit-order");
    say(commit(0, later, &proof), "market/commit-order");
    say(commit(n + 1, totals, &proof), "market/totals");
    say(commit(n + 1, Totals { input: 0, ..later }, &proof), "market/totals");
    say(commit(n + 1, Totals { spent: Usd::new(11 * DOLLAR), ..later }, &proof), "market/over-max");
    say(commit(n + 1, Totals { spent: later.spent.plus(Usd::new(5)).unwrap(), ..later }, &proof), "market/fee");
    say(commit(n + 1, Totals { output: u64::MAX, ..later }, &proof), "market/fee");
    say(commit(n + 1, later, &Proof::Job), "market/proof");
    let Proof::Voucher { signature, .. } = &proof else { panic!("the client signs vouchers") };
    say(commit(n + 1, later, &Proof::Voucher { seq: 1, signature: signature.clone() }), "market/voucher-seq");
    say(commit(n + 1, later, &Proof::Voucher { seq: 3, signature: signature.clone() }), "market/session-signature");
    let short = Signature(Binary::from([1; 10]));
    say(commit(n + 1, later, &Proof::Voucher { seq: 2, signature: short }), "market/session-signature");
    let digest = scene.work.scope(&scene.world).voucher(2, &later, &root);
    let high = scene.client.key.sign_high(&digest);
    let high = commit(n + 1, later, &Proof::Voucher { seq: 2, signature: high });
    tally.refused("market/session-signature", scene.world.send(&worker, Part::Market, &high));
    let bearer = |scene: &Scene, cap, expiry| scene.client.bearer(&scene.world, &scene.work, cap, expiry);
    let time = scene.world.time();
    for (proof, code) in [
        (bearer(&scene, u128::MAX, time + 60), "market/needs-voucher"),
        (bearer(&scene, later.spent.u128() - 1, time + 60), "market/bearer"),
        (bearer(&scene, u128::MAX, 1), "market/bearer"),
    ] {
        tally.refused(code, scene.world.send(&worker, Part::Market, &commit(n + 1, later, &proof)));
    }
    let stranger = commit(n + 1, later, &proof);
    let client = scene.client.addr.clone();
    tally.refused("hearth/not-allowed", scene.world.send(&client, Part::Market, &stranger));
    let unknown = Market::Commit { deal: DealId(99), n: 1, totals, root, proof: proof.clone() };
    tally.refused("market/unknown-deal", scene.world.send(&worker, Part::Market, &unknown));
    scene.provider.leave(&mut scene.world, deal).unwrap();
    tally.refused("market/deal-ended", scene.world.send(&worker, Part::Market, &commit(n + 1, later, &proof)));
    jobs(tally);
}

fn jobs(tally: &mut Tally) {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 100);
    let client = Client::new(&mut world, "ann", 100);
    let mut bid = client.bid(&world, 1);
    bid.kind = Kind::Job { request: Digest::generate(b"a request") };
    let offer = provider.place_at(&mut world, Tick::LAST).unwrap();
    let taken = client.take(&mut world, &offer, bid).unwrap();
    let totals = |count, output| Totals { count, output, spent: Usd::new(1), ..Totals::default() };
    let commit = |deal, totals| Market::Commit { deal, n: 1, totals, root: digest::zero(), proof: Proof::Job };
    let huge = commit(taken.deal, totals(1, u64::MAX));
    tally.refused("market/totals-range", world.send(&provider.worker, Part::Market, &huge));
    let twice = commit(taken.deal, totals(2, 5));
    tally.refused("market/job-count", world.send(&provider.worker, Part::Market, &twice));
}

pub(crate) fn clocks(tally: &mut Tally) {
    let mut scene = Scene::open();
    tally.refused("market/not-yet", scene.world.expire(scene.taken.deal));
    tally.refused("market/unknown-deal", scene.world.expire(DealId(99)));
    scene.world.pass(900);
    scene.work.earn(1);
    tally.refused("market/too-late", scene.commit_voucher(1));
    let Scene { mut world, client, offer, .. } = scene;
    let bid = client.bid(&world, 1);
    tally.refused("market/price-stale", client.take(&mut world, &offer, bid));
    world.pass(7 * 86_400);
    world.price(DOLLAR / 2);
    let bid = client.bid(&world, 1);
    tally.refused("market/offer-expired", client.take(&mut world, &offer, bid));

    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 100);
    let client = Client::new(&mut world, "ann", 100);
    let placed = provider.place(&mut world).unwrap();
    let bid = client.bid(&world, 1);
    let stale = client.take_first(&mut world, &[(placed.offer, Seq(99))], placed.price, bid.clone());
    tally.refused("market/offer-changed", stale);
    let cheap = client.take_first(&mut world, &[(placed.offer, placed.seq)], Price::new(1), bid.clone());
    tally.refused("market/above-limit", cheap);
    let both = [(OfferId(98), Seq(1)), (OfferId(99), Seq(1))];
    tally.refused("market/none-taken", client.take_first(&mut world, &both, placed.price, bid.clone()));
    let (class, limit) = (world.class, Price::new(100));
    tally.refused("market/none-taken", client.sweep(&mut world, class, limit, bid.clone()));
    for _ in 0..4 {
        client.take(&mut world, &placed, bid.clone()).unwrap();
    }
    tally.refused("market/offer-full", client.take(&mut world, &placed, bid));
    let duties = json!({"duties": {"worker": client.addr}});
    tally.refused("market/unknown-worker", world.try_ask::<Value>(Part::Market, &duties));
}
