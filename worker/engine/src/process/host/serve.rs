//! Several requests at a time, told apart by their ids.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet, spawn_blocking};

use crate::process::wire::{self, Broken, Failure, Order, Reply};
use crate::{Engine, Error, Event, Generate, Score};

/// How many logits go into one message.
const LOGITS: usize = 1 << 18;

/// Follows orders until there are no more.
pub(super) async fn serve(engine: Arc<dyn Engine>, mut orders: mpsc::Receiver<Order>, out: mpsc::Sender<Vec<u8>>) {
    let out = Out(out);
    out.say(Reply::Ready(engine.describe().clone())).await;
    let mut tasks = JoinSet::new();
    let mut running: HashMap<u64, AbortHandle> = HashMap::new();
    loop {
        tokio::select! {
            biased;
            Some(done) = tasks.join_next() => {
                if let Ok(id) = done {
                    running.remove(&id);
                }
            }
            order = orders.recv() => match order {
                None => return,
                Some(Order::Generate { id, request }) => {
                    running.insert(id, tasks.spawn(answer(Arc::clone(&engine), id, request, out.clone())));
                }
                Some(Order::Score { id, request }) => {
                    running.insert(id, tasks.spawn(score(Arc::clone(&engine), id, request, out.clone())));
                }
                // The task's end drops the engine's handle, which cancels the work.
                Some(Order::Cancel { id }) => {
                    if let Some(task) = running.remove(&id) {
                        task.abort();
                    }
                }
                Some(Order::Ping(number)) => out.say(Reply::Pong(number)).await,
            }
        }
    }
}

#[derive(Clone)]
struct Out(mpsc::Sender<Vec<u8>>);

impl Out {
    async fn say(&self, reply: Reply) {
        let frame = match (wire::encode(&reply), &reply) {
            (Err(Broken::Long(bytes)), Reply::Event { id, .. } | Reply::Rows { id, .. } | Reply::Scored { id, .. }) => {
                let failure = Failure::Lost(format!("an answer's part has {bytes} bytes"));
                wire::encode(&Reply::Failed { id: *id, failure })
            }
            (frame, _) => frame,
        };
        if let Ok(frame) = frame {
            let _ending = self.0.send(frame).await;
        }
    }

    async fn fail(&self, id: u64, error: Error) {
        self.say(Reply::Failed { id, failure: Failure::from(error) }).await;
    }
}

async fn answer(engine: Arc<dyn Engine>, id: u64, request: Generate, out: Out) -> u64 {
    // A long prompt may take a while to be refused.
    let begun = spawn_blocking(move || engine.generate(request)).await;
    let mut generation = match begun.unwrap_or_else(|_panic| Err(Error::Lost("the engine panicked".to_owned()))) {
        Ok(generation) => generation,
        Err(error) => {
            out.fail(id, error).await;
            return id;
        }
    };
    while let Some(event) = generation.next().await {
        match event {
            Ok(event) => {
                let last = matches!(event, Event::Finished { .. });
                out.say(Reply::Event { id, event }).await;
                if last {
                    return id;
                }
            }
            Err(error) => {
                out.fail(id, error).await;
                return id;
            }
        }
    }
    out.fail(id, Error::Lost("the answer has no end".to_owned())).await;
    id
}

async fn score(engine: Arc<dyn Engine>, id: u64, request: Score, out: Out) -> u64 {
    let begun = spawn_blocking(move || engine.score(request)).await;
    let scores = match begun.unwrap_or_else(|_panic| Err(Error::Lost("the engine panicked".to_owned()))) {
        Ok(scoring) => scoring.scores().await,
        Err(error) => Err(error),
    };
    match scores {
        Ok(scores) => {
            let mut rows = Vec::new();
            let mut logits = 0_usize;
            for row in scores.logits {
                logits = logits.saturating_add(row.len());
                rows.push(row);
                if logits >= LOGITS {
                    out.say(Reply::Rows { id, rows: std::mem::take(&mut rows) }).await;
                    logits = 0;
                }
            }
            if !rows.is_empty() {
                out.say(Reply::Rows { id, rows }).await;
            }
            out.say(Reply::Scored { id, logprobs: scores.logprobs }).await;
        }
        Err(error) => out.fail(id, error).await,
    }
    id
}
