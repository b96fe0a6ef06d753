//! What a transaction can say, and what each message does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgMultiSend, MsgMultiSendResponse, MsgSend, MsgSendResponse};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig as WireAccess, MsgClearAdmin, MsgClearAdminResponse, MsgExecuteContract, MsgExecuteContractResponse,
    MsgInstantiateContract, MsgInstantiateContract2, MsgInstantiateContract2Response, MsgInstantiateContractResponse,
    MsgMigrateContract, MsgMigrateContractResponse, MsgStoreCode, MsgStoreCodeResponse, MsgUpdateAdmin,
    MsgUpdateAdminResponse, MsgUpdateInstantiateConfig, MsgUpdateInstantiateConfigResponse,
};
use cosmwasm_std::Binary;
use prost::Name;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::bank::{self, Coin};
use crate::chain::{Chain, Event};
use crate::fault::{
    Fault, INVALID_COINS, INVALID_MESSAGE, LIMIT, NO_INPUTS, NO_OUTPUTS, SEVERAL_SENDERS, TX_PARSE, UNAUTHORIZED,
    UNEQUAL_SUMS,
};
use crate::wasm::contract::{Data, Making};
use crate::wasm::record::AccessConfig;

/// A message of a kind that the chain knows.
#[derive(Clone, Debug)]
pub enum Message {
    Send(MsgSend),
    MultiSend(MsgMultiSend),
    StoreCode(MsgStoreCode),
    Instantiate(MsgInstantiateContract),
    Instantiate2(MsgInstantiateContract2),
    Execute(MsgExecuteContract),
    Migrate(MsgMigrateContract),
    UpdateAdmin(MsgUpdateAdmin),
    ClearAdmin(MsgClearAdmin),
    UpdateConfig(MsgUpdateInstantiateConfig),
}

/// A message that a contract wrote out itself.
#[derive(Debug, Deserialize)]
pub struct AnyMessage {
    type_url: String,
    value: Binary,
}

/// The longest such message, and what it costs to read one.
const LONGEST_ANY: usize = 512 * 1024;
const ANY: u64 = 5;
const ANY_KILOBYTE: u64 = 1;

impl Message {
    /// Reads a message by its type's name.
    pub fn read(any: &Any) -> Result<Self, Fault> {
        fn of<M: prost::Message + Default>(any: &Any) -> Result<M, Fault> {
            M::decode(any.value.as_slice()).map_err(|error| TX_PARSE.because(error))
        }
        let url = any.type_url.as_str();
        Ok(match url {
            "/cosmos.bank.v1beta1.MsgSend" => Self::Send(of(any)?),
            "/cosmos.bank.v1beta1.MsgMultiSend" => Self::MultiSend(of(any)?),
            "/cosmwasm.wasm.v1.MsgStoreCode" => Self::StoreCode(of(any)?),
            "/cosmwasm.wasm.v1.MsgInstantiateContract" => Self::Instantiate(of(any)?),
            "/cosmwasm.wasm.v1.MsgInstantiateContract2" => Self::Instantiate2(of(any)?),
            "/cosmwasm.wasm.v1.MsgExecuteContract" => Self::Execute(of(any)?),
            "/cosmwasm.wasm.v1.MsgMigrateContract" => Self::Migrate(of(any)?),
            "/cosmwasm.wasm.v1.MsgUpdateAdmin" => Self::UpdateAdmin(of(any)?),
            "/cosmwasm.wasm.v1.MsgClearAdmin" => Self::ClearAdmin(of(any)?),
            "/cosmwasm.wasm.v1.MsgUpdateInstantiateConfig" => Self::UpdateConfig(of(any)?),
            _ => return Err(TX_PARSE.because(format!("unable to resolve type URL {url}"))),
        })
    }

    /// The coins that it names.
    pub fn coins(&self) -> Vec<&WireCoin> {
        match self {
            Self::Send(msg) => msg.amount.iter().collect(),
            Self::MultiSend(msg) => {
                let inputs = msg.inputs.iter().flat_map(|input| &input.coins);
                inputs.chain(msg.outputs.iter().flat_map(|output| &output.coins)).collect()
            }
            Self::Instantiate(msg) => msg.funds.iter().collect(),
            Self::Instantiate2(msg) => msg.funds.iter().collect(),
            Self::Execute(msg) => msg.funds.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The last part of its type's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Send(_) => "MsgSend",
            Self::MultiSend(_) => "MsgMultiSend",
            Self::StoreCode(_) => "MsgStoreCode",
            Self::Instantiate(_) => "MsgInstantiateContract",
            Self::Instantiate2(_) => "MsgInstantiateContract2",
            Self::Execute(_) => "MsgExecuteContract",
            Self::Migrate(_) => "MsgMigrateContract",
            Self::UpdateAdmin(_) => "MsgUpdateAdmin",
            Self::ClearAdmin(_) => "MsgClearAdmin",
            Self::UpdateConfig(_) => "MsgUpdateInstantiateConfig",
        }
    }

    /// Who must have signed it; nobody where it names nobody.
    pub fn signer(&self) -> &str {
        match self {
            Self::Send(msg) => &msg.from_address,
            Self::MultiSend(msg) => msg.inputs.first().map_or("", |input| &input.address),
            Self::StoreCode(msg) => &msg.sender,
            Self::Instantiate(msg) => &msg.sender,
            Self::Instantiate2(msg) => &msg.sender,
            Self::Execute(msg) => &msg.sender,
            Self::Migrate(msg) => &msg.sender,
            Self::UpdateAdmin(msg) => &msg.sender,
            Self::ClearAdmin(msg) => &msg.sender,
            Self::UpdateConfig(msg) => &msg.sender,
        }
    }

    /// Its type's name and its fields as amino JSON, which older wallets and hardware sign.
    pub fn amino(&self) -> Value {
        let (kind, value) = match self {
            Self::Send(msg) => (
                "cosmos-sdk/MsgSend",
                json!({ "from_address": msg.from_address, "to_address": msg.to_address, "amount": coins(&msg.amount) }),
            ),
            Self::MultiSend(msg) => {
                let side = |address: &str, sum: &[WireCoin]| json!({ "address": address, "coins": coins(sum) });
                let inputs: Vec<Value> = msg.inputs.iter().map(|input| side(&input.address, &input.coins)).collect();
                let outputs: Vec<Value> =
                    msg.outputs.iter().map(|output| side(&output.address, &output.coins)).collect();
                ("cosmos-sdk/MsgMultiSend", json!({ "inputs": inputs, "outputs": outputs }))
            }
            Self::StoreCode(msg) => {
                let mut value = json!({ "sender": msg.sender, "wasm_byte_code": BASE64.encode(&msg.wasm_byte_code) });
                set(&mut value, "instantiate_permission", msg.instantiate_permission.as_ref().map(access));
                ("wasm/MsgStoreCode", value)
            }
            Self::Instantiate(msg) => {
                let mut value = json!({
                    "sender": msg.sender, "code_id": msg.code_id.to_string(), "label": msg.label,
                    "msg": payload(&msg.msg), "funds": coins(&msg.funds),
                });
                set(&mut value, "admin", said(&msg.admin));
                ("wasm/MsgInstantiateContract", value)
            }
            Self::Instantiate2(msg) => {
                let mut value = json!({
                    "sender": msg.sender, "code_id": msg.code_id.to_string(), "label": msg.label,
                    "msg": payload(&msg.msg), "funds": coins(&msg.funds), "salt": BASE64.encode(&msg.salt),
                });
                set(&mut value, "admin", said(&msg.admin));
                set(&mut value, "fix_msg", msg.fix_msg.then_some(json!(true)));
                ("wasm/MsgInstantiateContract2", value)
            }
            Self::Execute(msg) => (
                "wasm/MsgExecuteContract",
                json!({
                    "sender": msg.sender, "contract": msg.contract, "msg": payload(&msg.msg), "funds": coins(&msg.funds),
                }),
            ),
            Self::Migrate(msg) => (
                "wasm/MsgMigrateContract",
                json!({
                    "sender": msg.sender, "contract": msg.contract, "code_id": msg.code_id.to_string(),
                    "msg": payload(&msg.msg),
                }),
            ),
            Self::UpdateAdmin(msg) => (
                "wasm/MsgUpdateAdmin",
                json!({ "sender": msg.sender, "new_admin": msg.new_admin, "contract": msg.contract }),
            ),
            Self::ClearAdmin(msg) => ("wasm/MsgClearAdmin", json!({ "sender": msg.sender, "contract": msg.contract })),
            Self::UpdateConfig(msg) => {
                let mut value = json!({ "sender": msg.sender, "code_id": msg.code_id.to_string() });
                set(&mut value, "new_instantiate_permission", msg.new_instantiate_permission.as_ref().map(access));
                ("wasm/MsgUpdateInstantiateConfig", value)
            }
        };
        json!({ "type": kind, "value": value })
    }
}

impl Chain {
    /// Does what a message says; its answer's type and bytes.
    pub fn perform(&self, message: &Message, events: &mut Vec<Event>) -> Result<(String, Vec<u8>), Fault> {
        self.switched_on()?;
        match message {
            Message::Send(msg) => {
                self.send_message(&msg.from_address, &msg.to_address, &bank::parse(&msg.amount)?, events)?;
                Ok(answer(&MsgSendResponse {}))
            }
            Message::MultiSend(msg) => {
                let [input] = msg.inputs.as_slice() else {
                    return Err(if msg.inputs.is_empty() { NO_INPUTS.bare() } else { SEVERAL_SENDERS.bare() });
                };
                let side = |output: &cosmos_sdk_proto::cosmos::bank::v1beta1::Output| {
                    Ok((output.address.clone(), bank::parse(&output.coins)?))
                };
                let outputs = msg.outputs.iter().map(side).collect::<Result<Vec<_>, Fault>>()?;
                let total = bank::parse(&input.coins)?;
                check_sums(&total, &outputs)?;
                self.send_many(&input.address, &total, &outputs, events)?;
                Ok(answer(&MsgMultiSendResponse {}))
            }
            Message::StoreCode(msg) => {
                let access = msg.instantiate_permission.as_ref().map(access_config);
                let (code_id, checksum) = self.store_code(&msg.sender, &msg.wasm_byte_code, access, events)?;
                Ok(answer(&MsgStoreCodeResponse { code_id, checksum }))
            }
            Message::Instantiate(msg) => {
                let funds = bank::parse(&msg.funds)?;
                let MsgInstantiateContract { sender, admin, code_id, label, msg, .. } = msg;
                let making = Making { sender, admin, code: *code_id, label, msg, funds: &funds, salt: None };
                let (address, data) = self.instantiate(&making, events)?;
                Ok(answer(&MsgInstantiateContractResponse { address, data: bytes(data) }))
            }
            Message::Instantiate2(msg) => {
                let funds = bank::parse(&msg.funds)?;
                let MsgInstantiateContract2 { sender, admin, code_id, label, msg, salt, fix_msg, .. } = msg;
                let salt = Some((salt.as_slice(), *fix_msg));
                let making = Making { sender, admin, code: *code_id, label, msg, funds: &funds, salt };
                let (address, data) = self.instantiate(&making, events)?;
                Ok(answer(&MsgInstantiateContract2Response { address, data: bytes(data) }))
            }
            Message::Execute(msg) => {
                let funds = bank::parse(&msg.funds)?;
                let data = self.execute(&msg.sender, &msg.contract, &msg.msg, &funds, events)?;
                Ok(answer(&MsgExecuteContractResponse { data: bytes(data) }))
            }
            Message::Migrate(msg) => {
                let data = self.migrate(&msg.sender, &msg.contract, msg.code_id, &msg.msg, events)?;
                Ok(answer(&MsgMigrateContractResponse { data: bytes(data) }))
            }
            Message::UpdateAdmin(msg) => {
                self.set_admin(&msg.sender, &msg.contract, Some(&msg.new_admin), events)?;
                Ok(answer(&MsgUpdateAdminResponse {}))
            }
            Message::ClearAdmin(msg) => {
                self.set_admin(&msg.sender, &msg.contract, None, events)?;
                Ok(answer(&MsgClearAdminResponse {}))
            }
            Message::UpdateConfig(msg) => {
                let access = msg.new_instantiate_permission.as_ref().map(access_config);
                self.set_access(&msg.sender, msg.code_id, access, events)?;
                Ok(answer(&MsgUpdateInstantiateConfigResponse {}))
            }
        }
    }

    /// Does what a contract wrote out itself, in its own name alone.
    pub fn any_of_contract(
        &self,
        sender: &str,
        any: &AnyMessage,
        events: &mut Vec<Event>,
    ) -> Result<(String, Vec<u8>), Fault> {
        if any.value.len() > LONGEST_ANY {
            let words = format!("AnyMsg value size {} exceeds limit {LONGEST_ANY}", any.value.len());
            return Err(LIMIT.because(words));
        }
        let kilobytes = ANY_KILOBYTE * u64::try_from(any.value.len()).unwrap_or(u64::MAX) / 1024;
        self.consume(ANY + kilobytes, "unpacking AnyMsg")?;
        let wire = Any { type_url: any.type_url.clone(), value: any.value.to_vec() };
        let unpacked = Message::read(&wire).map_err(|_| {
            INVALID_MESSAGE.because(format!("Cannot unpack proto message with type URL: {}", any.type_url))
        })?;
        self.basic_of_contract(&unpacked)?;
        if unpacked.signer() != sender {
            return Err(UNAUTHORIZED.because("contract doesn't have permission"));
        }
        self.perform(&unpacked, events)
    }
}

/// What goes in must come out, denomination by denomination.
fn check_sums(total: &[Coin], outputs: &[(String, Vec<Coin>)]) -> Result<(), Fault> {
    if outputs.is_empty() {
        return Err(NO_OUTPUTS.bare());
    }
    if !bank::valid(total) || outputs.iter().any(|(_, coins)| !bank::valid(coins)) {
        return Err(INVALID_COINS.bare());
    }
    let mut left = total.to_vec();
    for coin in outputs.iter().flat_map(|(_, coins)| coins) {
        let of = left.iter_mut().find(|of| of.denom == coin.denom);
        let rest = of.and_then(|of| Some((of.amount.checked_sub(coin.amount).ok()?, of)));
        let Some((rest, of)) = rest else { return Err(UNEQUAL_SUMS.bare()) };
        of.amount = rest;
    }
    if left.iter().all(|coin| coin.amount.is_zero()) { Ok(()) } else { Err(UNEQUAL_SUMS.bare()) }
}

fn answer<M: prost::Message + Name>(response: &M) -> (String, Vec<u8>) {
    (M::type_url(), response.encode_to_vec())
}

fn bytes(data: Data) -> Vec<u8> {
    data.map(|data| data.to_vec()).unwrap_or_default()
}

fn coins(coins: &[WireCoin]) -> Value {
    coins.iter().map(|coin| json!({ "denom": coin.denom, "amount": coin.amount })).collect()
}

fn payload(msg: &[u8]) -> Value {
    serde_json::from_slice(msg).unwrap_or(Value::Null)
}

fn said(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| json!(text))
}

fn set(value: &mut Value, field: &str, to: Option<Value>) {
    if let (Some(fields), Some(to)) = (value.as_object_mut(), to) {
        fields.insert(field.to_owned(), to);
    }
}

fn access(config: &WireAccess) -> Value {
    let permission = match config.permission {
        1 => "Nobody",
        3 => "Everybody",
        4 => "AnyOfAddresses",
        _ => "Unspecified",
    };
    let mut fields = Map::from_iter([("permission".to_owned(), json!(permission))]);
    if !config.addresses.is_empty() {
        fields.insert("addresses".to_owned(), json!(config.addresses));
    }
    Value::Object(fields)
}

fn access_config(config: &WireAccess) -> AccessConfig {
    AccessConfig { permission: config.permission, addresses: config.addresses.clone() }
}
