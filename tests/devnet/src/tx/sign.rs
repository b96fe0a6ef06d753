//! The bytes that a transaction's signers signed, and their check.

use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::Sum;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{ModeInfo, SignDoc};
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};
use prost::Message;
use serde_json::{Value, json};

use crate::tx::Decoded;

/// How one signer signed.
pub fn mode(info: Option<&ModeInfo>) -> Option<SignMode> {
    match info?.sum.as_ref()? {
        Sum::Single(single) => SignMode::try_from(single.mode).ok(),
        Sum::Multi(_) => None,
    }
}

/// What a signer with this account and sequence signed in this mode; nothing where the chain does not know the mode.
pub fn document(tx: &Decoded, mode: SignMode, chain_id: &str, account: u64, sequence: u64) -> Option<Vec<u8>> {
    match mode {
        SignMode::Direct => {
            let document = SignDoc {
                body_bytes: tx.raw.body_bytes.clone(),
                auth_info_bytes: tx.raw.auth_info_bytes.clone(),
                chain_id: chain_id.to_owned(),
                account_number: account,
            };
            Some(document.encode_to_vec())
        }
        SignMode::LegacyAminoJson => Some(amino(tx, chain_id, account, sequence).into_bytes()),
        _ => None,
    }
}

/// Whether a signature is of a key over bytes: 64 bytes, the lower of its two forms.
pub fn verify(key: &[u8], document: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_sec1_bytes(key).ok();
    let signature = Signature::from_slice(signature).ok().filter(|signature| signature.normalize_s().is_none());
    key.zip(signature).is_some_and(|(key, signature)| key.verify(document, &signature).is_ok())
}

fn amino(tx: &Decoded, chain_id: &str, account: u64, sequence: u64) -> String {
    let fee = tx.fee();
    let coin = |coin: &WireCoin| json!({ "denom": coin.denom, "amount": coin.amount });
    let coins: Vec<Value> = fee.amount.iter().map(coin).collect();
    let mut paid = json!({ "amount": coins, "gas": fee.gas_limit.to_string() });
    let mut document = json!({
        "account_number": account.to_string(),
        "chain_id": chain_id,
        "memo": tx.body.memo,
        "msgs": tx.messages.iter().map(crate::tx::message::Message::amino).collect::<Vec<_>>(),
        "sequence": sequence.to_string(),
    });
    for (field, said) in [("granter", &fee.granter), ("payer", &fee.payer)] {
        if let (false, Some(fields)) = (said.is_empty(), paid.as_object_mut()) {
            fields.insert(field.to_owned(), json!(said));
        }
    }
    if let Some(fields) = document.as_object_mut() {
        fields.insert("fee".to_owned(), paid);
        if tx.body.timeout_height != 0 {
            fields.insert("timeout_height".to_owned(), json!(tx.body.timeout_height.to_string()));
        }
    }
    let mut text = String::new();
    canonical(&document, &mut text);
    text
}

/// JSON as Go writes it: fields sorted, nothing between them, and `&`, `<`, `>` escaped.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            text.push('{');
            for (nth, (name, field)) in sorted.into_iter().enumerate() {
                if nth > 0 {
                    text.push(',');
                }
                canonical(&Value::from(name.as_str()), text);
                text.push(':');
                canonical(field, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (nth, item) in items.iter().enumerate() {
                if nth > 0 {
                    text.push(',');
                }
                canonical(item, text);
            }
            text.push(']');
        }
        Value::String(_) => {
            let quoted = value.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
            text.push_str(&quoted.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"));
        }
        other => text.push_str(&other.to_string()),
    }
}
