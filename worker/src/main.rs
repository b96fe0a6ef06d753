//! `hearthd`.
#![allow(clippy::print_stderr, reason = "a command speaks to a person")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
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
    /// Serves until it is stopped by SIGTERM or SIGINT.
    Run {
        /// The configuration.
        #[arg(long, default_value = "hearthd.toml", env = "HEARTHD_CONFIG")]
        config: PathBuf,
        /// How lines are written.
        #[arg(long, value_enum, default_value_t)]
        log: Form,
    },
}

fn main() -> ExitCode {
    let Command::Run { config, log } = Arguments::parse().command;
    log::start(log);
    match run(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(path: &std::path::Path) -> Result<(), RunError> {
    let config = Config::read(path)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| RunError::Part { part: "the runtime", problem: error.to_string() })?;
    runtime.block_on(async {
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
    })
}
