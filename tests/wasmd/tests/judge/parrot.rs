//! A contract that answers just what it is told to, and keeps what it was given: so a test says itself what a contract says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgStoreCode, QueryRawContractStateRequest,
};
use serde_json::{Value, json};

use crate::draft::any;
use crate::twin::Twin;

/// Its code; another number makes another code that does the same.
pub(crate) fn code(number: u32) -> Vec<u8> {
    let mut module = wat::parse_str(include_str!("parrot.wat")).unwrap();
    module.extend(section("number", &number.to_be_bytes()));
    module
}

/// The same with a version of what it stores, which chains look at before they migrate.
pub(crate) fn versioned(number: u32, version: u64) -> Vec<u8> {
    let mut module = code(number);
    module.extend(section("cw_migrate_version", version.to_string().as_bytes()));
    module
}

/// The same, for chains alone that have a feature.
pub(crate) fn wanting(feature: &str) -> Vec<u8> {
    let (begin, end) = include_str!("parrot.wat").rsplit_once(')').unwrap();
    wat::parse_str(format!("{begin} (func (export \"requires_{feature}\"))){end}")).unwrap()
}

/// A section that says something of a module and does nothing.
pub(crate) fn section(name: &str, holds: &[u8]) -> Vec<u8> {
    let body = [&[name.len() as u8], name.as_bytes(), holds].concat();
    let mut section = vec![0];
    let mut left = body.len();
    while left >= 0x80 {
        section.push(left as u8 | 0x80);
        left >>= 7;
    }
    section.push(left as u8);
    [section, body].concat()
}

/// Uploads a code.
pub(crate) fn store(sender: &str, wasm: Vec<u8>) -> Any {
    any(&MsgStoreCode { sender: sender.to_owned(), wasm_byte_code: wasm, instantiate_permission: None })
}

/// Makes a parrot.
pub(crate) fn make(sender: &str, code_id: u64, said: &Value) -> MsgInstantiateContract {
    let (sender, label, msg) = (sender.to_owned(), "a parrot".to_owned(), said.to_string().into_bytes());
    MsgInstantiateContract { admin: sender.clone(), sender, code_id, label, msg, funds: Vec::new() }
}

/// Tells a parrot something.
pub(crate) fn tell(sender: &str, contract: &str, said: &Value) -> Any {
    tell_with(sender, contract, said, Vec::new())
}

/// The same with coins.
pub(crate) fn tell_with(sender: &str, contract: &str, said: &Value, funds: Vec<Coin>) -> Any {
    let (sender, contract) = (sender.to_owned(), contract.to_owned());
    any(&MsgExecuteContract { sender, contract, msg: said.to_string().into_bytes(), funds })
}

/// What it says when it says nothing more than this.
pub(crate) fn says(messages: &[Value]) -> Value {
    json!({ "ok": { "messages": messages, "attributes": [], "events": [], "data": null } })
}

/// A message of a contract that wants a reply: `always`, `success`, `error` or `never`.
pub(crate) fn sub(id: u64, reply_on: &str, msg: &Value) -> Value {
    json!({ "id": id, "payload": BASE64.encode("a payload"), "msg": msg, "gas_limit": null, "reply_on": reply_on })
}

/// What a contract says to another.
pub(crate) fn execute(contract: &str, said: &Value) -> Value {
    execute_with(contract, said, &json!([]))
}

/// The same with coins.
pub(crate) fn execute_with(contract: &str, said: &Value, funds: &Value) -> Value {
    json!({ "wasm": { "execute": { "contract_addr": contract, "msg": BASE64.encode(said.to_string()), "funds": funds } } })
}

/// A parrot that two chains have made alike.
#[derive(Clone)]
pub(crate) struct Parrot {
    pub(crate) address: String,
    pub(crate) code: u64,
}

impl Parrot {
    /// Uploads the code and makes one.
    pub(crate) fn hatch(twin: &mut Twin, keeper: &str, number: u32) -> Self {
        let stored = twin.must(keeper, vec![store(keeper, code(number))]);
        let code = stored.attribute("store_code", "code_id").parse().unwrap();
        let made = twin.must(keeper, vec![any(&make(keeper, code, &says(&[])))]);
        Self { address: made.attribute("instantiate", "_contract_address"), code }
    }

    /// Compares what it keeps of the last call, of its replies and of answers.
    pub(crate) fn recall(&self, twin: &mut Twin) {
        for key in ["E", "I", "R", "A"] {
            let (address, query_data) = (self.address.clone(), key.as_bytes().to_vec());
            twin.query(
                "/cosmwasm.wasm.v1.Query/RawContractState",
                &QueryRawContractStateRequest { address, query_data },
            );
        }
    }
}
