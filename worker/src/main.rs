//! `hearthd`.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a command speaks to a person")]

use std::fmt::Display;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hearthd::command::check::{Finding, State};
use hearthd::command::init::answers::Args;
use hearthd::command::person::AtTerminal;
use hearthd::command::{CommandError, bench, check, init, status};
use hearthd::log::{self, Form};
use hearthd::{Config, RunError, Worker};
use tokio::signal::unix::{SignalKind, signal};

/// Runs beside a provider's GPUs: serves the deals it won, and commits to what it served.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes a configuration, makes the keys, and the card by which the owner registers the node.
    Init(Box<Args>),
    /// Serves until it is stopped by SIGTERM or SIGINT.
    Run {
        #[command(flatten)]
        at: At,
        /// How lines are written.
        #[arg(long, value_enum, default_value_t)]
        log: Form,
    },
    /// Names what is wrong before the worker is run, and the remedy.
    Check(At),
    /// Measures the engine, and says what a token has to cost.
    Bench {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        args: bench::Args,
    },
    /// Tells how the worker is doing.
    Status(At),
}

#[derive(clap::Args)]
struct At {
    /// The configuration.
    #[arg(long, default_value = "hearthd.toml", env = "HEARTHD_CONFIG")]
    config: PathBuf,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run { at, log } => {
            log::start(log);
            act(async move { Ok(run(&at.config).await?) })
        }
        Command::Init(args) => act(async { told(init::run(*args, &mut AtTerminal::new()).await) }),
        Command::Check(at) => act(async move { checked(&at.config).await }),
        Command::Bench { at, args } => act(async move { told(bench::run(&at.config, &args).await) }),
        Command::Status(at) => act(async move { told(status::run(&at.config).await) }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

fn act(doing: impl Future<Output = Result<(), CommandError>>) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let failed = |error: std::io::Error| RunError::Part { part: "the runtime", problem: error.to_string() };
    runtime.map_err(failed)?.block_on(doing)
}

/// Tells what a command found out.
fn told(found: Result<impl Display, CommandError>) -> Result<(), CommandError> {
    println!("{}", found?);
    Ok(())
}

async fn checked(path: &Path) -> Result<(), CommandError> {
    let found = check::run(path, &mut |finding: &Finding| println!("{finding}")).await;
    let wrong = found.iter().filter(|finding| finding.state == State::Wrong).count();
    if wrong > 0 {
        return Err(CommandError::Found { wrong, checks: found.len() });
    }
    Ok(())
}

async fn run(path: &Path) -> Result<(), RunError> {
    let config = Config::read(path)?;
    let failed = |error: std::io::Error| RunError::Part { part: "the signals", problem: error.to_string() };
    let mut term = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let leave = async move {
        tokio::select! {
            _ = term.recv() => (),
            _ = interrupt.recv() => (),
        }
    };
    Worker::new(config).await?.run(leave).await
}
