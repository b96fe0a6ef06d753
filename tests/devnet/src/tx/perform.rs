//! What each message does.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgMultiSend, MsgMultiSendResponse, MsgSendResponse, Output};
use cosmos_sdk_proto::cosmos::gov::v1::{
    MsgDepositResponse, MsgSubmitProposalResponse, MsgVoteResponse, MsgVoteWeightedResponse,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig as WireAccess, MsgClearAdminResponse, MsgExecuteContractResponse, MsgInstantiateContract,
    MsgInstantiateContract2, MsgInstantiateContract2Response, MsgInstantiateContractResponse,
    MsgMigrateContractResponse, MsgPinCodesResponse, MsgStoreCodeResponse, MsgUnpinCodesResponse,
    MsgUpdateAdminResponse, MsgUpdateInstantiateConfigResponse, MsgUpdateParamsResponse,
};
use cosmwasm_std::Binary;
use prost::Name;
use serde::Deserialize;

use crate::bank::{self, Coin};
use crate::chain::{Chain, Event};
use crate::fault::{
    Fault, INVALID_COINS, INVALID_MESSAGE, LIMIT, NO_INPUTS, NO_OUTPUTS, SEVERAL_SENDERS, UNAUTHORIZED, UNEQUAL_SUMS,
};
use crate::tx::message::Message;
use crate::wasm::contract::{Data, Making};
use crate::wasm::record::AccessConfig;

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

impl Chain {
    /// Does what a message says; its answer's type and bytes.
    pub fn perform(&self, message: &Message, events: &mut Vec<Event>) -> Result<(String, Vec<u8>), Fault> {
        self.switched_on()?;
        match message {
            Message::Send(msg) => {
                self.send_message(&msg.from_address, &msg.to_address, &bank::parse(&msg.amount)?, events)?;
                Ok(answer(&MsgSendResponse {}))
            }
            Message::MultiSend(msg) => self.perform_multi_send(msg, events),
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
            Message::UpdateParams(msg) => {
                self.set_wasm_params(&msg.authority, msg.params.as_ref())?;
                Ok(answer(&MsgUpdateParamsResponse {}))
            }
            Message::PinCodes(msg) => {
                self.pin_codes(&msg.authority, &msg.code_ids, events)?;
                Ok(answer(&MsgPinCodesResponse {}))
            }
            Message::UnpinCodes(msg) => {
                self.unpin_codes(&msg.authority, &msg.code_ids, events)?;
                Ok(answer(&MsgUnpinCodesResponse {}))
            }
            Message::Propose(msg, messages) => {
                let proposal_id = self.propose(msg, messages, events)?;
                Ok(answer(&MsgSubmitProposalResponse { proposal_id }))
            }
            Message::Deposit(msg) => {
                self.deposit(msg, events)?;
                Ok(answer(&MsgDepositResponse {}))
            }
            Message::Vote(msg) => {
                self.vote(msg, events)?;
                Ok(answer(&MsgVoteResponse {}))
            }
            Message::VoteWeighted(msg) => {
                self.vote_weighted(msg, events)?;
                Ok(answer(&MsgVoteWeightedResponse {}))
            }
        }
    }

    fn perform_multi_send(&self, msg: &MsgMultiSend, events: &mut Vec<Event>) -> Result<(String, Vec<u8>), Fault> {
        let [input] = msg.inputs.as_slice() else {
            return Err(if msg.inputs.is_empty() { NO_INPUTS.bare() } else { SEVERAL_SENDERS.bare() });
        };
        let side = |output: &Output| Ok((output.address.clone(), bank::parse(&output.coins)?));
        let outputs = msg.outputs.iter().map(side).collect::<Result<Vec<_>, Fault>>()?;
        let total = bank::parse(&input.coins)?;
        check_sums(&total, &outputs)?;
        self.send_many(&input.address, &total, &outputs, events)?;
        Ok(answer(&MsgMultiSendResponse {}))
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

fn access_config(config: &WireAccess) -> AccessConfig {
    AccessConfig { permission: config.permission, addresses: config.addresses.clone() }
}
