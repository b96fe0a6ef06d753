//! What a transaction says.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{MsgExecuteContract, MsgInstantiateContract2, MsgStoreCode};
use cosmwasm_std::Binary;
use prost::Name;
use serde::Serialize;

use crate::error::Error;

/// One message of a transaction; its sender is the one who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Tells a contract something. No message of the suite takes coins along.
    Execute {
        /// Which contract.
        contract: String,
        /// What, in JSON.
        msg: Binary,
    },
    /// Uploads a contract's code, compressed or not.
    Store {
        /// The Wasm.
        wasm: Binary,
    },
    /// Makes a contract at an address that follows from its code, its maker and its salt.
    Instantiate {
        /// Its code.
        code_id: u64,
        /// Its label.
        label: String,
        /// Its salt.
        salt: Binary,
        /// What it is told, in JSON.
        msg: Binary,
        /// Who may migrate it.
        admin: Option<String>,
    },
    /// Sends coins of the chain.
    Pay {
        /// To whom.
        to: String,
        /// How many base units.
        amount: u128,
        /// Of what.
        denom: String,
    },
}

impl Message {
    /// Tells a contract something.
    pub fn execute(contract: &str, msg: &impl Serialize) -> Result<Self, Error> {
        let msg = serde_json::to_vec(msg).map_err(|error| Error::unreadable("the message", error))?;
        Ok(Self::Execute { contract: contract.to_owned(), msg: msg.into() })
    }

    /// The message as the chain reads it.
    pub(crate) fn encode(&self, sender: &str) -> Any {
        let sender = sender.to_owned();
        match self.clone() {
            Self::Execute { contract, msg } => {
                any(&MsgExecuteContract { sender, contract, msg: msg.into(), funds: Vec::new() })
            }
            Self::Store { wasm } => {
                any(&MsgStoreCode { sender, wasm_byte_code: wasm.into(), instantiate_permission: None })
            }
            Self::Instantiate { code_id, label, salt, msg, admin } => any(&MsgInstantiateContract2 {
                sender,
                admin: admin.unwrap_or_default(),
                code_id,
                label,
                msg: msg.into(),
                funds: Vec::new(),
                salt: salt.into(),
                fix_msg: false,
            }),
            Self::Pay { to, amount, denom } => {
                let amount = vec![Coin { denom, amount: amount.to_string() }];
                any(&MsgSend { from_address: sender, to_address: to, amount })
            }
        }
    }
}

fn any<M: prost::Message + Name>(message: &M) -> Any {
    Any { type_url: format!("/{}", M::full_name()), value: message.encode_to_vec() }
}
