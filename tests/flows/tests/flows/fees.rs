//! What each message costs as a whole transaction, against `tests/golden/fees.txt`: one message, one signature, a fee in
//! one coin, by an account that has sent before. `GOLDEN=1` writes the file anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use hearth_rig::actor::{Client, Provider, Work, card, possession};
use hearth_rig::key::Key;
use hearth_rig::world::{DOLLAR, TOKEN, World};
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::bonds::{ExecuteMsg as Bonds, NodeAdded};
use hearth_schema::deploy::Part;
use hearth_schema::digest::Digest;
use hearth_schema::market::{Change, ExecuteMsg as Market, Kind, Proof};
use hearth_schema::price::Tick;
use hearth_schema::unit::Seconds;

const DAY: u64 = 86_400;
/// What calls one contract twice, and what its loading costs.
const TWICE: [&str; 2] = ["claim", "commit a job"];
const LOADING: u64 = 57_000;

/// What was paid for what, in the order of a deal's life.
#[derive(Default)]
struct Bill(Vec<(String, u64)>);

impl Bill {
    /// Notes what the last message cost.
    fn note(&mut self, world: &World, what: &str) {
        self.0.push((what.to_owned(), world.chain.gas().unwrap()));
    }

    fn text(&self) -> String {
        let mut text = String::from("message                    gas    fee at 0.025 a unit\n");
        for (what, gas) in &self.0 {
            writeln!(text, "{what:22} {gas:>8} {:>8}", gas.div_ceil(40)).unwrap();
        }
        text
    }
}

fn uploads(bill: &mut Bill) {
    let mut chain = crate::bare();
    chain.store(Part::Token);
    for part in Part::ALL {
        chain.store(part);
        bill.0.push((format!("upload {}", part.name()), chain.gas().unwrap()));
    }
}

/// A provider and a client who have each sent before.
fn people(world: &mut World, bill: &mut Bill) -> (Provider, Client) {
    let owner = world.addr("paul");
    world.send(&owner, Part::Bonds, &Bonds::Introduce { name: "paul".into(), url: String::new() }).unwrap();
    world.send(&owner, Part::Bonds, &Bonds::Introduce { name: "Paul".into(), url: String::new() }).unwrap();
    bill.note(world, "introduce");
    let key = Key::of("paul/worker");
    let add = Bonds::AddNode { node: card(&key), possession: possession(world, &key, &owner) };
    let added: NodeAdded = world.say(&owner, Part::Bonds, &add).unwrap();
    bill.note(world, "add_node");
    let worker = world.chain.signer(&key);
    assert_eq!(worker, added.worker);
    let provider = Provider { owner, worker, key, node: added.node };
    world.fund(&provider.owner, 10_000 * TOKEN);
    provider.bond(world, 5_000 * TOKEN).unwrap();
    bill.note(world, "bond, the first");
    provider.bond(world, 5_000 * TOKEN).unwrap();
    bill.note(world, "bond");
    let client = Client::new(world, "ann", 1_000);
    bill.note(world, "deposit, the first");
    world.fund(&client.addr, TOKEN);
    client.deposit(world, TOKEN).unwrap();
    bill.note(world, "deposit");
    (provider, client)
}

fn book(world: &mut World, bill: &mut Bill, provider: &Provider) {
    let first = provider.place(world).unwrap();
    provider.cancel(world, first.offer).unwrap();
    bill.note(world, "cancel");
    let placed = provider.place(world).unwrap();
    bill.note(world, "place");
    let amend = |change| Market::Amend { offer: placed.offer, change };
    world
        .send(&provider.worker, Part::Market, &amend(Change { tick: Some(Tick(3_601)), ..Change::default() }))
        .unwrap();
    bill.note(world, "amend a price");
    let expires_at = Seconds(world.time() + 3 * DAY);
    world.send(&provider.worker, Part::Market, &Market::Refresh { offers: vec![placed.offer], expires_at }).unwrap();
    bill.note(world, "refresh");
    world.price(DOLLAR / 2);
    bill.note(world, "price");
}

/// A session by voucher, from the take to the claim.
fn session(world: &mut World, bill: &mut Bill, provider: &Provider, client: &Client) {
    let query = hearth_schema::market::QueryMsg::Book { class: world.class, start_after: None, limit: None };
    let book: Vec<hearth_schema::market::OfferAnswer> = world.ask(Part::Market, &query);
    let (offer, bid) = (&book[0], client.bid(world, 10));
    let taken = client.take_first(world, &[(offer.offer, offer.seq)], offer.price, bid).unwrap();
    bill.note(world, "take");
    let mut work = Work::of(world, &taken);
    for (seq, name) in [(1, "commit, the first"), (2, "commit")] {
        for _ in 0..50 {
            work.answer(1_000);
        }
        let voucher = client.voucher(world, &work, seq);
        provider.commit(world, &mut work, voucher).unwrap();
        bill.note(world, name);
    }
    let due = world.due(taken.deal, 1);
    world.pass(world.signer.time_of(due.round.0).unwrap() - world.time());
    world.add_beacon(&provider.worker, due).unwrap();
    bill.note(world, "add_beacon");
    // Each in a block of its own, as on a chain that others use too.
    world.pass(1);
    world.add_beacon(&provider.worker, due).unwrap();
    bill.note(world, "add_beacon, a repeat");
    world.pass(1);
    provider.draw(world, &work, 1).unwrap();
    bill.note(world, "draw");
    world.pass(DAY);
    let resolve = hearth_schema::audit::ExecuteMsg::Resolve { deal: taken.deal, n: 1 };
    world.send(&provider.worker, Part::Audit, &resolve).unwrap();
    bill.note(world, "resolve, passed");
    world.beacon(taken.deal, 2);
    world.pass(DAY);
    let resolve = hearth_schema::audit::ExecuteMsg::Resolve { deal: taken.deal, n: 2 };
    world.send(&provider.worker, Part::Audit, &resolve).unwrap();
    bill.note(world, "resolve, failed");
    provider.claim(world).unwrap();
    bill.note(world, "claim");
    world.expire(taken.deal).unwrap();
}

/// What else becomes of deals.
fn endings(world: &mut World, bill: &mut Bill, provider: &Provider, client: &Client) {
    world.price(DOLLAR / 2);
    let (class, limit) = (world.class, hearth_schema::unit::Price::new(u128::from(u64::MAX)));
    let sweep = |world: &mut World, kind: Kind| {
        let mut bid = client.bid(world, 1);
        bid.kind = kind;
        client.sweep(world, class, limit, bid).unwrap()
    };
    let closed = sweep(world, Kind::Session);
    bill.note(world, "sweep");
    client.close(world, closed.deal).unwrap();
    bill.note(world, "close");
    let left = sweep(world, Kind::Session);
    provider.leave(world, left.deal).unwrap();
    bill.note(world, "leave");
    let job = sweep(world, Kind::Job { request: Digest::generate(b"a request") });
    let mut work = Work::of(world, &job);
    work.answer(1_000);
    provider.commit(world, &mut work, Proof::Job).unwrap();
    bill.note(world, "commit a job");
    client.contest(world, job.deal, 1, None).unwrap();
    bill.note(world, "contest");
    let token = sweep(world, Kind::Session);
    let mut work = Work::of(world, &token);
    work.answer(1_000);
    let bearer = client.bearer(world, &work, DOLLAR / 10, world.time() + 3_600);
    provider.commit(world, &mut work, bearer).unwrap();
    bill.note(world, "commit by bearer token");
    world.pass(3_600);
    world.send(&provider.worker, Part::Market, &Market::Expire { deal: closed.deal }).unwrap();
    bill.note(world, "expire");
    let late = sweep_stale(world, provider, client);
    world.price(DOLLAR / 2);
    world.send(&provider.worker, Part::Bme, &Bme::Push { deal: late, n: 1 }).unwrap();
    bill.note(world, "push");
    client.withdraw(world, 1).unwrap();
    bill.note(world, "withdraw");
    provider.unbond(world, 1).unwrap();
    bill.note(world, "unbond");
}

/// A deal whose charge waits for a price.
fn sweep_stale(world: &mut World, provider: &Provider, client: &Client) -> hearth_schema::unit::DealId {
    world.price(DOLLAR / 2);
    let (class, limit) = (world.class, hearth_schema::unit::Price::new(u128::from(u64::MAX)));
    let bid = client.bid(world, 1);
    let taken = client.sweep(world, class, limit, bid).unwrap();
    world.pass(301);
    let mut work = Work::of(world, &taken);
    work.answer(1_000);
    let voucher = client.voucher(world, &work, 1);
    provider.commit(world, &mut work, voucher).unwrap();
    taken.deal
}

fn read(text: &str) -> BTreeMap<&str, u64> {
    text.lines()
        .skip(1)
        .map(|line| {
            let (what, sums) = line.split_at(22);
            (what.trim(), sums.split_whitespace().next().unwrap().parse().unwrap())
        })
        .collect()
}

#[test]
fn no_message_costs_two_percent_more_than_is_written() {
    let mut bill = Bill::default();
    uploads(&mut bill);
    let mut world = crate::world();
    let (provider, client) = people(&mut world, &mut bill);
    book(&mut world, &mut bill, &provider);
    session(&mut world, &mut bill, &provider, &client);
    endings(&mut world, &mut bill, &provider, &client);
    world.finish();

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/fees.txt");
    let text = bill.text();
    // What a real chain says is laid beside what is written, which is the embedded one's.
    let real = !crate::world().chain.obeys();
    if std::env::var_os("GOLDEN").is_some() && !real {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let (written, found) = (read(&golden), read(&text));
    assert!(written.keys().eq(found.keys()), "other messages than are written:\n{text}");
    if real {
        found.iter().for_each(|(what, gas)| println!("| {what} | {gas} | {} |", written[what]));
    }
    let old = std::env::var("JUDGE_LINE").is_ok_and(|line| line == "old");
    for (what, gas) in found {
        // On wasmd 0.53 a contract that is called twice in a transaction pays twice for its loading.
        let modelled = written[what] + if old && TWICE.contains(&what) { LOADING } else { 0 };
        let within = gas * 100 <= modelled * 102 && (!real || gas * 100 >= modelled * 98);
        assert!(within, "{what} costs {gas} gas, {} is written:\n{text}", written[what]);
    }
}
