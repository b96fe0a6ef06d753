//! Websockets: calls, and what is subscribed to.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::chaos::Chaos;
use crate::handle::Handle;
use crate::node::announce::{Content, Said};
use crate::rpc::RpcError;
use crate::rpc::bounds::{Bounds, PATIENCE};
use crate::rpc::envelope::{is_call, is_notice, named, wrap};
use crate::rpc::find::LONGEST_QUERY;
use crate::rpc::search::Query;
use crate::rpc::serve::answer;

/// The most subscriptions of one client, and the longest name of one, which stands before each of its events.
const MOST: usize = 5;
const LONGEST_ID: usize = 1_024;
/// The longest message: the longest transaction, and its clothes.
const LONGEST_MESSAGE: usize = 2 << 20;
/// What a connection has of memory to read into: a thousand are to cost megabytes, not hundreds of them.
const READ_AT_ONCE: usize = 8 << 10;
/// Chaos is looked for so often.
const GLANCE: Duration = Duration::from_millis(100);

/// Opens a websocket.
pub async fn open(
    State(node): State<Handle>,
    Extension(bounds): Extension<Bounds>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let upgrade =
        upgrade.max_message_size(LONGEST_MESSAGE).max_frame_size(LONGEST_MESSAGE).read_buffer_size(READ_AT_ONCE);
    upgrade.on_upgrade(move |socket| async move {
        // A client that goes away needs no answer.
        let _ = Session { node, bounds, socket, subscriptions: Vec::new() }.run().await;
    })
}

struct Session {
    node: Handle,
    bounds: Bounds,
    socket: WebSocket,
    /// The id of the call that subscribed, and to what.
    subscriptions: Vec<(Value, Arc<Query>)>,
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
                block = blocks.recv() => match block.map(|announced| announced.content()) {
                    Ok(Some(content)) => self.announce(&chain_id, &content).await?,
                    Ok(None) | Err(RecvError::Lagged(_)) => self.cancel().await?,
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
            Ok(request) if is_call(&request) => request,
            Ok(_) => return self.not_understood("a call is an object with the name of a method").await,
            Err(error) => return self.not_understood(&error.to_string()).await,
        };
        if is_notice(&request) {
            return Ok(());
        }
        let id = named(&request);
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
                Some(answer) => return self.say(answer.to_string()).await,
                None => return Ok(()),
            },
        };
        self.say(wrap(&id, told).to_string()).await
    }

    async fn not_understood(&mut self, why: &str) -> Result<(), Over> {
        let words = format!("error unmarshaling request: {why}");
        let error = RpcError { code: -32700, message: "Parse error. Invalid JSON", data: words };
        self.say(wrap(&json!(-1), Err(error)).to_string()).await
    }

    fn subscribe(&mut self, id: &Value, text: &str) -> Result<Value, RpcError> {
        if self.subscriptions.len() >= MOST {
            return Err(RpcError::internal(format!("max_subscriptions_per_client {MOST} reached")));
        }
        if text.len() > LONGEST_QUERY {
            return Err(RpcError::internal("maximum query length exceeded"));
        }
        if id.as_str().is_some_and(|id| id.len() > LONGEST_ID) {
            return Err(RpcError::internal(format!("the id of a subscription has at most {LONGEST_ID} bytes")));
        }
        let query = Query::read(text).map_err(RpcError::internal)?;
        if self.subscriptions.iter().any(|(_, other)| other.text() == text) {
            return Err(RpcError::internal("already subscribed"));
        }
        self.subscriptions.push((id.clone(), Arc::new(query)));
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

    /// Lets go of all subscriptions of a client that is too far behind.
    async fn cancel(&mut self) -> Result<(), Over> {
        let words = "subscription was canceled (reason: client is not pulling messages fast enough)";
        for (id, _) in std::mem::take(&mut self.subscriptions) {
            let error = RpcError { code: -32000, message: "Server error", data: words.to_owned() };
            self.say(wrap(&id, Err(error)).to_string()).await?;
        }
        Ok(())
    }

    async fn announce(&mut self, chain_id: &str, content: &Content) -> Result<(), Over> {
        if self.subscriptions.is_empty() {
            return Ok(());
        }
        for said in content.said(chain_id) {
            for (id, query) in self.subscriptions.clone() {
                if query.matches(&said.events) {
                    self.tell(&id, query.text(), said).await?;
                }
            }
        }
        Ok(())
    }

    /// Tells of an event. A large one is put together when there is room for it among all that wait to be taken.
    async fn tell(&mut self, id: &Value, query: &str, said: &Said) -> Result<(), Over> {
        let Said { data, events_text, .. } = said;
        let length = data.len().saturating_add(events_text.len());
        let room = timeout(PATIENCE, self.bounds.room(length)).await.map_err(|_| Over)?;
        let query = json!(query);
        let result = format!(r#"{{"query":{query},"data":{data},"events":{events_text}}}"#);
        let sent = self.send(format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)).await;
        drop(room);
        sent
    }

    async fn say(&mut self, text: String) -> Result<(), Over> {
        let room = timeout(PATIENCE, self.bounds.room(text.len())).await.map_err(|_| Over)?;
        let sent = self.send(text).await;
        drop(room);
        sent
    }

    /// A client that takes nothing for long is let go.
    async fn send(&mut self, text: String) -> Result<(), Over> {
        let sent = timeout(PATIENCE, self.socket.send(Message::Text(text.into()))).await;
        if matches!(sent, Ok(Ok(()))) { Ok(()) } else { Err(Over) }
    }
}
