//! The process's side: reads orders, runs the engine, writes replies, and dies with its parent.

mod serve;

use std::io::{self, Write};
use std::process::{ExitCode, exit};
use std::thread;

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::wire::{self, Failure, Order, PROTOCOL, Reply, Setup};
use super::{memory, open};
use crate::{Engine, Error};

/// How many replies wait for the parent to read them.
const AHEAD: usize = 256;

/// All of `hearthd-engine`.
#[must_use]
pub fn run() -> ExitCode {
    tie();
    let setup: Setup = match wire::read(&mut io::stdin().lock()) {
        Ok(Some(setup)) => setup,
        Ok(None) => return ExitCode::SUCCESS,
        Err(broken) => return refuse(&broken),
    };
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error),
    };
    let orders = listen();
    let (out, writer) = speak();
    let context = runtime.enter();
    match load(&setup) {
        Ok(engine) => {
            drop(context);
            runtime.block_on(serve::serve(engine.into(), orders, out));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&out, &Reply::Refused(Failure::from(error)));
            drop(out);
            // What was refused must be on its way before the process ends.
            let _panicked = writer.join();
            ExitCode::FAILURE
        }
    }
}

fn load(setup: &Setup) -> Result<Box<dyn Engine>, Error> {
    if setup.protocol != PROTOCOL {
        let problem = format!("speaks version {PROTOCOL}, its parent {}: take both of one release", setup.protocol);
        return Err(Error::Load { file: "hearthd-engine".to_owned(), problem });
    }
    memory::check(&setup.config)?;
    if let Some(bytes) = setup.config.memory {
        memory::bound(bytes);
    }
    open::open(&setup.config)
}

/// Reads orders on a thread of its own, so that the parent's end is noticed even while a model loads.
fn listen() -> mpsc::Receiver<Order> {
    let (sender, orders) = mpsc::channel(AHEAD);
    thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        loop {
            match wire::read(&mut stdin) {
                Ok(Some(order)) => {
                    let _ending = sender.blocking_send(order);
                }
                Ok(None) => exit(0),
                Err(broken) => {
                    refuse(&broken);
                    exit(2)
                }
            }
        }
    });
    orders
}

/// Writes replies on a thread of its own.
fn speak() -> (mpsc::Sender<Vec<u8>>, thread::JoinHandle<()>) {
    let (sender, mut frames) = mpsc::channel::<Vec<u8>>(AHEAD);
    let writer = thread::spawn(move || {
        let mut stdout = io::stdout().lock();
        while let Some(frame) = frames.blocking_recv() {
            if stdout.write_all(&frame).and_then(|()| stdout.flush()).is_err() {
                exit(0);
            }
        }
    });
    (sender, writer)
}

fn say(out: &mpsc::Sender<Vec<u8>>, reply: &Reply) {
    if let Ok(frame) = wire::encode(reply) {
        let _ending = out.blocking_send(frame);
    }
}

fn refuse(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("hearthd-engine: {why}");
    ExitCode::from(2)
}

/// Dies when the parent does, and before it when memory runs out.
#[cfg(target_os = "linux")]
fn tie() {
    use rustix::process::{Signal, set_parent_process_death_signal};
    if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
        eprintln!("cannot die with its parent: {error}");
    }
    // Where this is refused the kernel chooses by size, which is likely to be the same.
    let _refused = std::fs::write("/proc/self/oom_score_adj", "800");
}

#[cfg(not(target_os = "linux"))]
const fn tie() {}
