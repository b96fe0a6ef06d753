//! Transactions as wallets make them: one message, signed directly, with a fee; and what they say came of them.

use std::path::Path;

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgStoreCode, MsgUpdateAdmin,
};
use cosmwasm_std::{Addr, Attribute, Coin, Event, WasmMsg};
use hearth_schema::deploy::Part;
use prost::{Message, Name};

use crate::chain::CHAIN_ID;
use crate::key::Key;

/// The gas that every transaction may use: more than the largest upload does.
pub const GAS: u64 = 20_000_000;
/// What that costs at 0.025 a unit.
pub const FEE: u128 = 500_000;
/// In which coin.
pub const FEE_COIN: &str = "ucosm";

/// The bytes of a transaction of an account with this number, under this sequence.
pub fn transaction(key: &Key, message: Any, number: u64, sequence: u64) -> Vec<u8> {
    let body = TxBody { messages: vec![message], ..TxBody::default() };
    let public = PubKey { key: key.public().0.to_vec() };
    let signer = SignerInfo {
        public_key: Some(any(&public)),
        mode_info: Some(ModeInfo { sum: Some(Sum::Single(Single { mode: SignMode::Direct.into() })) }),
        sequence,
    };
    let paid = WireCoin { denom: FEE_COIN.to_owned(), amount: FEE.to_string() };
    let fee = Fee { amount: vec![paid], gas_limit: GAS, ..Fee::default() };
    #[expect(deprecated, reason = "the field is part of the message")]
    let auth = AuthInfo { signer_infos: vec![signer], fee: Some(fee), tip: None };
    let (body_bytes, auth_info_bytes) = (body.encode_to_vec(), auth.encode_to_vec());
    let document = SignDoc {
        body_bytes: body_bytes.clone(),
        auth_info_bytes: auth_info_bytes.clone(),
        chain_id: CHAIN_ID.to_owned(),
        account_number: number,
    };
    let signatures = vec![key.sign_bytes(&document.encode_to_vec())];
    TxRaw { body_bytes, auth_info_bytes, signatures }.encode_to_vec()
}

/// What somebody says to contracts, as the chain's own message.
pub fn message(sender: &Addr, msg: WasmMsg) -> Any {
    let sender = sender.to_string();
    match msg {
        WasmMsg::Execute { contract_addr: contract, msg, funds } => {
            any(&MsgExecuteContract { sender, contract, msg: msg.to_vec(), funds: coins(&funds) })
        }
        WasmMsg::Instantiate { admin, code_id, msg, funds, label } => {
            let (admin, msg, funds) = (admin.unwrap_or_default(), msg.to_vec(), coins(&funds));
            any(&MsgInstantiateContract { sender, admin, code_id, label, msg, funds })
        }
        WasmMsg::Instantiate2 { admin, code_id, label, msg, funds, salt } => {
            let (admin, msg, funds) = (admin.unwrap_or_default(), msg.to_vec(), coins(&funds));
            let salt = salt.to_vec();
            any(&MsgInstantiateContract2 { sender, admin, code_id, label, msg, funds, salt, fix_msg: false })
        }
        WasmMsg::Migrate { contract_addr: contract, new_code_id: code_id, msg } => {
            any(&MsgMigrateContract { sender, contract, code_id, msg: msg.to_vec() })
        }
        WasmMsg::UpdateAdmin { contract_addr: contract, admin: new_admin } => {
            any(&MsgUpdateAdmin { sender, new_admin, contract })
        }
        WasmMsg::ClearAdmin { contract_addr: contract } => any(&MsgClearAdmin { sender, contract }),
        other => panic!("the rig sends no {other:?}"),
    }
}

/// The code of a part, as it ships.
pub fn artifact(part: Part) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../artifacts/{}.wasm", part.name()));
    std::fs::read(path).unwrap()
}

/// The upload of a code.
pub fn upload(sender: &Addr, wasm_byte_code: Vec<u8>) -> Any {
    any(&MsgStoreCode { sender: sender.to_string(), wasm_byte_code, instantiate_permission: None })
}

/// The number of a code, as its upload tells it.
pub fn code_id(events: &[Event]) -> u64 {
    let stored = events.iter().find(|event| event.ty == "store_code").unwrap();
    let id = stored.attributes.iter().find(|attribute| attribute.key == "code_id").unwrap();
    id.value.parse().unwrap()
}

/// What a chain says that happened.
pub fn event(kind: String, attributes: impl IntoIterator<Item = (String, String)>) -> Event {
    let mut event = Event::new(kind);
    // Put there as they are: the library lets only chains write keys that begin with an underscore.
    event.attributes = attributes.into_iter().map(|(key, value)| Attribute { key, value }).collect();
    event
}

/// A message with its type's name.
pub fn any<M: Message + Name>(message: &M) -> Any {
    Any { type_url: M::type_url(), value: message.encode_to_vec() }
}

fn coins(coins: &[Coin]) -> Vec<WireCoin> {
    coins.iter().map(|coin| WireCoin { denom: coin.denom.clone(), amount: coin.amount.to_string() }).collect()
}
