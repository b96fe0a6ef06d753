//! Money, prices and charges.

use cosmwasm_std::Binary;
use hearth_rig::actor::{Client, send_tokens};
use hearth_rig::world::{DOLLAR, TOKEN};
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::deploy::Part;
use hearth_schema::own::Act;
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Amount, Asset, DealId, Seconds, StableId, Usd};

use crate::scene::{Scene, Tally};

pub(crate) fn money(tally: &mut Tally) {
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

pub(crate) fn prices(tally: &mut Tally) {
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

pub(crate) fn charges(tally: &mut Tally) {
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
