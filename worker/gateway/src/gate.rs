//! Whose turn it is: so many at once, so many waiting, and no longer than so long.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::house::{Kind, Refusal};
use crate::limits::Limits;

/// After this long a refused client may well be taken.
const AGAIN: Duration = Duration::from_secs(2);

/// The turns of requests.
#[derive(Debug)]
pub(crate) struct Gate {
    turns: Arc<Semaphore>,
    places: Semaphore,
    running: usize,
    waiting: usize,
    turn: Duration,
}

impl Gate {
    pub(crate) fn new(limits: &Limits) -> Self {
        let turns = Arc::new(Semaphore::new(limits.running));
        let places = Semaphore::new(limits.waiting);
        Self { turns, places, running: limits.running, waiting: limits.waiting, turn: limits.turn }
    }

    /// A turn, which ends when it is dropped.
    pub(crate) async fn enter(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        match timeout(self.turn, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(busy()),
        }
    }

    /// How many requests are answered now.
    pub(crate) fn running(&self) -> usize {
        self.running.saturating_sub(self.turns.available_permits())
    }

    /// How many requests wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.saturating_sub(self.places.available_permits())
    }
}

/// That there is too much at once.
pub(crate) fn busy() -> Refusal {
    let message = "too many requests at once: ask again after the time in `Retry-After`".to_owned();
    Refusal { kind: Kind::Busy(AGAIN), code: "too_many_requests", message }
}
