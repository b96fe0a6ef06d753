//! Contests, beacons and draws.

use hearth_rig::actor::{Client, Work};
use hearth_schema::audit::{self, ExecuteMsg as Audit, Verdict};
use hearth_schema::beacon::Due;
use hearth_schema::bonds::ExecuteMsg as Bonds;
use hearth_schema::code;
use hearth_schema::deploy::Part;
use hearth_schema::digest::{self, Digest};
use hearth_schema::market::{ExecuteMsg as Market, Kind, Proof};
use hearth_schema::unit::{Bps, Round, Seconds, Usd};

use crate::scene::{Scene, Tally};

pub(crate) fn contests(tally: &mut Tally) {
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

pub(crate) fn beacons(tally: &mut Tally) {
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

pub(crate) fn openings(tally: &mut Tally) {
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
