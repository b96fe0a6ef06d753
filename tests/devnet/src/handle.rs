//! A handle of the node's thread: work is sent to it, one piece after another.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::StartError;
use crate::node::Node;

type Work = Box<dyn FnOnce(&mut Node) + Send>;

/// Sends work to the node. When the last handle is gone, the node stops.
#[derive(Clone, Debug)]
pub struct Handle(Sender<Work>);

/// The node is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the node has stopped")]
pub struct Stopped;

impl Handle {
    /// A handle of no node.
    pub(crate) fn none() -> Self {
        Self(channel().0)
    }

    /// Asks the node from an async task.
    pub async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Node) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (answer, answered) = oneshot::channel();
        // Who asked may have gone: before the work began, it is not done; afterwards, nobody hears of it.
        self.send(move |node| {
            if !answer.is_closed() {
                drop(answer.send(act(node)));
            }
        })?;
        answered.await.map_err(|_| Stopped)
    }

    /// Asks the node from a thread that may wait.
    pub fn ask_blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Node) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (answer, answered) = channel();
        self.send(move |node| drop(answer.send(act(node))))?;
        answered.recv().map_err(|_| Stopped)
    }

    fn send(&self, act: impl FnOnce(&mut Node) + Send + 'static) -> Result<(), Stopped> {
        self.0.send(Box::new(act)).map_err(|_| Stopped)
    }
}

/// Starts a node in a thread of its own. What it cannot start with comes back at once.
pub fn start(
    build: impl FnOnce() -> Result<Node, StartError> + Send + 'static,
) -> Result<(Handle, std::thread::JoinHandle<()>), StartError> {
    let (sender, work) = channel();
    let (ready, started) = channel();
    let thread =
        std::thread::Builder::new().name("chain".to_owned()).stack_size(64 << 20).spawn(move || match build() {
            Ok(node) => {
                let _ = ready.send(Ok(()));
                run(node, &work);
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        });
    let thread = thread.map_err(|error| StartError::Disk(error.to_string()))?;
    started.recv().map_err(|_| StartError::Vm("its thread died".to_owned()))??;
    Ok((Handle(sender), thread))
}

#[expect(clippy::panic, reason = "without its file the chain would lose what it says it keeps")]
fn run(mut node: Node, work: &Receiver<Work>) {
    loop {
        let patience =
            node.due().map_or(Duration::from_secs(3_600), |due| due.saturating_duration_since(Instant::now()));
        match work.recv_timeout(patience) {
            Ok(act) => act(&mut node),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Err(error) = node.tick() {
            panic!("{error}");
        }
    }
}
