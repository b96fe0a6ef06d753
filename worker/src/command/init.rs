//! `hearthd init`: a configuration, its keys, and the card by which the owner registers the node.
//!
//! - [`answers`] – what has to be known, from flags or from a person, checked before anything is written
//! - [`text`] – the configuration, with a word on each line that somebody may want to change
//! - [`keys`] – the worker key, the sealing key, and the password of both
//!
//! Keys that are there already stay as they are.

pub mod answers;
pub mod keys;
pub mod text;

use std::path::{Path, PathBuf};

use hearth_schema::bonds::NodeCard;
use hearth_wallet::card::Card;
use hearth_wallet::files;
use hearth_wallet::key::Signer as _;

use self::answers::{Answers, Args};
use self::keys::Keys;
use super::CommandError;
use super::person::Person;
use crate::config::Config;
use crate::engine;

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The configuration.
    pub config: PathBuf,
    /// The card.
    pub card: PathBuf,
    /// The worker's address, which pays for gas.
    pub worker: String,
    /// In which denomination.
    pub denom: String,
    /// Whether the configuration has an offer.
    pub offers: bool,
}

/// Asks what is missing, and writes everything.
pub async fn run(args: Args, person: &mut dyn Person) -> Result<Made, CommandError> {
    let path = std::path::absolute(&args.config).unwrap_or_else(|_| args.config.clone());
    if path.exists() && !args.again {
        return Err(CommandError::Exists { path });
    }
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let answers = Answers::gather(args, person)?;
    files::private_folder(&folder)?;
    let keys = Keys::make(&folder)?;
    files::write_public(&path, text::text(&answers).as_bytes())?;
    let config = Config::read(&path)?;
    let card = folder.join("node-card.json");
    introduce(&answers, &keys, &config).await?.write(&card)?;
    let worker = keys.worker.address(&config.chain.prefix).map_err(hearth_wallet::Error::from)?;
    let denom = config.chain.gas_price.denom().to_owned();
    Ok(Made { config: path, card, worker, denom, offers: !config.offers.is_empty() })
}

/// The node's card, signed by its worker key. Its engine is started once, to say what it is.
async fn introduce(answers: &Answers, keys: &Keys, config: &Config) -> Result<Card, CommandError> {
    let engines = match &answers.engine_version {
        Some(version) => vec![version.clone()],
        None => vec![engine::start(&config.engine).await?.0.describe().version.clone()],
    };
    let node = NodeCard {
        worker_key: keys.worker.public_key(),
        sealing_key: keys.sealing.into(),
        endpoint: answers.endpoint.clone(),
        attributes: answers.attributes.clone(),
        engines,
    };
    Ok(Card::sign(&keys.worker, &config.chain.id, &answers.bonds, &answers.owner, node)?)
}

impl std::fmt::Display for Made {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { config, card, worker, denom, offers } = self;
        writeln!(out, "configuration: {}", config.display())?;
        writeln!(out, "node card:     {}", card.display())?;
        writeln!(out, "worker:        {worker}")?;
        writeln!(out, "\nNext:")?;
        writeln!(out, "  send {denom} to the worker: it pays for its gas")?;
        writeln!(out, "  hearth node register --card {} --name NAME   (where the owner's key is)", card.display())?;
        writeln!(out, "  hearth bond add NODE AMOUNT   (the stake has to cover what is offered)")?;
        if !offers {
            writeln!(out, "  hearthd bench --config {}   (then set a price in [[offers]])", config.display())?;
        }
        writeln!(out, "  hearthd check --config {}", config.display())?;
        write!(out, "  hearthd run --config {}", config.display())
    }
}
