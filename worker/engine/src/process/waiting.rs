//! The requests under way, and the two tasks that carry them to their readers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::wire::{self, Order};
use crate::{Error, Event, Scores};

/// The road to the process, and who waits for what comes back.
#[derive(Debug)]
pub(super) struct Waiting(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Frames for the process, or why there is none.
    road: Result<mpsc::Sender<Vec<u8>>, Error>,
    requests: HashMap<u64, Request>,
    next: u64,
    /// When the process last said something about a request, or got the first of them.
    progress: Instant,
    /// Whether an answer was finished since the process was started.
    fruitful: bool,
}

#[derive(Debug)]
struct Request {
    inbox: mpsc::UnboundedSender<Result<Said, Error>>,
    /// How much more may be said: a process that says more than it was asked for is mad.
    left: usize,
}

/// What came back.
#[derive(Debug)]
pub(super) enum Said {
    Event(Event),
    Rows(Vec<Vec<f32>>),
    Scored(Vec<f32>),
}

/// A request on its way, as its task sees it.
pub(super) struct Way {
    waiting: Arc<Waiting>,
    id: u64,
    inbox: mpsc::UnboundedReceiver<Result<Said, Error>>,
    stall: Duration,
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            road: Err(Error::Lost("the engine was not started".to_owned())),
            requests: HashMap::new(),
            next: 0,
            progress: Instant::now(),
            fruitful: false,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that panics happens while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process takes requests from now on.
    pub(super) fn up(&self, road: mpsc::Sender<Vec<u8>>) {
        let mut state = self.state();
        state.road = Ok(road);
        state.fruitful = false;
    }

    /// There is no process: whoever waits, and whoever comes, learns why.
    pub(super) fn down(&self, why: &Error) {
        let mut state = self.state();
        state.road = Err(why.clone());
        for request in state.requests.drain() {
            let _gone = request.1.inbox.send(Err(why.clone()));
        }
    }

    /// Sends a request, about which so much may be said.
    pub(super) fn enter(
        self: &Arc<Self>,
        order: impl FnOnce(u64) -> Order,
        left: usize,
        stall: Duration,
    ) -> Result<Way, Error> {
        let id = {
            let mut state = self.state();
            state.next = state.next.wrapping_add(1);
            state.next
        };
        let frame = wire::encode(&order(id)).map_err(|broken| Error::Request(broken.to_string()))?;
        let (sender, inbox) = mpsc::unbounded_channel();
        let mut state = self.state();
        state.road.as_ref().map_err(Clone::clone)?.try_send(frame).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Busy,
            mpsc::error::TrySendError::Closed(_) => Error::Lost("the engine is ending".to_owned()),
        })?;
        if state.requests.is_empty() {
            state.progress = Instant::now();
        }
        state.requests.insert(id, Request { inbox: sender, left });
        Ok(Way { waiting: Arc::clone(self), id, inbox, stall })
    }

    /// Passes on what came. Whoever was cancelled is not here any more.
    pub(super) fn said(&self, id: u64, said: Result<Said, Error>) -> Result<(), Error> {
        let mut state = self.state();
        state.progress = Instant::now();
        let last = match &said {
            Ok(Said::Event(event)) => matches!(event, Event::Finished { .. }),
            Ok(Said::Scored(_)) | Err(_) => true,
            Ok(Said::Rows(_)) => false,
        };
        let Some(request) = state.requests.get_mut(&id) else { return Ok(()) };
        let Some(left) = request.left.checked_sub(1) else {
            return Err(Error::Lost("the engine said more than it was asked for".to_owned()));
        };
        request.left = left;
        let fruit = last && said.is_ok();
        let _gone = request.inbox.send(said);
        if last {
            state.requests.remove(&id);
        }
        state.fruitful |= fruit;
        Ok(())
    }

    /// How long nothing was said although someone waits.
    pub(super) fn stalled(&self) -> Duration {
        let state = self.state();
        if state.requests.is_empty() { Duration::ZERO } else { state.progress.elapsed() }
    }

    /// Whether the process was of any use.
    pub(super) fn fruitful(&self) -> bool {
        self.state().fruitful
    }

    async fn cancel(&self, id: u64) {
        let road = {
            let mut state = self.state();
            // It ended by itself.
            if state.requests.remove(&id).is_none() {
                return;
            }
            state.road.clone()
        };
        if let (Ok(road), Ok(frame)) = (road, wire::encode(&Order::Cancel { id })) {
            let _ending = road.send(frame).await;
        }
    }
}

impl Way {
    /// Carries an answer to its reader, until one of the two ends it.
    pub(super) async fn answer(mut self, out: mpsc::Sender<Result<Event, Error>>) {
        tokio::select! {
            biased;
            () = out.closed() => {}
            () = self.events(&out) => {}
        }
        self.waiting.cancel(self.id).await;
    }

    async fn events(&mut self, out: &mpsc::Sender<Result<Event, Error>>) {
        let mut started = false;
        loop {
            let said = if started {
                // Before it starts, an answer may wait for its turn; afterwards it goes on, or something is wrong.
                let late = |_| Some(Err(Error::Lost(format!("the answer stood still for {:?}", self.stall))));
                timeout(self.stall, self.inbox.recv()).await.unwrap_or_else(late)
            } else {
                self.inbox.recv().await
            };
            let event = match said {
                Some(Ok(Said::Event(event))) => Ok(event),
                Some(Ok(_)) => Err(Error::Lost("the engine mistook an answer for a scoring".to_owned())),
                Some(Err(error)) => Err(error),
                None => Err(Error::Lost("the engine is gone".to_owned())),
            };
            started = true;
            let last = matches!(event, Err(_) | Ok(Event::Finished { .. }));
            if out.send(event).await.is_err() || last {
                return;
            }
        }
    }

    /// Carries scores to their reader.
    pub(super) async fn scores(mut self, mut out: oneshot::Sender<Result<Scores, Error>>) {
        let scores = tokio::select! {
            biased;
            () = out.closed() => None,
            scores = self.rows() => Some(scores),
        };
        self.waiting.cancel(self.id).await;
        if let Some(scores) = scores {
            let _gone = out.send(scores);
        }
    }

    async fn rows(&mut self) -> Result<Scores, Error> {
        let mut logits = Vec::new();
        while let Some(said) = self.inbox.recv().await {
            match said? {
                Said::Rows(rows) => logits.extend(rows),
                Said::Scored(logprobs) => return Ok(Scores { logprobs, logits }),
                Said::Event(_) => return Err(Error::Lost("the engine mistook a scoring for an answer".to_owned())),
            }
        }
        Err(Error::Lost("the engine is gone".to_owned()))
    }
}
