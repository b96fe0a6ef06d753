//! The same asked of both: queries, methods, bodies and address lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use prost::Message;
use serde_json::{Value, json};

use super::Twin;

impl Twin {
    /// Asks both the same of the state, in protobuf; what wasmd answers.
    pub(crate) fn query<M: Message>(&mut self, path: &str, asked: &M) -> Vec<u8> {
        self.query_bytes(path, &asked.encode_to_vec())
    }

    /// The same in bytes.
    pub(crate) fn query_bytes(&mut self, path: &str, data: &[u8]) -> Vec<u8> {
        self.follow();
        let params = json!({ "path": path, "data": hex::encode(data), "prove": false });
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| {
            let mut said = either(rpc.call("abci_query", &params));
            // wasmd goes on to the next block while it is asked.
            if let Some(height) = said.pointer_mut("/response/height").filter(|height| *height != "0") {
                *height = Value::Null;
            }
            said
        });
        self.compare("answer", &wasmd, &devnet);
        let value = wasmd.pointer("/response/value").and_then(Value::as_str).unwrap_or_default();
        BASE64.decode(value).unwrap()
    }

    /// Calls a method of both RPCs and compares the answers, these pointers left out.
    pub(crate) fn ask(&mut self, method: &str, params: &Value, own: &[&str]) -> Value {
        self.follow();
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| {
            let mut said = either(rpc.call(method, params));
            for pointer in own {
                if let Some(place) = said.pointer_mut(pointer) {
                    *place = json!("…");
                }
            }
            said
        });
        self.compare("answer", &wasmd, &devnet);
        wasmd
    }

    /// Asks both for what only the words of are the same: the numbers in them are each chain's own.
    pub(crate) fn same_words(&mut self, method: &str, params: &Value) {
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| {
            let text = either(rpc.call(method, params)).to_string();
            let words: Vec<&str> = text.split(|of: char| of.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
            json!(words.join("…"))
        });
        self.compare("answer", &wasmd, &devnet);
    }

    /// Asks both, and compares what is left of the answers.
    pub(crate) fn compare_shapes(&mut self, method: &str, params: &Value, shape: impl Fn(&Value) -> Value) {
        self.follow();
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| shape(&either(rpc.call(method, params))));
        self.compare("shape", &wasmd, &devnet);
    }

    /// Posts a body to both.
    pub(crate) fn compare_bodies(&mut self, body: &str) {
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| readable(rpc.post(body.to_owned())));
        self.compare("answer", &wasmd, &devnet);
    }

    /// Gets an address line from both.
    pub(crate) fn compare_lines(&mut self, line: &str) {
        let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| readable(rpc.get(line)));
        self.compare("answer", &wasmd, &devnet);
    }
}

/// An answer, or the error in its place.
pub(super) fn either(said: Result<Value, Value>) -> Value {
    said.unwrap_or_else(|error| json!({ "error": error }))
}

/// A status and a text, as JSON where it is some.
fn readable(answer: Result<(u16, String), String>) -> Value {
    match answer {
        Ok((status, text)) => {
            json!({ "status": status, "body": serde_json::from_str(&text).unwrap_or(Value::from(text)) })
        }
        Err(error) => json!(error),
    }
}
