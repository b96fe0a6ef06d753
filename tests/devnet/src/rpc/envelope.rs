//! What is around a call and its answer: how calls are read from a body, and under which name they are answered.

use serde_json::{Value, json};

use crate::rpc::RpcError;

/// The calls of a body: one, or a list.
pub fn read(body: &[u8]) -> Result<Vec<Value>, String> {
    let wrong = |words: &str| format!("error unmarshaling request: {words}");
    let calls = match serde_json::from_slice(body).map_err(|error| wrong(&error.to_string()))? {
        Value::Array(calls) => calls,
        call @ Value::Object(_) => vec![call],
        _ => return Err(wrong("a call is an object with the name of a method")),
    };
    for call in calls.iter().filter(|call| !call.is_null()) {
        if !is_call(call) {
            return Err(wrong("a call is an object with the name of a method"));
        }
        let id = call.get("id").filter(|id| !(id.is_null() || id.is_string() || id.is_number()));
        if let Some(id) = id {
            return Err(wrong(&format!("json-rpc ID ({id}) is of unknown type")));
        }
    }
    Ok(calls)
}

/// The id of a call, as it comes back: CometBFT cuts a number to a whole one.
pub fn named(call: &Value) -> Value {
    match call.get("id") {
        Some(Value::Number(id)) if id.is_f64() => {
            let whole = id.as_f64().map(|id| format!("{:.0}", id.trunc()));
            json!(whole.and_then(|whole| whole.parse().ok()).unwrap_or(i64::MIN))
        }
        Some(id) => id.clone(),
        None => Value::Null,
    }
}

/// Whether something can be a call.
pub fn is_call(request: &Value) -> bool {
    request.is_object() && request.get("method").is_none_or(Value::is_string)
}

/// Whether nobody waits for an answer: a call without a name for it.
pub fn is_notice(request: &Value) -> bool {
    request.get("id").is_none_or(Value::is_null)
}

/// An error of a call that could not be read, so that its name is not known.
pub fn unnamed(error: &RpcError) -> Value {
    json!({ "jsonrpc": "2.0", "error": error.json() })
}

/// An answer in its clothes.
pub fn wrap(id: &Value, result: Result<Value, RpcError>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(error) => json!({ "jsonrpc": "2.0", "id": id, "error": error.json() }),
    }
}
