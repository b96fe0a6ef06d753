//! Parameters of a call: by name, by place, or from an address line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use crate::rpc::RpcError;

/// The parameters of one call.
#[derive(Clone, Debug, Default)]
pub struct Params {
    fields: Map<String, Value>,
    /// From an address line: text stands in quotes, bytes may be written `0x…`.
    line: bool,
}

/// The names of a method's parameters, in their places.
fn places(method: &str) -> &'static [&'static str] {
    match method {
        "abci_query" => &["path", "data", "height", "prove"],
        "broadcast_tx_sync" | "broadcast_tx_async" | "broadcast_tx_commit" | "check_tx" => &["tx"],
        "tx" => &["hash", "prove"],
        "tx_search" => &["query", "prove", "page", "per_page", "order_by"],
        "block_search" => &["query", "page", "per_page", "order_by"],
        "block" | "block_results" | "commit" | "header" | "consensus_params" => &["height"],
        "block_by_hash" | "header_by_hash" => &["hash"],
        "blockchain" => &["minHeight", "maxHeight"],
        "validators" => &["height", "page", "per_page"],
        "subscribe" | "unsubscribe" => &["query"],
        "unconfirmed_txs" => &["limit"],
        "genesis_chunked" => &["chunk"],
        _ => &[],
    }
}

impl Params {
    /// From the body of a call.
    pub fn of_body(method: &str, params: Option<Value>) -> Result<Self, RpcError> {
        let fields = match params {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(fields)) => fields,
            Some(Value::Array(items)) => {
                let names = places(method);
                if items.len() > names.len() {
                    let words = format!("expected {} parameters ({names:?}), got {}", names.len(), items.len());
                    return Err(RpcError::params(words));
                }
                names.iter().map(|name| (*name).to_owned()).zip(items).collect()
            }
            Some(_) => {
                return Err(RpcError::params(
                    "error converting json params to arguments: unknown type for JSON params",
                ));
            }
        };
        Ok(Self { fields, line: false })
    }

    /// From an address line.
    pub fn of_line(pairs: Vec<(String, String)>) -> Self {
        let fields = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Self { fields, line: true }
    }

    fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// A field as it stands.
    pub fn value(&self, name: &str) -> Option<Value> {
        self.field(name).cloned()
    }

    /// All fields.
    pub fn object(&self) -> Value {
        Value::Object(self.fields.clone())
    }

    /// Text.
    pub fn text(&self, name: &str) -> Result<Option<String>, RpcError> {
        let Some(value) = self.field(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| wrong(name, "a string", value))?;
        if !self.line {
            return Ok(Some(text.to_owned()));
        }
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        Ok(Some(quoted.unwrap_or(text).to_owned()))
    }

    /// A number, which may be negative.
    pub fn signed(&self, name: &str) -> Result<Option<i64>, RpcError> {
        let Some(value) = self.field(name) else { return Ok(None) };
        let number = match value {
            Value::String(text) => text.trim_matches('"').parse().ok(),
            other => other.as_i64(),
        };
        number.map(Some).ok_or_else(|| wrong(name, "an integer", value))
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<Option<u64>, RpcError> {
        let Some(number) = self.signed(name)? else { return Ok(None) };
        u64::try_from(number).map(Some).map_err(|_| RpcError::params(format!("{name} must not be negative")))
    }

    /// Bytes: base64 in a body; in an address line `0x…`, else the text in quotes itself.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, RpcError> {
        let text = self.text(name)?.unwrap_or_default();
        if let Some(digits) = text.strip_prefix("0x") {
            return hex::decode(digits).map_err(|error| RpcError::params(format!("{name}: {error}")));
        }
        if self.line && self.fields.get(name).and_then(Value::as_str).is_some_and(|text| text.starts_with('"')) {
            return Ok(text.into_bytes());
        }
        BASE64
            .decode(&text)
            .map_err(|error| RpcError::params(format!("error converting json params to arguments: {name}: {error}")))
    }

    /// Bytes in hexadecimal, with or without `0x`.
    pub fn hex(&self, name: &str) -> Result<Vec<u8>, RpcError> {
        let text = self.text(name)?.unwrap_or_default();
        let digits = text.strip_prefix("0x").unwrap_or(&text);
        hex::decode(digits)
            .map_err(|error| RpcError::params(format!("error converting json params to arguments: {name}: {error}")))
    }
}

fn wrong(name: &str, wanted: &str, got: &Value) -> RpcError {
    RpcError::params(format!("error converting json params to arguments: {name} must be {wanted}, got {got}"))
}
