//! Nodes and their stakes.

use hearth_rig::actor::{Provider, card};
use hearth_rig::key::Key;
use hearth_rig::world::{TOKEN, World};
use hearth_schema::bonds::{self, ExecuteMsg as Bonds};
use hearth_schema::deploy::Part;
use hearth_schema::unit::{Bps, NodeId};

use crate::scene::Tally;

pub(crate) fn nodes(tally: &mut Tally) {
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

pub(crate) fn stakes(tally: &mut Tally) {
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
