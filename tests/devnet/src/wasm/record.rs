//! What the state holds of codes and contracts, byte for byte as wasmd writes it.

use prost::Message;

/// A code: who uploaded it, and who may make contracts of it.
#[derive(Clone, PartialEq, Message)]
pub struct CodeInfo {
    #[prost(bytes = "vec", tag = "1")]
    pub code_hash: Vec<u8>,
    #[prost(string, tag = "2")]
    pub creator: String,
    #[prost(message, optional, tag = "5")]
    pub instantiate_config: Option<AccessConfig>,
}

/// Who may do something.
#[derive(Clone, PartialEq, Message)]
pub struct AccessConfig {
    /// 1 nobody, 3 everybody, 4 any of the addresses.
    #[prost(int32, tag = "1")]
    pub permission: i32,
    #[prost(string, repeated, tag = "3")]
    pub addresses: Vec<String>,
}

/// The parameters of the module.
#[derive(Clone, PartialEq, Message)]
pub struct Params {
    #[prost(message, optional, tag = "1")]
    pub code_upload_access: Option<AccessConfig>,
    /// What permission a code has whose upload says none; `4` is its creator's alone.
    #[prost(int32, tag = "2")]
    pub instantiate_default_permission: i32,
}

/// A contract.
#[derive(Clone, PartialEq, Message)]
pub struct ContractInfo {
    #[prost(uint64, tag = "1")]
    pub code_id: u64,
    #[prost(string, tag = "2")]
    pub creator: String,
    #[prost(string, tag = "3")]
    pub admin: String,
    #[prost(string, tag = "4")]
    pub label: String,
    #[prost(message, optional, tag = "5")]
    pub created: Option<Position>,
    #[prost(string, tag = "6")]
    pub ibc_port_id: String,
    #[prost(string, tag = "8")]
    pub ibc2_port_id: String,
}

/// When in the chain something happened.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Position {
    #[prost(uint64, tag = "1")]
    pub block_height: u64,
    #[prost(uint64, tag = "2")]
    pub tx_index: u64,
}

/// A step in a contract's history.
#[derive(Clone, PartialEq, Message)]
pub struct HistoryEntry {
    /// 1 made, 2 migrated.
    #[prost(int32, tag = "1")]
    pub operation: i32,
    #[prost(uint64, tag = "2")]
    pub code_id: u64,
    #[prost(message, optional, tag = "3")]
    pub updated: Option<Position>,
    #[prost(bytes = "vec", tag = "4")]
    pub msg: Vec<u8>,
}

/// The operations of a history.
pub const MADE: i32 = 1;
pub const MIGRATED: i32 = 2;
/// The permissions.
pub const UNSAID: i32 = 0;
pub const NOBODY: i32 = 1;
pub const EVERYBODY: i32 = 3;
pub const ANY_OF: i32 = 4;

impl Position {
    /// As an index of the state sorts it.
    pub fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let (height, index) = bytes.split_at_mut(8);
        height.copy_from_slice(&self.block_height.to_be_bytes());
        index.copy_from_slice(&self.tx_index.to_be_bytes());
        bytes
    }
}

impl Params {
    /// Everybody uploads, everybody instantiates.
    pub const fn open() -> Self {
        Self { code_upload_access: Some(AccessConfig::everybody()), instantiate_default_permission: EVERYBODY }
    }
}

impl AccessConfig {
    /// Leave for everybody.
    pub const fn everybody() -> Self {
        Self { permission: EVERYBODY, addresses: Vec::new() }
    }

    /// Whether nobody has leave who has none by another.
    pub fn lies_within(&self, other: &Self) -> bool {
        match other.permission {
            EVERYBODY => self.permission != UNSAID,
            NOBODY => self.permission == NOBODY,
            ANY_OF if self.permission == ANY_OF && !other.addresses.is_empty() => {
                self.addresses.iter().all(|address| other.addresses.contains(address))
            }
            ANY_OF => matches!(self.permission, NOBODY | ANY_OF),
            _ => false,
        }
    }

    /// Whether somebody has leave.
    pub fn allows(&self, who: &str) -> bool {
        match self.permission {
            EVERYBODY => true,
            ANY_OF => self.addresses.iter().any(|address| address == who),
            _ => false,
        }
    }
}

/// The keys of the wasm module's store.
pub mod key {
    use super::Position;

    pub const TX_COUNTER: &[u8] = &[8];
    pub const PARAMS: &[u8] = &[0x10];
    pub const LAST_CODE: &[u8] = b"\x04lastCodeId";
    pub const LAST_INSTANCE: &[u8] = b"\x04lastContractId";
    pub const CODES: &[u8] = &[1];
    pub const CONTRACTS: &[u8] = &[2];
    pub const PINNED: &[u8] = &[7];

    /// Code → what it is.
    pub fn code(id: u64) -> Vec<u8> {
        [CODES, &id.to_be_bytes()].concat()
    }

    /// Contract → what it is.
    pub fn contract(address: &[u8]) -> Vec<u8> {
        [CONTRACTS, address].concat()
    }

    /// Before all keys that a contract stores.
    pub fn stored(address: &[u8]) -> Vec<u8> {
        [&[3], address].concat()
    }

    /// Before a contract's history.
    pub fn history(address: &[u8]) -> Vec<u8> {
        [&[5], address].concat()
    }

    /// A step of a contract's history.
    pub fn history_step(address: &[u8], step: u64) -> Vec<u8> {
        [&history(address)[..], &step.to_be_bytes()].concat()
    }

    /// Before the index of a code's contracts.
    pub fn by_code(code: u64) -> Vec<u8> {
        [&[6][..], &code.to_be_bytes()].concat()
    }

    /// A contract in the index of its code.
    pub fn by_code_at(code: u64, position: &Position, address: &[u8]) -> Vec<u8> {
        [&by_code(code)[..], &position.bytes(), address].concat()
    }

    /// Whether a code is pinned.
    pub fn pinned(code: u64) -> Vec<u8> {
        [PINNED, &code.to_be_bytes()].concat()
    }

    /// Before the index of a creator's contracts.
    pub fn by_creator(creator: &[u8]) -> Vec<u8> {
        [&[9, u8::try_from(creator.len()).unwrap_or(u8::MAX)], creator].concat()
    }

    /// A contract in the index of its creator.
    pub fn by_creator_at(creator: &[u8], position: &Position, address: &[u8]) -> Vec<u8> {
        [&by_creator(creator)[..], &position.bytes(), address].concat()
    }
}
