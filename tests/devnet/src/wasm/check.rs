//! What can be seen of a message to the wasm module without the state.

use crate::bank::{self, Coin};
use crate::chain::Chain;
use crate::fault::{EMPTY, Fault, INVALID, INVALID_REQUEST, LIMIT};
use crate::wasm::contract::Making;
use crate::wasm::json;
use crate::wasm::{LONGEST_LABEL, LONGEST_SALT};

impl Chain {
    /// What can be seen of a call without the state: who calls whom.
    pub fn check_call(
        &self,
        sender: &str,
        contract: &str,
        msg: &[u8],
        funds: &[Coin],
    ) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let from = self.bytes_of(sender).map_err(|fault| fault.within("sender"))?;
        let address = self.bytes_of(contract).map_err(|fault| fault.within("contract"))?;
        check_funds(funds)?;
        check_payload(msg)?;
        Ok((from, address))
    }

    /// What can be seen of a migration without the state: of which contract.
    pub fn check_migration(&self, sender: &str, contract: &str, code: u64, msg: &[u8]) -> Result<Vec<u8>, Fault> {
        if code == 0 {
            return Err(INVALID_REQUEST.because("code id is required"));
        }
        self.check_call(sender, contract, msg, &[]).map(|(_, address)| address)
    }

    /// What can be seen of a change of admins without the state: of which contract.
    pub fn check_admin(&self, sender: &str, contract: &str, admin: Option<&str>) -> Result<Vec<u8>, Fault> {
        self.bytes_of(sender).map_err(|fault| fault.within("sender"))?;
        let address = self.bytes_of(contract).map_err(|fault| fault.within("contract"))?;
        if let Some(admin) = admin {
            self.bytes_of(admin).map_err(|fault| fault.within("new admin"))?;
            if admin.eq_ignore_ascii_case(sender) {
                return Err(INVALID.because("new admin is the same as the old"));
            }
        }
        Ok(address)
    }

    /// What can be seen of a making without the state: who makes it.
    pub fn check_making(&self, making: &Making<'_>) -> Result<Vec<u8>, Fault> {
        let sender = self.bytes_of(making.sender).map_err(|fault| fault.within("sender"))?;
        if making.code == 0 {
            return Err(INVALID_REQUEST.because("code id is required"));
        }
        check_label(making.label).map_err(|fault| fault.within("label"))?;
        check_funds(making.funds)?;
        if !making.admin.is_empty() {
            self.bytes_of(making.admin).map_err(|fault| fault.within("admin"))?;
        }
        check_payload(making.msg)?;
        match making.salt {
            Some(([], _)) => Err(EMPTY.because("is required").within("salt")),
            Some((salt, _)) if salt.len() > LONGEST_SALT => {
                Err(LIMIT.because(format!("cannot be longer than {LONGEST_SALT} characters")).within("salt"))
            }
            _ => Ok(sender),
        }
    }
}

/// A label must be short and printable.
pub fn check_label(label: &str) -> Result<(), Fault> {
    if label.is_empty() {
        return Err(EMPTY.because("is required"));
    }
    if label.len() > LONGEST_LABEL {
        return Err(LIMIT.because(format!("cannot be longer than {LONGEST_LABEL} characters")));
    }
    if label != label.trim() {
        return Err(INVALID.because("label must not start/end with whitespaces"));
    }
    if label.chars().any(|of| of.is_control() || (of.is_whitespace() && of != ' ')) {
        return Err(INVALID.because("label must have printable characters only"));
    }
    Ok(())
}

fn check_funds(funds: &[Coin]) -> Result<(), Fault> {
    bank::check(funds).map_err(|words| Fault::plain(words).within("funds"))
}

fn check_payload(msg: &[u8]) -> Result<(), Fault> {
    if json::valid(msg) { Ok(()) } else { Err(INVALID.bare().within("payload msg")) }
}
