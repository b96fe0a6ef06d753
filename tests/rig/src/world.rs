//! The world: the suite, deployed by its plan on a chain of either make, with time that tests move.

mod plan;

use std::fmt;

use cosmwasm_std::{Addr, Coin, Event, WasmMsg, from_json, to_json_binary, to_json_vec};
use hearth_beacon::Signer;
use hearth_schema::beacon::Due;
use hearth_schema::clock::Moment;
use hearth_schema::deploy::{Addresses, Part, Plan};
use hearth_schema::digest::Digest;
use hearth_schema::event::Typed;
use hearth_schema::leaf::Weights;
use hearth_schema::market::{self, ClassAdded, EngineClass, ModelAdded, Product};
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Asset, ClassId, DealId, Height, Seconds, TokenAmount, TokenPrice};
use hearth_schema::{audit, bme, code, cw20, event};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::chain::embedded::Embedded;
use crate::chain::simulated::Simulated;
use crate::chain::{Chain, pool};
use crate::ledger::Ledger;

/// A dollar.
pub const DOLLAR: u128 = 1_000_000_000_000;
/// A whole token.
pub const TOKEN: u128 = 1_000_000;
/// What the faucet holds at genesis.
pub const GENESIS: u128 = 1_000_000_000 * TOKEN;
/// When the world begins.
pub const BEGINNING: u64 = 1_800_000_000;
/// A coin that the suite does not take.
pub const COIN: &str = "ustake";
/// How many of them the faucet holds.
pub const COINS: u128 = 1_000_000;

/// The seed of the beacon's key.
const SEED: [u8; 32] = [7; 32];

/// What a contract refused.
#[derive(Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its stable code; `chain` where it is none of the suite's.
    pub code: &'static str,
    /// Its whole text.
    pub text: String,
}

impl Refused {
    fn by(text: String) -> Self {
        Self { code: code::of(&text).unwrap_or("chain"), text }
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code, self.text)
    }
}

/// What stands on a chain after the deployment.
#[derive(Clone)]
pub struct Suite {
    at: Addresses,
    codes: [(Part, u64); 5],
    plan: Plan,
    class: ClassId,
}

/// The suite and everything around it.
pub struct World {
    /// The chain.
    pub chain: Box<dyn Chain>,
    /// Where the suite is.
    pub at: Addresses,
    /// The code of each part.
    pub codes: [(Part, u64); 5],
    /// The plan by which it was deployed.
    pub plan: Plan,
    /// The beacon.
    pub signer: Signer,
    /// The class in which most tests trade: a token costs at its price, input a quarter, cached a fortieth.
    pub class: ClassId,
    /// Its model's digest.
    pub model: Digest,
    /// The books that the rig keeps itself.
    pub ledger: Ledger,
}

/// What input and cached tokens weigh in [`World::class`].
pub const WEIGHTS: Weights = Weights { input: 250, cached: 25 };
/// The sampler of [`World::class`].
pub const SAMPLER: &str = "greedy";

impl World {
    /// The suite under the production clocks, with a price of $0.50 a token and one class open, on a simulated chain.
    pub fn new() -> Self {
        Self::with(Profile::production())
    }

    /// The same under other clocks.
    pub fn with(profile: Profile) -> Self {
        Self::on(Box::new(Simulated::start()), profile)
    }

    /// The same as the first, on the embedded chain: the shipped Wasm, real signatures, fees and gas.
    pub fn embedded() -> Self {
        match pool::take() {
            Some((chain, Suite { at, codes, plan, class })) => Self::standing(Box::new(chain), at, codes, plan, class),
            None => Self::on(Box::new(Embedded::start()), Profile::production()),
        }
    }

    /// The same under other clocks, on whatever chain.
    pub fn on(mut chain: Box<dyn Chain>, profile: Profile) -> Self {
        let plan = plan::plan(&*chain, profile);
        let codes = Part::ALL.map(|part| (part, chain.store(part)));
        let at = plan::deploy(&mut *chain, &plan, &codes);
        let codes = codes.map(|(part, (id, _))| (part, id));
        let mut world = Self::standing(chain, at, codes, plan, ClassId(1));
        world.price(DOLLAR / 2);
        world.open_class();
        let suite = Suite { at: world.at.clone(), codes: world.codes, plan: world.plan.clone(), class: world.class };
        world.chain.keep(&suite);
        world
    }

    fn standing(chain: Box<dyn Chain>, at: Addresses, codes: [(Part, u64); 5], plan: Plan, class: ClassId) -> Self {
        let (model, ledger) = (Digest::generate(b"a model"), Ledger::new(TokenAmount::new(GENESIS)));
        let signer = Signer::from_seed(&SEED, plan.network.genesis.0, plan.network.period.0);
        Self { chain, at, codes, plan, signer, class, model, ledger }
    }

    fn open_class(&mut self) {
        let curator = self.addr("curator");
        let add = market::ExecuteMsg::AddModel { name: "a model".into(), digest: self.model, source: String::new() };
        let ModelAdded { model, .. } = self.say(&curator, Part::Market, &add).unwrap();
        let product = Product::Inference {
            model,
            engine: EngineClass::Exact,
            sampler: SAMPLER.to_owned(),
            tee: false,
            weights: WEIGHTS,
        };
        let ClassAdded { class, .. } =
            self.say(&curator, Part::Market, &market::ExecuteMsg::AddClass { product }).unwrap();
        self.class = class;
    }

    /// The address of somebody.
    pub fn addr(&self, name: &str) -> Addr {
        self.chain.addr(name)
    }

    /// The address of a part of the suite.
    pub fn part(&self, part: Part) -> Addr {
        Addr::unchecked(self.at.of(part))
    }

    /// Now.
    pub fn now(&self) -> Moment {
        Moment::of(&self.chain.block())
    }

    /// Now, as seconds.
    pub fn time(&self) -> u64 {
        self.now().time.0
    }

    /// Lets time pass as on a healthy chain, with a block every six seconds, one at least.
    pub fn pass(&mut self, seconds: u64) {
        let blocks = (seconds * 1_000 / self.plan.profile.terms.clocks.block_ms).max(1);
        self.leap(seconds, blocks);
    }

    /// Lets time pass with just so many blocks.
    pub fn leap(&mut self, seconds: u64, blocks: u64) {
        self.chain.leap(seconds, blocks);
    }

    /// Sends a message: the events of the whole transaction, or what was refused. The ledger recounts after it.
    pub fn send<M: Serialize>(&mut self, sender: &Addr, part: Part, msg: &M) -> Result<Vec<Event>, Refused> {
        self.send_with(sender, part, msg, &[])
    }

    /// Sends a message with coins.
    pub fn send_with<M: Serialize>(
        &mut self,
        sender: &Addr,
        part: Part,
        msg: &M,
        funds: &[Coin],
    ) -> Result<Vec<Event>, Refused> {
        let contract_addr = self.at.of(part).to_owned();
        let msg = to_json_binary(msg).unwrap();
        self.dispatch(sender, WasmMsg::Execute { contract_addr, msg, funds: funds.to_vec() })
    }

    /// Sends whatever a chain lets people send to contracts.
    pub fn dispatch(&mut self, sender: &Addr, msg: WasmMsg) -> Result<Vec<Event>, Refused> {
        let outcome = self.chain.execute(sender, msg).map_err(Refused::by);
        let mut ledger = std::mem::take(&mut self.ledger);
        if let Ok(events) = &outcome {
            ledger.hear(self, events);
        }
        ledger.recount(self);
        self.ledger = ledger;
        outcome
    }

    /// Sends a message and reads the event that it is answered with.
    pub fn say<T: Typed>(&mut self, sender: &Addr, part: Part, msg: &impl Serialize) -> Result<T, Refused> {
        let events = self.send(sender, part, msg)?;
        Ok(event::find(&events, &self.part(part)).unwrap_or_else(|| panic!("no {} among {events:#?}", T::KIND)))
    }

    /// Asks a part of the suite.
    pub fn ask<T: DeserializeOwned>(&self, part: Part, query: &impl Serialize) -> T {
        self.try_ask(part, query).unwrap()
    }

    /// Asks a part of the suite what it may refuse.
    pub fn try_ask<T: DeserializeOwned>(&self, part: Part, query: &impl Serialize) -> Result<T, Refused> {
        self.ask_at(&self.part(part), query)
    }

    /// Asks any contract.
    pub fn ask_at<T: DeserializeOwned>(&self, contract: &Addr, query: &impl Serialize) -> Result<T, Refused> {
        let answer = self.chain.smart(contract, &to_json_vec(query).unwrap()).map_err(Refused::by)?;
        Ok(from_json(answer).unwrap())
    }

    /// How old the price is.
    pub fn price_age(&self) -> u64 {
        let answer: bme::PriceAnswer = self.ask(Part::Bme, &bme::QueryMsg::Price {});
        answer.quote.map_or(u64::MAX, |quote| self.time() - quote.time.0)
    }

    /// Posts the token's price of this instant; time moves a second first, so that it rises.
    pub fn price(&mut self, price: u128) {
        self.pass(1);
        self.try_price(price, self.time()).unwrap();
    }

    /// Posts a price of some time.
    pub fn try_price(&mut self, price: u128, time: u64) -> Result<bme::Priced, Refused> {
        let source = self.addr("source");
        self.say(&source, Part::Bme, &bme::ExecuteMsg::Price { price: TokenPrice::new(price), time: Seconds(time) })
    }

    /// Gives tokens from the faucet.
    pub fn fund(&mut self, to: &Addr, amount: u128) {
        let transfer = cw20::ExecuteMsg::Transfer { recipient: to.to_string(), amount: TokenAmount::new(amount) };
        let faucet = self.addr("faucet");
        self.send(&faucet, Part::Token, &transfer).unwrap();
    }

    /// What somebody holds at the cw20.
    pub fn balance(&self, of: &Addr) -> u128 {
        let balance: cw20::Balance = self.ask(Part::Token, &cw20::QueryMsg::Balance { address: of.to_string() });
        balance.balance.u128()
    }

    /// What somebody has free in bme.
    pub fn account(&self, of: &Addr) -> u128 {
        let query = bme::QueryMsg::Account { account: of.to_string(), asset: Asset::Token };
        let account: bme::Account = self.ask(Part::Bme, &query);
        account.free.u128()
    }

    /// The cw20's supply.
    pub fn supply(&self) -> u128 {
        let info: cw20::TokenInfo = self.ask(Part::Token, &cw20::QueryMsg::TokenInfo {});
        info.total_supply.u128()
    }

    /// The round that a commit waits for.
    pub fn due(&self, deal: DealId, n: u64) -> Due {
        let audit: audit::Audit = self.ask(Part::Audit, &audit::QueryMsg::Audit { deal, n });
        audit.due
    }

    /// Waits for a commit's round and stores it.
    pub fn beacon(&mut self, deal: DealId, n: u64) {
        let due = self.due(deal, n);
        let time = self.signer.time_of(due.round.0).unwrap();
        self.pass(time.saturating_sub(self.time()));
        let relay = self.addr("relay");
        self.add_beacon(&relay, due).unwrap();
    }

    /// Stores a round, by anyone; says nothing where it was stored.
    pub fn add_beacon(&mut self, sender: &Addr, due: Due) -> Result<Vec<Event>, Refused> {
        let signature = self.signer.sign(due.round.0).into();
        let add = audit::ExecuteMsg::AddBeacon { network: due.network, round: due.round, signature };
        self.send(sender, Part::Audit, &add)
    }

    /// Ends a commit whose clocks have run out, by anyone.
    pub fn resolve(&mut self, deal: DealId, n: u64) -> Result<audit::Resolved, Refused> {
        let anyone = self.addr("anyone");
        self.say(&anyone, Part::Audit, &audit::ExecuteMsg::Resolve { deal, n })
    }

    /// Ends a deal whose clock has run out, by anyone.
    pub fn expire(&mut self, deal: DealId) -> Result<market::Ended, Refused> {
        let anyone = self.addr("anyone");
        self.say(&anyone, Part::Market, &market::ExecuteMsg::Expire { deal })
    }

    /// A deal.
    pub fn deal(&self, deal: DealId) -> market::Deal {
        let answer: market::DealAnswer = self.ask(Part::Market, &market::QueryMsg::Deal { deal });
        answer.deal
    }

    /// Everything is recounted once more, and what only the end must show with it.
    pub fn finish(self) {
        self.ledger.recount_all(&self);
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A time and a height.
pub const fn moment(time: u64, height: u64) -> Moment {
    Moment { time: Seconds(time), height: Height(height) }
}
