//! `hearthd status`: how a worker is doing, as its door tells it; where nobody answers, what its journal remembers.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use hearth_schema::unit::{Height, Usd};
use hearth_wallet::amount;
use hearth_wallet::key::Signer as _;
use serde_json::Value;

use super::CommandError;
use crate::config::Config;
use crate::journal::{Journal, JournalError, Owner, Page};
use crate::run;

/// How long the door may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a worker is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    Runs {
        /// Where it answers.
        address: String,
        /// Why it takes no work; nothing while it does.
        unready: Option<String>,
        /// Its figures, by name, without those that are of a kind.
        figures: Vec<(String, String)>,
    },
    /// It does not.
    Rests {
        /// What its journal remembers.
        memory: Memory,
    },
}

/// What a journal remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The last block that was read.
    pub height: Option<Height>,
    /// Deals that have not ended.
    pub deals: usize,
    /// What was served in them and not committed.
    pub uncommitted: Usd,
    /// Transactions under way.
    pub letters: u64,
    /// Answers that are kept.
    pub answers: u64,
}

/// Asks the worker of a configuration, or reads its journal.
pub async fn run(path: &Path) -> Result<Status, CommandError> {
    let config = Config::read(path)?;
    let address = address(&config);
    if let Some(status) = asked(&address).await {
        return Ok(status);
    }
    if !config.journal.exists() {
        let problem = format!("there is none at {}; hearthd run starts the worker", config.journal.display());
        return Err(CommandError::Silent { address, problem });
    }
    let keys = run::open_keys(&config.keys)?;
    let worker = keys.worker.address(&config.chain.prefix)?;
    let owner = Owner { chain: config.chain.id.clone(), market: config.addresses()?.market, worker };
    match Journal::open(&config.journal, &owner) {
        Ok(journal) => Ok(Status::Rests { memory: journal.turn(remember).await? }),
        Err(error @ JournalError::Busy { .. }) => Err(CommandError::Silent { address, problem: error.to_string() }),
        Err(error) => Err(error.into()),
    }
}

/// Where the worker answers: at the address it announced, else where it was told to listen.
pub fn address(config: &Config) -> String {
    let announced = config.door.announce.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
    let address = announced.map_or_else(|| config.door.listen.to_string(), |text| text.trim().to_owned());
    // What listens everywhere listens here too.
    address.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:")
}

async fn asked(address: &str) -> Option<Status> {
    let http = reqwest::Client::builder().timeout(PATIENCE).build().ok()?;
    let ready: Value = http.get(format!("http://{address}/readyz")).send().await.ok()?.json().await.ok()?;
    let figures = http.get(format!("http://{address}/metrics")).send().await.ok()?.text().await.ok()?;
    let unready = (!ready.get("ready")?.as_bool()?)
        .then(|| ready.get("reason").and_then(Value::as_str).unwrap_or("it does not say why").to_owned());
    Some(Status::Runs { address: address.to_owned(), unready, figures: self::figures(&figures) })
}

/// Name and value of each figure that has no labels.
pub fn figures(text: &str) -> Vec<(String, String)> {
    let plain = text.lines().filter(|line| !line.starts_with('#') && !line.contains('{'));
    plain.filter_map(|line| line.split_once(' ')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn remember(page: &Page<'_>) -> Result<Memory, JournalError> {
    let deals = page.open_deals()?;
    let mut uncommitted = Usd::new(0);
    for deal in &deals {
        let served = page.ledger(deal.id)?.totals.spent;
        uncommitted = uncommitted.plus(served.less(deal.deal.totals.spent))?;
    }
    Ok(Memory {
        height: page.cursor()?,
        deals: deals.len(),
        uncommitted,
        letters: page.letter_count()?,
        answers: page.leaf_count()?,
    })
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs { address, unready, figures } => {
                write!(out, "runs at {address}, ")?;
                match unready {
                    None => write!(out, "takes work")?,
                    Some(why) => write!(out, "takes no work: {why}")?,
                }
                figures.iter().try_for_each(|(name, value)| write!(out, "\n{name:<44} {value}"))
            }
            Self::Rests { memory } => {
                let Memory { height, deals, uncommitted, letters, answers } = memory;
                let height = height.map_or("none".to_owned(), |height| height.to_string());
                writeln!(out, "does not run; its journal remembers:")?;
                writeln!(out, "last block                                   {height}")?;
                writeln!(out, "deals that have not ended                    {deals}")?;
                let uncommitted = amount::show_dollars(*uncommitted);
                writeln!(out, "served in them and not committed             {uncommitted}")?;
                writeln!(out, "transactions under way                       {letters}")?;
                write!(out, "answers kept                                 {answers}")
            }
        }
    }
}
