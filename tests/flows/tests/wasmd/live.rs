//! What a contract stores on a real chain: a key is asked for by itself, and only who goes through all of it reads all of it.

use std::cell::OnceCell;

use cosmwasm_std::testing::MockStorage;
use cosmwasm_std::{Order, Record, Storage};

/// Asks the chain for one key.
type Ask<'a> = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + 'a>;
/// Asks it for everything.
type AskAll<'a> = Box<dyn Fn() -> Vec<Record> + 'a>;

/// The state of a contract as it is now.
pub(crate) struct Live<'a> {
    ask: Ask<'a>,
    ask_all: AskAll<'a>,
    all: OnceCell<MockStorage>,
}

impl<'a> Live<'a> {
    /// The state that these ask for.
    pub(crate) fn new(ask: Ask<'a>, ask_all: AskAll<'a>) -> Self {
        Self { ask, ask_all, all: OnceCell::new() }
    }

    fn all(&self) -> &MockStorage {
        self.all.get_or_init(|| {
            let mut all = MockStorage::new();
            (self.ask_all)().iter().for_each(|(key, value)| all.set(key, value));
            all
        })
    }
}

impl Storage for Live<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.all.get().map_or_else(|| (self.ask)(key), |all| all.get(key))
    }

    fn range<'b>(
        &'b self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'b> {
        self.all().range(start, end, order)
    }

    fn set(&mut self, _: &[u8], _: &[u8]) {
        panic!("a chain's state is not written to from beside it");
    }

    fn remove(&mut self, _: &[u8]) {
        panic!("a chain's state is not written to from beside it");
    }
}
