//! Uploads, and the VM that keeps them.

use std::io::Read;
use std::path::Path;

use cosmos_sdk_proto::cosmwasm::wasm::v1::AccessConfig as WireAccess;
use cosmwasm_vm::{CacheOptions, Size, VmError, capabilities_from_csv};
use flate2::read::GzDecoder;
use prost::Message;

use crate::chain::{Chain, Event, Space, Vm, length};
use crate::fault::{CREATE_FAILED, EMPTY, Fault, INVALID_REQUEST, LIMIT, NO_SUCH_CODE, UNAUTHORIZED};
use crate::gas;
use crate::wasm::LONGEST_CODE;
use crate::wasm::call::words;
use crate::wasm::record::{AccessConfig, CodeInfo, Params, key};

/// What a contract's memory may grow to, and what stays of modules in memory.
const CONTRACT_MEMORY: usize = 32;
const MODULES_MEMORY: usize = 512;
/// A compressed code may be so long at most; wasmd takes 15 in 100 gas a byte of it.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// Opens the VM's cache of modules in a folder that only this process uses.
pub fn open_vm(folder: &Path, capabilities: &str) -> Result<Vm, VmError> {
    let cache = CacheOptions::new(
        folder,
        capabilities_from_csv(capabilities),
        Size::mebi(MODULES_MEMORY),
        Size::mebi(CONTRACT_MEMORY),
    );
    #[expect(unsafe_code, reason = "the VM reads compiled modules back from files")]
    // SAFETY: the modules in the folder are native code that runs as it stands. Only a VM of this process wrote it:
    // the folder lies in the chain's own, whose state file is locked before the VM is opened.
    unsafe {
        Vm::new(cache)
    }
}

impl Chain {
    /// Writes what genesis holds of contracts.
    pub fn wasm_genesis(&self, params: &Params) -> Result<(), Fault> {
        // The validator's transaction at genesis was the first.
        self.write(Space::Wasm, key::TX_COUNTER, [[0; 8].as_slice(), &[0, 0, 0, 1]].concat())?;
        self.write(Space::Wasm, key::PARAMS, params.encode_to_vec())
    }

    /// What can be seen of an upload without the state.
    pub fn check_upload(&self, sender: &str, wasm: &[u8], access: Option<&WireAccess>) -> Result<(), Fault> {
        self.bytes_of(sender)?;
        let invalid = |words: String| INVALID_REQUEST.because(format!("code bytes {words}"));
        if wasm.is_empty() {
            return Err(invalid(format!("is required: {}", EMPTY.text)));
        }
        if wasm.len() > LONGEST_CODE {
            return Err(invalid(format!("cannot be longer than {LONGEST_CODE} bytes: {}", LIMIT.text)));
        }
        access.map_or(Ok(()), |access| self.check_permission(access))
    }

    /// What a message `MsgStoreCode` does.
    pub fn store_code(
        &self,
        sender: &str,
        wasm: &[u8],
        access: Option<AccessConfig>,
        events: &mut Vec<Event>,
    ) -> Result<(u64, Vec<u8>), Fault> {
        let allowed = self.default_access(&self.wasm_params()?, sender);
        let access = access.unwrap_or_else(|| allowed.clone());
        let uploads = self.wasm_params()?.code_upload_access.unwrap_or_default();
        let may = self.governs(sender) || (uploads.allows(sender) && access.lies_within(&allowed));
        if !may {
            return Err(UNAUTHORIZED.because("can not create code"));
        }

        let unpacked = self.unpack(wasm)?;
        let wasm = unpacked.as_deref().unwrap_or(wasm);
        self.consume(gas::COMPILE_BYTE.saturating_mul(length(wasm)), "wasm contract")?;
        if self.meter().empty() {
            return Err(Fault::OutOfGas { location: "Wasm engine function execution" });
        }
        let kept = !self.simulating();
        let stored = self.vm().store_code(wasm, true, kept).map_err(|error| CREATE_FAILED.because(words(&error)))?;
        if kept {
            self.vm().analyze(&stored).map_err(|error| CREATE_FAILED.because(words(&error)))?;
        }

        let id = self.next_id(key::LAST_CODE)?;
        let info = CodeInfo {
            code_hash: stored.as_slice().to_vec(),
            creator: sender.to_owned(),
            instantiate_config: Some(access),
        };
        self.set_code(id, &info)?;
        events.push(Event::new("store_code", &[("code_checksum", &stored.to_hex()), ("code_id", &id.to_string())]));
        Ok((id, info.code_hash))
    }

    fn unpack(&self, wasm: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        if !wasm.starts_with(&GZIP) {
            return Ok(None);
        }
        self.consume(length(wasm) * 15 / 100, "Uncompress gzip bytecode")?;
        let mut unpacked = Vec::new();
        let most = u64::try_from(LONGEST_CODE).unwrap_or(u64::MAX);
        let read = GzDecoder::new(wasm).take(most + 1).read_to_end(&mut unpacked);
        let problem = match read {
            Err(_) => Some("unexpected EOF".to_owned()),
            Ok(length) if length > LONGEST_CODE => Some(format!("max {LONGEST_CODE} bytes: {}", LIMIT.text)),
            Ok(_) => None,
        };
        match problem {
            Some(problem) => Err(CREATE_FAILED.because(format!("uncompress wasm archive: {problem}"))),
            None => Ok(Some(unpacked)),
        }
    }

    /// A code, or that there is none.
    pub fn code(&self, id: u64) -> Result<CodeInfo, Fault> {
        let found = self.read(Space::Wasm, &key::code(id))?;
        found.and_then(|bytes| CodeInfo::decode(bytes.as_slice()).ok()).ok_or_else(|| no_such_code(id))
    }

    /// All codes by number, for nothing.
    pub fn codes(&self) -> Vec<(u64, CodeInfo)> {
        let read = |(id, info): (Vec<u8>, Vec<u8>)| {
            Some((u64::from_be_bytes(id.try_into().ok()?), CodeInfo::decode(info.as_slice()).ok()?))
        };
        self.list(Space::Wasm, key::CODES).into_iter().filter_map(read).collect()
    }

    /// Keeps a code.
    pub(super) fn set_code(&self, id: u64, info: &CodeInfo) -> Result<(), Fault> {
        self.write(Space::Wasm, &key::code(id), info.encode_to_vec())
    }

    /// The number that a counter gives now; it counts from one.
    pub(super) fn next_id(&self, counter: &[u8]) -> Result<u64, Fault> {
        let last = self.read(Space::Wasm, counter)?;
        let id = last.and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?))).unwrap_or(1);
        self.write(Space::Wasm, counter, (id + 1).to_be_bytes().to_vec())?;
        Ok(id)
    }
}

/// That there is no such code.
pub fn no_such_code(id: u64) -> Fault {
    NO_SUCH_CODE.because(format!("code id {id}")).as_system(cosmwasm_std::SystemError::NoSuchCode { code_id: id })
}
