//! cw-multi-test: the contracts as Rust code.

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{
    Addr, Binary, BlockInfo, Checksum, Empty, Event, Querier as _, QueryRequest, Storage, Timestamp, WasmMsg,
    WasmQuery, coins, to_json_vec,
};
use cw_multi_test::{App, AppBuilder, Contract, ContractWrapper, Executor};
use hearth_schema::deploy::Part;

use crate::chain::{CHAIN_ID, Chain, PREFIX};
use crate::key::Key;
use crate::std2;
use crate::world::{BEGINNING, COIN, COINS};

/// A simulated chain.
pub struct Simulated(App);

impl Simulated {
    /// A chain on which the faucet has coins.
    pub fn start() -> Self {
        let api = MockApi::default().with_prefix(PREFIX);
        let mut app = AppBuilder::new().with_api(api).build(|router, api, storage| {
            let holder = api.addr_make("faucet");
            router.bank.init_balance(storage, &holder, coins(COINS, COIN)).unwrap();
        });
        app.update_block(|block| {
            block.time = Timestamp::from_seconds(BEGINNING);
            block.chain_id = CHAIN_ID.to_owned();
            block.height = 1_000;
        });
        Self(app)
    }
}

fn code_of(part: Part) -> Box<dyn Contract<Empty>> {
    match part {
        Part::Token => std2::token(),
        Part::Bme => {
            use hearth_bme::contract::{execute, instantiate, migrate, query};
            Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
        }
        Part::Bonds => {
            use hearth_bonds::contract::{execute, instantiate, migrate, query};
            Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
        }
        Part::Market => {
            use hearth_market::contract::{execute, instantiate, migrate, query};
            Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
        }
        Part::Audit => {
            use hearth_audit::contract::{execute, instantiate, migrate, query};
            Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
        }
    }
}

impl Chain for Simulated {
    fn addr(&self, name: &str) -> Addr {
        self.0.api().addr_make(name)
    }

    fn signer(&self, key: &Key) -> Addr {
        hearth_bonds::execute::add_node::address_of(self.0.api(), &key.public()).unwrap()
    }

    fn block(&self) -> BlockInfo {
        self.0.block_info()
    }

    fn leap(&mut self, seconds: u64, blocks: u64) {
        self.0.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += blocks;
        });
    }

    fn store(&mut self, part: Part) -> (u64, Checksum) {
        let id = self.0.store_code(code_of(part));
        (id, self.0.wrap().query_wasm_code_info(id).unwrap().checksum)
    }

    fn execute(&mut self, sender: &Addr, msg: WasmMsg) -> Result<Vec<Event>, String> {
        let outcome = self.0.execute(sender.clone(), msg.into());
        outcome.map(|response| response.events).map_err(|error| error.to_string())
    }

    fn smart(&self, contract: &Addr, query: &[u8]) -> Result<Binary, String> {
        let smart = WasmQuery::Smart { contract_addr: contract.to_string(), msg: query.into() };
        let request = to_json_vec(&QueryRequest::<Empty>::Wasm(smart)).unwrap();
        let answer = self.0.raw_query(&request).into_result().map_err(|error| error.to_string())?;
        answer.into_result()
    }

    fn storage(&self, contract: &Addr) -> Box<dyn Storage + '_> {
        self.0.contract_storage(contract)
    }

    fn balance(&self, of: &Addr, denom: &str) -> u128 {
        self.0.wrap().query_balance(of, denom).unwrap().amount.to_string().parse().unwrap()
    }
}
