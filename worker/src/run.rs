//! The one place that builds the parts and joins them.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_gateway::Limits;
use hearth_schema::bonds;
use hearth_wallet::key::file::{self, Kind, Password};
use hearth_wallet::key::{KeyError, Signer};
use hearth_wallet::{Client, Sender, files, seal};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::commit::Committer;
use crate::config::{self, Config, ConfigError};
use crate::dispatch::{Desk, Keys, Parts};
use crate::draw::Drawer;
use crate::engine::{self, EngineError};
use crate::flights::Flights;
use crate::journal::{Journal, JournalError, Owner};
use crate::offers::Offers;
use crate::post::{Post, PostError};
use crate::relay::Relays;
use crate::sight::Sight;
use crate::stop::{Stop, Stopper};
use crate::tally::Tally;
use crate::view::{self, View};
use crate::watch::Watcher;

/// How long the last commits may take when the worker stops.
const LAST: Duration = Duration::from_secs(60);
/// How long streams that were cut have to be written down.
const CUT: Duration = Duration::from_secs(5);

/// Why a worker does not run, or runs no more.
#[derive(Debug, Error)]
pub enum RunError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The password's file.
    #[error("the password file {path}: {problem}")]
    Password {
        /// Which.
        path: std::path::PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The chain.
    #[error(transparent)]
    Chain(#[from] hearth_wallet::Error),
    /// What the chain says of the node does not fit this worker.
    #[error("node {node} is not this worker's: {problem}")]
    Node {
        /// Which.
        node: hearth_schema::unit::NodeId,
        /// What does not fit, and the remedy.
        problem: String,
    },
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The door.
    #[error("nobody can listen at {address}: {problem}; set door.listen to a free one")]
    Door {
        /// Where.
        address: SocketAddr,
        /// Why not.
        problem: String,
    },
    /// The relays.
    #[error("the relays cannot be asked: {0}")]
    Relays(#[from] reqwest::Error),
    /// A part found that nothing can go on.
    #[error("{part} cannot go on: {problem}")]
    Part {
        /// Which.
        part: &'static str,
        /// Why.
        problem: String,
    },
}

/// A worker that is ready to run.
pub struct Worker {
    config: Config,
    desk: Desk,
    listener: TcpListener,
    shared: Shared,
    wanted: Vec<crate::offers::Wanted>,
    relays: Relays,
}

/// What all parts share.
struct Shared {
    journal: Journal,
    view: View,
    post: Post,
    flights: Flights,
    bell: Arc<Notify>,
    sight: watch::Sender<Sight>,
    stopper: Stopper,
}

impl Worker {
    /// Opens and checks everything that running needs. Nothing is signed yet.
    pub async fn new(config: Config) -> Result<Self, RunError> {
        let keys = open_keys(&config.keys)?;
        let client = Client::new(config.chain.clone())?;
        let at = config.addresses()?;
        let sender = Sender::new(client.clone(), keys.worker.clone())?;
        let worker = sender.address().to_owned();
        let node = view::node(&client, &at, &worker).await?;
        fits(&node, &keys)?;
        let decimals = view::decimals(&client, &at).await?;
        let view = View { client, at, worker, node: node.node, owner: node.owner.into_string(), decimals };
        let (market, terms) = (view.market().await?, view.terms(None).await?.terms);
        let owner =
            Owner { chain: config.chain.id.clone(), market: view.at.market.clone(), worker: view.worker.clone() };
        let journal = Journal::open(&config.journal, &owner)?;
        let (model, health) = engine::start(&config.engine).await?;
        let shared = Shared {
            post: Post::new(journal.clone(), sender),
            journal,
            view,
            flights: Flights::default(),
            bell: Arc::default(),
            sight: watch::Sender::new(Sight::default()),
            stopper: Stopper::default(),
        };
        let desk = Desk::new(Parts {
            journal: shared.journal.clone(),
            view: shared.view.clone(),
            sight: shared.sight.subscribe(),
            keys,
            model,
            health,
            flights: shared.flights.clone(),
            bell: shared.bell.clone(),
            stop: shared.stopper.stop(),
            waiting: shared.post.waiting(),
            tally: Tally::default(),
            fresh: market.fresh,
            block: Duration::from_millis(terms.clocks.block_ms),
        });
        let wanted = config.wanted()?;
        let relays = Relays::new(&config.beacon.relays)?;
        let listener = listen(config.door.listen).await?;
        let door = Self { config, desk, listener, shared, wanted, relays };
        door.announce()?;
        Ok(door)
    }

    /// Where the door is.
    pub fn address(&self) -> Result<SocketAddr, RunError> {
        let failed =
            |error: std::io::Error| RunError::Door { address: self.config.door.listen, problem: error.to_string() };
        self.listener.local_addr().map_err(failed)
    }

    fn announce(&self) -> Result<(), RunError> {
        let address = self.address()?;
        if let Some(path) = &self.config.door.announce {
            files::write_public(path, format!("{address}\n").as_bytes())?;
        }
        let View { node, worker, .. } = &self.shared.view;
        tracing::info!(%address, %node, %worker, chain = %self.config.chain.id, "the door is open");
        Ok(())
    }

    /// Runs until it is told to leave, or until a part finds that nothing can go on. Streams may end, what is vouched for
    /// is committed, and offers are taken back.
    pub async fn run(self, leave: impl Future<Output = ()>) -> Result<(), RunError> {
        let habits = self.config.habits()?;
        let (drain, keep) = (self.config.drain()?, self.config.keep()?);
        let Self { config, desk, listener, shared, wanted, relays } = self;
        let Shared { journal, view, post, flights, bell, sight, stopper } = shared;
        // Those that say their last words when the worker leaves, and those that listen until then.
        let (mut speaking, mut listening) = (JoinSet::new(), JoinSet::new());
        let watcher =
            Watcher { journal: journal.clone(), view: view.clone(), sight: sight.clone(), bell: bell.clone(), keep };
        let committer = Committer {
            journal: journal.clone(),
            view: view.clone(),
            post: post.clone(),
            sight: sight.subscribe(),
            flights: flights.clone(),
            habits,
            bell: bell.clone(),
        };
        let offers = Offers { view: view.clone(), post: post.clone(), sight: sight.subscribe(), wanted };
        let claims = config.claims;
        let drawer = Drawer { journal, view, post: post.clone(), sight: sight.subscribe(), relays, claims, bell };
        let stop = || stopper.stop();
        begin(&mut listening, "watch", watcher.run(stop()));
        begin(&mut listening, "the door", door(listener, desk, limits(&config), stop()));
        // What an earlier run left under way comes first: nothing is signed beside it.
        let resumed = Resumed::default();
        begin(&mut listening, "the outbox", resume(post, resumed.clone(), stop()));
        begin(&mut listening, "draw", after(resumed.clone(), drawer.run(stop())));
        begin(&mut speaking, "commit", after(resumed.clone(), committer.run(stop())));
        begin(&mut speaking, "offers", after(resumed, offers.run(stop())));
        let ended = tokio::select! {
            () = leave => Ok(()),
            failed = failure(&mut speaking) => failed,
            failed = failure(&mut listening) => failed,
        };
        tracing::info!(streams = flights.active(), "leaving");
        stopper.leave();
        if timeout(drain, flights.landed()).await.is_err() {
            tracing::warn!(streams = flights.active(), "streams are cut");
            stopper.cut();
            let _ = timeout(CUT, flights.landed()).await;
        }
        stopper.land();
        if timeout(LAST, rest(&mut speaking)).await.is_err() {
            tracing::error!("not everything was said in time: it is taken up at the next start");
        }
        stopper.end();
        let _ = timeout(CUT, rest(&mut listening)).await;
        ended
    }
}

/// Told once what an earlier run left under way has come to its end.
#[derive(Clone)]
struct Resumed(watch::Sender<bool>);

impl Default for Resumed {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

async fn resume(post: Post, resumed: Resumed, mut stop: Stop) -> Result<(), PostError> {
    post.resume().await?;
    resumed.0.send_replace(true);
    stop.over().await;
    Ok(())
}

async fn after<E>(resumed: Resumed, part: impl Future<Output = Result<(), E>>) -> Result<(), E> {
    // The sender is part of this: it cannot be gone.
    let _ = resumed.0.subscribe().wait_for(|resumed| *resumed).await;
    part.await
}

type Running = JoinSet<Result<(), RunError>>;

/// Runs a part under its name.
fn begin<E: std::fmt::Display + Send + 'static>(
    parts: &mut Running,
    part: &'static str,
    run: impl Future<Output = Result<(), E>> + Send + 'static,
) {
    parts.spawn(async move { run.await.map_err(|error| RunError::Part { part, problem: error.to_string() }) });
}

/// The first failure of these parts; those that end well are passed over.
async fn failure(parts: &mut Running) -> Result<(), RunError> {
    loop {
        match parts.join_next().await {
            Some(Ok(Ok(()))) => (),
            Some(done) => return ended(done),
            None => std::future::pending().await,
        }
    }
}

/// Waits for the rest of these parts, and says what failed.
async fn rest(parts: &mut Running) {
    while let Some(done) = parts.join_next().await {
        if let Err(error) = ended(done) {
            tracing::error!(%error, "while leaving");
        }
    }
}

fn ended(done: Result<Result<(), RunError>, JoinError>) -> Result<(), RunError> {
    done.unwrap_or_else(|error| Err(RunError::Part { part: "a part", problem: format!("it ended by itself: {error}") }))
}

async fn door(listener: TcpListener, desk: Desk, limits: Limits, mut stop: Stop) -> Result<(), std::io::Error> {
    hearth_gateway::serve(listener, Arc::new(desk), limits, async move { stop.over().await }).await
}

fn limits(config: &Config) -> Limits {
    let usual = Limits::default();
    // By then all streams have ended: nobody is waited for.
    Limits { running: config.door.running.unwrap_or(usual.running), drain: Duration::from_secs(1), ..usual }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, RunError> {
    let failed = |error: std::io::Error| RunError::Door { address, problem: error.to_string() };
    hearth_gateway::listen(address).await.map_err(failed)
}

/// Opens both keyfiles.
pub(crate) fn open_keys(config: &config::Keys) -> Result<Keys, RunError> {
    let password = password(&config.password)?;
    let worker = file::open(&config.worker, &password)?;
    let sealing = file::open_bytes(&config.sealing, Kind::X25519, &password)?;
    Ok(Keys { worker: Arc::new(worker), sealing })
}

/// The first line of a file that nobody else reads.
pub(crate) fn password(path: &std::path::Path) -> Result<Password, RunError> {
    use std::os::unix::fs::PermissionsExt as _;
    let wrong = |problem: String| RunError::Password { path: path.to_owned(), problem };
    let mode = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(wrong(format!("others can read it (mode {mode:o}): chmod 600 it")));
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// Refuses to serve a node with other keys than the chain says.
pub(crate) fn fits(node: &bonds::Node, keys: &Keys) -> Result<(), RunError> {
    let wrong = |problem: &str| RunError::Node { node: node.node, problem: problem.to_owned() };
    if node.card.worker_key != keys.worker.public_key() {
        return Err(wrong("its worker key is another: name the right keyfile, or let the owner update the node"));
    }
    match seal::sealing_key(&keys.sealing) {
        Ok(key) if node.card.sealing_key.as_slice() == key => Ok(()),
        _ => Err(wrong("clients seal to another key: name the right keyfile, or let the owner update the node")),
    }
}
