//! A deal's life, from the take to the claim.

use hearth_rig::actor::{Client, Provider, Work};
use hearth_rig::world::{DOLLAR, TOKEN};
use hearth_schema::audit::Verdict;
use hearth_schema::market::Reason;

#[test]
fn the_example_of_the_protocol_comes_out_to_the_unit() {
    let mut world = crate::world();
    let provider = Provider::new(&mut world, "paul", 1_000);
    let client = Client::new(&mut world, "ann", 100);
    let genesis = world.supply();
    let offer = provider.place(&mut world).unwrap();
    let bid = client.bid(&world, 10);
    let taken = client.take(&mut world, &offer, bid).unwrap();
    assert_eq!(world.account(&client.addr), 79 * TOKEN);
    let mut work = Work::of(&world, &taken);

    work.earn(4);
    let voucher = client.voucher(&world, &work, 1);
    provider.commit(&mut world, &mut work, voucher).unwrap();
    world.pass(300);
    world.price(DOLLAR / 4);
    work.earn(3);
    let voucher = client.voucher(&world, &work, 2);
    provider.commit(&mut world, &mut work, voucher).unwrap();

    let resolved = provider.finalize(&mut world, &work, 1).unwrap();
    assert_eq!(resolved.verdict, Verdict::Pass);
    world.beacon(taken.deal, 2);
    world.pass(86_400);
    assert_eq!(world.resolve(taken.deal, 2).unwrap().verdict, Verdict::Fail);
    let ended = provider.leave(&mut world, taken.deal).unwrap();
    assert_eq!(ended.reason, Reason::Left);

    assert_eq!(world.account(&client.addr), 92 * TOKEN);
    let claimed = provider.claim(&mut world).unwrap();
    assert_eq!(claimed.amount.u128(), 7_360_000);
    assert_eq!(world.supply(), genesis - 8_000_000 + 7_360_000);
    world.finish();
}
