//! Traffic: a block every six seconds, fifty jobs taken in each, all of them committed, drawn, final and paid.
//!
//! `JUDGE_BLOCKS` says how many such blocks: 600 are an hour.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cosmwasm_std::{Addr, Event, WasmMsg, to_json_binary};
use hearth_rig::actor::{Client, Provider, Work};
use hearth_rig::chain::{CHAIN_ID, Chain as _};
use hearth_rig::world::{DOLLAR, World};
use hearth_schema::audit::{ExecuteMsg as Audit, Resolved, Verdict};
use hearth_schema::beacon::Due;
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::deploy::Part;
use hearth_schema::digest::Digest;
use hearth_schema::draw::{self, Stake};
use hearth_schema::event;
use hearth_schema::market::{
    Choice, ClassAnswer, Commit, Committed, ExecuteMsg as Market, Kind, Placed, Product, Proof, QueryMsg as Asked,
    Taken,
};
use hearth_schema::terms::{Profile, slash};
use hearth_schema::unit::{DealId, Price, Round, Seconds, TokenPrice, Usd};
use serde::Serialize;

use crate::real::Real;

/// So many jobs are taken in a block.
const JOBS: usize = 50;
/// A block takes so many seconds.
const BLOCK: u64 = 6;
/// A clock runs for twenty blocks at least: after so many a drawn commit is final.
const WINDOW: usize = 21;
/// Blocks between two prices.
const PRICES: usize = 5;

/// A job that is under way.
struct Job {
    work: Work,
    provider: usize,
    /// In which block it was committed.
    committed: Option<usize>,
    /// In which block it was drawn.
    drawn: Option<usize>,
}

/// What is measured of a block.
struct Measured {
    took: Duration,
    gas: u64,
    transactions: usize,
}

struct Street {
    real: Real,
    world: World,
    providers: Vec<Provider>,
    offers: Vec<Choice>,
    clients: Vec<Client>,
    jobs: Vec<Job>,
    /// The round that the commits of a block wait for: they have one time.
    dues: BTreeMap<usize, Due>,
    /// The rounds that are on the chain, and their randomness.
    rounds: BTreeMap<Round, Digest>,
    /// The quantum of each provider's commits: its stake is worth the same all the time.
    quanta: BTreeMap<usize, Usd>,
    taken: u64,
    passed: u64,
    blocks: Vec<Measured>,
}

impl Street {
    fn new() -> Self {
        let real = Real::start();
        let mut world = World::on(Box::new(real.clone()), Profile::short());
        let providers: Vec<Provider> =
            (0..5).map(|nth| Provider::new(&mut world, &format!("provider {nth}"), 100_000)).collect();
        let offers = providers.iter().map(|provider| place(&mut world, provider)).collect();
        let clients = (0..5).map(|nth| Client::new(&mut world, &format!("client {nth}"), 100_000)).collect();
        let (dues, rounds, quanta) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (jobs, blocks) = (Vec::new(), Vec::new());
        Self { real, world, providers, offers, clients, jobs, dues, rounds, quanta, taken: 0, passed: 0, blocks }
    }

    fn message(&self, part: Part, msg: &impl Serialize) -> WasmMsg {
        let contract_addr = self.world.at.of(part).to_owned();
        WasmMsg::Execute { contract_addr, msg: to_json_binary(msg).unwrap(), funds: Vec::new() }
    }

    /// Makes a block in which so many jobs are taken, and whatever is due is done.
    fn block(&mut self, jobs: usize) {
        let now = self.world.time() + BLOCK;
        let mut said = Vec::new();
        if self.blocks.len().is_multiple_of(PRICES) {
            let price = Bme::Price { price: TokenPrice::new(DOLLAR / 2), time: Seconds(now) };
            said.push((self.world.addr("source"), self.message(Part::Bme, &price)));
        }
        self.commit(&mut said);
        self.light(now, &mut said);
        self.resolve(&mut said);
        self.take(jobs, &mut said);
        let began = Instant::now();
        let outcomes = self.real.pour(BLOCK, said.clone());
        let (took, gas) = (began.elapsed(), self.real.gas().unwrap());
        self.blocks.push(Measured { took, gas, transactions: said.len() });
        for (outcome, (sender, msg)) in outcomes.into_iter().zip(said) {
            let events = outcome.unwrap_or_else(|error| panic!("{sender} says {msg:?}: {error}"));
            self.hear(&events);
        }
    }

    fn take(&mut self, jobs: usize, said: &mut Vec<(Addr, WasmMsg)>) {
        for _ in 0..jobs {
            let client = &self.clients[self.taken as usize % self.clients.len()];
            let mut bid = client.bid(&self.world, 1);
            bid.kind = Kind::Job { request: Digest::generate(&self.taken.to_be_bytes()) };
            bid.expires_at = Seconds(self.world.time() + 600);
            let offers = vec![self.offers[self.taken as usize % self.offers.len()]];
            let take = Market::Take { offers, limit: Price::new(u128::from(u64::MAX)), bid };
            said.push((client.addr.clone(), self.message(Part::Market, &take)));
            self.taken += 1;
        }
    }

    /// Whatever was taken in the block before is answered and committed.
    fn commit(&mut self, said: &mut Vec<(Addr, WasmMsg)>) {
        for nth in 0..self.jobs.len() {
            if self.jobs[nth].work.n > 0 {
                continue;
            }
            let work = &mut self.jobs[nth].work;
            work.answer(1_000);
            work.n = 1;
            let (deal, totals, root) = (work.deal, work.totals, work.root(&self.world));
            let commit = Market::Commit { deal, n: 1, totals, root, proof: Proof::Job };
            let worker = self.providers[self.jobs[nth].provider].worker.clone();
            said.push((worker, self.message(Part::Market, &commit)));
        }
    }

    /// Rounds that have come are stored, and what waited for them is drawn in the next block.
    fn light(&mut self, now: u64, said: &mut Vec<(Addr, WasmMsg)>) {
        for nth in 0..self.jobs.len() {
            let Job { work, provider, committed: Some(block), drawn: None } = &self.jobs[nth] else { continue };
            let deal = work.deal;
            let due = *self.dues.entry(*block).or_insert_with(|| self.world.due(deal, 1));
            if let Some(randomness) = self.rounds.get(&due.round) {
                let quantum = *self.quanta.entry(*provider).or_insert_with(|| quantum(&self.world, deal));
                let stake = Stake { chain: CHAIN_ID, audit: self.world.at.of(Part::Audit), deal, n: 1 };
                let rho = stake.rho(due.round, randomness);
                let openings = work.open(&draw::points(&rho, Usd::ZERO, work.totals.spent, quantum, false), 1);
                let worker = self.providers[*provider].worker.clone();
                said.push((worker, self.message(Part::Audit, &Audit::Draw { deal, n: 1, openings })));
                self.jobs[nth].drawn = Some(self.blocks.len());
            }
        }
        for due in self.dues.values() {
            let come = self.world.signer.time_of(due.round.0).unwrap() <= now;
            if come && !self.rounds.contains_key(&due.round) {
                let signature = self.world.signer.sign(due.round.0);
                self.rounds.insert(due.round, Digest::generate(&signature));
                let add = Audit::AddBeacon { network: due.network, round: due.round, signature: signature.into() };
                said.push((self.world.addr("relay"), self.message(Part::Audit, &add)));
            }
        }
    }

    fn resolve(&mut self, said: &mut Vec<(Addr, WasmMsg)>) {
        let (anyone, now) = (self.world.addr("anyone"), self.blocks.len());
        let over = |job: &Job| job.drawn.is_some_and(|drawn| now > drawn + WINDOW);
        for job in self.jobs.iter().filter(|job| over(job)) {
            said.push((anyone.clone(), self.message(Part::Audit, &Audit::Resolve { deal: job.work.deal, n: 1 })));
        }
        self.jobs.retain(|job| !over(job));
    }

    fn hear(&mut self, events: &[Event]) {
        let mut ledger = std::mem::take(&mut self.world.ledger);
        ledger.hear(&self.world, events);
        self.world.ledger = ledger;
        if let Some(taken) = event::find::<Taken>(events, &self.world.part(Part::Market)) {
            let provider = self.providers.iter().position(|provider| provider.node == taken.node).unwrap();
            self.jobs.push(Job { work: Work::of(&self.world, &taken), provider, committed: None, drawn: None });
        }
        if let Some(committed) = event::find::<Committed>(events, &self.world.part(Part::Market)) {
            let job = self.jobs.iter_mut().find(|job| job.work.deal == committed.deal).unwrap();
            job.committed = Some(self.blocks.len());
        }
        if let Some(resolved) = event::find::<Resolved>(events, &self.world.part(Part::Audit)) {
            assert_eq!(resolved.verdict, Verdict::Pass, "{resolved:?}");
            self.passed += 1;
        }
    }
}

/// An offer with room for two blocks' jobs.
fn place(world: &mut World, provider: &Provider) -> Choice {
    let mut offer = provider.offer(world);
    if let Market::Place { slots, .. } = &mut offer {
        *slots = 2 * JOBS as u32;
    }
    let placed: Placed = world.say(&provider.worker, Part::Market, &offer).unwrap();
    Choice { offer: placed.offer, seq: placed.seq }
}

/// What a point is drawn for, in the commits of this deal's node.
fn quantum(world: &World, deal: DealId) -> Usd {
    let commit: Commit = world.ask(Part::Market, &Asked::Commit { deal, n: 1 });
    let ClassAnswer { class, .. } = world.ask(Part::Market, &Asked::Class { class: world.class });
    let Product::Inference { engine, .. } = class.product else { panic!("{class:?} is not inference") };
    let terms = &world.plan.profile.terms;
    terms.sampling.quantum(commit.bond, slash(terms.slash, engine.fault()))
}

#[test]
fn fifty_jobs_a_block_are_each_committed_drawn_final_and_paid() {
    let blocks = std::env::var("JUDGE_BLOCKS").ok().and_then(|blocks| blocks.parse().ok()).unwrap_or(16);
    let began = Instant::now();
    let mut street = Street::new();
    for _ in 0..blocks {
        street.block(JOBS);
    }
    while !street.jobs.is_empty() {
        street.block(0);
        assert!(street.blocks.len() < blocks * 2 + 100, "{} jobs are not done", street.jobs.len());
    }
    assert_eq!((street.taken, street.passed), ((blocks * JOBS) as u64, (blocks * JOBS) as u64));
    for provider in street.providers.clone() {
        provider.claim(&mut street.world).unwrap();
        assert!(street.world.balance(&provider.owner) > 0);
    }
    let mut took: Vec<Duration> = street.blocks.iter().map(|block| block.took).collect();
    took.sort();
    let (transactions, gas) = (
        street.blocks.iter().map(|block| block.transactions).sum::<usize>(),
        street.blocks.iter().map(|block| block.gas).sum::<u64>(),
    );
    println!(
        "{} jobs in {} blocks, {transactions} transactions, {gas} gas; a block takes {:?} in the middle, {:?} at worst; {:?} in all",
        street.taken,
        took.len(),
        took[took.len() / 2],
        took[took.len() - 1],
        began.elapsed(),
    );
    street.world.finish();
}
