//! Who acts: clients, providers, and the work between them. Verbs return the typed event or the refusal.

use cosmwasm_std::{Addr, Binary, Event, HexBinary, to_json_binary};
use hearth_schema::audit::{self, Drawn, Opening};
use hearth_schema::bme::{self, Claimed, Deposited, Withdrawn};
use hearth_schema::bonds::{self, Bonded, Introduced, NodeAdded, NodeCard, Unbonded};
use hearth_schema::cw20;
use hearth_schema::deploy::Part;
use hearth_schema::digest::{self, Digest};
use hearth_schema::event;
use hearth_schema::leaf::{Counts, Engine, Finish, Leaf, Totals};
use hearth_schema::market::{
    self, Bid, Cancelled, Choice, Closed, Committed, Contested, Ended, Kind, OfferAnswer, Placed, Proof, Receipt, Taken,
};
use hearth_schema::price::Tick;
use hearth_schema::sign::{self, Bearer, Scope, Signature};
use hearth_schema::tree::{self, Frontier, Tree};
use hearth_schema::unit::{Amount, Asset, ClassId, DealId, NodeId, OfferId, Price, Seconds, Seq, TokenAmount, Usd};

use crate::chain::CHAIN_ID;
use crate::key::Key;
use crate::world::{DOLLAR, Refused, SAMPLER, TOKEN, WEIGHTS, World};

/// A tick that most tests trade at: $0.000001 a token.
pub const TICK: Tick = Tick(900 * 4);

/// Somebody who buys.
#[derive(Clone)]
pub struct Client {
    /// The account.
    pub addr: Addr,
    /// Signs tickets and vouchers.
    pub key: Key,
}

impl Client {
    /// A client with this many tokens in bme.
    pub fn new(world: &mut World, name: &str, tokens: u128) -> Self {
        let client = Self { addr: world.addr(name), key: Key::of(name) };
        world.fund(&client.addr, tokens * TOKEN);
        client.deposit(world, tokens * TOKEN).unwrap();
        client
    }

    /// Tokens → account.
    pub fn deposit(&self, world: &mut World, amount: u128) -> Result<Deposited, Refused> {
        let msg = to_json_binary(&bme::Hook::Deposit { r#for: None }).unwrap();
        let events = send_tokens(world, &self.addr, Part::Bme, amount, msg)?;
        Ok(event::find(&events, &world.part(Part::Bme)).unwrap())
    }

    /// Account → tokens.
    pub fn withdraw(&self, world: &mut World, amount: u128) -> Result<Withdrawn, Refused> {
        let withdraw = bme::ExecuteMsg::Withdraw { asset: Asset::Token, amount: Amount::new(amount) };
        world.say(&self.addr, Part::Bme, &withdraw)
    }

    /// A bid for a session of this many dollars, for a day.
    pub fn bid(&self, world: &World, dollars: u128) -> Bid {
        Bid {
            max_spend: Usd::new(dollars * DOLLAR),
            asset: Asset::Token,
            kind: Kind::Session,
            session_key: self.key.public(),
            expires_at: Seconds(world.time() + 86_400),
            terms: 1,
        }
    }

    /// Opens a deal at an offer.
    pub fn take(&self, world: &mut World, offer: &Placed, bid: Bid) -> Result<Taken, Refused> {
        self.take_first(world, &[(offer.offer, offer.seq)], offer.price, bid)
    }

    /// Opens a deal at the first of several offers.
    pub fn take_first(
        &self,
        world: &mut World,
        offers: &[(OfferId, Seq)],
        limit: Price,
        bid: Bid,
    ) -> Result<Taken, Refused> {
        let offers = offers.iter().map(|(offer, seq)| Choice { offer: *offer, seq: *seq }).collect();
        world.say(&self.addr, Part::Market, &market::ExecuteMsg::Take { offers, limit, bid })
    }

    /// Opens a deal at the best offer.
    pub fn sweep(&self, world: &mut World, class: ClassId, limit: Price, bid: Bid) -> Result<Taken, Refused> {
        world.say(&self.addr, Part::Market, &market::ExecuteMsg::Sweep { class, limit, bid })
    }

    /// Signs for all that a deal has counted.
    pub fn voucher(&self, world: &World, work: &Work, seq: u64) -> Proof {
        let (totals, root) = (work.totals, work.root(world));
        let signature = self.key.sign(&work.scope(world).voucher(seq, &totals, &root));
        Proof::Voucher { seq, signature }
    }

    /// Gives leave beforehand.
    pub fn bearer(&self, world: &World, work: &Work, cap: u128, expiry: u64) -> Proof {
        let nonce = Binary::from([9; 16]);
        let signature = self.key.sign(&digest::zero());
        let mut token = Bearer { expiry: Seconds(expiry), cap: Usd::new(cap), nonce, signature };
        token.signature = self.key.sign(&work.scope(world).bearer(work.node, &token));
        Proof::Bearer(token)
    }

    /// Starts the clock of the last commit.
    pub fn close(&self, world: &mut World, deal: DealId) -> Result<Closed, Refused> {
        world.say(&self.addr, Part::Market, &market::ExecuteMsg::Close { deal })
    }

    /// Doubts a commit.
    pub fn contest(
        &self,
        world: &mut World,
        deal: DealId,
        n: u64,
        receipt: Option<Receipt>,
    ) -> Result<Contested, Refused> {
        world.say(&self.addr, Part::Market, &market::ExecuteMsg::Contest { deal, n, receipt })
    }
}

/// Somebody who sells, with one node.
#[derive(Clone)]
pub struct Provider {
    /// Owns the node; the key is cold.
    pub owner: Addr,
    /// The worker's address.
    pub worker: Addr,
    /// The worker's key.
    pub key: Key,
    /// The node.
    pub node: NodeId,
}

impl Provider {
    /// A provider whose node has this many tokens at stake.
    pub fn new(world: &mut World, name: &str, tokens: u128) -> Self {
        let owner = world.addr(name);
        let _: Introduced = world
            .say(&owner, Part::Bonds, &bonds::ExecuteMsg::Introduce { name: name.into(), url: String::new() })
            .unwrap();
        let key = Key::of(&format!("{name}/worker"));
        let add = bonds::ExecuteMsg::AddNode { node: card(&key), possession: possession(world, &key, &owner) };
        let added: NodeAdded = world.say(&owner, Part::Bonds, &add).unwrap();
        assert_eq!(address_of(world, &key), added.worker, "the worker signs with its key");
        let provider = Self { owner, worker: added.worker, key, node: added.node };
        if tokens > 0 {
            world.fund(&provider.owner, tokens * TOKEN);
            provider.bond(world, tokens * TOKEN).unwrap();
        }
        provider
    }

    /// Tokens → stake.
    pub fn bond(&self, world: &mut World, amount: u128) -> Result<Bonded, Refused> {
        let msg = to_json_binary(&bonds::Hook::Bond { node: self.node }).unwrap();
        let events = send_tokens(world, &self.owner, Part::Bonds, amount, msg)?;
        Ok(event::find(&events, &world.part(Part::Bonds)).unwrap())
    }

    /// Stake → on its way out.
    pub fn unbond(&self, world: &mut World, amount: u128) -> Result<Unbonded, Refused> {
        let unbond = bonds::ExecuteMsg::Unbond { node: self.node, amount: TokenAmount::new(amount) };
        world.say(&self.owner, Part::Bonds, &unbond)
    }

    /// An offer at [`TICK`] in the world's class: 4 slots, deals up to $1000 and a day, as long as offers rest.
    pub fn offer(&self, world: &World) -> market::ExecuteMsg {
        market::ExecuteMsg::Place {
            node: self.node,
            class: world.class,
            tick: TICK,
            slots: 4,
            min_spend: Usd::new(1),
            max_spend: Usd::new(1_000 * DOLLAR),
            max_life: Seconds(86_400),
            expires_at: Seconds(world.time() + world.plan.profile.offer_life.0),
            terms: 1,
        }
    }

    /// Puts that offer into the book.
    pub fn place(&self, world: &mut World) -> Result<Placed, Refused> {
        let offer = self.offer(world);
        world.say(&self.worker, Part::Market, &offer)
    }

    /// Puts an offer at this tick into the book.
    pub fn place_at(&self, world: &mut World, at: Tick) -> Result<Placed, Refused> {
        let mut offer = self.offer(world);
        if let market::ExecuteMsg::Place { tick, .. } = &mut offer {
            *tick = at;
        }
        world.say(&self.worker, Part::Market, &offer)
    }

    /// Takes an offer back.
    pub fn cancel(&self, world: &mut World, offer: OfferId) -> Result<Cancelled, Refused> {
        world.say(&self.worker, Part::Market, &market::ExecuteMsg::Cancel { offer })
    }

    /// Commits to all that a deal has counted.
    pub fn commit(&self, world: &mut World, work: &mut Work, proof: Proof) -> Result<Committed, Refused> {
        let (n, totals, root) = (work.n + 1, work.totals, work.root(world));
        let commit = market::ExecuteMsg::Commit { deal: work.deal, n, totals, root, proof };
        let committed = world.say(&self.worker, Part::Market, &commit)?;
        work.n = n;
        Ok(committed)
    }

    /// Opens what a commit's beacon drew.
    pub fn draw(&self, world: &mut World, work: &Work, n: u64) -> Result<Drawn, Refused> {
        let openings = work.openings(world, n);
        world.say(&self.worker, Part::Audit, &audit::ExecuteMsg::Draw { deal: work.deal, n, openings })
    }

    /// Waits for the beacon, draws, waits for finality, and says so.
    pub fn finalize(&self, world: &mut World, work: &Work, n: u64) -> Result<audit::Resolved, Refused> {
        world.beacon(work.deal, n);
        self.draw(world, work, n)?;
        world.pass(world.plan.profile.terms.clocks.audit_window.0.max(120));
        world.resolve(work.deal, n)
    }

    /// Ends a deal at once.
    pub fn leave(&self, world: &mut World, deal: DealId) -> Result<Ended, Refused> {
        world.say(&self.worker, Part::Market, &market::ExecuteMsg::Close { deal })
    }

    /// What is owed → tokens.
    pub fn claim(&self, world: &mut World) -> Result<Claimed, Refused> {
        world.say(&self.owner, Part::Bme, &bme::ExecuteMsg::Claim { account: None, asset: Asset::Token })
    }

    /// The worker's signature at the end of an answer.
    pub fn receipt(&self, world: &World, work: &Work) -> Receipt {
        let leaf = work.leaves.last().map_or_else(digest::zero, Leaf::hash);
        let (totals, root) = (work.totals, work.root(world));
        let signature = self.key.sign(&work.scope(world).receipt(&leaf, &totals, &root));
        Receipt { leaf, totals, root, signature }
    }
}

/// What a worker keeps of a deal.
#[derive(Clone)]
pub struct Work {
    /// The deal.
    pub deal: DealId,
    /// The node.
    pub node: NodeId,
    /// The price of the deal.
    pub price: Price,
    /// What was counted.
    pub totals: Totals,
    /// The last commit.
    pub n: u64,
    /// The answers.
    pub leaves: Vec<Leaf>,
    tree: Tree,
    frontier: Frontier,
    request: Option<Digest>,
    model: Digest,
}

impl Work {
    /// The work of a deal that was opened.
    pub fn of(world: &World, taken: &Taken) -> Self {
        Self {
            deal: taken.deal,
            node: taken.node,
            price: taken.price,
            totals: Totals::default(),
            n: 0,
            leaves: Vec::new(),
            tree: Tree::default(),
            frontier: Frontier::default(),
            request: taken.request,
            model: world.model,
        }
    }

    /// Where its signed bytes belong.
    pub fn scope<'a>(&self, world: &'a World) -> Scope<'a> {
        Scope { chain: CHAIN_ID, market: world.at.of(Part::Market), deal: self.deal }
    }

    /// Which engine computes it.
    pub fn engine(&self) -> Engine {
        Engine {
            model: self.model,
            class: "exact".to_owned(),
            version: "rig/1".to_owned(),
            sampler: SAMPLER.to_owned(),
            seed: 1,
        }
    }

    /// Answers a request with so many tokens.
    pub fn answer(&mut self, output: u64) -> &mut Self {
        let counts = Counts { input: 8, cached: 0, output };
        let index = self.totals.count;
        let leaf = Leaf {
            index,
            request: self.request.unwrap_or_else(|| Digest::generate(&index.to_be_bytes())),
            output: Digest::generate(&output.to_be_bytes()),
            evidence: digest::zero(),
            bundle: digest::zero(),
            engine: self.engine().digest(),
            counts,
            finish: Finish::STOP,
            fee: WEIGHTS.fee(self.price, counts).unwrap(),
        };
        self.append(leaf)
    }

    /// Appends whatever leaf.
    pub fn append(&mut self, leaf: Leaf) -> &mut Self {
        self.totals = self.totals.plus(&leaf).unwrap();
        self.tree.push(leaf.node()).unwrap();
        self.frontier.push(leaf.node()).unwrap();
        self.leaves.push(leaf);
        self
    }

    /// Answers one request that costs these dollars, as nearly as its price allows.
    pub fn earn(&mut self, dollars: u128) -> &mut Self {
        let output = dollars * DOLLAR / self.price.u128() - 2;
        self.answer(u64::try_from(output).unwrap())
    }

    /// The root over all answers.
    pub fn root(&self, world: &World) -> Digest {
        tree::root(&self.scope(world), self.totals.count, &self.frontier.top().unwrap())
    }

    /// The openings that a commit's beacon drew.
    pub fn openings(&self, world: &World, n: u64) -> Vec<Opening> {
        let audit: audit::Audit = world.ask(Part::Audit, &audit::QueryMsg::Audit { deal: self.deal, n });
        let commit: market::Commit = world.ask(Part::Market, &market::QueryMsg::Commit { deal: self.deal, n });
        let points = match audit.drawn {
            Some(_) => audit.points.last().into_iter().copied().collect(),
            None => audit.points,
        };
        self.open(&points, usize::try_from(commit.totals.count).unwrap())
    }

    /// The leaves that cover these points, in the tree as it was at `count` leaves.
    pub fn open(&self, points: &[Usd], count: usize) -> Vec<Opening> {
        let mut left = Usd::ZERO;
        let mut openings = Vec::new();
        for (index, leaf) in self.leaves.iter().enumerate().take(count) {
            let right = left.plus(leaf.fee).unwrap();
            if points.iter().any(|point| left < *point && *point <= right) {
                let path = self.tree.path(index, count).unwrap();
                openings.push(Opening { leaf: leaf.clone(), engine: self.engine(), path });
            }
            left = right;
        }
        openings
    }
}

/// What a node says of itself, with this worker key.
pub fn card(key: &Key) -> NodeCard {
    NodeCard {
        worker_key: key.public(),
        sealing_key: HexBinary::from([7; 32]),
        endpoint: "https://node.example".to_owned(),
        attributes: Vec::new(),
        engines: vec!["rig/1".to_owned()],
    }
}

/// The worker key's signature that it serves an owner.
pub fn possession(world: &World, key: &Key, owner: &Addr) -> Signature {
    key.sign(&sign::possession(CHAIN_ID, world.at.of(Part::Bonds), owner.as_str()))
}

/// The offers of a book, the best first.
pub fn book(world: &World, class: ClassId) -> Vec<OfferAnswer> {
    world.ask(Part::Market, &market::QueryMsg::Book { class, start_after: None, limit: Some(100) })
}

/// Sends tokens to a contract with a message.
pub fn send_tokens(
    world: &mut World,
    sender: &Addr,
    to: Part,
    amount: u128,
    msg: Binary,
) -> Result<Vec<Event>, Refused> {
    let contract = world.part(to).into_string();
    let send = cw20::ExecuteMsg::Send { contract, amount: TokenAmount::new(amount), msg };
    world.send(sender, Part::Token, &send)
}

/// The address that signs with a key.
pub fn address_of(world: &World, key: &Key) -> Addr {
    world.chain.signer(key)
}
