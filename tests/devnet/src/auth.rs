//! Accounts: numbers, sequences and keys, kept byte for byte as the SDK's auth module keeps them.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{BaseAccount, ModuleAccount};
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use prost::{Message, Name};

use crate::accounts::KnownAccount;
use crate::address;
use crate::chain::{Chain, Space};
use crate::fault::Fault;

const PARAMS: &[u8] = &[0];
const ACCOUNTS: u8 = 1;
const LAST_NUMBER: &[u8] = &[2];
const BY_NUMBER: &[u8] = b"accountNumber";

/// The module that receives fees, and the one that they are shared by.
pub const FEE_COLLECTOR: &str = "fee_collector";
pub const DISTRIBUTION: &str = "distribution";
/// The modules whose accounts wasmd makes at genesis, in its order, and what each may do.
const MODULES: [(&str, &[&str]); 8] = [
    (FEE_COLLECTOR, &[]),
    (DISTRIBUTION, &[]),
    ("bonded_tokens_pool", &["burner", "staking"]),
    ("not_bonded_tokens_pool", &["burner", "staking"]),
    ("gov", &["burner"]),
    ("mint", &["minter"]),
    ("protocolpool_escrow", &[]),
    ("protocolpool", &[]),
];
/// The modules whose accounts take no coins from users.
pub const CLOSED: [&str; 11] = [
    FEE_COLLECTOR,
    DISTRIBUTION,
    "mint",
    "bonded_tokens_pool",
    "not_bonded_tokens_pool",
    "nft",
    "protocolpool",
    "protocolpool_escrow",
    "transfer",
    "interchainaccounts",
    "wasm",
];
/// The longest memo, and the most signatures of a transaction.
pub const LONGEST_MEMO: usize = 256;
pub const MOST_SIGNATURES: usize = 7;
/// These two, the price of a byte, and those of the two kinds of signature, as the module's parameters.
const PARAMS_VALUE: [u8; 13] = [0x08, 0x80, 0x02, 0x10, 7, 0x18, 10, 0x20, 0xce, 0x04, 0x28, 0xe8, 0x07];

/// An account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Who, what number, which sequence, and the key once it is known.
    pub base: BaseAccount,
    /// The module whose account it is.
    pub module: Option<ModuleAccount>,
}

impl Account {
    fn of(base: BaseAccount) -> Self {
        Self { base, module: None }
    }

    /// The account's public key: 33 bytes.
    pub fn key(&self) -> Option<Vec<u8>> {
        let any = self.base.pub_key.as_ref()?;
        PubKey::decode(any.value.as_slice()).ok().map(|key| key.key)
    }

    /// Makes a public key known.
    pub fn set_key(&mut self, key: Vec<u8>) {
        let key = PubKey { key };
        self.base.pub_key = Some(Any { type_url: PubKey::type_url(), value: key.encode_to_vec() });
    }

    /// As clients and the state read it.
    pub fn any(&self) -> Any {
        match &self.module {
            None => Any { type_url: BaseAccount::type_url(), value: self.base.encode_to_vec() },
            Some(module) => {
                let module = ModuleAccount { base_account: Some(self.base.clone()), ..module.clone() };
                Any { type_url: ModuleAccount::type_url(), value: module.encode_to_vec() }
            }
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let any = Any::decode(bytes).ok()?;
        if any.type_url == ModuleAccount::type_url() {
            let module = ModuleAccount::decode(any.value.as_slice()).ok()?;
            return Some(Self { base: module.base_account.clone()?, module: Some(module) });
        }
        BaseAccount::decode(any.value.as_slice()).ok().map(Self::of)
    }
}

impl Chain {
    /// Writes what genesis holds of accounts: after those that have coins the validator's, which has made itself one by a
    /// transaction, and the modules'.
    pub fn auth_genesis(&self, validator: &KnownAccount) -> Result<(), Fault> {
        self.write(Space::Auth, PARAMS, PARAMS_VALUE.to_vec())?;
        let address = self.bytes_of(&validator.address)?;
        let mut account = self.new_account(&address)?;
        account.set_key(validator.public.clone());
        account.base.sequence = 1;
        self.set_account(&address, &account)?;
        MODULES.iter().try_for_each(|(name, permissions)| self.add_module(name, permissions))
    }

    /// Makes a module's account where there is none.
    pub fn ensure_module(&self, name: &str, permissions: &[&str]) -> Result<(), Fault> {
        match self.account(&address::of_module(name))? {
            Some(_) => Ok(()),
            None => self.add_module(name, permissions),
        }
    }

    fn add_module(&self, name: &str, permissions: &[&str]) -> Result<(), Fault> {
        let address = address::of_module(name);
        let mut account = self.new_account(&address)?;
        let permissions = permissions.iter().map(|of| (*of).to_owned()).collect();
        account.module = Some(ModuleAccount { name: name.to_owned(), permissions, base_account: None });
        self.set_account(&address, &account)
    }

    /// Reads the module's parameters, which costs.
    pub fn auth_params(&self) -> Result<(), Fault> {
        self.read(Space::Auth, PARAMS).map(|_| ())
    }

    /// An account.
    pub fn account(&self, address: &[u8]) -> Result<Option<Account>, Fault> {
        let value = self.read(Space::Auth, &by_address(address))?;
        Ok(value.and_then(|bytes| Account::read(&bytes)))
    }

    /// All accounts by address, for nothing.
    pub fn accounts(&self) -> Vec<(Vec<u8>, Account)> {
        let read = |(address, value): (Vec<u8>, Vec<u8>)| Some((address, Account::read(&value)?));
        self.list(Space::Auth, &[ACCOUNTS]).into_iter().filter_map(read).collect()
    }

    /// Whether there is an account.
    pub fn has_account(&self, address: &[u8]) -> Result<bool, Fault> {
        self.has(Space::Auth, &by_address(address))
    }

    /// A new account with the next number, not yet stored.
    pub fn new_account(&self, address: &[u8]) -> Result<Account, Fault> {
        let last = self.read(Space::Auth, LAST_NUMBER)?;
        let number = last.and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?))).unwrap_or_default();
        self.write(Space::Auth, LAST_NUMBER, (number + 1).to_be_bytes().to_vec())?;
        let address = self.text_of(address);
        Ok(Account::of(BaseAccount { address, pub_key: None, account_number: number, sequence: 0 }))
    }

    /// Stores an account and its place in the index of numbers, as an indexed map does: the old place goes first.
    pub fn set_account(&self, address: &[u8], account: &Account) -> Result<(), Fault> {
        if let Some(old) = self.account(address)? {
            self.delete(Space::Auth, &by_number(old.base.account_number))?;
        }
        let place = by_number(account.base.account_number);
        self.has(Space::Auth, &place)?;
        self.write(Space::Auth, &place, address.to_vec())?;
        self.write(Space::Auth, &by_address(address), account.any().encode_to_vec())
    }

    /// Makes an account where there is none.
    pub fn ensure_account(&self, address: &[u8]) -> Result<(), Fault> {
        if !self.has_account(address)? {
            let account = self.new_account(address)?;
            self.set_account(address, &account)?;
        }
        Ok(())
    }
}

fn by_address(address: &[u8]) -> Vec<u8> {
    [&[ACCOUNTS], address].concat()
}

fn by_number(number: u64) -> Vec<u8> {
    [BY_NUMBER, &number.to_be_bytes()].concat()
}
