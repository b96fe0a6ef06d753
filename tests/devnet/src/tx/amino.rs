//! Messages as amino JSON, which older wallets and hardware sign.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmos::gov::v1::WeightedVoteOption;
use serde_json::{Value, json};

use crate::tx::message::Message;

impl Message {
    /// Its type's name and its fields.
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
                set(&mut value, "instantiate_permission", msg.instantiate_permission.as_ref().map(|_| unseen()));
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
                set(
                    &mut value,
                    "new_instantiate_permission",
                    msg.new_instantiate_permission.as_ref().map(|_| unseen()),
                );
                ("wasm/MsgUpdateInstantiateConfig", value)
            }
            Self::UpdateParams(msg) => {
                ("wasm/MsgUpdateParams", json!({ "authority": msg.authority, "params": unseen() }))
            }
            Self::PinCodes(msg) => {
                ("wasm/MsgPinCodes", json!({ "authority": msg.authority, "code_ids": numbers(&msg.code_ids) }))
            }
            Self::UnpinCodes(msg) => {
                ("wasm/MsgUnpinCodes", json!({ "authority": msg.authority, "code_ids": numbers(&msg.code_ids) }))
            }
            Self::Propose(msg, messages) => {
                let mut value = json!({ "initial_deposit": coins(&msg.initial_deposit), "proposer": msg.proposer });
                let messages: Vec<Value> = messages.iter().map(Self::amino).collect();
                set(&mut value, "messages", (!messages.is_empty()).then_some(json!(messages)));
                for (field, text) in [("metadata", &msg.metadata), ("title", &msg.title), ("summary", &msg.summary)] {
                    set(&mut value, field, said(text));
                }
                set(&mut value, "expedited", msg.expedited.then_some(json!(true)));
                ("cosmos-sdk/v1/MsgSubmitProposal", value)
            }
            Self::Deposit(msg) => (
                "cosmos-sdk/v1/MsgDeposit",
                json!({
                    "proposal_id": msg.proposal_id.to_string(), "depositor": msg.depositor, "amount": coins(&msg.amount),
                }),
            ),
            Self::Vote(msg) => {
                let mut value = json!({ "proposal_id": msg.proposal_id.to_string(), "voter": msg.voter });
                set(&mut value, "option", (msg.option != 0).then_some(json!(msg.option)));
                set(&mut value, "metadata", said(&msg.metadata));
                ("cosmos-sdk/v1/MsgVote", value)
            }
            Self::VoteWeighted(msg) => {
                let mut value = json!({ "proposal_id": msg.proposal_id.to_string(), "voter": msg.voter });
                let option = |of: &WeightedVoteOption| json!({ "option": of.option, "weight": of.weight });
                let options: Vec<Value> = msg.options.iter().map(option).collect();
                set(&mut value, "options", (!options.is_empty()).then_some(json!(options)));
                set(&mut value, "metadata", said(&msg.metadata));
                ("cosmos-sdk/v1/MsgVoteWeighted", value)
            }
        };
        json!({ "type": kind, "value": value })
    }
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

fn numbers(ids: &[u64]) -> Value {
    ids.iter().map(|id| json!(id.to_string())).collect()
}

/// wasmd 0.61 signs nothing of who may do what but that it is said: its signing code finds no fields in those types.
fn unseen() -> Value {
    json!({})
}
