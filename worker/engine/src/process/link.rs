//! One process: its pipes, what it says on stderr, its health, its end.

mod stderr;

use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use super::config::{Patience, Settings};
use super::waiting::{Said, Waiting};
use super::wire::{self, Order, PROTOCOL, Reply, Setup};
use crate::{Description, Error};

pub(super) use stderr::Log;
use stderr::Tail;

/// How many frames wait to be written; more requests are refused as busy.
const AHEAD: usize = 64;

/// How long a process that has closed its pipes may take to end, and its last words to arrive.
const END: Duration = Duration::from_secs(2);

/// A running process. It is killed when this is dropped.
pub(super) struct Link {
    process: Child,
    road: mpsc::Sender<Vec<u8>>,
    replies: mpsc::Receiver<Result<Reply, Error>>,
    tail: Tail,
    /// Of its memory, to be said when it was passed.
    bound: Option<u64>,
    _pipes: JoinSet<()>,
    _keeper: std::sync::mpsc::Sender<()>,
}

impl Link {
    /// Starts a process and waits until its engine is loaded.
    pub(super) async fn open(settings: &Settings, log: &Log) -> Result<(Self, Description), Error> {
        let mut link = Self::start(settings, log).await?;
        match timeout(settings.patience.load(), link.replies.recv()).await {
            Err(_late) => Err(Error::Lost(format!(
                "{} did not load in {:?}",
                settings.program.display(),
                settings.patience.load()
            ))),
            Ok(Some(Ok(Reply::Ready(description)))) => Ok((link, description)),
            Ok(Some(Ok(Reply::Refused(failure)))) => Err(failure.into()),
            Ok(Some(Ok(_))) => Err(Error::Lost("the engine answered before it was asked".to_owned())),
            Ok(Some(Err(why))) => Err(why),
            Ok(None) => Err(link.end().await),
        }
    }

    async fn start(settings: &Settings, log: &Log) -> Result<Self, Error> {
        let load = |problem: String| Error::Load { file: settings.program.display().to_string(), problem };
        let setup = Setup { protocol: PROTOCOL, config: settings.config.clone() };
        let setup = wire::encode(&setup).map_err(|broken| load(broken.to_string()))?;
        let (started, keeper) = spawn(settings);
        let spawned = started.await.map_err(|_panicked| load("its thread ended".to_owned()))?;
        let mut process = spawned.map_err(|error| load(format!("cannot be started: {error}")))?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(load("has no pipes".to_owned()));
        };
        let (road, frames) = mpsc::channel(AHEAD);
        let (sender, replies) = mpsc::channel(AHEAD);
        let mut pipes = JoinSet::new();
        let _fits = road.try_send(setup);
        pipes.spawn(write(stdin, frames));
        pipes.spawn(read(stdout, sender));
        let tail = Tail::follow(stderr, Arc::clone(log));
        let bound = settings.config.memory;
        Ok(Self { process, road, replies, tail, bound, _pipes: pipes, _keeper: keeper })
    }

    pub(super) fn road(&self) -> mpsc::Sender<Vec<u8>> {
        self.road.clone()
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Passes on what the process says until it fails, and says how.
    pub(super) async fn follow(&mut self, waiting: &Waiting, patience: &Patience) -> Error {
        let mut health = Health { asked: None, last: Instant::now(), number: 0 };
        let mut tick = interval(patience.tick());
        loop {
            tokio::select! {
                // What it says counts before the clock does: this side may have been late itself.
                biased;
                reply = self.replies.recv() => {
                    let Some(reply) = reply else { return self.end().await };
                    if let Err(why) = reply.and_then(|reply| health.take(reply, waiting)) {
                        return why;
                    }
                }
                _ = tick.tick() => {
                    if let Err(why) = health.look(waiting, patience, &self.road) {
                        return why;
                    }
                }
            }
        }
    }

    /// Waits for the end of a process that closed its pipe, and says what is known of it.
    async fn end(&mut self) -> Error {
        let status = timeout(END, self.process.wait()).await.ok().and_then(Result::ok);
        let words = timeout(END, self.tail.words()).await.unwrap_or_default();
        if let Some(needed) = words.iter().find_map(|line| refused_bytes(line)) {
            let what = "the engine's work".to_owned();
            let remedy = "raise the bound, or take a smaller cache or model".to_owned();
            return Error::Memory { what, needed, allowed: self.bound.unwrap_or_default(), remedy };
        }
        let status = status.map_or_else(|| "it closed its pipe".to_owned(), |status| status.to_string());
        let last = words.back().map(|line| format!(", saying: {line}")).unwrap_or_default();
        Error::Lost(format!("the engine's process ended ({status}){last}"))
    }

    /// Kills the process for good.
    pub(super) async fn kill(mut self) {
        let _dead = self.process.kill().await;
    }
}

/// Starts the process on a thread that stays until the process is done with: Linux counts the end of the thread that
/// started a process as its parent's death.
fn spawn(settings: &Settings) -> (oneshot::Receiver<std::io::Result<Child>>, std::sync::mpsc::Sender<()>) {
    let mut command = Command::new(&settings.program);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).env_clear();
    // What a terminal says to its foreground, such as Ctrl-C, is the parent's to pass on.
    #[cfg(unix)]
    command.process_group(0);
    let (start, started) = oneshot::channel();
    let (keeper, kept) = std::sync::mpsc::channel();
    let runtime = Handle::current();
    thread::spawn(move || {
        let spawned = {
            let _context = runtime.enter();
            command.spawn()
        };
        let _gone = start.send(spawned);
        let _dropped = kept.recv();
    });
    (started, keeper)
}

/// Questions after the health of a process.
struct Health {
    asked: Option<Instant>,
    last: Instant,
    number: u64,
}

impl Health {
    fn take(&mut self, reply: Reply, waiting: &Waiting) -> Result<(), Error> {
        match reply {
            Reply::Event { id, event } => waiting.said(id, Ok(Said::Event(event))),
            Reply::Rows { id, rows } => waiting.said(id, Ok(Said::Rows(rows))),
            Reply::Scored { id, logprobs } => waiting.said(id, Ok(Said::Scored(logprobs))),
            Reply::Failed { id, failure } => waiting.said(id, Err(failure.into())),
            Reply::Pong(number) if self.asked.is_some() && number == self.number => {
                self.asked = None;
                Ok(())
            }
            Reply::Pong(_) | Reply::Ready(_) | Reply::Refused(_) => {
                Err(Error::Lost("the engine answered what it was not asked".to_owned()))
            }
        }
    }

    fn look(&mut self, waiting: &Waiting, patience: &Patience, road: &mpsc::Sender<Vec<u8>>) -> Result<(), Error> {
        if self.asked.is_some_and(|asked| asked.elapsed() > patience.pong()) {
            return Err(Error::Lost(format!("the engine hangs: no sign of life in {:?}", patience.pong())));
        }
        if waiting.stalled() > patience.stall() {
            return Err(Error::Lost(format!("the engine hangs: no progress in {:?}", patience.stall())));
        }
        if self.asked.is_none() && self.last.elapsed() >= patience.ping() {
            self.number = self.number.wrapping_add(1);
            (self.asked, self.last) = (Some(Instant::now()), Instant::now());
            if let Ok(frame) = wire::encode(&Order::Ping(self.number)) {
                // Where even this does not fit, the process has not read for long: the deadline runs.
                let _full = road.try_send(frame);
            }
        }
        Ok(())
    }
}

async fn write(mut stdin: ChildStdin, mut frames: mpsc::Receiver<Vec<u8>>) {
    while let Some(frame) = frames.recv().await {
        if stdin.write_all(&frame).await.is_err() {
            return;
        }
    }
}

async fn read(stdout: ChildStdout, replies: mpsc::Sender<Result<Reply, Error>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let reply = match wire::read_async(&mut stdout).await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => return,
            Err(broken) => Err(Error::Lost(format!("the engine talks nonsense: {broken}"))),
        };
        let last = reply.is_err();
        if replies.send(reply).await.is_err() || last {
            return;
        }
    }
}

/// Rust's own last words where an allocation fails.
fn refused_bytes(line: &str) -> Option<u64> {
    line.split_once("memory allocation of ")?.1.split_once(" bytes failed")?.0.parse().ok()
}
