//! Uploads, and the VM that keeps them.

use std::io::Read;
use std::path::Path;

use cosmwasm_vm::{CacheOptions, Size, VmError, capabilities_from_csv};
use flate2::read::GzDecoder;
use prost::Message;

use crate::chain::{Chain, Event, Space, Vm, length};
use crate::fault::{CREATE_FAILED, EMPTY, Fault, INVALID_REQUEST, LIMIT, NO_SUCH_CODE, UNAUTHORIZED};
use crate::gas;
use crate::wasm::LONGEST_CODE;
use crate::wasm::call::words;
use crate::wasm::record::{AccessConfig, CodeInfo, EVERYBODY, NOBODY, key};

/// Everybody uploads, everybody instantiates.
const PARAMS_VALUE: [u8; 6] = [0x0a, 2, 8, 3, 0x10, 3];
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
    pub fn wasm_genesis(&self) -> Result<(), Fault> {
        self.write(Space::Wasm, key::PARAMS, PARAMS_VALUE.to_vec())
    }

    /// What a message `MsgStoreCode` does.
    pub fn store_code(
        &self,
        sender: &str,
        wasm: &[u8],
        access: Option<AccessConfig>,
        events: &mut Vec<Event>,
    ) -> Result<(u64, Vec<u8>), Fault> {
        let invalid = |fault: Fault| match fault {
            Fault::Refused(refusal) => INVALID_REQUEST.because(format!("code bytes {}", refusal.log)),
            out => out,
        };
        if wasm.is_empty() {
            return Err(invalid(EMPTY.because("is required")));
        }
        if wasm.len() > LONGEST_CODE {
            return Err(invalid(LIMIT.because(format!("cannot be longer than {LONGEST_CODE} bytes"))));
        }
        self.bytes_of(sender).map_err(|fault| fault.within("sender"))?;
        self.read(Space::Wasm, key::PARAMS)?;
        self.read(Space::Wasm, key::PARAMS)?;

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
        let access = access.unwrap_or_else(AccessConfig::everybody);
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
            Err(error) => Some(error.to_string()),
            Ok(length) if length > LONGEST_CODE => Some(LIMIT.text.to_owned()),
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

    /// What a message `MsgUpdateInstantiateConfig` does.
    pub fn set_access(
        &self,
        sender: &str,
        id: u64,
        access: Option<AccessConfig>,
        events: &mut Vec<Event>,
    ) -> Result<(), Fault> {
        self.bytes_of(sender).map_err(|fault| fault.within("sender"))?;
        if id == 0 {
            return Err(INVALID_REQUEST.because("code id is required"));
        }
        let access = access.ok_or_else(|| INVALID_REQUEST.because("instantiate permission is required"))?;
        let mut info = self.code(id)?;
        self.read(Space::Wasm, key::PARAMS)?;
        if info.creator != sender {
            return Err(UNAUTHORIZED.because("can not modify code access config"));
        }
        let permission = match access.permission {
            EVERYBODY => "Everybody",
            NOBODY => "Nobody",
            _ => "AnyOfAddresses",
        };
        let mut event =
            Event::new("update_code_access_config", &[("code_permission", permission), ("code_id", &id.to_string())]);
        if !access.addresses.is_empty() {
            event.attributes.push(("authorized_addresses".to_owned(), access.addresses.join(",")));
        }
        info.instantiate_config = Some(access);
        self.set_code(id, &info)?;
        events.push(event);
        Ok(())
    }

    fn set_code(&self, id: u64, info: &CodeInfo) -> Result<(), Fault> {
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
