//! `hearth-wasmd`: a chain of one wasmd node, with a beacon beside it, until this program ends. Its one line says how to reach
//! them, as the first line of `hearth-devnet --json` does.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to whoever started it")]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use hearth_wasmd::{Config, Line, spawn};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A chain of one wasmd node, which `make wasmd` builds, or `make wasmd-old`.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Makes a block every so many milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 500)]
    block_time: u64,
    /// Runs v0.53.4, with wasmvm 2.1, in place of v0.61.14.
    #[arg(long)]
    old: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let line = if arguments.old { Line::Old } else { Line::Current };
    let config = Config { line, block: Duration::from_millis(arguments.block_time), ..Config::default() };
    let wasmd = spawn(&config)?;
    let beacon = hearth_wasmd::beacon(&config.chain_id);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let accounts: Vec<Value> = wasmd
            .accounts()
            .iter()
            .map(|account| json!({ "address": account.address, "mnemonic": account.mnemonic }))
            .collect();
        let line = json!({
            "rpc": wasmd.rpc(), "websocket": wasmd.websocket(), "beacon": format!("http://{}", listener.local_addr()?),
            "chain_id": config.chain_id, "prefix": "wasm", "gas_price": config.gas_price.to_string(), "accounts": accounts,
        });
        println!("{line}");
        tokio::select! {
            served = beacon.serve(listener) => served?,
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(())
    })
}
