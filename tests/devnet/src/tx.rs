//! Transactions: decoding, the checks before them, and what they do.
//!
//! - [`message`], [`amino`] – what a transaction can say, and how older wallets sign it
//! - [`perform`] – what each message does
//! - [`strict`] – what is refused of bytes though they can be read
//! - [`sign`] – the bytes that its signers signed
//! - [`basic`] – what can be seen of a message alone
//! - [`ante`] – what is checked and paid before its messages
//! - [`run`] – one transaction from its bytes to its result

pub mod amino;
pub mod ante;
pub mod basic;
pub mod message;
pub mod perform;
pub mod run;
pub mod sign;
pub mod strict;

use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, Fee, Tx, TxBody, TxRaw};
use prost::Message as _;

use crate::fault::{Fault, INVALID_REQUEST, TX_PARSE};
use crate::tx::message::Message;

/// A transaction that could be read.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Its bytes.
    pub raw: TxRaw,
    /// How many there are.
    pub size: u64,
    /// What it says, and until when.
    pub body: TxBody,
    /// Who signs, and what they pay.
    pub auth: AuthInfo,
    /// Its messages.
    pub messages: Vec<Message>,
}

impl Decoded {
    /// Reads a transaction.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let broken = |error: prost::DecodeError| unreadable(error);
        strict::check_order(bytes).and_then(|()| strict::check_fields(bytes, &strict::RAW)).map_err(unreadable)?;
        let raw = TxRaw::decode(bytes).map_err(broken)?;
        strict::check_fields(&raw.body_bytes, &strict::BODY).map_err(unreadable)?;
        let body = TxBody::decode(raw.body_bytes.as_slice()).map_err(broken)?;
        strict::check_fields(&raw.auth_info_bytes, &strict::AUTH).map_err(unreadable)?;
        let auth = AuthInfo::decode(raw.auth_info_bytes.as_slice()).map_err(broken)?;
        let messages = body.messages.iter().map(Message::read).collect::<Result<Vec<_>, _>>();
        let messages = messages.map_err(|fault| fault.again(&TX_PARSE))?;
        let paid = auth.fee.iter().flat_map(|fee| &fee.amount);
        if let Some(coin) = messages.iter().flat_map(Message::coins).chain(paid).find(|coin| !whole(&coin.amount)) {
            return Err(unreadable(format!("math/big: cannot unmarshal \"{}\" into a *big.Int", coin.amount)));
        }
        if messages.is_empty() {
            return Err(INVALID_REQUEST.because("must contain at least one message"));
        }
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(Self { raw, size, body, auth, messages })
    }

    /// The bytes of a transaction that came in parts, as old clients simulate.
    pub fn assemble(tx: Tx) -> Vec<u8> {
        let raw = TxRaw {
            body_bytes: tx.body.unwrap_or_default().encode_to_vec(),
            auth_info_bytes: tx.auth_info.unwrap_or_default().encode_to_vec(),
            signatures: tx.signatures,
        };
        raw.encode_to_vec()
    }

    /// What is paid.
    pub fn fee(&self) -> Fee {
        self.auth.fee.clone().unwrap_or_default()
    }

    /// Who must sign: each once, in the order of the messages, and who pays, if that is said.
    pub fn signers(&self) -> Vec<String> {
        let mut signers: Vec<String> = Vec::new();
        let payer = Some(self.fee().payer).filter(|payer| !payer.is_empty());
        for signer in self.messages.iter().map(|message| message.signer().to_owned()).chain(payer) {
            if !signer.is_empty() && !signers.contains(&signer) {
                signers.push(signer);
            }
        }
        signers
    }

    /// Who pays.
    pub fn payer(&self) -> String {
        Some(self.fee().payer).filter(|payer| !payer.is_empty()).unwrap_or_else(|| self.signers().swap_remove(0))
    }
}

/// What cannot be read is refused in the SDK's words, which it says twice.
fn unreadable(why: impl std::fmt::Display) -> Fault {
    TX_PARSE.because(why).again(&TX_PARSE)
}

/// Whether a sum is a whole number, which may be less than nothing.
fn whole(amount: &str) -> bool {
    let digits = amount.strip_prefix(['-', '+']).unwrap_or(amount);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
