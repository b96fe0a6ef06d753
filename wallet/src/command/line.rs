//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::command::{
    account, bond, book, catalogue, chat, config, deal, deploy, key, node, offer, price, receipt, run, tx,
};

/// Buys and sells inference on a Hearth market, and brings the market onto a chain.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Example:\n  hearth show")]
pub struct Line {
    /// What holds for every command.
    #[command(flatten)]
    pub flags: Flags,
    /// What it is about.
    #[command(subcommand)]
    pub noun: Noun,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Flags {
    /// The profile of config.toml; its default where left out.
    #[arg(long, global = true, env = "HEARTH_PROFILE", value_name = "NAME", hide_env_values = true)]
    pub profile: Option<String>,
    /// The RPC of a node; repeat it for fail-over.
    #[arg(long, global = true, env = "HEARTH_RPC", value_delimiter = ',', value_name = "URL", hide_env_values = true)]
    pub rpc: Vec<String>,
    /// The chain's id.
    #[arg(long, global = true, env = "HEARTH_CHAIN_ID", value_name = "ID", hide_env_values = true)]
    pub chain_id: Option<String>,
    /// The price of gas, as in 0.025ucosm.
    #[arg(long, global = true, env = "HEARTH_GAS_PRICE", value_name = "PRICE", hide_env_values = true)]
    pub gas_price: Option<String>,
    /// The deployment's record.
    #[arg(long, global = true, env = "HEARTH_DEPLOYMENT", value_name = "FILE", hide_env_values = true)]
    pub deployment: Option<PathBuf>,
    /// The key that signs.
    #[arg(long, global = true, env = "HEARTH_KEY", value_name = "NAME", hide_env_values = true)]
    pub key: Option<String>,
    /// The file whose first line is the key's password; - for stdin.
    #[arg(long, global = true, env = "HEARTH_PASSWORD_FILE", value_name = "FILE", hide_env_values = true)]
    pub password_file: Option<PathBuf>,
    /// The folder of profiles, keys and pending transactions [default: ~/.hearth].
    #[arg(long, global = true, env = "HEARTH_HOME", value_name = "DIR", hide_env_values = true)]
    pub home: Option<PathBuf>,
    /// How data is written: text for people, json for programs.
    #[arg(
        long,
        global = true,
        env = "HEARTH_OUTPUT",
        value_enum,
        default_value_t = Format::Text,
        value_name = "FORMAT",
        hide_env_values = true,
        hide_possible_values = true
    )]
    pub output: Format,
    /// Says what it would do, use and cost, and signs nothing; needs no key but its address.
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Asks nothing, and does it.
    #[arg(long, short, global = true)]
    pub yes: bool,
}

/// How data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one document, data or error.
    Json,
}

/// What a command is about.
#[derive(Debug, Subcommand)]
pub enum Noun {
    /// Keys, encrypted under a password.
    #[command(subcommand)]
    Key(key::Verb),
    /// Profiles: which chain, which key, which deployment.
    #[command(subcommand)]
    Config(config::Verb),
    /// What is free to spend, and what is owed.
    #[command(subcommand)]
    Account(account::Verb),
    /// Nodes: the machines that sell.
    #[command(subcommand)]
    Node(node::Verb),
    /// The stake behind a node.
    #[command(subcommand)]
    Bond(bond::Verb),
    /// Offers of a node.
    #[command(subcommand)]
    Offer(offer::Verb),
    /// What is for sale.
    #[command(subcommand)]
    Book(book::Verb),
    /// Deals between a client and a node.
    #[command(subcommand)]
    Deal(deal::Verb),
    /// The token's price, as its sources post it.
    #[command(subcommand)]
    Price(price::Verb),
    /// Models that the curator has published.
    #[command(subcommand)]
    Model(catalogue::ModelVerb),
    /// Classes of the book.
    #[command(subcommand)]
    Class(catalogue::ClassVerb),
    /// Brings the suite onto a chain.
    #[command(subcommand)]
    Deploy(deploy::Verb),
    /// Transactions, and what became of those that were signed.
    #[command(subcommand)]
    Tx(tx::Verb),
    /// Asks a model one question, at the best offer.
    #[command(after_help = "Example:\n  hearth run --model hearth-tiny --dry-run \"What is burned?\"")]
    Run(run::Running),
    /// Talks with a model over many turns, in one session.
    #[command(after_help = "Example:\n  hearth chat --model hearth-tiny --dry-run")]
    Chat(chat::Chatting),
    /// What an answer can be shown by.
    #[command(subcommand)]
    Receipt(receipt::Verb),
    /// The market at a glance.
    #[command(after_help = "Example:\n  hearth show")]
    Show,
    /// Says what is wrong with the set-up, and the remedy.
    #[command(after_help = "Example:\n  hearth doctor")]
    Doctor,
    /// Completions for a shell.
    #[command(after_help = "Example:\n  hearth completions bash")]
    Completions {
        /// Which.
        shell: clap_complete::Shell,
    },
}
