//! Pinned codes: the VM keeps them ready, and who calls them does not pay for loading them.

use cosmwasm_std::Checksum;
use prost::Message;

use crate::chain::{Chain, Event, Space};
use crate::fault::{Fault, INVALID_REQUEST};
use crate::gas;
use crate::wasm::record::{CodeInfo, key};

/// What the messages `MsgPinCodes` and `MsgUnpinCodes` say, the numbers packed as Go's protobuf writes them.
#[derive(Clone, PartialEq, Message)]
pub struct Pins {
    #[prost(string, tag = "1")]
    pub authority: String,
    #[prost(uint64, repeated, tag = "2")]
    pub code_ids: Vec<u64>,
}

/// The most codes that are pinned at once.
const MOST: usize = 50;

impl Chain {
    /// What can be seen of a pinning or an unpinning without the state.
    pub fn check_pins(&self, authority: &str, codes: &[u64]) -> Result<(), Fault> {
        self.bytes_of(authority).map_err(|fault| fault.within("authority"))?;
        if codes.is_empty() {
            return Err(INVALID_REQUEST.because("empty code ids"));
        }
        if codes.len() > MOST {
            return Err(INVALID_REQUEST.because(format!("total number of code ids is greater than {MOST}")));
        }
        let mut sorted = codes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < codes.len() { Err(INVALID_REQUEST.because("duplicate code ids")) } else { Ok(()) }
    }

    /// What a message `MsgPinCodes` does.
    pub fn pin_codes(&self, authority: &str, codes: &[u64], events: &mut Vec<Event>) -> Result<(), Fault> {
        self.check_pins(authority, codes)?;
        self.check_authority(authority)?;
        for id in codes {
            self.code(*id)?;
            self.consume(gas::PIN, "Loading CosmWasm module: pin code")?;
            // One byte, so that it is not taken for nothing.
            self.write(Space::Wasm, &key::pinned(*id), vec![1])?;
            events.push(Event::new("pin_code", &[("code_id", &id.to_string())]));
        }
        Ok(())
    }

    /// What a message `MsgUnpinCodes` does.
    pub fn unpin_codes(&self, authority: &str, codes: &[u64], events: &mut Vec<Event>) -> Result<(), Fault> {
        self.check_pins(authority, codes)?;
        self.check_authority(authority)?;
        for id in codes {
            self.code(*id)?;
            self.consume(gas::PIN, "Loading CosmWasm module: unpin code")?;
            self.delete(Space::Wasm, &key::pinned(*id))?;
            events.push(Event::new("unpin_code", &[("code_id", &id.to_string())]));
        }
        Ok(())
    }

    /// The pinned codes by number, for nothing.
    pub fn pinned_codes(&self) -> Vec<u64> {
        let id = |(key, _): (Vec<u8>, Vec<u8>)| Some(u64::from_be_bytes(key.try_into().ok()?));
        self.list(Space::Wasm, key::PINNED).into_iter().filter_map(id).collect()
    }

    /// Lets the VM keep what the state says is pinned, and nothing else. If it cannot, calls are only slower.
    pub fn sync_pins(&self) {
        let checksum = |id: u64| {
            let info = CodeInfo::decode(self.peek(Space::Wasm, &key::code(id))?.as_slice()).ok()?;
            Checksum::try_from(info.code_hash.as_slice()).ok()
        };
        let pinned: Vec<Checksum> = self.pinned_codes().into_iter().filter_map(checksum).collect();
        let _ = self.vm().sync_pinned_codes(&pinned);
    }
}
