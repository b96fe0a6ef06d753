//! What comes from the house, within its times.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::door::{Door, Held, Stage, closing};
use crate::fault::Fault;
use crate::house::{Event, Refusal};
use crate::limits::Limits;
use crate::tally::{Tally, count};

/// Listens to one answer. Dropping it before the end is how a client that went away is told to the house.
#[derive(Debug)]
pub(super) struct Listener {
    events: mpsc::Receiver<Result<Event, Refusal>>,
    stage: watch::Receiver<Stage>,
    tally: Arc<Tally>,
    heartbeat: Duration,
    silence: Duration,
    most: usize,
    /// When the house last said something.
    heard: Instant,
    over: bool,
    _held: Held,
}

/// What was heard.
#[derive(Debug)]
pub(super) enum Heard {
    /// Something happened.
    Event(Event),
    /// Nothing was said for as long as a heartbeat.
    Nothing,
    /// It ends before its end.
    Fault(Fault),
}

/// What came first.
enum Happened {
    Said(Option<Result<Event, Refusal>>),
    Closed,
    Nothing,
}

impl Listener {
    pub(super) fn new<H>(door: &Door<H>, events: mpsc::Receiver<Result<Event, Refusal>>, held: Held) -> Self {
        let Limits { heartbeat, silence, answer, .. } = door.limits;
        let (stage, tally) = (door.stage.clone(), Arc::clone(&door.tally));
        Self { events, stage, tally, heartbeat, silence, most: answer, heard: Instant::now(), over: false, _held: held }
    }

    /// The most bytes of an answer that is not streamed.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// Whether nothing more is heard.
    pub(super) const fn over(&self) -> bool {
        self.over
    }

    /// What happens next.
    pub(super) async fn next(&mut self) -> Heard {
        let now = Instant::now();
        let (Some(beat), Some(silent)) = (now.checked_add(self.heartbeat), self.heard.checked_add(self.silence)) else {
            return self.end(lost());
        };
        let closed = async {
            let _ = self.stage.wait_for(|stage| *stage == Stage::Closed).await;
        };
        let happened = tokio::select! {
            biased;
            event = self.events.recv() => Happened::Said(event),
            () = closed => Happened::Closed,
            () = sleep_until(beat.min(silent)) => Happened::Nothing,
        };
        match happened {
            Happened::Said(event) => self.heard(event),
            Happened::Closed => self.end(closing().into()),
            Happened::Nothing if silent <= beat => self.end(hangs()),
            Happened::Nothing => Heard::Nothing,
        }
    }

    /// Counts a heartbeat.
    pub(super) fn beat(&self) {
        count(&self.tally.heartbeats);
    }

    /// Ends it here, because of this.
    pub(super) fn end(&mut self, fault: Fault) -> Heard {
        self.over = true;
        count(&self.tally.lost);
        self.events.close();
        Heard::Fault(fault)
    }

    fn heard(&mut self, event: Option<Result<Event, Refusal>>) -> Heard {
        self.heard = Instant::now();
        match event {
            Some(Ok(event)) => {
                if let Event::End { usage, .. } = &event {
                    self.over = true;
                    self.tally.whole(*usage);
                }
                Heard::Event(event)
            }
            Some(Err(refusal)) => self.end(refusal.into()),
            None => self.end(lost()),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if !self.over {
            count(&self.tally.gone);
        }
    }
}

fn lost() -> Fault {
    let message = "the engine was lost before the answer's end: ask again";
    Fault::new(StatusCode::BAD_GATEWAY, "engine_lost", message)
}

fn hangs() -> Fault {
    let message = "the engine said nothing for too long: ask again";
    Fault::new(StatusCode::BAD_GATEWAY, "engine_silent", message)
}
