//! The artifacts in the VM that chains run, with storage priced as the SDK prices it.
//!
//! A [`Bench`] holds one contract; its storage can be kept and put back, so that a case is measured on equal ground, and its
//! siblings' raw answers are scripted. Gas is SDK gas: VM gas divided by wasmd's multiplier, and what the SDK asks for
//! storage.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails loudly")]
#![allow(clippy::arithmetic_side_effects, clippy::missing_panics_doc, reason = "likewise")]

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use cosmwasm_std::{
    Binary, ContractResult, Empty, Env, MessageInfo, Order, QueryRequest, Record, Response, SystemError, SystemResult,
    WasmQuery, from_json, to_json_vec,
};
use cosmwasm_vm::testing::MockApi;
use cosmwasm_vm::{
    Backend, BackendError, BackendResult, GasInfo, Instance, InstanceOptions, Querier, Size, Storage, call_execute,
    call_instantiate,
};
use serde::Serialize;

/// VM gas for one unit of SDK gas, as wasmd counts.
pub const MULTIPLIER: u64 = 140_000;
/// What the SDK puts before a contract's keys, and charges for: one byte and the contract's address.
const PREFIX: u64 = 33;

/// A contract's storage.
pub type Data = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a call cost, in SDK gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gas {
    /// What the VM computed, host calls with it.
    pub vm: u64,
    /// What storage and raw queries were charged.
    pub store: u64,
}

impl Gas {
    /// Both together; a chain adds its own for the transaction and for loading the contract.
    pub const fn total(self) -> u64 {
        self.vm.saturating_add(self.store)
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

fn priced(sdk: u64) -> GasInfo {
    GasInfo::with_externally_used(sdk * MULTIPLIER)
}

/// An iterator over storage: what is left of its range.
struct Walk {
    start: Bound<Vec<u8>>,
    end: Bound<Vec<u8>>,
    order: Order,
}

/// Storage priced by the SDK's default costs: read 1000 and 3 a byte, write 2000 and 30 a byte, delete 1000, iterate 30 and
/// 3 a byte.
#[derive(Default)]
struct Priced {
    data: Data,
    walks: HashMap<u32, Walk>,
}

impl Priced {
    fn peek(&self, id: u32) -> Option<(Vec<u8>, Vec<u8>)> {
        let walk = self.walks.get(&id)?;
        let is_empty = matches!((&walk.start, &walk.end), (Bound::Included(a), Bound::Excluded(b)) if a >= b);
        if is_empty {
            return None;
        }
        let mut range = self.data.range((walk.start.clone(), walk.end.clone()));
        let next = if walk.order == Order::Ascending { range.next() } else { range.next_back() };
        next.map(|(key, value)| (key.clone(), value.clone()))
    }
}

fn step(record: Option<&(Vec<u8>, Vec<u8>)>) -> u64 {
    record.map_or(30, |(key, value)| 30 + 3 * (PREFIX + length(key) + length(value)))
}

impl Storage for Priced {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        let value = self.data.get(key).cloned();
        let cost = 1_000 + 3 * (PREFIX + length(key) + value.as_deref().map_or(0, length));
        (Ok(value), priced(cost))
    }

    fn scan(&mut self, start: Option<&[u8]>, end: Option<&[u8]>, order: Order) -> BackendResult<u32> {
        let id = u32::try_from(self.walks.len()).unwrap() + 1;
        let start = start.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec()));
        let end = end.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec()));
        self.walks.insert(id, Walk { start, end, order });
        let cost = step(self.peek(id).as_ref());
        (Ok(id), priced(cost))
    }

    fn next(&mut self, id: u32) -> BackendResult<Option<Record>> {
        let record = self.peek(id);
        let Some(walk) = self.walks.get_mut(&id) else {
            return (Err(BackendError::iterator_does_not_exist(id)), GasInfo::free());
        };
        if let Some((key, _)) = &record {
            match walk.order {
                Order::Ascending => walk.start = Bound::Excluded(key.clone()),
                Order::Descending => walk.end = Bound::Excluded(key.clone()),
            }
        }
        let cost = step(record.as_ref());
        (Ok(record), priced(cost))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.data.insert(key.to_vec(), value.to_vec());
        (Ok(()), priced(2_000 + 30 * (PREFIX + length(key) + length(value))))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.data.remove(key);
        (Ok(()), priced(1_000))
    }
}

/// What siblings answer to raw queries: (contract, key) → value.
pub type Siblings = BTreeMap<(String, Vec<u8>), Vec<u8>>;

struct Scripted(Siblings);

impl Querier for Scripted {
    fn query_raw(&self, request: &[u8], _: u64) -> BackendResult<SystemResult<ContractResult<Binary>>> {
        let Ok(QueryRequest::<Empty>::Wasm(WasmQuery::Raw { contract_addr, key })) = from_json(request) else {
            let unknown = SystemError::UnsupportedRequest { kind: String::from_utf8_lossy(request).into_owned() };
            return (Ok(SystemResult::Err(unknown)), GasInfo::free());
        };
        let value = self.0.get(&(contract_addr, key.to_vec())).cloned().unwrap_or_default();
        let cost = 1_000 + 3 * (PREFIX + length(&key) + length(&value));
        (Ok(SystemResult::Ok(ContractResult::Ok(value.into()))), priced(cost))
    }
}

/// One contract in the VM.
pub struct Bench {
    instance: Instance<MockApi, Priced, Scripted>,
}

impl Bench {
    /// Loads an artifact by its name, beside siblings that answer so.
    pub fn load(name: &str, siblings: Siblings) -> Self {
        let path = format!("{}/../../artifacts/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
        let wasm = std::fs::read(&path).unwrap_or_else(|error| panic!("artifacts/{name}.wasm: {error}"));
        let backend = Backend { api: MockApi::default(), storage: Priced::default(), querier: Scripted(siblings) };
        let options = InstanceOptions { gas_limit: u64::MAX / 4 };
        Self { instance: Instance::from_code(&wasm, backend, options, Some(Size::mebi(32))).unwrap() }
    }

    /// An address of the VM's chain.
    pub fn addr(name: &str) -> String {
        MockApi::default().addr_make(name)
    }

    /// Instantiates the contract.
    pub fn instantiate(&mut self, env: &Env, info: &MessageInfo, msg: &impl Serialize) -> Result<Gas, String> {
        let msg = to_json_vec(msg).unwrap();
        self.measured(|instance| {
            call_instantiate::<_, _, _, Empty>(instance, env, info, &msg).map_err(|e| e.to_string())?.into_result()
        })
        .map(|(gas, _)| gas)
    }

    /// Executes a message: what it cost, and the response.
    pub fn execute(
        &mut self,
        env: &Env,
        info: &MessageInfo,
        msg: &impl Serialize,
    ) -> Result<(Gas, Response<Empty>), String> {
        let msg = to_json_vec(msg).unwrap();
        self.measured(|instance| {
            call_execute::<_, _, _, Empty>(instance, env, info, &msg).map_err(|e| e.to_string())?.into_result()
        })
    }

    fn measured<T>(
        &mut self,
        call: impl FnOnce(&mut Instance<MockApi, Priced, Scripted>) -> Result<T, String>,
    ) -> Result<(Gas, T), String> {
        let before = self.instance.create_gas_report();
        let outcome = call(&mut self.instance)?;
        let after = self.instance.create_gas_report();
        let vm = (after.used_internally - before.used_internally) / MULTIPLIER;
        let store = (after.used_externally - before.used_externally) / MULTIPLIER;
        Ok((Gas { vm, store }, outcome))
    }

    /// The storage as it stands.
    pub fn keep(&mut self) -> Data {
        self.instance.with_storage(|storage| Ok(storage.data.clone())).unwrap()
    }

    /// Puts storage back.
    pub fn restore(&mut self, data: &Data) {
        self.instance
            .with_storage(|storage| {
                storage.data.clone_from(data);
                storage.walks.clear();
                Ok(())
            })
            .unwrap();
    }
}
