//! Websockets: calls, and what is subscribed to.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::block::Block;
use crate::chaos::Chaos;
use crate::handle::Handle;
use crate::rpc::search::Query;
use crate::rpc::serve::{LONGEST_BODY, answer, wrap};
use crate::rpc::{RpcError, shape};

/// The most subscriptions of one client, and the longest query.
const MOST: usize = 5;
const LONGEST_QUERY: usize = 512;
/// A client that reads nothing for so long is let go.
const PATIENCE: Duration = Duration::from_secs(10);
/// Chaos is looked for so often.
const GLANCE: Duration = Duration::from_millis(100);

/// Opens a websocket.
pub async fn open(State(node): State<Handle>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(LONGEST_BODY).on_upgrade(move |socket| async move {
        // A client that goes away needs no answer.
        let _ = Session { node, socket, subscriptions: Vec::new() }.run().await;
    })
}

struct Session {
    node: Handle,
    socket: WebSocket,
    /// The id of the call that subscribed, and to what.
    subscriptions: Vec<(Value, Query)>,
}

/// The connection is over.
struct Over;

impl Session {
    async fn run(&mut self) -> Result<(), Over> {
        let (mut blocks, chain_id, closings) = self
            .node
            .ask(|node| (node.listen(), node.terms.chain_id.clone(), node.chaos.as_ref().map(Chaos::closings)))
            .await
            .map_err(|_| Over)?;
        let mut glance = tokio::time::interval(GLANCE);
        loop {
            tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(text.as_str().as_bytes()).await?,
                    Some(Ok(Message::Binary(bytes))) => self.hear(&bytes).await?,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                },
                block = blocks.recv() => match block {
                    Ok(block) => self.announce(&chain_id, &block).await?,
                    Err(RecvError::Lagged(_)) => {
                        let words = "subscription was canceled (reason: client is not pulling messages fast enough)";
                        for (id, _) in std::mem::take(&mut self.subscriptions) {
                            let error = RpcError { code: -32000, message: "Server error", data: words.to_owned() };
                            self.say(&wrap(&id, Err(error))).await?;
                        }
                    }
                    Err(RecvError::Closed) => return Ok(()),
                },
                _ = glance.tick(), if closings.is_some() => {
                    let now = self.node.ask(|node| node.chaos.as_ref().map(Chaos::closings)).await.map_err(|_| Over)?;
                    if now != closings {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn hear(&mut self, bytes: &[u8]) -> Result<(), Over> {
        let request: Value = match serde_json::from_slice(bytes) {
            Ok(request) => request,
            Err(error) => {
                let words = format!("error unmarshaling request: {error}");
                let error = RpcError { code: -32700, message: "Parse error. Invalid JSON", data: words };
                return self.say(&wrap(&json!(-1), Err(error))).await;
            }
        };
        let id = request.get("id").cloned().unwrap_or(Value::Null);
        let params = request.get("params");
        let text = params.and_then(|params| params.get("query").or_else(|| params.get(0))).and_then(Value::as_str);
        let told = match request.get("method").and_then(Value::as_str) {
            Some("subscribe") => self.subscribe(&id, text.unwrap_or_default()),
            Some("unsubscribe") => self.unsubscribe(text.unwrap_or_default()),
            Some("unsubscribe_all") => {
                self.subscriptions.clear();
                Ok(json!({}))
            }
            _ => match answer(&self.node, &request).await {
                Some(answer) => return self.say(&answer).await,
                None => return Ok(()),
            },
        };
        self.say(&wrap(&id, told)).await
    }

    fn subscribe(&mut self, id: &Value, text: &str) -> Result<Value, RpcError> {
        if self.subscriptions.len() >= MOST {
            return Err(RpcError::internal(format!("max_subscriptions_per_client {MOST} reached")));
        }
        if text.len() > LONGEST_QUERY {
            return Err(RpcError::internal(format!("maximum query length is {LONGEST_QUERY}")));
        }
        let query = Query::read(text).map_err(RpcError::internal)?;
        if self.subscriptions.iter().any(|(_, other)| other.text() == text) {
            return Err(RpcError::internal("already subscribed"));
        }
        self.subscriptions.push((id.clone(), query));
        Ok(json!({}))
    }

    fn unsubscribe(&mut self, text: &str) -> Result<Value, RpcError> {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|(_, query)| query.text() != text);
        if self.subscriptions.len() == before {
            return Err(RpcError::internal("subscription not found"));
        }
        Ok(json!({}))
    }

    async fn announce(&mut self, chain_id: &str, block: &Arc<Block>) -> Result<(), Over> {
        if self.subscriptions.is_empty() {
            return Ok(());
        }
        for (data, events) in shape::announcements(chain_id, block) {
            for (id, query) in self.subscriptions.clone() {
                if query.matches(&events) {
                    let result = json!({ "query": query.text(), "data": data, "events": events });
                    self.say(&wrap(&id, Ok(result))).await?;
                }
            }
        }
        Ok(())
    }

    async fn say(&mut self, value: &Value) -> Result<(), Over> {
        let sent = timeout(PATIENCE, self.socket.send(Message::Text(value.to_string().into()))).await;
        if matches!(sent, Ok(Ok(()))) { Ok(()) } else { Err(Over) }
    }
}
