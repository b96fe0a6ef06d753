//! A websocket that says that there is a new block, and nothing else: blocks are read by height.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tendermint_rpc::query::EventType;
use tendermint_rpc::{SubscriptionClient as _, WebSocketClient};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use crate::chain::Client;

/// After so long without a word, a connection is taken for dead.
const SILENCE: Duration = Duration::from_secs(30);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes its owner at new blocks. It connects anew for as long as it lives, and stops when it is dropped.
#[derive(Debug)]
pub struct Wake {
    bell: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Client {
    /// Begins to listen for new blocks, at one endpoint after another.
    pub fn subscribe_blocks(&self) -> Wake {
        let bell = Arc::new(Notify::new());
        let sockets = self.chain().rpc.iter().map(|url| socket(url)).collect();
        Wake { bell: bell.clone(), task: tokio::spawn(listen(sockets, bell)) }
    }
}

impl Wake {
    /// Returns when a block was made, or after so long: a missed word costs no more than that.
    pub async fn next(&self, at_most: Duration) {
        let _ = timeout(at_most, self.bell.notified()).await;
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(sockets: Vec<String>, bell: Arc<Notify>) {
    for socket in sockets.iter().cycle() {
        // Whatever ended it, the next endpoint is tried; the reader goes on by the clock meanwhile.
        let _ = follow(socket, &bell).await;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn follow(socket: &str, bell: &Notify) -> Result<(), tendermint_rpc::Error> {
    let (client, driver) = WebSocketClient::new(socket).await?;
    // The set ends with this future, and with it the connection.
    let mut driving = JoinSet::new();
    driving.spawn(driver.run());
    let mut blocks = client.subscribe(EventType::NewBlock.into()).await?;
    while let Ok(Some(Ok(_))) = timeout(SILENCE, blocks.next()).await {
        bell.notify_one();
    }
    Ok(())
}

/// Where a node's websocket is.
fn socket(url: &str) -> String {
    let base = url.trim_end_matches('/');
    let base = base.strip_prefix("http").map_or_else(|| base.to_owned(), |rest| format!("ws{rest}"));
    format!("{base}/websocket")
}

#[cfg(test)]
#[path = "wake_tests.rs"]
mod tests;
