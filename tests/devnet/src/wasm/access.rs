//! Who may upload and instantiate: of each code, and of all.

use std::collections::BTreeSet;

use cosmos_sdk_proto::cosmwasm::wasm::v1::{AccessConfig as WireAccess, Params as WireParams};
use prost::Message;

use crate::chain::{Chain, Event, Space};
use crate::fault::{DUPLICATE, EMPTY, Fault, INVALID, INVALID_REQUEST, UNAUTHORIZED};
use crate::wasm::record::{ANY_OF, AccessConfig, EVERYBODY, NOBODY, Params, UNSAID, key};

/// The most addresses that a code may be made for.
const MOST_NAMED: usize = 50;

impl Chain {
    /// The parameters of the module: who may upload, and who may instantiate where an upload does not say.
    pub fn wasm_params(&self) -> Result<Params, Fault> {
        let found = self.read(Space::Wasm, key::PARAMS)?;
        Ok(found.and_then(|bytes| Params::decode(bytes.as_slice()).ok()).unwrap_or_default())
    }

    /// What can be seen of a change of parameters without the state.
    pub fn check_wasm_params(&self, authority: &str, params: Option<&WireParams>) -> Result<(), Fault> {
        self.bytes_of(authority).map_err(|fault| fault.within("authority"))?;
        let params = params.cloned().unwrap_or_default();
        let default = match params.instantiate_default_permission {
            UNSAID => Err(EMPTY.because("type")),
            NOBODY | EVERYBODY | ANY_OF => Ok(()),
            _ => Err(unknown_type()),
        };
        default.map_err(|fault| fault.within("instantiate default permission"))?;
        self.check_config(&params.code_upload_access.unwrap_or_default()).map_err(|fault| fault.within("upload access"))
    }

    /// What a message `MsgUpdateParams` does.
    pub fn set_wasm_params(&self, authority: &str, params: Option<&WireParams>) -> Result<(), Fault> {
        self.check_authority(authority)?;
        let params = params.cloned().unwrap_or_default();
        let uploads = params.code_upload_access.unwrap_or_default();
        let params = Params {
            code_upload_access: Some(AccessConfig { permission: uploads.permission, addresses: uploads.addresses }),
            instantiate_default_permission: params.instantiate_default_permission,
        };
        self.write(Space::Wasm, key::PARAMS, params.encode_to_vec())
    }

    /// Only governance has authority.
    pub(super) fn check_authority(&self, said: &str) -> Result<(), Fault> {
        let governor = self.governor();
        if said == governor {
            return Ok(());
        }
        Err(INVALID.because(format!("invalid authority; expected {governor}, got {said}")))
    }

    /// Who may instantiate where an upload does not say.
    pub(super) fn default_access(&self, params: &Params, creator: &str) -> AccessConfig {
        let permission = params.instantiate_default_permission;
        let addresses = if permission == ANY_OF { vec![creator.to_owned()] } else { Vec::new() };
        AccessConfig { permission, addresses }
    }

    /// What can be seen of a change of access without the state.
    pub fn check_access(&self, sender: &str, id: u64, access: Option<&WireAccess>) -> Result<(), Fault> {
        self.bytes_of(sender).map_err(|fault| fault.within("sender"))?;
        if id == 0 {
            return Err(INVALID_REQUEST.because("code id is required"));
        }
        let access = access.ok_or_else(|| INVALID_REQUEST.because("instantiate permission is required"))?;
        self.check_permission(access)
    }

    /// What can be seen of a code's permission without the state.
    pub(super) fn check_permission(&self, access: &WireAccess) -> Result<(), Fault> {
        self.check_config(access).map_err(|fault| fault.within("instantiate permission"))
    }

    fn check_config(&self, access: &WireAccess) -> Result<(), Fault> {
        match access.permission {
            UNSAID => Err(EMPTY.because("type")),
            NOBODY | EVERYBODY => Ok(()),
            ANY_OF => self.check_named(&access.addresses).map_err(|fault| fault.within("addresses")),
            _ => Err(unknown_type()),
        }
    }

    fn check_named(&self, addresses: &[String]) -> Result<(), Fault> {
        if addresses.is_empty() {
            return Err(EMPTY.because("addresses"));
        }
        if addresses.len() > MOST_NAMED {
            return Err(INVALID_REQUEST.because(format!("total number of addresses is greater than {MOST_NAMED}")));
        }
        let mut seen = BTreeSet::new();
        for address in addresses {
            self.bytes_of(address).map_err(|fault| fault.within(format!("address: {address}")))?;
            if !seen.insert(address.to_lowercase()) {
                return Err(DUPLICATE.because("duplicate addresses"));
            }
        }
        Ok(())
    }

    /// What a message `MsgUpdateInstantiateConfig` does.
    pub fn set_access(
        &self,
        sender: &str,
        id: u64,
        access: Option<AccessConfig>,
        events: &mut Vec<Event>,
    ) -> Result<(), Fault> {
        let access = access.ok_or_else(|| INVALID_REQUEST.because("instantiate permission is required"))?;
        let mut info = self.code(id)?;
        let allowed =
            AccessConfig { permission: self.wasm_params()?.instantiate_default_permission, addresses: vec![] };
        let narrower = AccessConfig { permission: access.permission, addresses: vec![] }.lies_within(&allowed);
        let may = self.governs(sender) || (info.creator == sender && narrower);
        if !may {
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
}

fn unknown_type() -> Fault {
    INVALID.because("unknown type: \"Unspecified\"")
}
