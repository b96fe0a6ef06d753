//! What the chain keeps: keys and values of its modules, metered as the SDK's stores are.

use std::ops::Bound;

use crate::chain::Chain;
use crate::fault::Fault;
use crate::gas;
use crate::store::{Checkpoint, Store};

/// A part of the state, as a module of the SDK has a store of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Accounts.
    Auth,
    /// Balances and supply.
    Bank,
    /// Proposals, deposits and votes.
    Gov,
    /// Codes, contracts and what they store.
    Wasm,
}

/// The state, metered as the SDK's stores are.
impl Chain {
    /// The value of a key.
    pub fn read(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.consume(gas::READ, "ReadFlat")?;
        let value = self.peek(space, key);
        self.consume(gas::READ_BYTE * length(key), "ReadPerByte")?;
        self.consume(gas::READ_BYTE * value.as_deref().map_or(0, length), "ReadPerByte")?;
        Ok(value)
    }

    /// Whether a key has a value.
    pub fn has(&self, space: Space, key: &[u8]) -> Result<bool, Fault> {
        self.consume(gas::HAS, "Has")?;
        Ok(self.0.store.borrow().get(&space.key(key)).is_some())
    }

    /// Sets a key.
    pub fn write(&self, space: Space, key: &[u8], value: Vec<u8>) -> Result<(), Fault> {
        self.consume(gas::WRITE, "WriteFlat")?;
        self.consume(gas::WRITE_BYTE * length(key), "WritePerByte")?;
        self.consume(gas::WRITE_BYTE * length(&value), "WritePerByte")?;
        self.0.store.borrow_mut().set(space.key(key), value);
        Ok(())
    }

    /// Removes a key.
    pub fn delete(&self, space: Space, key: &[u8]) -> Result<(), Fault> {
        self.consume(gas::DELETE, "Delete")?;
        self.0.store.borrow_mut().remove(&space.key(key));
        Ok(())
    }

    /// The first entry between two bounds, and the price of seeking it.
    pub fn seek(&self, space: Space, low: &Bound<Vec<u8>>, high: &Bound<Vec<u8>>, ascending: bool) -> Option<Entry> {
        let (low, high) = (space.bound(low), space.bound(high));
        let store = self.0.store.borrow();
        let (key, value) = store.first(as_slice(&low), as_slice(&high), ascending)?;
        Some((key.get(1..).unwrap_or_default().to_vec(), value.to_vec()))
    }

    /// Pays for standing on an entry of an iteration, or past its end.
    pub fn pay_step(&self, entry: Option<&Entry>) -> Result<(), Fault> {
        if let Some((key, value)) = entry {
            self.consume(gas::READ_BYTE * length(key), "ValuePerByte")?;
            self.consume(gas::READ_BYTE * length(value), "ValuePerByte")?;
        }
        self.consume(gas::STEP, "IterNextFlat")
    }

    /// The circuit breaker looks whether a kind of message is switched off, before a transaction and before each
    /// message of it or of a contract. None ever is, but looking costs.
    pub fn switched_on(&self) -> Result<(), Fault> {
        self.consume(gas::HAS, "Has")
    }

    /// The value of a key, for nothing.
    pub fn peek(&self, space: Space, key: &[u8]) -> Option<Vec<u8>> {
        self.0.store.borrow().get(&space.key(key)).map(<[u8]>::to_vec)
    }

    /// All entries whose keys begin with a prefix, for nothing, the prefix cut off.
    pub fn list(&self, space: Space, prefix: &[u8]) -> Vec<Entry> {
        let prefix = space.key(prefix);
        self.0.store.borrow().prefix(&prefix).map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
    }

    /// The moment now.
    pub fn checkpoint(&self) -> Checkpoint {
        self.0.store.borrow().checkpoint()
    }

    /// Takes back all changes since a moment.
    pub fn revert(&self, to: Checkpoint) {
        self.0.store.borrow_mut().revert(to);
    }

    /// The state itself, for what surrounds blocks.
    pub fn with_store<T>(&self, act: impl FnOnce(&mut Store) -> T) -> T {
        act(&mut self.0.store.borrow_mut())
    }
}

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

impl Space {
    const fn tag(self) -> u8 {
        match self {
            Self::Auth => b'a',
            Self::Bank => b'b',
            Self::Gov => b'g',
            Self::Wasm => b'w',
        }
    }

    fn key(self, key: &[u8]) -> Vec<u8> {
        let mut full = Vec::with_capacity(key.len() + 1);
        full.push(self.tag());
        full.extend_from_slice(key);
        full
    }

    fn bound(self, bound: &Bound<Vec<u8>>) -> Bound<Vec<u8>> {
        bound.as_ref().map(|key| self.key(key))
    }
}

fn as_slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}

/// A length as gas counts it.
pub fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
