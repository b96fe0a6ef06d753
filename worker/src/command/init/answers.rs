//! What has to be known, from flags or from a person, checked before anything is written.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use hearth_engine::openai::Kind;
use hearth_schema::bonds::{Attribute, Value};
use hearth_wallet::chain::GasPrice;
use hearth_wallet::deploy::Record;
use hearth_wallet::key::address;
use hearth_wallet::{Error, amount};

use crate::command::CommandError;
use crate::command::person::{Person, Question};

/// Where rounds of drand's quicknet are found.
const QUICKNET: &str = "https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

/// What is given on the command line.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The configuration to write; the keys and the card are laid beside it
    #[arg(long, default_value = "hearthd.toml", env = "HEARTHD_CONFIG")]
    pub config: PathBuf,
    /// The record of the deployment, as `hearth deploy` wrote it
    #[arg(long)]
    pub deployment: Option<PathBuf>,
    /// A node's RPC, in the order of preference
    #[arg(long)]
    pub rpc: Vec<String>,
    /// What a unit of gas costs, as in 0.025ucosm
    #[arg(long)]
    pub gas_price: Option<GasPrice>,
    /// The node's owner: who bonds and is paid
    #[arg(long)]
    pub owner: Option<String>,
    /// The URL by which clients reach this worker
    #[arg(long)]
    pub endpoint: Option<String>,
    /// Where the door listens
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// The folder of a model that our own engine runs
    #[arg(long, conflicts_with = "server")]
    pub model_folder: Option<PathBuf>,
    /// A local server that speaks OpenAI's API, as in http://127.0.0.1:8000
    #[arg(long)]
    pub server: Option<String>,
    /// Which server it is: vllm, sglang, llama-cpp, tensor-rt, ollama
    #[arg(long, value_parser = kind)]
    pub server_kind: Option<Kind>,
    /// The model's name, as clients ask for it
    #[arg(long)]
    pub model: Option<String>,
    /// The class in which it is offered, by number
    #[arg(long)]
    pub class: Option<u64>,
    /// Dollars for a million tokens of an answer, as in 2.5usd
    #[arg(long)]
    pub price: Option<String>,
    /// A relay of the beacon's rounds, in the order of preference
    #[arg(long)]
    pub relay: Vec<String>,
    /// What clients may filter by, as in region=eu or gpu.count=2
    #[arg(long, value_parser = attribute)]
    pub attribute: Vec<Attribute>,
    /// The engine's name and version, so that it is not started to say it
    #[arg(long)]
    pub engine_version: Option<String>,
    /// Write the configuration and the card anew; the keys stay
    #[arg(long)]
    pub again: bool,
}

/// What is known in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The record of the deployment.
    pub deployment: PathBuf,
    /// The chain's id.
    pub chain: String,
    /// What its addresses begin with.
    pub prefix: String,
    /// The bonds' address.
    pub bonds: String,
    /// The nodes' RPC.
    pub rpc: Vec<String>,
    /// What a unit of gas costs.
    pub gas_price: GasPrice,
    /// The node's owner.
    pub owner: String,
    /// The URL by which clients come.
    pub endpoint: String,
    /// Where the door listens.
    pub listen: SocketAddr,
    /// What runs the model.
    pub engine: Runs,
    /// The model's name.
    pub model: String,
    /// The class.
    pub class: u64,
    /// The price, where it is known.
    pub price: Option<String>,
    /// The relays.
    pub relays: Vec<String>,
    /// What clients filter by.
    pub attributes: Vec<Attribute>,
    /// The engine's version, where it was said.
    pub engine_version: Option<String>,
}

/// What runs a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Our own engine, out of a folder; in a process of its own where its program is found.
    Ours {
        /// The folder.
        folder: PathBuf,
        /// `hearthd-engine`.
        program: Option<PathBuf>,
    },
    /// A local server.
    Server {
        /// Where.
        url: String,
        /// Which.
        kind: Kind,
    },
}

impl Answers {
    /// Asks for what the flags do not say.
    pub fn gather(args: Args, person: &mut dyn Person) -> Result<Self, CommandError> {
        let mut ask = |flag, what, usual, given| Question { flag, what, usual }.ask(given, person);
        let deployment = args.deployment.map(|path| path.display().to_string());
        let deployment = whole(&ask("--deployment", "the record of the deployment (a TOML file)", None, deployment)?);
        let record = Record::read(&deployment)?;
        let prefix = prefix(&record)?;
        let rpc = match args.rpc {
            rpc if rpc.is_empty() => {
                vec![ask("--rpc", "the RPC of a node of the chain", Some("http://127.0.0.1:26657"), None)?]
            }
            rpc => rpc,
        };
        let owner = ask("--owner", "the address of the node's owner, who bonds and is paid", None, args.owner)?;
        address::read(&owner, &prefix).map_err(|error| wrong("--owner", error))?;
        let endpoint = endpoint(ask("--endpoint", "the URL by which clients reach this worker", None, args.endpoint)?)?;
        let listen = args.listen.map(|listen| listen.to_string());
        let listen = ask("--listen", "where the door listens", Some("0.0.0.0:8080"), listen)?;
        let listen = listen
            .parse()
            .map_err(|_| wrong("--listen", format!("`{listen}` is no address and port, as in 0.0.0.0:8080")))?;
        let engine = match (args.model_folder, args.server) {
            (folder, None) => {
                let folder = folder.map(|folder| folder.display().to_string());
                let what = "the folder of the model (or --server for a local server)";
                ours(&ask("--model-folder", what, None, folder)?)?
            }
            (_, Some(url)) => Runs::Server { url, kind: args.server_kind.ok_or_else(no_kind)? },
        };
        let model = args
            .model
            .or_else(|| only(&record))
            .map_or_else(|| ask("--model", "the model's name, as clients ask for it", None, None), Ok)?;
        let class = match args.class.or_else(|| class(&record, &model)) {
            Some(class) => class,
            None => number(&ask("--class", "the class in which it is offered, by number", None, None)?)?,
        };
        let price = match args.price {
            None => person
                .answer("dollars for a million tokens, as in 2.5usd (empty: later):")
                .filter(|price| !price.is_empty()),
            given => given,
        };
        price.as_deref().map(amount::offer_price).transpose()?;
        let relays = if args.relay.is_empty() { vec![QUICKNET.to_owned()] } else { args.relay };
        let gas_price = args.gas_price.unwrap_or_default();
        Ok(Self {
            deployment,
            chain: record.chain_id,
            prefix,
            bonds: record.addresses.bonds,
            rpc,
            gas_price,
            owner,
            endpoint,
            listen,
            engine,
            model,
            class,
            price,
            relays,
            attributes: args.attribute,
            engine_version: args.engine_version,
        })
    }
}

fn wrong(flag: &'static str, problem: impl ToString) -> CommandError {
    CommandError::Answer { flag, problem: problem.to_string() }
}

fn no_kind() -> CommandError {
    CommandError::Missing {
        flag: "--server-kind",
        what: "which server it is: vllm, sglang, llama-cpp, tensor-rt, ollama",
    }
}

fn whole(path: &str) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path))
}

/// What the chain's addresses begin with, as those of the deployment show.
fn prefix(record: &Record) -> Result<String, CommandError> {
    let prefix = record.addresses.market.rsplit_once('1').map(|(prefix, _)| prefix.to_owned());
    prefix.ok_or_else(|| wrong("--deployment", "the market's address in it is no address"))
}

fn endpoint(url: String) -> Result<String, CommandError> {
    let web = url.starts_with("http://") || url.starts_with("https://");
    if !web || url.len() > 256 || url.contains(char::is_whitespace) {
        let problem = format!("`{url}` is no URL of at most 256 bytes, as in https://node.example");
        return Err(wrong("--endpoint", problem));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn ours(folder: &str) -> Result<Runs, CommandError> {
    let folder = whole(folder);
    if !folder.join("config.json").is_file() {
        let problem = format!("{} is no model's folder: it has no config.json", folder.display());
        return Err(wrong("--model-folder", problem));
    }
    let beside = |here: PathBuf| here.parent().map(|folder| folder.join("hearthd-engine"));
    let program = std::env::current_exe().ok().and_then(beside).filter(|program: &PathBuf| Path::is_file(program));
    Ok(Runs::Ours { folder, program })
}

/// The deployment's model, where it has one alone.
fn only(record: &Record) -> Option<String> {
    match record.models.as_slice() {
        [model] => Some(model.name.clone()),
        _ => None,
    }
}

/// The first class of a model, as the record words it.
fn class(record: &Record, model: &str) -> Option<u64> {
    let of = |product: &str| product.strip_prefix(model).is_some_and(|rest| rest.starts_with(' '));
    record.classes.iter().find(|class| of(&class.product)).map(|class| class.id)
}

fn number(text: &str) -> Result<u64, CommandError> {
    text.parse().map_err(|_| wrong("--class", format!("`{text}` is no number of a class")))
}

fn kind(text: &str) -> Result<Kind, String> {
    let known = serde_json::from_value(serde_json::Value::String(text.to_owned()));
    known.map_err(|_| "vllm, sglang, llama-cpp, tensor-rt or ollama".to_owned())
}

/// What `--attribute` says: a number, or words with commas between them.
pub fn attribute(text: &str) -> Result<Attribute, String> {
    let (name, value) = text.split_once('=').ok_or("as in region=eu or gpu.count=2")?;
    let words = || Value::Words(value.split(',').map(|word| word.trim().to_owned()).collect());
    let value = value.parse().map_or_else(|_| words(), Value::Number);
    Ok(Attribute { name: name.trim().to_owned(), value })
}

impl From<hearth_wallet::key::KeyError> for CommandError {
    fn from(error: hearth_wallet::key::KeyError) -> Self {
        Self::Wallet(Error::from(error))
    }
}
