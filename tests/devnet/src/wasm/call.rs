//! One call into the VM, and what it costs.

use cosmwasm_std::{Addr, Checksum, ContractInfo, ContractResult, Env, MessageInfo, MigrateInfo, TransactionInfo};
use cosmwasm_vm::{
    Backend, Instance, InstanceOptions, VmError, VmResult, call_execute_raw, call_instantiate_raw,
    call_migrate_with_info_raw, call_query_raw, call_reply_raw,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::address::Addresses;
use crate::chain::{Chain, length};
use crate::fault::{Fault, VM};
use crate::gas::{self, VM_POINTS};
use crate::wasm::backend::{Kept, Questions};
use crate::wasm::heard::Heard;

/// An entry point and what it is given.
pub enum Entry<'a> {
    /// A contract is made.
    Instantiate(&'a MessageInfo, &'a [u8]),
    /// A contract is told something.
    Execute(&'a MessageInfo, &'a [u8]),
    /// A contract takes the place of another, or of its older self.
    Migrate(&'a [u8], &'a MigrateInfo),
    /// A contract hears what became of its message.
    Reply(&'a Heard),
    /// A contract is asked something.
    Query(&'a [u8]),
}

type Running = Instance<Addresses, Kept, Questions>;

impl Chain {
    /// Calls a contract; inside is what the contract itself said.
    pub fn call<T: DeserializeOwned>(
        &self,
        checksum: &[u8],
        address: &[u8],
        entry: Entry<'_>,
    ) -> Result<Result<T, String>, Fault> {
        let meter = self.meter();
        let limit = if meter.limit.is_none() { u64::MAX } else { meter.left().saturating_mul(VM_POINTS) };
        let (outcome, mut used) = self.run(checksum, address, &entry, limit);
        let outcome = outcome.and_then(|answer| {
            let reading = length(&answer).saturating_mul(gas::ANSWER_BYTE * VM_POINTS);
            if limit < reading.saturating_add(used) {
                let bytes = answer.len();
                return Err(format!("insufficient gas left to deserialize contract execution result ({bytes} bytes)"));
            }
            used += reading;
            serde_json::from_slice::<ContractResult<T>>(&answer).map_err(|error| unplaced(&error))
        });
        self.consume(used / VM_POINTS, "wasm contract")?;
        if self.meter().empty() {
            return Err(Fault::OutOfGas { location: "Wasm engine function execution" });
        }
        outcome.map(ContractResult::into_result).map_err(|words| VM.because(words))
    }

    /// Runs the code; beside what it answers, the points that it used in itself.
    fn run(&self, checksum: &[u8], address: &[u8], entry: &Entry<'_>, limit: u64) -> (Result<Vec<u8>, String>, u64) {
        let backend = Backend {
            api: self.addresses().clone(),
            storage: Kept::of(self, address),
            querier: Questions::of(self, address),
        };
        let options = InstanceOptions { gas_limit: limit };
        let instance = Checksum::try_from(checksum)
            .map_err(|error| error.to_string())
            .and_then(|checksum| self.vm().get_instance(&checksum, backend, options).map_err(|error| words(&error)));
        let mut instance = match instance {
            Ok(instance) => instance,
            Err(error) => return (Err(error), 0),
        };
        let answer = enter(&mut instance, &self.env(address), entry);
        let used = instance.create_gas_report().used_internally;
        (answer.map_err(|error| words(&error)), used)
    }

    /// What surrounds a call, as JSON.
    fn env(&self, address: &[u8]) -> Vec<u8> {
        let transaction = self.current().map(|current| TransactionInfo::new(current.index, current.hash.into()));
        let contract = ContractInfo { address: Addr::unchecked(self.text_of(address)) };
        json(&Env { block: self.block(), transaction, contract })
    }
}

fn enter(instance: &mut Running, env: &[u8], entry: &Entry<'_>) -> VmResult<Vec<u8>> {
    match entry {
        Entry::Instantiate(info, msg) => call_instantiate_raw(instance, env, &json(info), msg),
        Entry::Execute(info, msg) => call_execute_raw(instance, env, &json(info), msg),
        Entry::Migrate(msg, info) => call_migrate_with_info_raw(instance, env, msg, &json(info)),
        Entry::Reply(reply) => call_reply_raw(instance, env, &json(reply)),
        Entry::Query(msg) => call_query_raw(instance, env, msg),
    }
}

/// Why an answer cannot be read, without the place in it, which wasmd does not tell.
fn unplaced(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or_else(|| words.clone(), |(words, _)| words.to_owned())
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The VM's words, as wasmvm hands them on.
pub fn words(error: &VmError) -> String {
    format!("Error calling the VM: {error}")
}
