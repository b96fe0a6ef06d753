//! `hearth node`: the machines that sell.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use hearth_schema::bonds::{ExecuteMsg, Node, NodeAdded, Value as Said};
use hearth_schema::unit::NodeId;
use serde_json::json;

use crate::card::Card;
use crate::command::act::Act;
use crate::command::answer::{Answer, to_value};
use crate::command::context::{Context, Money};
use crate::command::table::{pairs, table};
use crate::error::Error;
use crate::suite::Suite;

/// What is done with nodes.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Registers a node from the card that its worker made; introduces the operator with it where it is the first.
    #[command(after_help = "Example:\n  hearth node register --card node-card.json --name Ember --yes")]
    Register {
        /// The card, made by `hearthd init`.
        #[arg(long, value_name = "FILE")]
        card: PathBuf,
        /// What clients read of the operator: 1 to 64 bytes. Needed for the first node.
        #[arg(long)]
        name: Option<String>,
        /// Where more is said of the operator.
        #[arg(long, default_value = "")]
        url: String,
    },
    /// Shows a node, or all of an owner.
    #[command(after_help = "Example:\n  hearth node show 1")]
    Show {
        /// Which; all of one's own where left out.
        node: Option<NodeId>,
        /// Whose nodes.
        #[arg(long, value_name = "ADDRESS", conflicts_with = "node")]
        owner: Option<String>,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let suite = context.suite()?;
    match verb {
        Verb::Register { card, name, url } => register(context, &suite, card, name.as_deref(), url).await,
        Verb::Show { node: Some(node), .. } => show(&suite, *node).await,
        Verb::Show { node: None, owner } => list(&suite, context.address_or_own(owner.as_ref())?).await,
    }
}

async fn register(
    context: &Context,
    suite: &Suite,
    card: &Path,
    name: Option<&str>,
    url: &str,
) -> Result<Answer, Error> {
    let card = Card::read(card)?;
    let bonds = suite.bonds();
    card.check(&context.chain()?.id, bonds.address())?;
    let owner = context.address()?;
    if card.owner != owner {
        let problem = format!("the card is for the owner {}, and the key's address is {owner}", card.owner);
        return Err(Error::usage_hint(problem, "choose the owner's key by --key, or make the card anew: hearthd init"));
    }
    let mut messages = Vec::new();
    if let Some(name) = name {
        messages.push(bonds.tell(&ExecuteMsg::Introduce { name: name.to_owned(), url: url.to_owned() })?);
    } else if bonds.nodes(Some(owner.clone()), None).await?.is_empty() {
        let problem = "an operator's first node needs the operator's name";
        return Err(Error::usage_hint(problem, "--name NAME"));
    }
    let endpoint = card.node.endpoint.clone();
    messages.push(bonds.tell(&ExecuteMsg::AddNode { node: card.node, possession: card.possession })?);
    let act = Act::new(messages, format!("a node at {endpoint} is registered for {owner}"));
    act.run(context).await?.answer(|tx| {
        let event: NodeAdded = tx.needed_event(bonds.address())?;
        let said = format!("node {}, whose worker is {}", event.node, event.worker);
        Ok(Answer::of(tx, &event, said))
    })
}

async fn show(suite: &Suite, id: NodeId) -> Result<Answer, Error> {
    let money = Money::of(suite).await?;
    let node = suite.bonds().node(id).await?;
    let (stake, record) = (suite.bonds().stake(id).await?.unwrap_or_default(), suite.market().record(id).await?);
    let data = json!({ "node": to_value(&node), "stake": to_value(&stake), "record": to_value(&record) });
    let attributes: Vec<String> = node.card.attributes.iter().map(attribute).collect();
    let text = pairs([
        ("node", node.node.to_string()),
        ("owner", node.owner.to_string()),
        ("worker", node.worker.to_string()),
        ("endpoint", node.card.endpoint.clone()),
        ("attributes", attributes.join(", ")),
        ("engines", node.card.engines.join(", ")),
        ("stake", money.show(stake.active)),
        ("unbonding", money.show(stake.unbonding)),
        ("deals", record.opened.to_string()),
        ("commits passed", record.passed.to_string()),
        ("commits failed", record.failed.to_string()),
    ]);
    Ok(Answer::new(data, text))
}

fn attribute(attribute: &hearth_schema::bonds::Attribute) -> String {
    let value = match &attribute.value {
        Said::Number(number) => number.to_string(),
        Said::Words(words) => words.join("/"),
    };
    format!("{} {value}", attribute.name)
}

async fn list(suite: &Suite, owner: String) -> Result<Answer, Error> {
    let nodes = suite.bonds().nodes(Some(owner.clone()), None).await?;
    let row = |node: &Node| vec![node.node.to_string(), node.worker.to_string(), node.card.endpoint.clone()];
    let nothing = format!("{owner} has no node: hearth node register --card FILE registers one");
    let text = table(&["node", "worker", "endpoint"], nodes.iter().map(row), &nothing);
    Ok(Answer::new(json!({ "owner": owner, "nodes": to_value(&nodes) }), text))
}
