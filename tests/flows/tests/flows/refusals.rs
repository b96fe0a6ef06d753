//! Every error code of the suite is reached, and what was refused has changed nothing: the ledger sees to that.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use cosmwasm_std::{Binary, WasmMsg, coins, to_json_binary};
use hearth_rig::actor::{Client, Provider, Work, card, send_tokens};
use hearth_rig::key::Key;
use hearth_rig::world::{COIN, DOLLAR, TOKEN, World};
use hearth_schema::audit::{self, ExecuteMsg as Audit, Verdict};
use hearth_schema::beacon::Due;
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::bonds::{self, ExecuteMsg as Bonds};
use hearth_schema::code;
use hearth_schema::deploy::Part;
use hearth_schema::digest::{self, Digest};
use hearth_schema::leaf::{Totals, Weights};
use hearth_schema::market::{Change, EngineClass, ExecuteMsg as Market, Kind, Product, Proof};
use hearth_schema::own::Act;
use hearth_schema::price::Tick;
use hearth_schema::sign::Signature;
use hearth_schema::terms::{Profile, Terms};
use hearth_schema::unit::{
    Amount, Asset, Bps, ClassId, DealId, ModelId, NodeId, OfferId, Price, Round, Seconds, Seq, StableId, Usd,
};

use crate::scene::{Scene, Tally};

#[test]
fn every_code_is_reached() {
    let groups: [fn(&mut Tally); 15] = [
        shared, wiring, money, prices, charges, nodes, stakes, curated, offers, takes, meter, clocks, contests,
        beacons, openings,
    ];
    // As many at once as there are cores: each has a chain of its own.
    let next = AtomicUsize::new(0);
    let run = || {
        let mut tally = Tally::default();
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            group(&mut tally);
        }
        tally
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut tally = Tally::default();
    for heard in outcomes.into_iter().map(|outcome| outcome.expect("no group fails")) {
        tally.reached.extend(heard.reached);
        tally.unsaid.extend(heard.unsaid);
    }
    assert!(tally.unsaid.is_empty() || !crate::world().chain.obeys(), "{:?}", tally.unsaid);
    let missing: Vec<&str> =
        code::all().filter(|code| !tally.reached.union(&tally.unsaid).any(|of| of == code)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no test reaches these codes");
    let strange: Vec<&&str> =
        tally.reached.iter().filter(|reached| !code::all().any(|code| code == **reached)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

fn shared(tally: &mut Tally) {
    let mut world = crate::world();
    let (owner, stranger, heir) = (world.addr("owner"), world.addr("stranger"), world.addr("heir"));
    let propose = |owner: &str| Act::ProposeOwner { owner: Some(owner.to_owned()) };
    for part in [Part::Bme, Part::Bonds, Part::Market, Part::Audit] {
        let own = |act: Act| serde_json::json!({ "own": act });
        tally.refused("hearth/not-owner", world.send(&stranger, part, &own(Act::Pause {})));
        tally.refused("hearth/not-owner", world.send(&stranger, part, &own(propose(heir.as_str()))));
        tally.refused("hearth/not-proposed", world.send(&heir, part, &own(Act::AcceptOwner {})));
        tally.refused("hearth/funds", world.send_with(&faucet(&world), part, &own(Act::Pause {}), &coins(1, COIN)));
        let upper = heir.as_str().to_uppercase();
        for bent in [upper.as_str(), "osmo1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3aq6l09", "", "nobody"] {
            tally.refused("hearth/address", world.send(&owner, part, &own(propose(bent))));
        }
        world.send(&owner, part, &own(propose(heir.as_str()))).unwrap();
        world.send(&heir, part, &own(Act::AcceptOwner {})).unwrap();
        tally.refused("hearth/not-owner", world.send(&owner, part, &own(Act::Pause {})));
        world.send(&heir, part, &own(Act::Pause {})).unwrap();
        world.send(&heir, part, &own(Act::Resume {})).unwrap();
    }
    let huge = Bonds::Introduce { name: "x".repeat(10_000), url: String::new() };
    tally.refused("hearth/length", world.send(&stranger, Part::Bonds, &huge));
    let twice = Market::Prune { offers: vec![OfferId(1), OfferId(1)] };
    tally.refused("hearth/duplicate", world.send(&stranger, Part::Market, &twice));
    let terms = Terms { slash: 9, ..Profile::production().terms };
    tally.refused("hearth/out-of-bounds", world.send(&heir, Part::Market, &Market::PublishTerms { terms }));
}

fn faucet(world: &World) -> cosmwasm_std::Addr {
    world.addr("faucet")
}

fn wiring(tally: &mut Tally) {
    let mut world = crate::world();
    let (owner, creator) = (world.addr("owner"), world.addr("creator"));
    let code = |world: &World, part: Part| world.codes.iter().find(|(of, _)| *of == part).unwrap().1;
    for (part, other) in [(Part::Bme, Part::Bonds), (Part::Bonds, Part::Market), (Part::Market, Part::Audit)] {
        let migrate = |world: &World, to: Part, msg: &str| WasmMsg::Migrate {
            contract_addr: world.at.of(part).to_owned(),
            new_code_id: code(world, to),
            msg: Binary::from(msg.as_bytes()),
        };
        let elsewhere = migrate(&world, other, "{}");
        tally.refused("hearth/migration", world.dispatch(&owner, elsewhere));
        let itself = migrate(&world, part, "{}");
        world.dispatch(&owner, itself).unwrap();
        let stranger = migrate(&world, part, "{}");
        assert!(world.dispatch(&creator, stranger).is_err(), "only the admin migrates");
    }
    // A bme whose token does not exist can be made, and answers with the chain's words.
    let nobody = world.addr("nobody").into_string();
    let msg = hearth_schema::bme::InstantiateMsg {
        owner: nobody.clone(),
        token: nobody.clone(),
        decimals: 6,
        market: nobody.clone(),
        treasury: nobody,
        fresh: Seconds(300),
        activation: Seconds(60),
        sources: vec![],
    };
    let instantiate = WasmMsg::Instantiate {
        admin: None,
        code_id: code(&world, Part::Bme),
        msg: to_json_binary(&msg).unwrap(),
        funds: vec![],
        label: "lost".into(),
    };
    let events = world.dispatch(&creator, instantiate).unwrap();
    let made = events.iter().find(|event| event.ty == "instantiate").unwrap();
    let lost = made.attributes.iter().find(|attribute| attribute.key == "_contract_address").unwrap();
    let law = serde_json::json!({"law": {}});
    let lost = cosmwasm_std::Addr::unchecked(&lost.value);
    let asked = world.ask_at::<serde_json::Value>(&lost, &law).unwrap_err();
    assert_eq!(asked.code, "hearth/chain", "{asked:?}");
    tally.reached.insert("hearth/chain");
}

fn inference(model: ModelId) -> Product {
    let weights = Weights { input: 250, cached: 25 };
    Product::Inference { model, engine: EngineClass::Exact, sampler: "greedy".into(), tee: false, weights }
}

fn money(tally: &mut Tally) {
    let mut world = crate::world();
    let client = Client::new(&mut world, "ann", 100);
    let (owner, stranger) = (world.addr("owner"), world.addr("stranger"));
    tally.refused("bme/insufficient", client.withdraw(&mut world, 100 * TOKEN + 1));
    tally.refused("bme/insufficient", client.withdraw(&mut world, u128::MAX));
    tally.refused("bme/zero", client.withdraw(&mut world, 0));
    let stable = Asset::Stable(StableId(1));
    let withdraw = Bme::Withdraw { asset: stable, amount: Amount::new(1) };
    tally.refused("bme/asset-not-listed", world.send(&client.addr, Part::Bme, &withdraw));
    let claim = Bme::Claim { account: None, asset: stable };
    tally.refused("bme/asset-not-listed", world.send(&client.addr, Part::Bme, &claim));
    let received = serde_json::json!({"receive": {"sender": stranger, "amount": "5", "msg": ""}});
    tally.refused("bme/not-token", world.send(&stranger, Part::Bme, &received));
    tally.refused("bonds/not-token", world.send(&stranger, Part::Bonds, &received));
    world.fund(&stranger, 10);
    for bent in ["", "{}", "{\"deposit\":{\"fro\":\"x\"}}", "{\"bond\":{\"node\":1}}"] {
        let msg = Binary::from(bent.as_bytes());
        tally.refused("bme/hook", send_tokens(&mut world, &stranger, Part::Bme, 1, msg));
    }
    for bent in ["[]", "{\"bond\":{\"node\":\"1\"}}", "{\"deposit\":{}}"] {
        let msg = Binary::from(bent.as_bytes());
        tally.refused("bonds/hook", send_tokens(&mut world, &stranger, Part::Bonds, 1, msg));
    }
    world.send(&owner, Part::Bme, &Bme::Own(Act::Pause {})).unwrap();
    client.withdraw(&mut world, 1).unwrap();
    tally.refused("hearth/paused", client.deposit(&mut world, 1));
    world.finish();
}

fn prices(tally: &mut Tally) {
    let mut world = crate::world();
    let (owner, stranger) = (world.addr("owner"), world.addr("stranger"));
    world.price(DOLLAR / 2);
    let now = world.time();
    let post = |price: u128, time: u64| Bme::Price { price: price_of(price), time: Seconds(time) };
    tally.refused("bme/price-source", world.send(&stranger, Part::Bme, &post(DOLLAR, now)));
    if world.chain.obeys() {
        tally.refused("bme/price-twice", world.try_price(DOLLAR / 2, now));
    } else {
        tally.unsaid.insert("bme/price-twice");
    }
    world.leap(0, 1);
    tally.refused("bme/price-zero", world.try_price(0, now));
    tally.refused("bme/price-future", world.try_price(DOLLAR / 2, now + 1));
    tally.refused("bme/price-not-rising", world.try_price(DOLLAR / 2, now));
    world.pass(100);
    tally.refused("bme/price-jump", world.try_price(DOLLAR + 1, now + 50));
    tally.refused("bme/price-jump", world.try_price(u128::MAX, now + 50));
    world.pass(400);
    tally.refused("bme/price-old", world.try_price(DOLLAR, now + 50));
    let stranger_name = stranger.to_string();
    let add = |source: &str| Bme::AddSource { source: source.to_owned() };
    world.send(&owner, Part::Bme, &add(&stranger_name)).unwrap();
    tally.refused("bme/source-exists", world.send(&owner, Part::Bme, &add(&stranger_name)));
    let posted = post(DOLLAR, world.time());
    tally.refused("bme/price-source", world.send(&stranger, Part::Bme, &posted));
    for name in ["a", "b", "c", "d", "e", "f"] {
        let source = world.addr(name).into_string();
        world.send(&owner, Part::Bme, &add(&source)).unwrap();
    }
    let ninth = world.addr("g").into_string();
    tally.refused("hearth/length", world.send(&owner, Part::Bme, &add(&ninth)));
    tally.refused("bme/unknown-source", world.send(&owner, Part::Bme, &Bme::RemoveSource { source: ninth }));
    world.pass(48 * 3_600);
    let posted = post(DOLLAR, world.time());
    world.send(&stranger, Part::Bme, &posted).unwrap();
}

fn price_of(price: u128) -> hearth_schema::unit::TokenPrice {
    hearth_schema::unit::TokenPrice::new(price)
}

fn charges(tally: &mut Tally) {
    let Scene { mut world, client, taken, provider, .. } = Scene::open();
    let market = world.part(Part::Market);
    let lock = |deal: u64, max_spend: u128| Bme::Lock {
        deal: DealId(deal),
        client: client.addr.to_string(),
        payee: provider.owner.to_string(),
        asset: Asset::Token,
        max_spend: Usd::new(max_spend),
        split: Profile::production().terms.split,
    };
    let deal = taken.deal;
    tally.refused("bme/escrow-exists", world.send(&market, Part::Bme, &lock(deal.0, DOLLAR)));
    tally.refused("bme/insufficient", world.send(&market, Part::Bme, &lock(99, DOLLAR * 100_000)));
    let charge = |deal: u64, n: u64, fee: u128| Bme::Charge { deal: DealId(deal), n, fee: Usd::new(fee) };
    tally.refused("bme/unknown-escrow", world.send(&market, Part::Bme, &charge(99, 1, 1)));
    tally.refused("bme/charge-order", world.send(&market, Part::Bme, &charge(deal.0, 2, 1)));
    tally.refused("bme/zero", world.send(&market, Part::Bme, &charge(deal.0, 1, 0)));
    tally.refused("bme/unknown-charge", world.send(&market, Part::Bme, &Bme::Settle { deal, n: 1 }));
    tally.refused("bme/unknown-charge", world.send(&client.addr, Part::Bme, &Bme::Push { deal, n: 1 }));
    provider.leave(&mut world, deal).unwrap();
    tally.refused("bme/escrow-ended", world.send(&market, Part::Bme, &charge(deal.0, 1, 1)));
    world.pass(301);
    tally.refused("bme/price-stale", world.send(&market, Part::Bme, &lock(98, DOLLAR)));
    world.price(1);
    tally.refused("hearth/out-of-range", world.send(&market, Part::Bme, &lock(98, u128::MAX)));

    let mut scene = Scene::open();
    scene.world.pass(301);
    scene.work.earn(4);
    scene.commit_voucher(1).unwrap();
    let push = Bme::Push { deal: scene.taken.deal, n: 1 };
    let anyone = scene.world.addr("anyone");
    tally.refused("bme/price-awaited", scene.world.send(&anyone, Part::Bme, &push));
}

fn nodes(tally: &mut Tally) {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 0);
    let (stranger, owner) = (world.addr("stranger"), provider.owner.clone());
    let signed = |world: &World, key: &Key| hearth_rig::actor::possession(world, key, &owner);
    let (own, others) = (signed(&world, &Key::of("fresh")), signed(&world, &provider.key));
    let add = |card: bonds::NodeCard| Bonds::AddNode { node: card, possession: own.clone() };
    let fresh = card(&Key::of("fresh"));
    let stolen = Bonds::AddNode { node: fresh.clone(), possession: others.clone() };
    tally.refused("bonds/possession", world.send(&owner, Part::Bonds, &stolen));
    let taken = Bonds::AddNode { node: card(&provider.key), possession: others };
    tally.refused("bonds/worker-taken", world.send(&owner, Part::Bonds, &taken));
    tally.refused("bonds/not-introduced", world.send(&stranger, Part::Bonds, &add(fresh.clone())));
    let mut bent = fresh.clone();
    bent.sealing_key = [0; 32].into();
    tally.refused("bonds/key", world.send(&owner, Part::Bonds, &add(bent)));
    let mut bent = fresh.clone();
    bent.endpoint = "gopher://node.example".into();
    tally.refused("bonds/endpoint", world.send(&owner, Part::Bonds, &add(bent)));
    let mut bent = fresh;
    bent.engines = vec!["a\nb".into()];
    tally.refused("bonds/text", world.send(&owner, Part::Bonds, &add(bent)));
    let update = |node: u64, endpoint: Option<&str>| Bonds::UpdateNode {
        node: NodeId(node),
        worker_key: None,
        possession: None,
        sealing_key: None,
        endpoint: endpoint.map(str::to_owned),
        attributes: None,
        engines: None,
    };
    tally.refused("bonds/nothing-changed", world.send(&owner, Part::Bonds, &update(1, None)));
    tally.refused("bonds/unknown-node", world.send(&owner, Part::Bonds, &update(9, Some("https://a"))));
    let foreign = world.send(&stranger, Part::Bonds, &update(1, Some("https://a")));
    tally.refused("hearth/not-allowed", foreign);
    world.send(&owner, Part::Bonds, &update(1, Some("https://elsewhere.example"))).unwrap();
}

fn stakes(tally: &mut Tally) {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 100);
    let audit = world.part(Part::Audit);
    tally.refused("bonds/zero", provider.unbond(&mut world, 0));
    tally.refused("bonds/insufficient", provider.unbond(&mut world, 100 * TOKEN + 1));
    let withdraw = Bonds::Withdraw { node: provider.node };
    tally.refused("bonds/nothing-due", world.send(&provider.owner, Part::Bonds, &withdraw));
    for _ in 0..8 {
        provider.unbond(&mut world, 1).unwrap();
    }
    tally.refused("bonds/too-many-unbondings", provider.unbond(&mut world, 1));
    let slash = |fault: &str, bps: u16| Bonds::Slash {
        fault: fault.to_owned(),
        node: provider.node,
        bps: Bps(bps),
        harmed: None,
        reporters: vec![],
    };
    tally.refused("bonds/bps", world.send(&audit, Part::Bonds, &slash("a", 0)));
    tally.refused("bonds/bps", world.send(&audit, Part::Bonds, &slash("a", 10_001)));
    if world.chain.obeys() {
        world.send(&audit, Part::Bonds, &slash("a", 5_000)).unwrap();
    }
    tally.refused("bonds/already-slashed", world.send(&audit, Part::Bonds, &slash("a", 5_000)));
    tally.refused("hearth/not-allowed", world.send(&provider.owner, Part::Bonds, &slash("b", 1)));
    world.finish();
}

fn curated(tally: &mut Tally) {
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

fn offers(tally: &mut Tally) {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 100);
    let bare = Provider::new(&mut world, "bare", 0);
    tally.refused("market/unbacked", bare.place(&mut world));
    tally.refused("market/off-grid", provider.place_at(&mut world, Tick(32_400)));
    tally.refused("market/off-grid", provider.place_at(&mut world, Tick(u16::MAX)));
    let bent = |change: fn(&mut Market)| {
        let mut offer = provider.offer(&crate::world());
        change(&mut offer);
        offer
    };
    let now = world.time();
    let mut try_with = |change: fn(&mut Market), code| {
        let mut offer = bent(change);
        if let Market::Place { expires_at, .. } = &mut offer
            && expires_at.0 > now
        {
            expires_at.0 = now + 86_400;
        }
        tally.refused(code, world.send(&provider.worker, Part::Market, &offer));
    };
    try_with(|offer| set(offer, |o| o.slots = 0), "market/offer-bounds");
    try_with(|offer| set(offer, |o| o.max_spend = Usd::ZERO), "market/offer-bounds");
    try_with(|offer| set(offer, |o| o.min_spend = Usd::new(u128::MAX)), "market/offer-bounds");
    try_with(|offer| set(offer, |o| o.max_life = Seconds(u64::MAX)), "market/offer-bounds");
    try_with(|offer| set(offer, |o| o.expires_at = Seconds(1)), "market/offer-bounds");
    try_with(|offer| set(offer, |o| o.terms = 2), "market/terms-changed");
    try_with(|offer| set(offer, |o| o.class = ClassId(99)), "market/unknown-class");
    try_with(|offer| set(offer, |o| o.node = NodeId(99)), "market/unknown-node");
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
    let unknown = world.try_ask::<serde_json::Value>(Part::Market, &serde_json::json!({"terms": {"version": 9}}));
    tally.refused("market/unknown-terms", unknown);
    let long = Market::Prune { offers: (0..10_000).map(OfferId).collect() };
    tally.refused("hearth/length", world.send(&provider.worker, Part::Market, &long));
    let empty = Market::Prune { offers: vec![] };
    tally.refused("hearth/length", world.send(&provider.worker, Part::Market, &empty));
}

/// The fields of a Place that tests bend.
struct Bent {
    node: NodeId,
    class: ClassId,
    slots: u32,
    min_spend: Usd,
    max_spend: Usd,
    max_life: Seconds,
    expires_at: Seconds,
    terms: u32,
}

fn set(offer: &mut Market, change: fn(&mut Bent)) {
    let Market::Place { node, class, slots, min_spend, max_spend, max_life, expires_at, terms, .. } = offer else {
        panic!("a Place is bent")
    };
    let mut bent = Bent {
        node: *node,
        class: *class,
        slots: *slots,
        min_spend: *min_spend,
        max_spend: *max_spend,
        max_life: *max_life,
        expires_at: *expires_at,
        terms: *terms,
    };
    change(&mut bent);
    (*node, *class, *slots, *min_spend) = (bent.node, bent.class, bent.slots, bent.min_spend);
    (*max_spend, *max_life, *expires_at, *terms) = (bent.max_spend, bent.max_life, bent.expires_at, bent.terms);
}

fn takes(tally: &mut Tally) {
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

fn meter(tally: &mut Tally) {
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

fn clocks(tally: &mut Tally) {
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
    let duties = serde_json::json!({"duties": {"worker": client.addr}});
    tally.refused("market/unknown-worker", world.try_ask::<serde_json::Value>(Part::Market, &duties));
}

fn contests(tally: &mut Tally) {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    tally.refused("market/not-contestable", scene.client.contest(&mut scene.world, deal, 1, None));
    tally.refused("market/unknown-commit", scene.client.contest(&mut scene.world, deal, 2, None));

    let mut scene = Scene::unsigned();
    let deal = scene.taken.deal;
    let same = scene.provider.receipt(&scene.world, &scene.work);
    tally.refused("market/receipt", scene.client.contest(&mut scene.world, deal, 1, Some(same.clone())));
    let mut forged = same;
    forged.root = digest::zero();
    tally.refused("market/signature", scene.client.contest(&mut scene.world, deal, 1, Some(forged)));
    let Scene { mut world, provider, client, work, .. } = scene;
    tally.refused(
        "hearth/not-allowed",
        Client { addr: world.addr("x"), ..client.clone() }.contest(&mut world, deal, 1, None),
    );
    provider.finalize(&mut world, &work, 1).unwrap();
    tally.refused("market/final", client.contest(&mut world, deal, 1, None));
    let audit = world.part(Part::Audit);
    let again = Market::Finalize { deal, n: 1, verdict: Verdict::Fail };
    tally.refused("market/final", world.send(&audit, Part::Market, &again));

    let mut scene = Scene::unsigned();
    scene.world.beacon(scene.taken.deal, 1);
    scene.world.pass(43_200);
    tally.refused("market/not-contestable", scene.client.contest(&mut scene.world, scene.taken.deal, 1, None));
}

fn beacons(tally: &mut Tally) {
    let mut scene = Scene::committed();
    let deal = scene.taken.deal;
    let due = scene.world.due(deal, 1);
    let relay = scene.world.addr("relay");
    let (owner, signature) = (scene.world.addr("owner"), scene.world.signer.sign(due.round.0));
    let add = |network, round, signature: &[u8]| Audit::AddBeacon {
        network,
        round: Round(round),
        signature: signature.into(),
    };
    let mut say = |sender, msg: Audit, code| tally.refused(code, scene.world.send(sender, Part::Audit, &msg));
    say(&relay, add(9, due.round.0, &signature), "audit/unknown-network");
    say(&relay, add(0, due.round.0 + 1, &signature), "audit/signature");
    say(&relay, add(0, due.round.0, &[0; 48]), "audit/signature");
    let network = |public_key: &[u8], period| Audit::AddNetwork {
        public_key: public_key.into(),
        genesis: Seconds(1),
        period: Seconds(period),
    };
    say(&owner, network(&[1; 96], 3), "audit/public-key");
    say(&owner, network(&[1; 96], 0), "audit/network");
    say(&relay, network(&[1; 96], 3), "hearth/not-owner");
    say(&relay, Audit::Draw { deal, n: 1, openings: vec![] }, "audit/beacon-awaited");
    say(&relay, Audit::Draw { deal, n: 2, openings: vec![] }, "audit/unknown-commit");
    say(&relay, Audit::Resolve { deal, n: 1 }, "audit/too-early");
    // A signature of a round to come, which only a broken beacon gives: even then not in the commit's own block.
    scene.world.add_beacon(&relay, Due { network: 0, round: due.round }).unwrap();
    if scene.world.chain.obeys() {
        tally.refused("audit/same-block", scene.provider.draw(&mut scene.world, &scene.work, 1));
    } else {
        tally.unsaid.insert("audit/same-block");
    }
    scene.world.pass(86_400);
    tally.refused("audit/draw-over", scene.provider.draw(&mut scene.world, &scene.work, 1));
}

fn openings(tally: &mut Tally) {
    let mut scene = Scene::open();
    if !scene.world.chain.obeys() {
        // A stake that is worth something draws too few points for this.
        tally.unsaid.extend(code::all().filter(|code| code.starts_with("audit/opening")));
        return;
    }
    worthless(&mut scene);
    for _ in 0..40 {
        scene.work.answer(20_000);
    }
    scene.commit_voucher(1).unwrap();
    for _ in 0..5 {
        scene.work.answer(40_000);
    }
    scene.commit_voucher(2).unwrap();
    let Scene { mut world, provider, work, taken, .. } = scene;
    let deal = taken.deal;
    world.beacon(deal, 2);
    let (drawn, other) = (work.openings(&world, 2), work.openings(&world, 1));
    let every: Vec<Usd> = (0..10_000).map(|i| Usd::new(1 + i * work.totals.spent.u128() / 10_000)).collect();
    let idle = work.open(&every, 40).into_iter().find(|o| !other.iter().any(|d| d.leaf == o.leaf)).unwrap();
    let mut say = |n: u64, openings: Vec<audit::Opening>, code| {
        tally.refused(code, world.send(&provider.worker, Part::Audit, &Audit::Draw { deal, n, openings }));
    };
    say(1, vec![idle.clone()], "audit/opening-idle");
    say(2, vec![idle.clone()], "audit/opening-early");
    say(2, vec![], "audit/opening-missing");
    say(2, vec![drawn[0].clone(), drawn[0].clone()], "audit/opening-order");
    say(2, (0..18).map(|_| idle.clone()).collect(), "hearth/length");
    let mut bent = drawn[0].clone();
    bent.leaf.fee = Usd::new(1);
    say(2, vec![bent], "audit/opening-root");
    let mut bent = drawn[0].clone();
    bent.engine.version = "other".into();
    say(2, vec![bent], "audit/opening-engine");

    let mut dear = Scene::open();
    worthless(&mut dear);
    dear.work.answer(1_000);
    let mut leaf = dear.work.leaves[0].clone();
    leaf.fee = leaf.fee.plus(Usd::new(1)).unwrap();
    dear.work = Work::of(&dear.world, &dear.taken);
    dear.work.append(leaf);
    dear.commit_voucher(1).unwrap();
    dear.world.beacon(dear.taken.deal, 1);
    tally.refused("audit/opening-fee", dear.provider.draw(&mut dear.world, &dear.work, 1));

    let mut job = Scene::open();
    let mut bid = job.client.bid(&job.world, 1);
    bid.kind = Kind::Job { request: Digest::generate(b"a request") };
    job.taken = job.client.take(&mut job.world, &job.offer, bid).unwrap();
    worthless(&mut job);
    let mut work = Work::of(&job.world, &job.taken);
    work.answer(1_000);
    let mut leaf = work.leaves[0].clone();
    leaf.request = Digest::generate(b"a shorter request");
    job.work = Work::of(&job.world, &job.taken);
    job.work.append(leaf);
    job.provider.commit(&mut job.world, &mut job.work, Proof::Job).unwrap();
    job.world.beacon(job.taken.deal, 1);
    tally.refused("audit/opening-job", job.provider.draw(&mut job.world, &job.work, 1));
}

/// Sends the node to jail: its stake is worth nothing, and every draw takes the most points.
fn worthless(scene: &mut Scene) {
    let audit = scene.world.part(Part::Audit);
    let slash = Bonds::Slash {
        fault: format!("deal {}", scene.taken.deal),
        node: scene.provider.node,
        bps: Bps(1),
        harmed: None,
        reporters: vec![],
    };
    scene.world.send(&audit, Part::Bonds, &slash).unwrap();
}
