//! The ledger: what the rig itself knows of money and deals, and the laws that it recounts from raw state after every call.

use std::collections::BTreeMap;
use std::fmt::Debug;

use cosmwasm_std::{Addr, Event, Order, Storage};
use cw_storage_plus::Map;
use hearth_bme::state as bme;
use hearth_bonds::state as bonds;
use hearth_market::state as market;
use hearth_schema::audit::Verdict;
use hearth_schema::bme::{Charge, Refunded, Released, Settled};
use hearth_schema::bonds::Slashed;
use hearth_schema::charge;
use hearth_schema::deploy::Part;
use hearth_schema::event::Typed;
use hearth_schema::leaf::Totals;
use hearth_schema::market::{Commit, Deal, Reason, Record, Taken};
use hearth_schema::unit::{NodeId, TokenAmount, Usd};

use crate::world::World;

/// What left a deal's escrow, in its asset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Flow {
    settled: u128,
    refunded: u128,
    released: u128,
}

/// The books that the rig keeps itself: from events and from what users did, never from the contracts' sums.
#[derive(Debug, Default)]
pub struct Ledger {
    genesis: u128,
    /// Burned by slashes and by users themselves.
    elsewhere: u128,
    burned: u128,
    destroyed: u128,
    issued: u128,
    minted: u128,
    flows: BTreeMap<u64, Flow>,
    deals: BTreeMap<u64, Deal>,
    commits: BTreeMap<(u64, u64), Commit>,
}

impl Ledger {
    /// Of a world with this supply.
    pub fn new(genesis: TokenAmount) -> Self {
        Self { genesis: genesis.u128(), ..Self::default() }
    }

    /// Counts what the events of a transaction say.
    pub fn hear(&mut self, world: &World, events: &[Event]) {
        let token = world.at.of(Part::Token);
        for event in events {
            let text = |key: &str| event.attributes.iter().find(|attribute| attribute.key == key).map(|a| &a.value);
            if event.ty == "wasm" && text("_contract_address").is_some_and(|from| from == token) {
                let amount = || text("amount").unwrap().parse::<u128>().unwrap();
                let by_bme = text("from").is_some_and(|from| from == world.at.of(Part::Bme));
                match text("action").map(String::as_str) {
                    Some("burn") if !by_bme => self.elsewhere += amount(),
                    Some("mint") => self.minted += amount(),
                    _ => (),
                }
            }
            if let Ok(settled) = Settled::read(event) {
                self.flows.entry(settled.deal.0).or_default().settled += settled.burned.u128();
                self.burned += settled.burned.u128();
                self.destroyed += settled.destroyed.u128();
                self.issued += settled.provider.u128() + settled.audit.u128() + settled.treasury.u128();
            } else if let Ok(refunded) = Refunded::read(event) {
                self.flows.entry(refunded.deal.0).or_default().refunded += refunded.amount.u128();
            } else if let Ok(released) = Released::read(event) {
                self.flows.entry(released.deal.0).or_default().released += released.amount.u128();
            } else if let Ok(slashed) = Slashed::read(event) {
                let shared = slashed.burned.u128() + slashed.harmed.u128() + slashed.reporters.u128();
                assert_eq!(shared, slashed.taken.u128(), "a slash is shared to the unit");
                assert!(slashed.burned.u128() >= slashed.taken.u128() / 2, "at least half of a slash is burned");
            } else if let Ok(taken) = Taken::read(event) {
                self.covered(world, &taken);
            }
        }
    }

    /// I8, I16: a take needs a fresh price, and never brings a node's risk above the value of its bond.
    fn covered(&self, world: &World, taken: &Taken) {
        let quote = bme::QUOTE.load(&*world.chain.storage(&world.part(Part::Bme))).unwrap();
        let now = world.now().time;
        assert!(quote.is_fresh(now, world.plan.profile.fresh), "no take on a stale price");
        let stakes = world.chain.storage(&world.part(Part::Bonds));
        let stake = bonds::STAKES.load(&*stakes, taken.node.0).unwrap();
        let bond = charge::bond_value(stake.backing(now), quote.low_24h, world.plan.token.decimals);
        let risk = market::load_at_risk(&*world.chain.storage(&world.part(Part::Market)), taken.node).unwrap();
        assert!(risk <= bond, "at_risk {risk} of node {} is above its bond {bond}", taken.node);
    }

    /// Recounts what every call may have touched.
    pub fn recount(&mut self, world: &World) {
        let state = State::of(world);
        self.money(world, &state);
        self.history(&state);
        state.market();
        state.stakes(world);
    }

    /// Recounts everything once more at the end.
    pub fn recount_all(&self, world: &World) {
        let state = State::of(world);
        self.money(world, &state);
        state.market();
        state.stakes(world);
    }

    /// I1, I2, I7: every unit stands somewhere, and the laws of bme hold.
    fn money(&self, world: &World, state: &State) {
        let books = bme::BOOKS.load(&*state.bme).unwrap();
        let (accounts, escrows, pending) = (state.accounts(), state.escrows(), state.pending());
        assert_eq!(books.accounts.u128(), accounts, "books: accounts");
        assert_eq!(books.escrows.u128(), escrows, "books: escrows");
        assert_eq!(books.pending.u128(), pending, "books: pending");
        let held = accounts + escrows + pending + books.burn_due.u128();
        assert!(state.balance(world.at.of(Part::Bme)) >= held, "bme holds less than its ledgers say");

        let claims: u128 = all(bme::CLAIMS, &*state.bme).iter().map(|(_, claim)| claim.u128()).sum();
        assert_eq!(books.unclaimed.u128(), claims + books.audit_pool.u128(), "books: unclaimed");
        assert_eq!((books.burned.u128(), books.destroyed.u128()), (self.burned, self.destroyed), "burned, destroyed");
        assert_eq!(books.minted.u128(), self.minted, "minted at bme and at the cw20");
        assert_eq!(self.issued, self.minted + books.unclaimed.u128(), "what was issued is minted or owed");
        assert_eq!(self.minted + books.unclaimed.u128() + self.destroyed, self.burned, "the law of the mint");

        let supply: u128 = state.balances.values().sum();
        assert_eq!(supply, world.supply(), "the cw20's balances add up to its supply");
        let expected = self.genesis + self.minted + books.burn_due.u128() - self.burned - self.elsewhere;
        assert_eq!(supply, expected, "the law of the supply");

        for (id, deal) in &state.deals {
            let escrow = &state.escrow[id];
            let flow = self.flows.get(id).copied().unwrap_or_default();
            let pending = state.pending_of(*id);
            let out = escrow.amount.u128() + pending + flow.settled + flow.refunded + flow.released;
            assert_eq!(
                escrow.locked.u128(),
                out,
                "deal {id}: locked = escrow + pending + settled + refunded + released"
            );
            let over = deal.ended.is_some() && state.is_final(*id);
            assert!(!over || (escrow.amount.is_zero() && pending == 0), "deal {id} is over, and its money is not");
        }
    }

    /// I3, I9: what has ended stays ended, and the terms of a deal never change.
    fn history(&mut self, state: &State) {
        for (id, deal) in &state.deals {
            if let Some(before) = self.deals.get(id) {
                assert!(before.ended.is_none() || before.ended == deal.ended, "deal {id} ended twice");
                assert!(before.ended.is_none() || before.n == deal.n, "deal {id} was committed to after its end");
                assert!(before.closing.is_none() || before.closing == deal.closing, "deal {id} was closed twice");
                let now = Deal {
                    n: before.n,
                    totals: before.totals,
                    voucher_seq: before.voucher_seq,
                    closing: before.closing,
                    ended: before.ended,
                    ..deal.clone()
                };
                assert_eq!(before, &now, "the terms of deal {id} changed");
            }
            self.deals.insert(*id, deal.clone());
        }
        for (key, commit) in &state.commits {
            if let Some(before) = self.commits.get(key) {
                assert!(before.verdict.is_none() || before.verdict == commit.verdict, "commit {key:?} is final twice");
                let now = Commit { contested: before.contested, verdict: before.verdict, ..commit.clone() };
                assert_eq!(before, &now, "commit {key:?} was replaced");
            }
            self.commits.insert(*key, commit.clone());
        }
        assert!(self.deals.keys().all(|id| state.deals.contains_key(id)), "a deal was forgotten");
        assert!(self.commits.keys().all(|key| state.commits.contains_key(key)), "a commit was forgotten");
    }
}

/// All that is stored, read raw.
struct State<'a> {
    bme: Box<dyn Storage + 'a>,
    bonds: Box<dyn Storage + 'a>,
    market: Box<dyn Storage + 'a>,
    balances: BTreeMap<String, u128>,
    deals: BTreeMap<u64, Deal>,
    commits: BTreeMap<(u64, u64), Commit>,
    escrow: BTreeMap<u64, hearth_schema::bme::Escrow>,
    charges: BTreeMap<(u64, u64), Charge>,
}

fn all<'a, K, V>(map: Map<K, V>, storage: &dyn Storage) -> Vec<(K::Output, V)>
where
    K: cw_storage_plus::PrimaryKey<'a> + cw_storage_plus::KeyDeserialize,
    K::Output: Debug + 'static,
    V: serde::Serialize + serde::de::DeserializeOwned,
{
    map.range(storage, None, None, Order::Ascending).collect::<Result<_, _>>().unwrap()
}

impl<'a> State<'a> {
    fn of(world: &'a World) -> Self {
        let at = |part| world.chain.storage(&world.part(part));
        let (bme, bonds, market, token) = (at(Part::Bme), at(Part::Bonds), at(Part::Market), at(Part::Token));
        let balances: Map<&Addr, TokenAmount> = Map::new("balance");
        let balances = all(balances, &*token).into_iter().map(|(who, held)| (who.into_string(), held.u128()));
        Self {
            balances: balances.collect(),
            deals: all(market::DEALS, &*market).into_iter().collect(),
            commits: all(market::COMMITS, &*market).into_iter().collect(),
            escrow: all(bme::ESCROWS, &*bme).into_iter().collect(),
            charges: all(bme::PENDING, &*bme).into_iter().map(|(key, pending)| (key, pending.charge)).collect(),
            bme,
            bonds,
            market,
        }
    }

    fn balance(&self, of: &str) -> u128 {
        self.balances.get(of).copied().unwrap_or_default()
    }

    fn accounts(&self) -> u128 {
        let accounts: Map<(&[u8], &Addr), hearth_schema::unit::Amount> = bme::ACCOUNTS;
        accounts.range(&*self.bme, None, None, Order::Ascending).map(|entry| entry.unwrap().1.u128()).sum()
    }

    fn escrows(&self) -> u128 {
        self.escrow.values().map(|escrow| escrow.amount.u128()).sum()
    }

    fn pending(&self) -> u128 {
        self.charges.values().map(amount).sum()
    }

    fn pending_of(&self, deal: u64) -> u128 {
        self.charges.range((deal, 0)..=(deal, u64::MAX)).map(|(_, charge)| amount(charge)).sum()
    }

    fn commits_of(&self, deal: u64) -> impl Iterator<Item = (&(u64, u64), &Commit)> {
        self.commits.range((deal, 0)..=(deal, u64::MAX))
    }

    fn is_final(&self, deal: u64) -> bool {
        self.commits_of(deal).all(|(_, commit)| commit.verdict.is_some())
    }

    /// I5, I12, I13, I15: indexes and counters equal recounts.
    fn market(&self) {
        let mut at_risk: BTreeMap<u64, u128> = BTreeMap::new();
        let mut used: BTreeMap<u64, u32> = BTreeMap::new();
        let mut records: BTreeMap<u64, Record> = BTreeMap::new();
        let (mut live, mut waiting) = (Vec::new(), Vec::new());
        for (id, deal) in &self.deals {
            let risk = at_risk.entry(deal.node.0).or_default();
            let record = records.entry(deal.node.0).or_default();
            record.opened += 1;
            match deal.ended {
                None => {
                    live.push((deal.node.0, *id));
                    *used.entry(deal.offer.0).or_default() += 1;
                    *risk += deal.max_spend.u128() - deal.totals.spent.u128();
                }
                Some(reason) => ended(record, reason),
            }
            let escrow = &self.escrow[id];
            assert_eq!(escrow.client, deal.client, "deal {id}: its escrow's client");
            assert_eq!(escrow.payee, deal.payee, "deal {id}: its escrow's payee");
            assert_eq!(escrow.ended, deal.ended.is_some(), "deal {id}: its escrow ends with it");
            self.commits(*id, deal, risk, record, &mut waiting);
        }
        let stored = |risk: Vec<(u64, Usd)>| risk.into_iter().filter(|(_, risk)| !risk.is_zero());
        let stored: BTreeMap<u64, u128> =
            stored(all(market::AT_RISK, &*self.market)).map(|(node, risk)| (node, risk.u128())).collect();
        at_risk.retain(|_, risk| *risk > 0);
        assert_eq!(stored, at_risk, "at_risk equals its recount");
        let keys: Vec<(u64, u64)> = all(market::LIVE, &*self.market).into_iter().map(|(key, _)| key).collect();
        live.sort_unstable();
        assert_eq!(keys, live, "the index of open deals");
        let keys: Vec<(u64, u64, u64)> = all(market::WAITING, &*self.market).into_iter().map(|(key, _)| key).collect();
        waiting.sort_unstable();
        assert_eq!(keys, waiting, "the index of commits that are not final");
        let stored: BTreeMap<u64, Record> = all(market::RECORDS, &*self.market).into_iter().collect();
        assert_eq!(stored, records, "the records of nodes");
        self.book(&used);
        self.stale();
    }

    fn commits(&self, id: u64, deal: &Deal, risk: &mut u128, record: &mut Record, waiting: &mut Vec<(u64, u64, u64)>) {
        let mut before = Totals::default();
        for (count, ((_, n), commit)) in (1u64..).zip(self.commits_of(id)) {
            assert_eq!(*n, count, "the commits of deal {id} are numbered from 1");
            assert_eq!(commit.prev, before, "commit {n} of deal {id} follows the one before it");
            before = commit.totals;
            let fee = commit.totals.spent.u128() - commit.prev.spent.u128();
            match commit.verdict {
                None => {
                    *risk += fee;
                    waiting.push((deal.node.0, id, *n));
                }
                Some(Verdict::Pass) => {
                    record.passed += 1;
                    record.earned = record.earned.plus(Usd::new(fee)).unwrap();
                }
                Some(Verdict::Fail) => record.failed += 1,
            }
            record.contested += u64::from(commit.contested.is_some());
            let charged = self.charges.contains_key(&(id, *n));
            assert_eq!(charged, commit.verdict.is_none(), "commit {n} of deal {id}: charged until it is final, once");
        }
        assert_eq!(deal.totals, before, "deal {id} has counted what its last commit says");
        assert_eq!(deal.n, self.commits_of(id).count() as u64, "deal {id} has as many commits as it says");
        let charged = bme::CHARGED.may_load(&*self.bme, id).unwrap().unwrap_or_default();
        assert_eq!(charged, deal.n, "deal {id}: each commit was charged");
        assert!(deal.totals.spent <= deal.max_spend, "deal {id} has spent more than it may");
    }

    /// The book: an offer rests in it just while it has a free slot; one a node and class.
    fn book(&self, used: &BTreeMap<u64, u32>) {
        let offers = all(market::OFFERS, &*self.market);
        let mut asks = Vec::new();
        let mut places = Vec::new();
        for (id, offer) in &offers {
            assert_eq!(offer.used, used.get(id).copied().unwrap_or_default(), "offer {id}: its open deals");
            if offer.free() > 0 {
                asks.push(((offer.class.0, offer.wanted.tick.0, offer.seq.0), *id));
            }
            places.push(((offer.node.0, offer.class.0), *id));
        }
        asks.sort_unstable();
        places.sort_unstable();
        assert_eq!(all(market::ASKS, &*self.market), asks, "the book holds what has free slots");
        assert_eq!(all(market::OFFER_OF, &*self.market), places, "one offer a node and class");
    }

    /// The counters of charges that wait for a price.
    fn stale(&self) {
        let waits = |charge: &&Charge| matches!(charge, Charge::Waiting { .. });
        let waiting = self.charges.values().filter(waits).count() as u64;
        assert_eq!(bme::WAITING.may_load(&*self.bme).unwrap().unwrap_or_default(), waiting, "charges that wait");
        for (id, escrow) in &self.escrow {
            let of = self.charges.range((*id, 0)..=(*id, u64::MAX)).filter(|(_, charge)| waits(charge)).count();
            assert_eq!(escrow.waiting, of as u64, "deal {id}: its charges that wait");
        }
    }

    /// I1, I6 of bonds: every stake is held, and its parts add up.
    fn stakes(&self, world: &World) {
        let (mut active, mut unbonding) = (0, 0);
        for (node, stake) in all(bonds::STAKES, &*self.bonds) {
            let parts = bonds::UNBONDINGS.may_load(&*self.bonds, node).unwrap().unwrap_or_default();
            let sum: u128 = parts.iter().map(|part| part.amount.u128()).sum();
            assert_eq!(stake.unbonding.u128(), sum, "node {node}: what is on its way out");
            active += stake.active.u128();
            unbonding += sum;
        }
        let sums = bonds::SUMS.may_load(&*self.bonds).unwrap().unwrap_or_default();
        assert_eq!((sums.active.u128(), sums.unbonding.u128()), (active, unbonding), "the sums of stakes");
        assert!(self.balance(world.at.of(Part::Bonds)) >= active + unbonding, "bonds holds less than its stakes");
        for (node, keys) in all(bonds::NODES, &*self.bonds) {
            assert_eq!(bonds::WORKERS.load(&*self.bonds, &keys.worker).unwrap(), NodeId(node), "a worker has one node");
        }
    }
}

fn amount(charge: &Charge) -> u128 {
    match charge {
        Charge::Charged { amount } => amount.u128(),
        Charge::Waiting { .. } => 0,
    }
}

const fn ended(record: &mut Record, reason: Reason) {
    let counter = match reason {
        Reason::Unused => &mut record.unused,
        Reason::Expired => &mut record.expired,
        Reason::Closed => &mut record.closed,
        Reason::Left => &mut record.left,
        Reason::Exhausted => &mut record.exhausted,
        Reason::Done => &mut record.done,
    };
    *counter += 1;
}
