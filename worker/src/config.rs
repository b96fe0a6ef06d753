//! How a worker is set up: one TOML file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hearth_engine::openai;
use hearth_engine::process::Patience;
use hearth_engine::scripted::Script;
use hearth_schema::deploy::Addresses;
use hearth_schema::unit::{ClassId, Seconds};
use hearth_wallet::deploy::Record;
use hearth_wallet::{Chain, amount};
use serde::Deserialize;
use thiserror::Error;

use crate::due::Habits;
use crate::offers::Wanted;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file.
    #[error("the configuration {path} cannot be read: {problem}")]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
    /// A value.
    #[error("{field} in the configuration: {problem}")]
    Value {
        /// Where.
        field: &'static str,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// The deployment's record.
    #[error(transparent)]
    Wallet(#[from] hearth_wallet::Error),
}

/// How a worker is set up. Paths are relative to the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where what must not be forgotten is kept.
    pub journal: PathBuf,
    /// The deployment's record; else the addresses stand in `suite`.
    pub deployment: Option<PathBuf>,
    /// The contracts' addresses.
    pub suite: Option<Addresses>,
    /// Whether what is owed to the node's owner is claimed when work is final.
    #[serde(default = "yes")]
    pub claims: bool,
    /// How long streams may go on when the worker is stopped.
    #[serde(default = "drain")]
    pub drain: String,
    /// How long the answers and receipts of a deal are kept after its time, once it is over and final.
    #[serde(default = "keep")]
    pub keep: String,
    /// The chain.
    pub chain: Chain,
    /// The keys.
    pub keys: Keys,
    /// The engine.
    pub engine: Engine,
    /// The door.
    pub door: Door,
    /// The beacon.
    pub beacon: Beacon,
    /// When it commits.
    #[serde(default)]
    pub commit: Commit,
    /// The offers.
    #[serde(default)]
    pub offers: Vec<Offer>,
}

/// Where the keys are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The keyfile of the worker key.
    pub worker: PathBuf,
    /// The keyfile of the sealing key.
    pub sealing: PathBuf,
    /// A file with the password of both; nobody else may read it.
    pub password: PathBuf,
}

/// Which engine.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "make", rename_all = "kebab-case")]
pub enum Engine {
    /// Our own, in this process.
    Embedded(Embedded),
    /// Our own, in a process beside this one: what kills it does not kill the worker.
    Process {
        /// Where `hearthd-engine` is.
        program: PathBuf,
        /// The most memory that it may take, in bytes.
        memory: Option<u64>,
        /// How long it may take, and how often it is started again.
        #[serde(default)]
        patience: Patience,
        /// What it runs.
        run: Embedded,
    },
    /// A local server that speaks OpenAI's API.
    Openai(openai::Config),
    /// One that plays a script: for tests of faults alone.
    Scripted(Script),
}

/// A model of our own engine.
#[derive(Clone, Debug, Deserialize)]
pub struct Embedded {
    /// The model's name, as clients ask for it.
    pub name: String,
    /// Its folder.
    pub model: PathBuf,
    /// Threads; 0 takes as many as there are cores.
    #[serde(default)]
    pub threads: usize,
    /// Memory for what was read and said, in bytes.
    #[serde(default = "gibibyte")]
    pub cache_bytes: u64,
}

/// The door.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Where it listens.
    pub listen: SocketAddr,
    /// A file to which the address is written once it listens: for those who let the system choose a port.
    pub announce: Option<PathBuf>,
    /// The most requests that are answered at once.
    pub running: Option<usize>,
}

/// Where rounds of the beacon come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beacon {
    /// Relays in drand's format, in the order of preference.
    pub relays: Vec<String>,
}

/// When a worker commits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Commit {
    /// As soon as this much is vouched for, as in `0.05usd`.
    pub fee: String,
    /// As soon as something is not committed for so long, as in `10m`.
    pub age: String,
    /// How long a voucher is waited for, as in `5s`.
    pub patience: String,
}

impl Default for Commit {
    fn default() -> Self {
        Self { fee: "0.05usd".into(), age: "10m".into(), patience: "5s".into() }
    }
}

/// An offer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// The class.
    pub class: u64,
    /// Dollars for a million tokens of an answer, as in `2.5usd`.
    pub price: String,
    /// How many deals at once.
    pub slots: u32,
    /// The least that a deal may be worth, as in `0.001usd`.
    pub min_spend: String,
    /// The most that a deal may be worth.
    pub max_spend: String,
    /// How long a deal may live, as in `1d`.
    pub max_life: String,
}

const fn yes() -> bool {
    true
}

fn drain() -> String {
    "60s".to_owned()
}

fn keep() -> String {
    "7d".to_owned()
}

const fn gibibyte() -> u64 {
    1 << 30
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |problem: String| ConfigError::File { path: path.to_owned(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let mut config: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        // The folder of a bare name is this one: a path of its own, which the system can be asked about.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        config.root(folder.unwrap_or(Path::new(".")));
        config.check()?;
        Ok(config)
    }

    /// Takes relative paths from the file's folder.
    fn root(&mut self, folder: &Path) {
        let Self { journal, deployment, keys, engine, door, .. } = self;
        let model = match engine {
            Engine::Embedded(embedded) => Some(&mut embedded.model),
            Engine::Process { run, .. } => Some(&mut run.model),
            Engine::Openai(_) | Engine::Scripted(_) => None,
        };
        let paths = [journal, &mut keys.worker, &mut keys.sealing, &mut keys.password];
        for path in paths.into_iter().chain(model).chain(deployment).chain(&mut door.announce) {
            *path = folder.join(&*path);
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.chain.check()?;
        self.habits()?;
        self.drain()?;
        self.keep()?;
        self.wanted()?;
        if self.beacon.relays.is_empty() {
            let problem = "name at least one, as in https://api.drand.sh/CHAIN_HASH".to_owned();
            return Err(ConfigError::Value { field: "beacon.relays", problem });
        }
        Ok(())
    }

    /// Where the contracts are.
    pub fn addresses(&self) -> Result<Addresses, ConfigError> {
        match (&self.suite, &self.deployment) {
            (Some(suite), None) => Ok(suite.clone()),
            (None, Some(path)) => {
                let record = Record::read(path)?;
                if record.chain_id != self.chain.id {
                    let problem = format!("it is on {}, and chain.chain_id is {}", record.chain_id, self.chain.id);
                    return Err(ConfigError::Value { field: "deployment", problem });
                }
                Ok(record.addresses)
            }
            _ => {
                let problem = "set it, or all addresses in [suite], and not both".to_owned();
                Err(ConfigError::Value { field: "deployment", problem })
            }
        }
    }

    /// When it commits.
    pub fn habits(&self) -> Result<Habits, ConfigError> {
        let Commit { fee, age, patience } = &self.commit;
        Ok(Habits {
            fee: value("commit.fee", amount::dollars(fee))?,
            age: value("commit.age", amount::duration(age))?,
            patience: value("commit.patience", amount::duration(patience))?,
        })
    }

    /// How long streams may go on when the worker is stopped.
    pub fn drain(&self) -> Result<Duration, ConfigError> {
        let Seconds(drain) = value("drain", amount::duration(&self.drain))?;
        Ok(Duration::from_secs(drain))
    }

    /// How long a deal is kept after its time.
    pub fn keep(&self) -> Result<Seconds, ConfigError> {
        value("keep", amount::duration(&self.keep))
    }

    /// The offers, on the grid of prices.
    pub fn wanted(&self) -> Result<Vec<Wanted>, ConfigError> {
        let wanted = |offer: &Offer| {
            Ok(Wanted {
                class: ClassId(offer.class),
                tick: value("offers.price", amount::offer_price(&offer.price))?,
                slots: offer.slots,
                min_spend: value("offers.min_spend", amount::dollars(&offer.min_spend))?,
                max_spend: value("offers.max_spend", amount::dollars(&offer.max_spend))?,
                max_life: value("offers.max_life", amount::duration(&offer.max_life))?,
            })
        };
        self.offers.iter().map(wanted).collect()
    }
}

fn value<T>(field: &'static str, read: Result<T, hearth_wallet::Error>) -> Result<T, ConfigError> {
    read.map_err(|error| {
        let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
        ConfigError::Value { field, problem: format!("{error}{hint}") }
    })
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
