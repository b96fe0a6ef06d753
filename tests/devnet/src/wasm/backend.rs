//! What the VM is given: a contract's storage, and the chain to ask.

use std::collections::HashMap;
use std::ops::Bound;

use cosmwasm_std::{Binary, ContractResult, Order, Record, SystemResult};
use cosmwasm_vm::{BackendError, BackendResult, GasInfo, Querier, Storage};

use crate::chain::{Chain, Entry, Space};
use crate::fault::Fault;
use crate::gas::VM_POINTS;
use crate::wasm::record::key;

/// What a contract stores, under its prefix.
pub struct Kept {
    chain: Chain,
    prefix: Vec<u8>,
    cursors: HashMap<u32, Cursor>,
}

/// How far an iteration has come: where it stands, and what lies ahead.
struct Cursor {
    entry: Option<Entry>,
    low: Bound<Vec<u8>>,
    high: Bound<Vec<u8>>,
    ascending: bool,
}

impl Kept {
    /// The storage of a contract.
    pub fn of(chain: &Chain, address: &[u8]) -> Self {
        Self { chain: chain.clone(), prefix: key::stored(address), cursors: HashMap::new() }
    }

    fn key(&self, key: &[u8]) -> Vec<u8> {
        [&self.prefix, key].concat()
    }

    /// Acts on the chain, and tells the VM what it cost.
    fn metered<T>(&self, act: impl FnOnce(&Chain) -> Result<T, Fault>) -> BackendResult<T> {
        let before = self.chain.meter().used;
        let done = act(&self.chain);
        let cost = self.chain.meter().used.saturating_sub(before);
        let info = GasInfo::with_externally_used(cost.saturating_mul(VM_POINTS));
        (done.map_err(|fault| backend_error(&fault)), info)
    }
}

impl Cursor {
    /// Finds the entry that it stands on next.
    fn advance(&mut self, chain: &Chain) {
        self.entry = chain.seek(Space::Wasm, &self.low, &self.high, self.ascending);
        if let Some((key, _)) = &self.entry {
            let beyond = Bound::Excluded(key.clone());
            if self.ascending { self.low = beyond } else { self.high = beyond }
        }
    }
}

impl Storage for Kept {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        self.metered(|chain| chain.read(Space::Wasm, &self.key(key)))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.metered(|chain| chain.write(Space::Wasm, &self.key(key), value.to_vec()))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.metered(|chain| chain.delete(Space::Wasm, &self.key(key)))
    }

    fn scan(&mut self, start: Option<&[u8]>, end: Option<&[u8]>, order: Order) -> BackendResult<u32> {
        let id = u32::try_from(self.cursors.len()).unwrap_or(u32::MAX).saturating_add(1);
        let mut cursor = Cursor {
            entry: None,
            low: Bound::Included(self.key(start.unwrap_or_default())),
            high: end.map_or_else(|| after(&self.prefix), |end| Bound::Excluded(self.key(end))),
            ascending: order == Order::Ascending,
        };
        cursor.advance(&self.chain);
        let told = self.metered(|chain| chain.pay_step(cursor.entry.as_ref()).map(|()| id));
        self.cursors.insert(id, cursor);
        told
    }

    fn next(&mut self, iterator: u32) -> BackendResult<Option<Record>> {
        let Some(mut cursor) = self.cursors.remove(&iterator) else {
            return (Err(BackendError::iterator_does_not_exist(iterator)), GasInfo::free());
        };
        // At its end an iteration costs nothing more: wasmvm asks whether it is valid before it goes on.
        let Some(entry) = cursor.entry.take() else {
            self.cursors.insert(iterator, cursor);
            return (Ok(None), GasInfo::free());
        };
        let told = self.metered(|chain| chain.pay_step(Some(&entry)));
        cursor.advance(&self.chain);
        self.cursors.insert(iterator, cursor);
        let (key, value) = entry;
        let record = (key.get(self.prefix.len()..).unwrap_or_default().to_vec(), value);
        (told.0.map(|()| Some(record)), told.1)
    }
}

/// The end of all keys with a prefix.
pub fn after(prefix: &[u8]) -> Bound<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Bound::Excluded(end);
        }
    }
    Bound::Unbounded
}

/// The chain, asked by a contract.
pub struct Questions {
    chain: Chain,
    asker: Vec<u8>,
}

impl Questions {
    /// Of a chain, by one of its contracts.
    pub fn of(chain: &Chain, asker: &[u8]) -> Self {
        Self { chain: chain.clone(), asker: asker.to_vec() }
    }
}

impl Querier for Questions {
    fn query_raw(&self, request: &[u8], limit: u64) -> BackendResult<SystemResult<ContractResult<Binary>>> {
        let before = self.chain.meter().used;
        let answer = self.chain.ask(&self.asker, request, limit / VM_POINTS);
        let cost = self.chain.meter().used.saturating_sub(before);
        let info = GasInfo::with_externally_used(cost.saturating_mul(VM_POINTS));
        (answer.map_err(|fault| backend_error(&fault)), info)
    }
}

fn backend_error(fault: &Fault) -> BackendError {
    match fault {
        Fault::OutOfGas { .. } => BackendError::out_of_gas(),
        Fault::Refused(refusal) => BackendError::user_err(refusal.log.clone()),
    }
}
