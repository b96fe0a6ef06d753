//! `hearth bond`: the stake behind a node.

use clap::Subcommand;
use hearth_schema::bonds::{Bonded, Unbonded, Withdrawn};
use hearth_schema::unit::{NodeId, Seconds};
use serde_json::json;

use crate::amount;
use crate::command::act::Act;
use crate::command::answer::{Answer, to_value};
use crate::command::context::{Context, Money};
use crate::command::price;
use crate::command::table::pairs;
use crate::error::Error;
use crate::suite::Suite;

/// What is done with a stake.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Adds tokens to a node's stake.
    #[command(after_help = "Example:\n  hearth bond add 1 1000token --yes")]
    Add {
        /// The node.
        node: NodeId,
        /// How much, as in 1000token.
        amount: String,
    },
    /// Begins to take a part of a stake back; until it is out, it can still be slashed.
    #[command(after_help = "Example:\n  hearth bond unbond 1 10token --yes")]
    Unbond {
        /// The node.
        node: NodeId,
        /// How much, as in 10token.
        amount: String,
    },
    /// Sends what has finished unbonding to the node's owner.
    #[command(after_help = "Example:\n  hearth bond withdraw 1 --dry-run")]
    Withdraw {
        /// The node.
        node: NodeId,
    },
    /// Shows a node's stake.
    #[command(after_help = "Example:\n  hearth bond show 1")]
    Show {
        /// The node.
        node: NodeId,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let money = Money::of(&suite).await?;
    let at = suite.bonds().address().to_owned();
    match verb {
        Verb::Add { node, amount } => {
            let amount = money.read(amount)?;
            let moves = format!("{} from you into the stake of node {node}", money.show(amount));
            let worst = "a slash takes it: at most half for a fault, unbonding does not save it";
            let act = Act::new(vec![suite.token().bond(*node, amount)?], moves).at_worst(worst);
            act.run(context).await?.answer(|tx| {
                let event: Bonded = tx.needed_event(&at)?;
                let said = format!("{} added, {} active", money.show(event.amount), money.show(event.active));
                Ok(Answer::of(tx, &event, said))
            })
        }
        Verb::Unbond { node, amount } => {
            let amount = money.read(amount)?;
            let wait = amount::show_duration(suite.bonds().config().await?.unbonding);
            let moves = format!("{} of node {node} on its way out, for {wait}", money.show(amount));
            let act = Act::new(vec![suite.bonds().unbond(*node, amount)?], moves);
            act.run(context).await?.answer(|tx| {
                let event: Unbonded = tx.needed_event(&at)?;
                let said = format!(
                    "{} can be withdrawn {}",
                    money.show(event.amount),
                    amount::show_moment(event.until, price::now())
                );
                Ok(Answer::of(tx, &event, said))
            })
        }
        Verb::Withdraw { node } => {
            let moves = format!("what has finished unbonding of node {node} to its owner");
            let act = Act::new(vec![suite.bonds().withdraw(*node)?], moves);
            act.run(context).await?.answer(|tx| {
                let event: Withdrawn = tx.needed_event(&at)?;
                let said = format!("{} withdrawn to {}", money.show(event.amount), event.owner);
                Ok(Answer::of(tx, &event, said))
            })
        }
        Verb::Show { node } => show(&suite, &money, *node).await,
    }
}

/// When a node may sell again.
fn free(until: Seconds) -> String {
    format!("it may sell again {}", amount::show_moment(until, price::now()))
}

async fn show(suite: &Suite, money: &Money, node: NodeId) -> Result<Answer, Error> {
    let answer = suite.bonds().stake_answer(node).await?;
    let risk = suite.market().at_risk(node).await?;
    let data = json!({ "node": node, "stake": to_value(&answer), "at_risk": risk.at_risk, "worth": risk.bond });
    let text = pairs([
        ("active", money.show(answer.stake.active)),
        ("unbonding", money.show(answer.stake.unbonding)),
        ("jailed", answer.stake.jailed_until.map_or_else(|| "no".to_owned(), free)),
        ("worth", amount::show_dollars(risk.bond)),
        ("answers for", amount::show_dollars(risk.at_risk)),
    ]);
    Ok(Answer::new(data, text))
}
