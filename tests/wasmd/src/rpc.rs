//! Calls of CometBFT's RPC, of either chain, for tests that may wait.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection is used again within this time.
const IDLE: Duration = Duration::from_secs(1);

/// Who asks one RPC.
#[derive(Debug)]
pub struct Rpc {
    url: String,
    http: reqwest::Client,
    runtime: Option<Runtime>,
}

impl Rpc {
    /// Of an address.
    pub fn new(url: String) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok();
        // Between calls nobody hears that a node has hung up.
        let http = reqwest::Client::builder().pool_idle_timeout(IDLE).build().unwrap_or_default();
        Self { url, http, runtime }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The result of a call, or its error; text where there was no answer at all.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, Value> {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self.post(call.to_string()).map_err(Value::from)?;
        let answer: Value = serde_json::from_str(&answer.1).map_err(|error| Value::from(error.to_string()))?;
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer.get("result").cloned().unwrap_or_default()),
        }
    }

    /// The status and the text that a body is answered with.
    pub fn post(&self, body: String) -> Result<(u16, String), String> {
        self.ask(self.http.post(&self.url).header("content-type", "application/json").body(body))
    }

    /// The status and the text that an address line is answered with.
    pub fn get(&self, line: &str) -> Result<(u16, String), String> {
        self.ask(self.http.get(format!("{}{line}", self.url)))
    }

    fn ask(&self, request: reqwest::RequestBuilder) -> Result<(u16, String), String> {
        let runtime = self.runtime.as_ref().ok_or("there is no runtime")?;
        runtime.block_on(async {
            let answer = request.timeout(PATIENCE).send().await.map_err(|error| error.to_string())?;
            let status = answer.status().as_u16();
            answer.text().await.map(|text| (status, text)).map_err(|error| error.to_string())
        })
    }
}
