//! The parent's side: an engine, whatever happens to its process.

use std::fmt::{Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::config::Settings;
use super::link::Link;
use super::supervise::Supervisor;
use super::waiting::Waiting;
use super::wire::Order;
use crate::{Description, Engine, Error, Generate, Generation, Score, Scoring};

/// An engine in a process of its own.
///
/// When the process fails, what was under way ends by [`Error::Lost`] or [`Error::Memory`], and a new process is
/// started; until it is there, requests are refused for the same reason. A request that is wrong is refused by the
/// handle's first event, not by the call: only the process can tell. Dropping this kills the process.
pub struct Child {
    description: Description,
    waiting: Arc<Waiting>,
    health: watch::Receiver<Health>,
    stall: Duration,
    runtime: Handle,
    _supervisor: JoinSet<()>,
}

/// Whether there is a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It takes requests.
    Up {
        /// Its id, while it has one.
        process: Option<u32>,
    },
    /// It failed, and is being started again.
    Down(Error),
    /// It failed too often.
    GivenUp(Error),
}

/// How many events wait for their reader.
const AHEAD: usize = 64;

/// Events beside an answer's tokens: its start, its end, and texts cut in two.
const BESIDE: usize = 32;

impl Child {
    /// Starts the process and waits until its engine is loaded. What it says on stderr goes to the log, line by line.
    /// Must be called inside a runtime, which keeps the process.
    pub async fn start(settings: Settings, log: impl Fn(&str) + Send + Sync + 'static) -> Result<Self, Error> {
        let log: super::link::Log = Arc::new(log);
        let (link, description) = Link::open(&settings, &log).await?;
        let waiting = Arc::new(Waiting::new());
        let (sender, health) = watch::channel(Health::Up { process: link.id() });
        let stall = settings.patience.stall();
        let supervisor = Supervisor {
            settings,
            description: description.clone(),
            log,
            waiting: Arc::clone(&waiting),
            health: sender,
        };
        supervisor.up(&link);
        let mut task = JoinSet::new();
        task.spawn(supervisor.run(link));
        Ok(Self { description, waiting, health, stall, runtime: Handle::current(), _supervisor: task })
    }

    /// Whether there is a process now.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    /// Tells of every change of its health.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }
}

impl Engine for Child {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn generate(&self, request: Generate) -> Result<Generation, Error> {
        let most = request.stop.max_tokens.min(self.description.context).saturating_add(BESIDE);
        let way = self.waiting.enter(|id| Order::Generate { id, request }, most, self.stall)?;
        let (sender, generation) = Generation::channel(AHEAD);
        self.runtime.spawn(way.answer(sender));
        Ok(generation)
    }

    fn score(&self, request: Score) -> Result<Scoring, Error> {
        let most = request.tokens.len().saturating_add(BESIDE);
        let way = self.waiting.enter(|id| Order::Score { id, request }, most, self.stall)?;
        let (sender, scoring) = Scoring::channel();
        self.runtime.spawn(way.scores(sender));
        Ok(scoring)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.waiting.down(&Error::Lost("the engine was closed".to_owned()));
    }
}

impl Debug for Child {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Child").field("description", &self.description).field("health", &self.health()).finish()
    }
}
