//! A transaction's bytes, signed once.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, Fee as WireFee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw};
use cosmwasm_std::Binary;
use hearth_schema::sign::PublicKey;
use prost::Message as _;
use serde::{Deserialize, Serialize};

use crate::chain::{Account, block};
use crate::error::Error;
use crate::key::Signer;
use crate::tx::{Fee, Message};

/// A signed transaction: all that is needed to send it again and to learn what became of it. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The chain that it is for.
    pub chain_id: String,
    /// Who signed it.
    pub signer: String,
    /// Its sequence.
    pub sequence: u64,
    /// The gas that it asks for.
    pub gas: u64,
    /// What it pays.
    pub fee: Fee,
    /// Its hash, in upper-case hex.
    pub hash: String,
    /// The height of the chain when it was signed: it cannot be in a block at or below.
    pub signed_at: u64,
    /// The last height at which it can be included.
    pub timeout_height: u64,
    /// The bytes that are broadcast.
    pub bytes: Binary,
}

/// What surrounds the messages.
pub(crate) struct Frame<'a> {
    pub(crate) chain_id: &'a str,
    pub(crate) sender: &'a str,
    pub(crate) account: Account,
    pub(crate) gas: u64,
    pub(crate) fee: Option<&'a Fee>,
    pub(crate) signed_at: u64,
    pub(crate) timeout_height: u64,
}

impl Frame<'_> {
    /// The bytes that a simulation takes: without a signature, and without a key where there is none.
    pub(crate) fn unsigned(&self, messages: &[Message], key: Option<&PublicKey>) -> Vec<u8> {
        let raw =
            TxRaw { body_bytes: self.body(messages), auth_info_bytes: self.auth(key), signatures: vec![Vec::new()] };
        raw.encode_to_vec()
    }

    /// The signed transaction.
    pub(crate) fn sign(&self, messages: &[Message], signer: &dyn Signer) -> Result<Signed, Error> {
        let (body_bytes, auth_info_bytes) = (self.body(messages), self.auth(Some(&signer.public_key())));
        let document = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: self.chain_id.to_owned(),
            account_number: self.account.number,
        };
        let signature = signer.sign_document(&document.encode_to_vec())?;
        let bytes = TxRaw { body_bytes, auth_info_bytes, signatures: vec![signature.0.into()] }.encode_to_vec();
        Ok(Signed {
            chain_id: self.chain_id.to_owned(),
            signer: self.sender.to_owned(),
            sequence: self.account.sequence,
            gas: self.gas,
            fee: self.fee.cloned().unwrap_or_default(),
            hash: block::hash(&bytes),
            signed_at: self.signed_at,
            timeout_height: self.timeout_height,
            bytes: bytes.into(),
        })
    }

    fn body(&self, messages: &[Message]) -> Vec<u8> {
        let messages = messages.iter().map(|message| message.encode(self.sender)).collect();
        TxBody { messages, timeout_height: self.timeout_height, ..TxBody::default() }.encode_to_vec()
    }

    fn auth(&self, key: Option<&PublicKey>) -> Vec<u8> {
        let public_key = key.map(|key| Any {
            type_url: "/cosmos.crypto.secp256k1.PubKey".to_owned(),
            value: PubKey { key: key.0.to_vec() }.encode_to_vec(),
        });
        let single = Single { mode: SignMode::Direct.into() };
        let info = SignerInfo {
            public_key,
            mode_info: Some(ModeInfo { sum: Some(Sum::Single(single)) }),
            sequence: self.account.sequence,
        };
        let coin = |fee: &Fee| Coin { denom: fee.denom.clone(), amount: fee.amount.to_string() };
        let fee =
            WireFee { amount: self.fee.map(coin).into_iter().collect(), gas_limit: self.gas, ..WireFee::default() };
        AuthInfo { signer_infos: vec![info], fee: Some(fee), ..AuthInfo::default() }.encode_to_vec()
    }
}
