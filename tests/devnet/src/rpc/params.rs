//! Parameters of a call: by name, by place, or from an address line.

use base64::engine::general_purpose::STANDARD as BASE64;
use base64::{DecodeError, Engine as _};
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
                    let raw: Vec<String> = items.iter().map(numbered).collect();
                    let (wanted, got) = (names.len(), items.len());
                    let words = format!(
                        "expected {wanted} parameters ([{}]), got {got} ([{}])",
                        names.join(" "),
                        raw.join(" ")
                    );
                    return Err(unconvertible(false, &words));
                }
                names.iter().map(|name| (*name).to_owned()).zip(items).collect()
            }
            Some(other) => {
                let words = format!(
                    "unknown type for JSON params: json: cannot unmarshal {} into Go value of type []json.RawMessage. \
                     Expected map or array",
                    kind(&other)
                );
                return Err(unconvertible(false, &words));
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
        let text = value.as_str().ok_or_else(|| self.wrong(&unexpected(value, "string")))?;
        if !self.line || text.starts_with("0x") {
            return Ok(Some(text.to_owned()));
        }
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        quoted.map(|text| Some(text.to_owned())).ok_or_else(|| self.wrong(&no_value(text)))
    }

    /// A number, which may be negative.
    pub fn signed(&self, name: &str) -> Result<Option<i64>, RpcError> {
        let Some(value) = self.field(name) else { return Ok(None) };
        let (number, words) = match value {
            Value::String(text) if self.line => (
                text.trim_matches('"').parse().ok(),
                format!("invalid 64-bit integer encoding \"{text}\", expected string"),
            ),
            Value::String(text) => (text.parse().ok(), no_value(text)),
            other => (other.as_i64(), unexpected(other, "int64")),
        };
        number.map(Some).ok_or_else(|| self.wrong(&words))
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<Option<u64>, RpcError> {
        let Some(number) = self.signed(name)? else { return Ok(None) };
        u64::try_from(number).map(Some).map_err(|_| RpcError::params(format!("{name} must not be negative")))
    }

    /// Bytes: base64 in a body; in an address line `0x…`, else the text in quotes itself.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, RpcError> {
        let text = self.text(name)?.unwrap_or_default();
        if self.line {
            let Some(digits) = text.strip_prefix("0x") else { return Ok(text.into_bytes()) };
            return hex::decode(digits).map_err(|error| self.wrong(&no_hex(error, digits)));
        }
        BASE64.decode(&text).map_err(|error| {
            let at = match error {
                DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => at,
                _ => text.len() / 4 * 4,
            };
            self.wrong(&format!("illegal base64 data at input byte {at}"))
        })
    }

    /// Bytes in hexadecimal, with or without `0x`.
    pub fn hex(&self, name: &str) -> Result<Vec<u8>, RpcError> {
        let bare = self.field(name).and_then(Value::as_str).filter(|text| self.line && !text.starts_with('"'));
        let text = bare.map_or_else(|| self.text(name).map(Option::unwrap_or_default), |text| Ok(text.to_owned()))?;
        let digits = text.strip_prefix("0x").unwrap_or(&text);
        hex::decode(digits).map_err(|error| {
            self.wrong(&if self.line { format!("invalid hex string: {digits}") } else { no_hex(error, digits) })
        })
    }

    fn wrong(&self, words: &str) -> RpcError {
        unconvertible(self.line, words)
    }
}

/// What CometBFT says of parameters that it cannot use; the words behind are those of Go's libraries.
fn unconvertible(line: bool, words: &str) -> RpcError {
    let kind = if line { "http" } else { "json" };
    RpcError::params(format!("error converting {kind} params to arguments: {words}"))
}

fn no_value(text: &str) -> String {
    match text.chars().next() {
        Some(first) => format!("invalid character '{first}' looking for beginning of value"),
        None => "unexpected end of JSON input".to_owned(),
    }
}

fn no_hex(error: hex::FromHexError, digits: &str) -> String {
    match error {
        hex::FromHexError::InvalidHexCharacter { c, .. } => {
            format!("encoding/hex: invalid byte: U+{:04X} '{c}'", u32::from(c))
        }
        _ if digits.len() % 2 == 1 => "encoding/hex: odd length hex string".to_owned(),
        other => other.to_string(),
    }
}

fn unexpected(value: &Value, wanted: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {wanted}", kind(value))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A parameter as Go writes out bytes.
fn numbered(item: &Value) -> String {
    let bytes: Vec<String> = item.to_string().bytes().map(|byte| byte.to_string()).collect();
    format!("[{}]", bytes.join(" "))
}
