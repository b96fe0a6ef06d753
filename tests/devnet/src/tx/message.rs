//! What a transaction can say.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgMultiSend, MsgSend};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmos::gov::v1::{MsgDeposit, MsgSubmitProposal, MsgVote, MsgVoteWeighted};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgStoreCode, MsgUpdateAdmin, MsgUpdateInstantiateConfig, MsgUpdateParams,
};

use crate::fault::{Fault, TX_PARSE};
use crate::wasm::pin::Pins;

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
    UpdateParams(MsgUpdateParams),
    PinCodes(Pins),
    UnpinCodes(Pins),
    /// A proposal, and the messages in it.
    Propose(MsgSubmitProposal, Vec<Self>),
    Deposit(MsgDeposit),
    Vote(MsgVote),
    VoteWeighted(MsgVoteWeighted),
}

/// So deep messages may lie in each other.
const DEEPEST: u32 = 10;

impl Message {
    /// Reads a message by its type's name.
    pub fn read(any: &Any) -> Result<Self, Fault> {
        Self::read_within(any, 0)
    }

    fn read_within(any: &Any, depth: u32) -> Result<Self, Fault> {
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
            "/cosmwasm.wasm.v1.MsgUpdateParams" => Self::UpdateParams(of(any)?),
            "/cosmwasm.wasm.v1.MsgPinCodes" => Self::PinCodes(of(any)?),
            "/cosmwasm.wasm.v1.MsgUnpinCodes" => Self::UnpinCodes(of(any)?),
            "/cosmos.gov.v1.MsgSubmitProposal" => {
                if depth == DEEPEST {
                    return Err(TX_PARSE.because("max depth exceeded"));
                }
                let msg: MsgSubmitProposal = of(any)?;
                let inner = msg.messages.iter().map(|any| Self::read_within(any, depth + 1));
                let messages = inner.collect::<Result<_, _>>()?;
                Self::Propose(msg, messages)
            }
            "/cosmos.gov.v1.MsgDeposit" => Self::Deposit(of(any)?),
            "/cosmos.gov.v1.MsgVote" => Self::Vote(of(any)?),
            "/cosmos.gov.v1.MsgVoteWeighted" => Self::VoteWeighted(of(any)?),
            _ => return Err(TX_PARSE.because(format!("unable to resolve type URL {url}"))),
        })
    }

    /// As the chain itself would have written it.
    pub fn rewritten(&self, any: &Any) -> Any {
        let value = match self {
            Self::PinCodes(msg) | Self::UnpinCodes(msg) => prost::Message::encode_to_vec(msg),
            _ => any.value.clone(),
        };
        Any { type_url: any.type_url.clone(), value }
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
            Self::Propose(msg, messages) => {
                msg.initial_deposit.iter().chain(messages.iter().flat_map(Self::coins)).collect()
            }
            Self::Deposit(msg) => msg.amount.iter().collect(),
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
            Self::UpdateParams(_) => "MsgUpdateParams",
            Self::PinCodes(_) => "MsgPinCodes",
            Self::UnpinCodes(_) => "MsgUnpinCodes",
            Self::Propose(..) => "MsgSubmitProposal",
            Self::Deposit(_) => "MsgDeposit",
            Self::Vote(_) => "MsgVote",
            Self::VoteWeighted(_) => "MsgVoteWeighted",
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
            Self::UpdateParams(msg) => &msg.authority,
            Self::PinCodes(msg) => &msg.authority,
            Self::UnpinCodes(msg) => &msg.authority,
            Self::Propose(msg, _) => &msg.proposer,
            Self::Deposit(msg) => &msg.depositor,
            Self::Vote(msg) => &msg.voter,
            Self::VoteWeighted(msg) => &msg.voter,
        }
    }
}
