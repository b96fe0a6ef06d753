//! What `hearth run` and `hearth chat` have in common: what is bought, of whom, within which limits, and how it is told.
//!
//! - [`teller`] – what happens on the way, for people and for programs

pub mod teller;

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use hearth_schema::leaf::Finish;
use hearth_schema::terms::Clocks;
use hearth_schema::unit::{ClassId, NodeId, Price, Seconds};
use serde_json::{Value, json};

use crate::amount;
use crate::buyer::{Answered, Buyer, Goods, Length, Notes, Order};
use crate::command::act;
use crate::command::context::Context;
use crate::command::pending::{Entry, Pending};
use crate::door::Deadlines;
use crate::error::Error;
use crate::suite::Suite;
use crate::tx::{Sender, Signed};
use crate::{files, random};

pub use teller::Teller;

/// How many nodes are tried.
const TRIES: usize = 5;
/// The most bytes of what is asked in one turn.
pub const MOST_PROMPT: usize = 1 << 20;

/// What is bought, of whom, and within which limits.
#[derive(Clone, Debug, Args)]
pub struct Purchase {
    /// The model, by name, number or digest.
    #[arg(long, value_name = "MODEL")]
    model: String,
    /// The dearest price for a million output tokens, as in 2.5usd.
    #[arg(long, value_name = "AMOUNT")]
    max_price: Option<String>,
    /// Of this node alone.
    #[arg(long, value_name = "NODE")]
    provider: Option<NodeId>,
    /// In this class alone.
    #[arg(long, value_name = "CLASS")]
    class: Option<ClassId>,
    /// The most tokens of one answer [default: 256, or as many as a node answers for unsigned].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    max_tokens: Option<u64>,
    /// What the model is told first.
    #[arg(long, value_name = "TEXT")]
    system: Option<String>,
    /// How freely the next word is chosen, from 0 to 2; 0 takes the likeliest.
    #[arg(long, default_value_t = 0.0, value_name = "NUMBER", value_parser = temperature)]
    temperature: f64,
    /// How long a node may take to its first word, and from word to word.
    #[arg(long, default_value = "30s", value_name = "DURATION")]
    patience: String,
    /// Keys the choice; a random one where left out.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

impl Purchase {
    /// The order: the model is looked up in the market.
    pub async fn order(&self, suite: &Suite, max_cost: &str, life: &str) -> Result<Order, Error> {
        Ok(Order {
            max_price: self.max_price.as_deref().map(dearest).transpose()?,
            max_cost: amount::dollars(max_cost)?,
            life: amount::duration(life)?,
            length: self.max_tokens.map_or(Length::Usual, Length::Asked),
            only: self.provider,
            tries: TRIES,
            goods: Goods::find(suite, &self.model, self.class).await?,
        })
    }

    /// How long a node may take.
    pub fn deadlines(&self) -> Result<Deadlines, Error> {
        let patience = Duration::from_secs(amount::duration(&self.patience)?.0);
        Ok(Deadlines { first: patience, between: patience, ..Deadlines::default() })
    }

    /// What the model is told first.
    pub fn system(&self) -> Option<&str> {
        self.system.as_deref()
    }

    /// The body of a request: this conversation, in the words of the OpenAI API.
    pub fn body(&self, order: &Order, messages: &[hearth_speech::Message]) -> Result<String, Error> {
        let seed = match self.seed {
            Some(seed) => seed,
            // JSON of other languages keeps 53 bits of a number.
            None => u64::from_be_bytes(random::bytes()?) >> 11,
        };
        let body = json!({
            "model": order.goods.model.name,
            "messages": messages,
            "max_tokens": order.length.tokens(),
            "temperature": self.temperature,
            "seed": seed,
            "stream": true,
        });
        Ok(body.to_string())
    }
}

fn dearest(text: &str) -> Result<Price, Error> {
    amount::offer_price(text)?.price().map_err(|error| Error::usage(error.to_string()))
}

fn temperature(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=2.0).contains(&number) => Ok(number),
        _ => Err("it has to be a number from 0 to 2".to_owned()),
    }
}

/// Refuses what is longer than a request may be.
pub fn bounded(prompt: &str) -> Result<(), Error> {
    if prompt.len() <= MOST_PROMPT {
        return Ok(());
    }
    let problem = format!("the prompt has {} bytes, and a request may have {MOST_PROMPT}", prompt.len());
    Err(Error::usage_hint(problem, "cut it into parts, or send a summary"))
}

/// A buyer with the key of the profile, whose transactions are written down beside all others.
pub async fn buyer(context: &Context, suite: Suite, purchase: &Purchase) -> Result<Buyer, Error> {
    let deadlines = purchase.deadlines()?;
    let address = context.address()?;
    act::clear(context, &address).await?;
    let (key, _) = context.signer()?;
    let sender = Sender::new(context.client()?, key)?;
    let notes = Arc::new(Written { pending: Pending::of(context.home()), voice: context.voice() });
    files::private_folder(context.home())?;
    Ok(Buyer { suite, sender, folder: context.home().to_owned(), deadlines, notes })
}

struct Written {
    pending: Pending,
    voice: crate::command::answer::Voice,
}

impl Notes for Written {
    fn signed(&self, signed: &Signed, moves: &str) -> Result<(), Error> {
        self.pending.keep(&Entry { moves: vec![moves.to_owned()], signed: signed.clone() })?;
        self.voice.tell(&format!("tx {}", signed.hash));
        Ok(())
    }

    fn settled(&self, hash: &str) -> Result<(), Error> {
        self.pending.strike(hash)
    }
}

/// What an answer cost and counted, for programs.
pub fn bill(answered: &Answered) -> Value {
    let receipt = &answered.accepted.receipt;
    json!({
        "deal": receipt.pact.deal,
        "node": receipt.pact.node,
        "price": receipt.pact.price,
        "index": receipt.served.leaf.index,
        "counts": receipt.served.leaf.counts,
        "finish": word(receipt.served.leaf.finish),
        "cost": receipt.served.leaf.fee,
        "spent": receipt.served.totals.spent,
        "max_spend": receipt.pact.max_spend,
        "vouched": answered.unvouched.is_none(),
    })
}

/// What an answer cost and counted, for people.
pub fn bill_line(answered: &Answered) -> String {
    let receipt = &answered.accepted.receipt;
    let counts = receipt.served.leaf.counts;
    let end = match word(receipt.served.leaf.finish) {
        "stop" => String::new(),
        other => format!(" (its end: {other})"),
    };
    format!(
        "{} for {} + {} cached + {} tokens{end} at {} a million, of node {} in deal {}",
        amount::show_dollars(receipt.served.leaf.fee),
        counts.input,
        counts.cached,
        counts.output,
        amount::per_million(receipt.pact.price),
        receipt.pact.node,
        receipt.pact.deal,
    )
}

/// Why an answer ended.
fn word(finish: Finish) -> &'static str {
    match finish {
        Finish::STOP => "stop",
        Finish::LENGTH => "length",
        Finish::CANCELLED => "cancelled",
        _ => "failed",
    }
}

/// How long after its commit a deal is final at the earliest.
pub fn finality(clocks: &Clocks) -> Seconds {
    Seconds(clocks.beacon_delay.0.saturating_add(clocks.audit_window.0))
}
