//! One bme on mocks beside a cw20 that is played: what fails changes nothing, and after every message the laws are
//! recounted from what is stored.

use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_dependencies, mock_env};
use cosmwasm_std::{
    Addr, Binary, ContractResult, CosmosMsg, Env, Order, OwnedDeps, Response, Storage, SystemResult, WasmMsg,
    WasmQuery, from_json, to_json_binary,
};
use hearth_schema::bme::{Charge, ExecuteMsg, Hook, InstantiateMsg, Law, QueryMsg};
use hearth_schema::cw20::{ExecuteMsg as Cw20, QueryMsg as AskCw20, Received, TokenInfo};
use hearth_schema::named::Named;
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Asset, DealId, Seconds, TokenAmount, TokenPrice, Usd};
use serde::de::DeserializeOwned;

use crate::contract::{execute, instantiate, query};
use crate::error::ContractError;
use crate::state::{ACCOUNTS, BOOKS, CLAIMS, ESCROWS, PENDING, WAITING};

/// The supply at genesis, which is also its cap: nothing is emitted yet.
pub(crate) const GENESIS: u128 = 1_000_000_000_000;
/// Base units of a whole token.
pub(crate) const TOKEN: u128 = 1_000_000;
/// Pico-dollars of a dollar.
pub(crate) const DOLLAR: u128 = 1_000_000_000_000;

pub(crate) struct Desk {
    pub(crate) deps: OwnedDeps<MockStorage, MockApi, MockQuerier>,
    pub(crate) env: Env,
    supply: u128,
    balance: u128,
}

impl Desk {
    /// A bme with one source of the price, and a price of $0.50.
    pub(crate) fn open() -> Self {
        let mut desk = Self::new(&["oracle"]).unwrap();
        desk.price(DOLLAR / 2).unwrap();
        desk
    }

    /// A bme with these sources, and no price.
    pub(crate) fn new(sources: &[&str]) -> Result<Self, ContractError> {
        let mut desk = Self { deps: mock_dependencies(), env: mock_env(), supply: GENESIS, balance: 0 };
        let name = |name: &str| desk.addr(name).into_string();
        let msg = InstantiateMsg {
            owner: name("owner"),
            token: name("token"),
            decimals: 6,
            market: name("market"),
            treasury: name("treasury"),
            fresh: Seconds(300),
            activation: Seconds(172_800),
            sources: sources.iter().map(|source| name(source)).collect(),
        };
        let info = message_info(&desk.addr("creator"), &[]);
        instantiate(desk.deps.as_mut(), desk.env.clone(), info, Named(msg))?;
        Ok(desk)
    }

    pub(crate) fn addr(&self, name: &str) -> Addr {
        self.deps.api.addr_make(name)
    }

    pub(crate) fn now(&self) -> u64 {
        self.env.block.time.seconds()
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.env.block.time = self.env.block.time.plus_seconds(seconds);
        self.env.block.height += 1 + seconds / 6;
    }

    /// Says something, and has the cw20 do what bme asks of it.
    pub(crate) fn say(&mut self, sender: &str, msg: ExecuteMsg) -> Result<Response, ContractError> {
        let before: Vec<_> = self.deps.storage.range(None, None, Order::Ascending).collect();
        let info = message_info(&self.addr(sender), &[]);
        let said = execute(self.deps.as_mut(), self.env.clone(), info, Named(msg));
        match &said {
            Ok(response) => response.messages.iter().for_each(|message| self.play(&message.msg)),
            Err(_) => {
                self.deps.storage = MockStorage::default();
                before.into_iter().for_each(|(key, value)| self.deps.storage.set(&key, &value));
            }
        }
        self.recount();
        said
    }

    fn play(&mut self, message: &CosmosMsg) {
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) = message else {
            panic!("bme speaks to its token alone")
        };
        assert!(*contract_addr == self.addr("token").as_str() && funds.is_empty());
        match from_json(msg).unwrap() {
            Cw20::Transfer { amount, .. } => self.balance -= amount.u128(),
            Cw20::Burn { amount } => {
                assert!(!amount.is_zero(), "nothing is not burned");
                self.balance -= amount.u128();
                self.supply -= amount.u128();
            }
            Cw20::Mint { amount, .. } => {
                assert!(!amount.is_zero(), "nothing is not minted");
                self.supply += amount.u128();
                assert!(self.supply <= GENESIS, "the supply passes its cap");
            }
            Cw20::Send { .. } => panic!("bme sends to no contract"),
        }
    }

    /// The laws of the money, from the ledgers and not from the books.
    fn recount(&mut self) {
        let store = &self.deps.storage;
        let all = |entry: Result<(_, hearth_schema::unit::Amount), _>| entry.unwrap().1.u128();
        let accounts: u128 = ACCOUNTS.range(store, None, None, Order::Ascending).map(all).sum();
        let escrows: Vec<_> =
            ESCROWS.range(store, None, None, Order::Ascending).map(|entry| entry.unwrap().1).collect();
        let (mut pending, mut waiting) = (0, 0);
        for entry in PENDING.range(store, None, None, Order::Ascending) {
            match entry.unwrap().1.charge {
                Charge::Charged { amount } => pending += amount.u128(),
                Charge::Waiting { .. } => waiting += 1,
            }
        }
        let claims: u128 = CLAIMS.range(store, None, None, Order::Ascending).map(|entry| entry.unwrap().1.u128()).sum();
        let books = BOOKS.load(store).unwrap();
        assert_eq!(books.accounts.u128(), accounts);
        assert_eq!(books.escrows.u128(), escrows.iter().map(|escrow| escrow.amount.u128()).sum());
        assert_eq!(books.pending.u128(), pending);
        assert_eq!(books.unclaimed.u128(), claims + books.audit_pool.u128());
        assert_eq!(WAITING.may_load(store).unwrap().unwrap_or_default(), waiting);
        assert_eq!(escrows.iter().map(|escrow| escrow.waiting).sum::<u64>(), waiting);
        assert!(escrows.iter().all(|escrow| !escrow.ended || escrow.waiting > 0 || escrow.amount.is_zero()));

        let law: Law = self.ask(QueryMsg::Law {});
        assert_eq!((law.difference, law.surplus), (0, TokenAmount::ZERO));
        let supply = GENESIS + law.minted.u128() + law.burn_due.u128() - law.burned.u128();
        assert_eq!((law.supply.u128(), self.supply), (supply, supply));
    }

    /// An answer, in a world whose cw20 answers too.
    pub(crate) fn ask<T: DeserializeOwned>(&mut self, question: QueryMsg) -> T {
        let (balance, supply) = (self.balance, TokenAmount::new(self.supply));
        self.deps.querier.update_wasm(move |question| {
            let WasmQuery::Smart { msg, .. } = question else { panic!("bme reads nobody raw") };
            let answer = match from_json(msg).unwrap() {
                AskCw20::Balance { .. } => to_json_binary(&hearth_schema::cw20::Balance { balance: balance.into() }),
                AskCw20::TokenInfo {} => to_json_binary(&TokenInfo {
                    name: String::new(),
                    symbol: String::new(),
                    decimals: 6,
                    total_supply: supply,
                }),
                AskCw20::Minter {} => panic!("bme knows that it is the minter"),
            };
            SystemResult::Ok(ContractResult::Ok(answer.unwrap()))
        });
        from_json(query(self.deps.as_ref(), self.env.clone(), Named(question)).unwrap()).unwrap()
    }

    /// Sends tokens with a message, as a cw20 does.
    pub(crate) fn send(&mut self, sender: &str, amount: u128, msg: Binary) -> Result<Response, ContractError> {
        self.balance += amount;
        let sender = self.addr(sender).into_string();
        let received = Received { sender, amount: TokenAmount::new(amount), msg };
        let info = message_info(&self.addr("token"), &[]);
        let said = execute(self.deps.as_mut(), self.env.clone(), info, Named(ExecuteMsg::Receive(received)));
        match &said {
            Ok(response) => assert!(response.messages.is_empty(), "what came in stays"),
            Err(_) => self.balance -= amount,
        }
        self.recount();
        said
    }

    pub(crate) fn deposit(&mut self, sender: &str, amount: u128) -> Result<Response, ContractError> {
        self.send(sender, amount, to_json_binary(&Hook::Deposit { r#for: None }).unwrap())
    }

    pub(crate) fn price(&mut self, price: u128) -> Result<Response, ContractError> {
        let (price, time) = (TokenPrice::new(price), Seconds(self.now()));
        self.say("oracle", ExecuteMsg::Price { price, time })
    }

    /// The market locks for the client `ann`, who pays the node's owner `pat`.
    pub(crate) fn lock(&mut self, deal: u64, max_spend: u128) -> Result<Response, ContractError> {
        let (client, payee) = (self.addr("ann").into_string(), self.addr("pat").into_string());
        let (max_spend, split) = (Usd::new(max_spend), Profile::production().terms.split);
        let deal = DealId(deal);
        self.say("market", ExecuteMsg::Lock { deal, client, payee, asset: Asset::Token, max_spend, split })
    }

    pub(crate) fn charge(&mut self, deal: u64, n: u64, fee: u128) -> Result<Response, ContractError> {
        self.say("market", ExecuteMsg::Charge { deal: DealId(deal), n, fee: Usd::new(fee) })
    }

    pub(crate) fn settle(&mut self, deal: u64, n: u64) -> Result<Response, ContractError> {
        self.say("market", ExecuteMsg::Settle { deal: DealId(deal), n })
    }

    pub(crate) fn refund(&mut self, deal: u64, n: u64) -> Result<Response, ContractError> {
        self.say("market", ExecuteMsg::Refund { deal: DealId(deal), n })
    }

    pub(crate) fn release(&mut self, deal: u64) -> Result<Response, ContractError> {
        self.say("market", ExecuteMsg::Release { deal: DealId(deal) })
    }

    pub(crate) fn push(&mut self, deal: u64, n: u64) -> Result<Response, ContractError> {
        self.say("anyone", ExecuteMsg::Push { deal: DealId(deal), n })
    }

    pub(crate) fn claim(&mut self, of: &str) -> Result<Response, ContractError> {
        let account = Some(self.addr(of).into_string());
        self.say("anyone", ExecuteMsg::Claim { account, asset: Asset::Token })
    }

    /// What somebody has free.
    pub(crate) fn free(&mut self, of: &str) -> u128 {
        let account = self.addr(of).into_string();
        self.ask::<hearth_schema::bme::Account>(QueryMsg::Account { account, asset: Asset::Token }).free.u128()
    }

    pub(crate) fn escrow(&mut self, deal: u64) -> hearth_schema::bme::Escrow {
        self.ask(QueryMsg::Escrow { deal: DealId(deal) })
    }
}
