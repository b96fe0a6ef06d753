//! `hearth-devnet`: a CosmWasm chain in one process.
#![allow(clippy::print_stderr, reason = "a command speaks to a person")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::Parser;
use hearth_devnet::price::GasPrice;
use hearth_devnet::wasm::record::{ANY_OF, AccessConfig, EVERYBODY, NOBODY, Params};
use hearth_devnet::{Config, Devnet, Pace, StartError, print, spawn};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::broadcast::error::RecvError;

/// A CosmWasm chain in one process, which real clients take for a real one.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port of the RPC; 0 takes any free one.
    #[arg(long, default_value_t = 26657)]
    port: u16,
    /// The port of the beacon; 0 takes any free one.
    #[arg(long, default_value_t = 26660)]
    beacon_port: u16,
    /// The address to listen on: anyone who reaches it commands the chain.
    #[arg(long, default_value = "127.0.0.1")]
    host: std::net::IpAddr,
    /// The chain's name.
    #[arg(long, default_value = "hearth-1")]
    chain_id: String,
    /// What addresses begin with.
    #[arg(long, default_value = "wasm")]
    prefix: String,
    /// The least price of gas.
    #[arg(long, default_value = "0.025ucosm")]
    gas_price: GasPrice,
    /// Makes a block every so many milliseconds; else one follows each transaction at once.
    #[arg(long, value_name = "MS")]
    block_time: Option<u64>,
    /// How many accounts have coins from genesis on.
    #[arg(long, default_value_t = 10)]
    accounts: u32,
    /// Keeps the chain in this folder; else it is gone when the program ends.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// How long is voted on a proposal, in seconds; deposits are awaited as long.
    #[arg(long, value_name = "S", default_value_t = 60)]
    voting_period: u64,
    /// Who may upload: everybody, nobody, or addresses. Governance may in any case.
    #[arg(long, value_name = "WHO", default_value = "everybody")]
    code_upload_access: Access,
    /// Who may instantiate where an upload does not say: everybody, nobody, or creator.
    #[arg(long, value_name = "WHO", default_value = "everybody")]
    instantiate_default_permission: Permission,
    /// What contracts may require; a chain of wasmvm 2.1 has no cosmwasm_2_2.
    #[arg(long, value_name = "LIST")]
    capabilities: Option<String>,
    /// Lets faults be commanded.
    #[arg(long)]
    chaos: bool,
    /// Writes lines of JSON.
    #[arg(long)]
    json: bool,
    /// Writes nothing but errors.
    #[arg(long)]
    quiet: bool,
}

/// Who may upload.
#[derive(Clone)]
struct Access(AccessConfig);

impl FromStr for Access {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let addresses = || text.split(',').map(str::to_owned).collect();
        Ok(Self(match text {
            "everybody" => AccessConfig::everybody(),
            "nobody" => AccessConfig { permission: NOBODY, addresses: Vec::new() },
            _ => AccessConfig { permission: ANY_OF, addresses: addresses() },
        }))
    }
}

/// Who may instantiate.
#[derive(Clone)]
struct Permission(i32);

impl FromStr for Permission {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "everybody" => Ok(Self(EVERYBODY)),
            "nobody" => Ok(Self(NOBODY)),
            "creator" => Ok(Self(ANY_OF)),
            _ => Err("say everybody, nobody or creator"),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    open_many();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), StartError> {
    let defaults = Config::default();
    let config = Config {
        chain_id: arguments.chain_id.clone(),
        prefix: arguments.prefix.clone(),
        gas_price: arguments.gas_price.clone(),
        capabilities: arguments.capabilities.clone().unwrap_or(defaults.capabilities),
        accounts: arguments.accounts,
        pace: arguments.block_time.map_or(Pace::OnDemand, |ms| Pace::Every(Duration::from_millis(ms.max(1)))),
        state: arguments.state.clone(),
        listen: SocketAddr::new(arguments.host, arguments.port),
        beacon: SocketAddr::new(arguments.host, arguments.beacon_port),
        chaos: arguments.chaos,
        voting_period: Duration::from_secs(arguments.voting_period),
        access: Params {
            code_upload_access: Some(arguments.code_upload_access.0.clone()),
            instantiate_default_permission: arguments.instantiate_default_permission.0,
        },
        ..Config::default()
    };
    let devnet = spawn(config.clone())?;
    let blocks = devnet.node().ask_blocking(|node| node.listen());
    if arguments.quiet {
        return wait(devnet);
    }
    // Who reads may have gone: then the chain runs on, unseen.
    let _ = print::welcome(&mut std::io::stdout().lock(), &devnet, &config, arguments.json);
    let as_json = arguments.json;
    if let Ok(mut blocks) = blocks {
        std::thread::spawn(move || {
            loop {
                match blocks.blocking_recv() {
                    // A terminal that is too slow misses blocks, and sees those that come after.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                    Ok(announced) => {
                        if let Some(content) = announced.content() {
                            let _ = print::block(&mut std::io::stdout().lock(), &content.block, as_json);
                        }
                    }
                }
            }
        });
    }
    wait(devnet)
}

/// Takes as many open files as the system allows, as programs in Go do: each connection is one.
fn open_many() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where that is refused, fewer connections are open at once.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Waits for an end that was asked for.
fn wait(devnet: Devnet) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| StartError::Network(error.to_string()))?;
    runtime.block_on(async {
        let _ = tokio::signal::ctrl_c().await;
    });
    drop(devnet);
    Ok(())
}
