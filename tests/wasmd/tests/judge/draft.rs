//! Transactions as wallets make them, and as no wallet would.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw};
use hearth_devnet::tx::{Decoded, sign};
use hearth_rig::key::Key;
use prost::{Message, Name};

/// The coin that fees are paid in.
pub(crate) const FEE_COIN: &str = "ucosm";

/// One who signs, with the number and the sequence that the chain knows.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) key: Key,
    pub(crate) number: u64,
    pub(crate) sequence: u64,
}

/// A transaction before it is signed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) body: TxBody,
    pub(crate) gas: u64,
    pub(crate) fee: Vec<Coin>,
    pub(crate) payer: String,
    pub(crate) granter: String,
    pub(crate) mode: SignMode,
    /// Whether signers show their keys.
    pub(crate) shown: bool,
}

impl Draft {
    /// These messages, with gas enough for what is not an upload, at the least price.
    pub(crate) fn of(messages: Vec<Any>) -> Self {
        let body = TxBody { messages, ..TxBody::default() };
        let (fee, payer, granter) = (Vec::new(), String::new(), String::new());
        Self { body, gas: 0, fee, payer, granter, mode: SignMode::Direct, shown: true }.gas(1_000_000)
    }

    /// With so much gas, and what it costs.
    pub(crate) fn gas(mut self, gas: u64) -> Self {
        self.gas = gas;
        self.fee = vec![coin(FEE_COIN, u128::from(gas).div_ceil(40))];
        self
    }

    /// Signed by all of these, under a chain's name.
    pub(crate) fn sign(&self, chain: &str, signers: &[Signer]) -> TxRaw {
        let single = Some(Sum::Single(Single { mode: self.mode.into() }));
        let info = |signer: &Signer| SignerInfo {
            public_key: self.shown.then(|| any(&PubKey { key: signer.key.public().0.to_vec() })),
            mode_info: Some(ModeInfo { sum: single.clone() }),
            sequence: signer.sequence,
        };
        let (payer, granter) = (self.payer.clone(), self.granter.clone());
        let fee = Fee { amount: self.fee.clone(), gas_limit: self.gas, payer, granter };
        #[expect(deprecated, reason = "the field is part of the message")]
        let auth = AuthInfo { signer_infos: signers.iter().map(info).collect(), fee: Some(fee), tip: None };
        let (body_bytes, auth_info_bytes) = (self.body.encode_to_vec(), auth.encode_to_vec());
        let mut raw = TxRaw { body_bytes, auth_info_bytes, signatures: Vec::new() };
        raw.signatures =
            signers.iter().map(|signer| signer.key.sign_bytes(&self.document(&raw, chain, signer))).collect();
        raw
    }

    fn document(&self, raw: &TxRaw, chain: &str, signer: &Signer) -> Vec<u8> {
        if self.mode == SignMode::LegacyAminoJson {
            let decoded = Decoded::read(&raw.encode_to_vec()).unwrap();
            return sign::document(&decoded, self.mode, chain, signer.number, signer.sequence).unwrap();
        }
        let document = SignDoc {
            body_bytes: raw.body_bytes.clone(),
            auth_info_bytes: raw.auth_info_bytes.clone(),
            chain_id: chain.to_owned(),
            account_number: signer.number,
        };
        document.encode_to_vec()
    }
}

/// A message with its type's name.
pub(crate) fn any<M: Message + Name>(message: &M) -> Any {
    Any { type_url: M::type_url(), value: message.encode_to_vec() }
}

/// A coin.
pub(crate) fn coin(denom: &str, amount: u128) -> Coin {
    Coin { denom: denom.to_owned(), amount: amount.to_string() }
}
