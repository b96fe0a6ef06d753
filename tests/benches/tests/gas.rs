//! What the suite's messages cost in the VM, and that the book's size changes nothing of it.
//!
//! The figures are deterministic; they stand in `tests/golden/gas.txt`. `make bench` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "likewise"
)]

use std::fmt::Write as _;
use std::path::Path;

use cosmwasm_std::testing::{MockStorage, message_info, mock_env};
use cosmwasm_std::{Addr, Binary, Env, HexBinary, Order, Storage, Timestamp, to_json_vec};
use hearth_beacon::Signer;
use hearth_benches::{Bench, Data, Gas, Siblings};
use hearth_market::book::{Offer, Wanted};
use hearth_market::state::{ASKS, LAST_OFFER, LAST_SEQ, OFFER_OF, OFFERS};
use hearth_schema::beacon::Network;
use hearth_schema::bme::{Escrow, Quote};
use hearth_schema::digest::{self, Digest};
use hearth_schema::leaf::{Totals, Weights};
use hearth_schema::market::{Bid, Choice, EngineClass, ExecuteMsg, InstantiateMsg, Kind, Product, Proof};
use hearth_schema::price::Tick;
use hearth_schema::raw::{self, Key, NodeKeys, Stake};
use hearth_schema::sign::{PublicKey, Scope, Signature};
use hearth_schema::terms::Profile;
use hearth_schema::unit::{
    Amount, Asset, ClassId, DealId, ModelId, NodeId, OfferId, Price, Seconds, Seq, TokenAmount, TokenPrice, Usd,
};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashSigner;
use serde::Serialize;

const NOW: u64 = 1_800_000_000;
const DOLLAR: u128 = 1_000_000_000_000;
const SIZES: [u64; 3] = [10, 1_000, 100_000];
/// Nodes that act in a case, and whose siblings' records are scripted.
const ACTING: u64 = 40;

fn env() -> Env {
    let mut env = mock_env();
    env.block.time = Timestamp::from_seconds(NOW);
    env.contract.address = Addr::unchecked(Bench::addr("market"));
    env
}

fn session() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn public() -> PublicKey {
    PublicKey(HexBinary::from(session().verifying_key().to_encoded_point(true).as_bytes()))
}

fn say<T: serde::de::DeserializeOwned>(siblings: &mut Siblings, of: &str, key: &Key<T>, value: &impl Serialize) {
    siblings.insert((Bench::addr(of), key.bytes().to_vec()), to_json_vec(value).unwrap());
}

fn siblings() -> Siblings {
    let mut siblings = Siblings::new();
    let price = TokenPrice::new(DOLLAR / 2);
    say(&mut siblings, "bme", &raw::price(), &Quote { last: price, time: Seconds(NOW), low_24h: price });
    let amount = Amount::new(21_000_000);
    let escrow = Escrow {
        client: Addr::unchecked(Bench::addr("client")),
        payee: Addr::unchecked(Bench::addr("owner")),
        asset: Asset::Token,
        locked: amount,
        amount,
        split: Profile::production().terms.split,
        waiting: 0,
        short: false,
        ended: false,
    };
    say(&mut siblings, "bme", &raw::escrow(DealId(1)), &escrow);
    let keys = NodeKeys {
        owner: Addr::unchecked(Bench::addr("owner")),
        worker: Addr::unchecked(Bench::addr("worker")),
        worker_key: public(),
        sealing_key: [7; 32].into(),
    };
    let stake = Stake { active: TokenAmount::new(1_000_000_000), ..Stake::default() };
    for node in (1..=ACTING).chain([u64::from(u32::MAX)]) {
        say(&mut siblings, "bonds", &raw::node(NodeId(node)), &keys);
        say(&mut siblings, "bonds", &raw::stake(NodeId(node)), &stake);
    }
    siblings
}

fn made() -> Bench {
    let mut bench = Bench::load("market", siblings());
    let profile = Profile::production();
    let msg = InstantiateMsg {
        owner: Bench::addr("deployer"),
        curator: Bench::addr("curator"),
        bme: Bench::addr("bme"),
        bonds: Bench::addr("bonds"),
        audit: Bench::addr("audit"),
        terms: profile.terms,
        decimals: 6,
        fresh: profile.fresh,
        unbonding: profile.unbonding,
        offer_life: profile.offer_life,
    };
    bench.instantiate(&env(), &info("deployer"), &msg).unwrap();
    let model = ExecuteMsg::AddModel { name: "m".into(), digest: digest::zero(), source: String::new() };
    bench.execute(&env(), &info("curator"), &model).unwrap();
    let product = Product::Inference {
        model: ModelId(1),
        engine: EngineClass::Exact,
        sampler: "greedy".into(),
        tee: false,
        weights: Weights { input: 250, cached: 25 },
    };
    bench.execute(&env(), &info("curator"), &ExecuteMsg::AddClass { product }).unwrap();
    bench
}

fn info(who: &str) -> cosmwasm_std::MessageInfo {
    message_info(&Addr::unchecked(Bench::addr(who)), &[])
}

/// How the resting offers lie.
#[derive(Debug, Clone, Copy)]
enum Lie {
    /// Over nine hundred prices.
    Spread,
    /// All at one price.
    OneTick,
    /// All of one node, each in a class of its own: so many offers one owner can have.
    OneOwner,
}

const fn wanted(tick: u16) -> Wanted {
    Wanted {
        tick: Tick(tick),
        slots: 4,
        min_spend: Usd::new(1),
        max_spend: Usd::new(1_000 * DOLLAR),
        max_life: Seconds(86_400),
        expires_at: Seconds(NOW + 86_400),
        terms: 1,
    }
}

/// A book of so many resting offers, written as the market writes it.
fn filled(base: &Data, count: u64, lie: Lie) -> Data {
    let mut storage = MockStorage::new();
    for id in 1..=count {
        let (node, class, tick) = match lie {
            Lie::Spread => (id, 1, 3_600 + ((id - 1) % 900) as u16),
            Lie::OneTick => (id, 1, 3_700),
            Lie::OneOwner => (1, id, 3_700),
        };
        let offer = Offer { node: NodeId(node), class: ClassId(class), seq: Seq(id), used: 0, wanted: wanted(tick) };
        OFFERS.save(&mut storage, id, &offer).unwrap();
        OFFER_OF.save(&mut storage, (node, class), &id).unwrap();
        ASKS.save(&mut storage, (class, tick, id), &id).unwrap();
    }
    LAST_OFFER.save(&mut storage, &count).unwrap();
    LAST_SEQ.save(&mut storage, &count).unwrap();
    let mut data = base.clone();
    data.extend(storage.range(None, None, Order::Ascending));
    data
}

fn place(node: u64) -> ExecuteMsg {
    let Wanted { slots, min_spend, max_spend, max_life, expires_at, terms, .. } = wanted(0);
    let (node, class, tick) = (NodeId(node), ClassId(1), Tick(3_700));
    ExecuteMsg::Place { node, class, tick, slots, min_spend, max_spend, max_life, expires_at, terms }
}

fn bid() -> Bid {
    Bid {
        max_spend: Usd::new(10 * DOLLAR),
        asset: Asset::Token,
        kind: Kind::Session,
        session_key: public(),
        expires_at: Seconds(NOW + 3_600),
        terms: 1,
    }
}

const LIMIT: Price = Price::new(100_000_000);

/// A commit of so many leaves, by voucher: at the price of tick 3700, $4 in all.
fn commit(leaves: u64, price: u128) -> ExecuteMsg {
    let output = (4 * DOLLAR / price) as u64;
    let spent = Usd::new(u128::from(output) * price);
    let totals = Totals { count: leaves, input: 0, cached: 0, output, spent };
    let root = Digest::generate(b"a root");
    let env = env();
    let scope = Scope { chain: &env.block.chain_id, market: env.contract.address.as_str(), deal: DealId(1) };
    let signed: k256::ecdsa::Signature = session().sign_prehash(scope.voucher(1, &totals, &root).as_slice()).unwrap();
    let signed = signed.normalize_s().unwrap_or(signed);
    let signature = Signature(Binary::new(signed.to_bytes().to_vec()));
    ExecuteMsg::Commit { deal: DealId(1), n: 1, totals, root, proof: Proof::Voucher { seq: 1, signature } }
}

/// What each verb costs over a book; a commit is measured on the deal that the take opened.
fn costs(bench: &mut Bench, book: &Data) -> Vec<(&'static str, Gas)> {
    let mut cost = |who: &str, msg: &ExecuteMsg| {
        bench.restore(book);
        bench.execute(&env(), &info(who), msg).unwrap_or_else(|error| panic!("{msg:?}: {error}")).0
    };
    let seen = vec![Choice { offer: OfferId(1), seq: Seq(1) }];
    let take = ExecuteMsg::Take { offers: seen, limit: LIMIT, bid: bid() };
    let mut costs = vec![
        ("place", cost("worker", &place(u64::from(u32::MAX)))),
        ("cancel", cost("worker", &ExecuteMsg::Cancel { offer: OfferId(1) })),
        ("take", cost("client", &take)),
        ("sweep", cost("client", &ExecuteMsg::Sweep { class: ClassId(1), limit: LIMIT, bid: bid() })),
    ];
    bench.restore(book);
    bench.execute(&env(), &info("client"), &take).unwrap();
    let offer: Offer = cosmwasm_std::from_json(book_offer(book)).unwrap();
    let price = offer.wanted.tick.price().unwrap().u128();
    let opened = bench.keep();
    for (name, leaves) in [("commit of 1 leaf", 1), ("commit of 10,000 leaves", 10_000)] {
        bench.restore(&opened);
        let (gas, _) = bench.execute(&env(), &info("worker"), &commit(leaves, price)).unwrap();
        costs.push((name, gas));
    }
    costs
}

fn book_offer(book: &Data) -> Vec<u8> {
    let mut key = vec![0, 6];
    key.extend_from_slice(b"offers");
    key.extend_from_slice(&1u64.to_be_bytes());
    book[&key].clone()
}

/// Storing a round, and the same again, which verifies nothing: the difference is the verification.
fn beacon() -> (Gas, Gas) {
    let signer = Signer::from_seed(&[7; 32], NOW - 1_000_000, 3);
    let network = Network {
        public_key: signer.public_key().into(),
        genesis: Seconds(signer.genesis()),
        period: Seconds(3),
        from: Seconds(0),
    };
    let mut bench = Bench::load("audit", Siblings::new());
    let msg = hearth_schema::audit::InstantiateMsg {
        owner: Bench::addr("deployer"),
        market: Bench::addr("market"),
        bonds: Bench::addr("bonds"),
        network,
        activation: Seconds(172_800),
    };
    bench.instantiate(&env(), &info("deployer"), &msg).unwrap();
    let round = hearth_schema::unit::Round(1_000);
    let signature = signer.sign(round.0).into();
    let add = hearth_schema::audit::ExecuteMsg::AddBeacon { network: 0, round, signature };
    let first = bench.execute(&env(), &info("anyone"), &add).unwrap().0;
    let again = bench.execute(&env(), &info("anyone"), &add).unwrap().0;
    (first, again)
}

#[test]
fn a_verb_costs_the_same_over_ten_offers_and_over_a_hundred_thousand() {
    let mut bench = made();
    let base = bench.keep();
    let mut table =
        String::from("SDK gas by message, over books of 10, 1,000 and 100,000 resting offers (VM + storage)\n\n");
    let mut rows = String::new();
    for lie in [Lie::Spread, Lie::OneTick, Lie::OneOwner] {
        let books: Vec<_> = SIZES.map(|count| costs(&mut bench, &filled(&base, count, lie))).into();
        let listed = !matches!(lie, Lie::OneOwner);
        for (at, (name, small)) in books[0].iter().enumerate() {
            let gas: Vec<Gas> = books.iter().map(|book| book[at].1).collect();
            if listed {
                write!(table, "{:8} {name:24}", format!("{lie:?}")).unwrap();
                for gas in &gas {
                    write!(table, " {:>8} ({:>6} + {:>6})", gas.total(), gas.vm, gas.store).unwrap();
                }
                table.push('\n');
            }
            if matches!(lie, Lie::Spread) {
                let figures: Vec<String> = gas.iter().map(|gas| grouped(gas.total())).collect();
                writeln!(rows, "| {} | {} |", capital(name), figures.join(" | ")).unwrap();
            }
            let most = gas.iter().map(|gas| gas.total()).max().unwrap();
            let least = gas.iter().map(|gas| gas.total()).min().unwrap();
            assert!(most * 100 <= least * 105, "{name} ({lie:?}): {least} to {most}, more than 5 % apart");
            assert!(small.total() > 0);
        }
        let last = books[2].iter().find(|(name, _)| name.starts_with("commit of 1 ")).unwrap().1.total();
        let many = books[2].iter().find(|(name, _)| name.starts_with("commit of 10,000")).unwrap().1.total();
        assert!(many * 100 <= last * 101, "a commit of 10,000 leaves costs {many}, one of one leaf {last}");
    }
    let (first, again) = beacon();
    let verification = first.vm - again.vm;
    assert!(verification <= 22_000, "verifying a beacon costs {verification}");
    writeln!(
        table,
        "\nadd_beacon {} ({} + {}), of which the verification {verification}",
        first.total(),
        first.vm,
        first.store
    )
    .unwrap();

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/gas.txt");
    if std::env::var_os("GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == table, "gas changed; if that is meant, run make bench and commit:\n{table}");
    readme("market", &rows);
    readme("audit", &format!("| AddBeacon | {} | {} |\n", grouped(first.total()), grouped(verification)));
}

/// A contract's README says these rows of a table; a new measurement writes them there.
fn readme(contract: &str, rows: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts").join(contract).join("README.md");
    let mut text = std::fs::read_to_string(&path).unwrap();
    for row in rows.lines() {
        let name = row.split_inclusive(" | ").next().unwrap();
        let (_, figures) = text.split_once("\n## Gas\n").expect("a README has its figures");
        let said = figures.lines().find(|line| line.starts_with(name)).expect("a README has this row").to_owned();
        if said != row && std::env::var_os("GOLDEN").is_some() {
            text = text.replacen(&said, row, 1);
            std::fs::write(&path, &text).unwrap();
        } else {
            assert_eq!(said, row, "{contract}/README.md says other gas; run make bench and commit");
        }
    }
}

/// A number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let set_apart = |(at, digit): (usize, char)| {
        let gap = at > 0 && (digits.len() - at).is_multiple_of(3);
        [gap.then_some(','), Some(digit)].into_iter().flatten()
    };
    digits.chars().enumerate().flat_map(set_apart).collect()
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
