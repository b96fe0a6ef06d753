//! What all routes share.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::fault::Fault;
use crate::gate::Gate;
use crate::house::{Kind, Refusal};
use crate::limits::Limits;
use crate::names::Names;
use crate::tally::Tally;

/// How far the door is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Whoever comes is heard.
    Open,
    /// What is under way may end; nothing new is taken.
    Closing,
    /// What is still under way ends now.
    Closed,
}

/// A door, and the house behind it.
#[derive(Debug)]
pub(crate) struct Door<H> {
    pub(crate) house: Arc<H>,
    pub(crate) limits: Limits,
    pub(crate) gate: Gate,
    /// Room for bodies, in units of [`crate::body::UNIT`].
    pub(crate) room: Arc<Semaphore>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) names: Names,
    pub(crate) stage: watch::Receiver<Stage>,
}

/// What a request holds until its answer has ended.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) _turn: OwnedSemaphorePermit,
    pub(crate) _room: Option<OwnedSemaphorePermit>,
}

impl<H> Door<H> {
    pub(crate) fn new(house: Arc<H>, limits: Limits, stage: watch::Receiver<Stage>) -> Self {
        let gate = Gate::new(&limits);
        let room = Arc::new(Semaphore::new(limits.bodies.div_ceil(crate::body::UNIT)));
        Self { house, gate, room, limits, tally: Arc::default(), names: Names::default(), stage }
    }

    /// That new work is taken.
    pub(crate) fn open(&self) -> Result<(), Fault> {
        match *self.stage.borrow() {
            Stage::Open => Ok(()),
            _ => Err(closing().into()),
        }
    }
}

/// That the door closes.
pub(crate) fn closing() -> Refusal {
    let message = "this node is shutting down: ask another, or this one again in a while".to_owned();
    Refusal { kind: Kind::Away(Duration::from_secs(10)), code: "shutting_down", message }
}
