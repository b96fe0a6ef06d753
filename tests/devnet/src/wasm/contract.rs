//! Instances: making, calling and migrating them, their admins and their history.

use std::ops::Bound;

use cosmwasm_std::{Addr, Binary, Coin as StdCoin, MessageInfo, MigrateInfo, Order, SystemError};
use prost::Message;

use crate::address;
use crate::bank::Coin;
use crate::chain::{Chain, Event, Space};
use crate::fault::{
    ACCOUNT_EXISTS, DUPLICATE, EXECUTE_FAILED, Fault, INSTANTIATE_FAILED, INVALID_REQUEST, MIGRATE_FAILED,
    NO_SUCH_CONTRACT, QUERY_FAILED, QUERY_STACK, UNAUTHORIZED, VM,
};
use crate::gas;
use crate::wasm::MOST_QUERIES;
use crate::wasm::answer::Answer;
use crate::wasm::backend::after;
use crate::wasm::call::{Entry, words};
use crate::wasm::check::check_label;
use crate::wasm::code::no_such_code;
use crate::wasm::record::{CodeInfo, ContractInfo, HistoryEntry, MADE, MIGRATED, Position, key};

/// How a contract is to be made.
pub struct Making<'a> {
    pub sender: &'a str,
    pub admin: &'a str,
    pub code: u64,
    pub label: &'a str,
    pub msg: &'a [u8],
    pub funds: &'a [Coin],
    /// Makes its address follow from it, and from the message too if so asked; else it is counted.
    pub salt: Option<(&'a [u8], bool)>,
}

/// What a call handed back.
pub type Data = Option<Binary>;

/// Entries of a contract's storage, and the key after the last.
pub type Part = (Vec<(Vec<u8>, Vec<u8>)>, Option<Vec<u8>>);

impl Chain {
    /// What the messages `MsgInstantiateContract` and `MsgInstantiateContract2` do.
    pub fn instantiate(&self, making: &Making<'_>, events: &mut Vec<Event>) -> Result<(String, Data), Fault> {
        let sender = self.check_making(making)?;
        let info = self.code_of(making.code)?;
        self.set_up(&info, making.code, "Loading CosmWasm module: instantiate")?;
        if !self.may_instantiate(making.sender, &info) {
            return Err(UNAUTHORIZED.because("can not instantiate"));
        }
        let address = self.address_for(making, &sender, &info)?;
        if self.has(Space::Wasm, &key::contract(&address))? {
            let words = "contract address already exists, try a different combination of creator, checksum and salt";
            return Err(DUPLICATE.because(words));
        }
        match self.account(&address)? {
            Some(account) if account.base.sequence != 0 || account.base.pub_key.is_some() => {
                return Err(ACCOUNT_EXISTS.because("address is claimed by external account"));
            }
            Some(_) => {}
            None => self.set_account(&address, &self.new_account(&address)?)?,
        }
        if !making.funds.is_empty() {
            self.send_funds(&sender, &address, making.funds, events)?;
        }
        let about = about(making.sender, making.funds);
        let said = self.call::<Answer>(&info.code_hash, &address, Entry::Instantiate(&about, making.msg))?;
        let answer = said.map_err(|words| INSTANTIATE_FAILED.because(words).told())?;

        let text = self.text_of(&address);
        let contract = ContractInfo {
            code_id: making.code,
            creator: making.sender.to_owned(),
            admin: making.admin.to_owned(),
            label: making.label.to_owned(),
            created: Some(self.position()),
            ibc_port_id: String::new(),
            ibc2_port_id: port(&text, self.addresses().prefix()),
        };
        let step =
            HistoryEntry { operation: MADE, code_id: making.code, updated: contract.created, msg: making.msg.to_vec() };
        let at = self.position();
        self.write(Space::Wasm, &key::by_code_at(making.code, &at, &address), Vec::new())?;
        self.write(Space::Wasm, &key::by_creator_at(&sender, &at, &address), Vec::new())?;
        self.append_history(&address, &step)?;
        self.set_contract(&address, &contract)?;
        let code = making.code.to_string();
        events.push(Event::new("instantiate", &[("_contract_address", &text), ("code_id", &code)]));
        let before = self.favoured().replace(self.governs(making.sender) || self.favoured().get());
        let answered = self.respond(&address, answer, events).map_err(|fault| fault.within("dispatch"));
        self.favoured().set(before);
        Ok((text, answered?))
    }

    /// Whether somebody may make a contract of a code. Governance may, and so may what it has just made.
    fn may_instantiate(&self, who: &str, code: &CodeInfo) -> bool {
        let allowed = code.instantiate_config.as_ref().is_none_or(|access| access.allows(who));
        allowed || self.governs(who) || self.favoured().get()
    }

    /// What a message `MsgExecuteContract` does.
    pub fn execute(
        &self,
        sender: &str,
        contract: &str,
        msg: &[u8],
        funds: &[Coin],
        events: &mut Vec<Event>,
    ) -> Result<Data, Fault> {
        let (from, address) = self.check_call(sender, contract, msg, funds)?;
        let (instance, code) = self.contract_and_code(&address)?;
        self.set_up(&code, instance.code_id, "Loading CosmWasm module: execute")?;
        if !funds.is_empty() {
            self.send_funds(&from, &address, funds, events)?;
        }
        let said = self.call::<Answer>(&code.code_hash, &address, Entry::Execute(&about(sender, funds), msg))?;
        let answer = said.map_err(|words| EXECUTE_FAILED.because(words).told())?;
        events.push(Event::new("execute", &[("_contract_address", &self.text_of(&address))]));
        self.respond(&address, answer, events)
    }

    /// What a message `MsgMigrateContract` does.
    pub fn migrate(
        &self,
        sender: &str,
        contract: &str,
        code: u64,
        msg: &[u8],
        events: &mut Vec<Event>,
    ) -> Result<Data, Fault> {
        let address = self.check_migration(sender, contract, code, msg)?;
        let mut instance = self.own(&address, sender, "can not migrate")?;
        let new = self.code(code).map_err(|fault| otherwise(fault, "unknown code"))?;
        if !self.may_instantiate(sender, &new) {
            return Err(UNAUTHORIZED.because("to use new code"));
        }
        let old = self.code(instance.code_id)?;
        let (now, before) = (self.migrate_version(&new)?, self.migrate_version(&old)?);
        let answer = if now.is_some() && now == before {
            None
        } else {
            self.set_up(&new, code, "Loading CosmWasm module: migrate")?;
            let about = MigrateInfo { sender: Addr::unchecked(sender), old_migrate_version: before };
            let said = self.call::<Answer>(&new.code_hash, &address, Entry::Migrate(msg, &about))?;
            Some(said.map_err(|words| MIGRATE_FAILED.because(words).told())?)
        };
        if let Some((_, last)) = self.last_step(&address)? {
            let at = last.updated.unwrap_or_default();
            self.delete(Space::Wasm, &key::by_code_at(last.code_id, &at, &address))?;
        }
        let at = self.position();
        let step = HistoryEntry { operation: MIGRATED, code_id: code, updated: Some(at), msg: msg.to_vec() };
        self.append_history(&address, &step)?;
        self.write(Space::Wasm, &key::by_code_at(code, &at, &address), Vec::new())?;
        instance.code_id = code;
        self.set_contract(&address, &instance)?;
        let attributes = [("code_id", code.to_string()), ("_contract_address", self.text_of(&address))];
        events.push(Event::new("migrate", &attributes.each_ref().map(|(key, value)| (*key, value.as_str()))));
        match answer {
            Some(answer) => self.respond(&address, answer, events).map_err(|fault| fault.within("dispatch")),
            None => Ok(None),
        }
    }

    /// What the messages `MsgUpdateAdmin` and `MsgClearAdmin` do.
    pub fn set_admin(
        &self,
        sender: &str,
        contract: &str,
        admin: Option<&str>,
        events: &mut Vec<Event>,
    ) -> Result<(), Fault> {
        let address = self.check_admin(sender, contract, admin)?;
        let admin = admin.unwrap_or_default();
        let mut instance = self.own(&address, sender, "can not modify contract")?;
        admin.clone_into(&mut instance.admin);
        self.set_contract(&address, &instance)?;
        let attributes = [("_contract_address", contract), ("new_admin_address", admin)];
        events.push(Event::new("update_contract_admin", &attributes));
        Ok(())
    }

    /// What a message `MsgUpdateContractLabel` does.
    pub fn set_label(&self, sender: &str, contract: &str, label: &str, events: &mut Vec<Event>) -> Result<(), Fault> {
        self.bytes_of(sender).map_err(|fault| fault.within("sender"))?;
        let address = self.bytes_of(contract).map_err(|fault| fault.within("contract"))?;
        check_label(label).map_err(|fault| fault.within("label"))?;
        let mut instance = self.own(&address, sender, "can not modify contract")?;
        label.clone_into(&mut instance.label);
        self.set_contract(&address, &instance)?;
        let attributes = [("_contract_address", contract), ("new_label", label)];
        events.push(Event::new("update_contract_label", &attributes));
        Ok(())
    }

    /// Asks a contract.
    pub fn smart(&self, address: &[u8], msg: &[u8]) -> Result<Binary, Fault> {
        let depth = self.queries().get() + 1;
        if depth > MOST_QUERIES {
            return Err(QUERY_STACK.bare());
        }
        let (instance, code) = self.contract_and_code(address)?;
        self.set_up(&code, instance.code_id, "Loading CosmWasm module: query")?;
        self.queries().set(depth);
        let said = self.call::<Binary>(&code.code_hash, address, Entry::Query(msg));
        self.queries().set(depth - 1);
        said?.map_err(|words| QUERY_FAILED.because(words).told())
    }

    /// A contract and its code.
    pub fn contract_and_code(&self, address: &[u8]) -> Result<(ContractInfo, CodeInfo), Fault> {
        let contract = self.contract(address)?.ok_or_else(|| self.no_such_contract(address))?;
        let code = self.code(contract.code_id)?;
        Ok((contract, code))
    }

    /// That there is no contract.
    pub fn no_such_contract(&self, address: &[u8]) -> Fault {
        let text = self.text_of(address);
        NO_SUCH_CONTRACT.because(format!("address {text}")).as_system(SystemError::NoSuchContract { addr: text })
    }

    /// A contract.
    pub fn contract(&self, address: &[u8]) -> Result<Option<ContractInfo>, Fault> {
        let found = self.read(Space::Wasm, &key::contract(address))?;
        Ok(found.and_then(|bytes| ContractInfo::decode(bytes.as_slice()).ok()))
    }

    /// The steps of a contract's history by number, for nothing.
    pub fn history(&self, address: &[u8]) -> Vec<(Vec<u8>, HistoryEntry)> {
        let read = |(number, step): (Vec<u8>, Vec<u8>)| Some((number, HistoryEntry::decode(step.as_slice()).ok()?));
        self.list(Space::Wasm, &key::history(address)).into_iter().filter_map(read).collect()
    }

    /// Part of what a contract stores, with the key to go on from: each entry costs.
    pub fn range(
        &self,
        address: &[u8],
        (start, end): (Option<&[u8]>, Option<&[u8]>),
        limit: usize,
        order: Order,
    ) -> Result<Part, Fault> {
        let prefix = key::stored(address);
        let full = |key: &[u8]| [&prefix, key].concat();
        let mut low = Bound::Included(full(start.unwrap_or_default()));
        let mut high = end.map_or_else(|| after(&prefix), |end| Bound::Excluded(full(end)));
        let ascending = order == Order::Ascending;
        let mut found = Vec::new();
        let mut entry = self.seek(Space::Wasm, &low, &high, ascending);
        self.pay_step(entry.as_ref())?;
        while let Some((key, value)) = entry.take() {
            let own = key.get(prefix.len()..).unwrap_or_default().to_vec();
            if found.len() == limit {
                return Ok((found, Some(own)));
            }
            self.pay_step(Some(&(key.clone(), value.clone())))?;
            found.push((own, value));
            let beyond = Bound::Excluded(key);
            if ascending {
                low = beyond;
            } else {
                high = beyond;
            }
            entry = self.seek(Space::Wasm, &low, &high, ascending);
        }
        Ok((found, None))
    }

    fn address_for(&self, making: &Making<'_>, sender: &[u8], code: &CodeInfo) -> Result<Vec<u8>, Fault> {
        match making.salt {
            None => Ok(address::of_instance(making.code, self.next_id(key::LAST_INSTANCE)?)),
            Some((salt, with_message)) => {
                let msg = if with_message { making.msg } else { &[] };
                Ok(address::predicted(&code.code_hash, sender, salt, msg))
            }
        }
    }

    fn code_of(&self, id: u64) -> Result<CodeInfo, Fault> {
        let found = self.read(Space::Wasm, &key::code(id))?;
        found.and_then(|bytes| CodeInfo::decode(bytes.as_slice()).ok()).ok_or_else(|| no_such_code(id))
    }

    /// Pays for loading a code: less if it is pinned, or was loaded in this transaction.
    fn set_up(&self, code: &CodeInfo, id: u64, location: &'static str) -> Result<(), Fault> {
        let pinned = self.has(Space::Wasm, &key::pinned(id))?;
        let price = if pinned || self.load_again(&code.code_hash) { gas::INSTANCE_AGAIN } else { gas::INSTANCE };
        self.consume(price, location)
    }

    /// A contract, of which somebody says that it is theirs.
    fn own(&self, address: &[u8], who: &str, what: &str) -> Result<ContractInfo, Fault> {
        let instance = self.contract(address)?.ok_or_else(|| INVALID_REQUEST.because("unknown contract"))?;
        if !self.governs(who) && (instance.admin.is_empty() || instance.admin != who) {
            return Err(UNAUTHORIZED.because(what));
        }
        Ok(instance)
    }

    fn set_contract(&self, address: &[u8], contract: &ContractInfo) -> Result<(), Fault> {
        self.write(Space::Wasm, &key::contract(address), contract.encode_to_vec())
    }

    fn migrate_version(&self, code: &CodeInfo) -> Result<Option<u64>, Fault> {
        let checksum = code.code_hash.as_slice().try_into().map_err(|_| VM.because("checksum"))?;
        let report = self.vm().analyze(&checksum).map_err(|error| VM.because(words(&error)))?;
        Ok(report.contract_migrate_version)
    }

    /// The last step of a contract's history, sought from the end.
    fn last_step(&self, address: &[u8]) -> Result<Option<(u64, HistoryEntry)>, Fault> {
        let prefix = key::history(address);
        let last = self.seek(Space::Wasm, &Bound::Included(prefix.clone()), &after(&prefix), false);
        self.pay_step(last.as_ref())?;
        Ok(last.and_then(|(key, value)| {
            let step = u64::from_be_bytes(key.get(prefix.len()..)?.try_into().ok()?);
            Some((step, HistoryEntry::decode(value.as_slice()).ok()?))
        }))
    }

    fn append_history(&self, address: &[u8], entry: &HistoryEntry) -> Result<(), Fault> {
        let step = self.last_step(address)?.map_or(1, |(step, _)| step + 1);
        self.write(Space::Wasm, &key::history_step(address, step), entry.encode_to_vec())
    }

    /// wasmd takes for a transaction's place in its block the gas that those before it used.
    fn position(&self) -> Position {
        Position { block_height: self.block().height, tx_index: self.block_gas() }
    }
}

/// Who calls a contract, and what they send along.
fn about(sender: &str, funds: &[Coin]) -> MessageInfo {
    let coin = |coin: &Coin| StdCoin { denom: coin.denom.clone(), amount: coin.amount };
    MessageInfo { sender: Addr::unchecked(sender), funds: funds.iter().map(coin).collect() }
}

/// The port that IBC's second version gives every contract.
fn port(address: &str, prefix: &str) -> String {
    format!("wasm2{}", address.strip_prefix(prefix).unwrap_or(address))
}

fn otherwise(fault: Fault, words: &str) -> Fault {
    match fault {
        Fault::Refused(_) => INVALID_REQUEST.because(words),
        out => out,
    }
}
