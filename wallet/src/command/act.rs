//! Signing and sending: said beforehand, simulated, written down, sent, waited for.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::pending::{Entry, Pending};
use crate::error::Error;
use crate::key::{SecretKey, Signer as _};
use crate::tx::{Estimate, Included, Message, Outcome, Sender, Signed};

/// What is about to be done.
#[derive(Debug)]
pub struct Act {
    messages: Vec<Message>,
    moves: Vec<String>,
    worst: Option<String>,
    gas: Option<u64>,
}

impl Act {
    /// These messages, which do this in a person's words.
    pub fn new(messages: Vec<Message>, moves: impl Into<String>) -> Self {
        Self { messages, moves: vec![moves.into()], worst: None, gas: None }
    }

    /// What it can cost at the very most, the fee apart.
    pub fn at_worst(self, worst: impl Into<String>) -> Self {
        Self { worst: Some(worst.into()), ..self }
    }

    /// With so much gas, where a simulation can say nothing.
    pub fn with_gas(self, gas: u64) -> Self {
        Self { gas: Some(gas), ..self }
    }

    /// Does it with the key of the profile, or says what it would do.
    pub async fn run(self, context: &Context) -> Result<Done, Error> {
        if context.flags().dry_run {
            return self.dry(context).await.map(Done::Dry);
        }
        // Before a password is asked for: what cannot be agreed to is not signed.
        let address = context.address()?;
        clear(context, &address).await?;
        self.agree(context, &address).await?;
        let (key, _) = context.signer()?;
        self.sign(context, key).await.map(Done::Sent)
    }

    /// Does it with a key that is open already; what it would do was agreed to.
    pub async fn sign(self, context: &Context, key: Arc<SecretKey>) -> Result<Included, Error> {
        let sender = Sender::new(context.client()?, key)?;
        let sender = if let Some(gas) = self.gas { sender.with_gas(gas) } else { sender };
        send(context, &sender, &self.messages, &self.moves).await
    }

    /// Says what it would do, use and cost.
    pub async fn dry(&self, context: &Context) -> Result<Answer, Error> {
        let address = context.address()?;
        let estimate = self.estimate(context, &address).await?;
        let data = json!({
            "dry_run": true, "sender": address, "moves": self.moves, "worst_case": self.worst,
            "gas": estimate.gas, "gas_used": estimate.gas_used, "fee": to_value(&estimate.fee),
        });
        Ok(Answer::new(data, self.said(&estimate)))
    }

    /// Asks a person; where there is none to ask, `--yes` has to be there.
    pub async fn agree(&self, context: &Context, address: &str) -> Result<(), Error> {
        consent(context, async || Ok(self.said(&self.estimate(context, address).await?))).await
    }

    async fn estimate(&self, context: &Context, address: &str) -> Result<Estimate, Error> {
        match self.gas {
            Some(gas) => Estimate::fixed(context.chain()?, gas),
            None => context.client()?.estimate(address, None, &self.messages).await,
        }
    }

    fn said(&self, estimate: &Estimate) -> String {
        let mut lines = self.moves.clone();
        lines.extend(self.worst.as_ref().map(|worst| format!("at the very worst: {worst}")));
        lines.push(format!("gas {}, fee {}", estimate.gas, estimate.fee));
        lines.join("\n")
    }
}

/// Asks a person, after saying this; where there is none to ask, `--yes` has to be there.
pub async fn consent(context: &Context, said: impl AsyncFnOnce() -> Result<String, Error>) -> Result<(), Error> {
    if context.flags().yes {
        return Ok(());
    }
    let voice = context.voice();
    if !voice.can_ask() {
        return Err(Error::usage_hint("nobody can be asked: there is no terminal", "--yes does it unasked"));
    }
    voice.tell(&said().await?);
    voice.tell("Do it? [y/N]");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| Error::file("/dev/stdin", error))?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(Error::Cancelled) }
}

/// What came of an act.
#[derive(Debug)]
pub enum Done {
    /// It was said, not done.
    Dry(Answer),
    /// It is in a block and did what it says.
    Sent(Included),
}

impl Done {
    /// The answer: what a dry run says, or what is read from the transaction.
    pub fn answer(self, read: impl FnOnce(&Included) -> Result<Answer, Error>) -> Result<Answer, Error> {
        match self {
            Self::Dry(answer) => Ok(answer),
            Self::Sent(tx) => read(&tx),
        }
    }
}

/// Sends with everything written down: the bytes before they go out, and their outcome.
pub async fn send(
    context: &Context,
    sender: &Sender,
    messages: &[Message],
    moves: &[String],
) -> Result<Included, Error> {
    let pending = Pending::of(context.home());
    let voice = context.voice();
    let noted = Mutex::new(Vec::new());
    let note = |signed: &Signed| {
        pending.keep(&Entry { moves: moves.to_vec(), signed: signed.clone() })?;
        if let Ok(mut noted) = noted.lock() {
            noted.push(signed.hash.clone());
        }
        voice.tell(&format!("tx {}", signed.hash));
        Ok(())
    };
    let spinner = spinner(context);
    let sent = sender.send_noting(messages, note).await;
    spinner.finish_and_clear();
    let decided = matches!(sent, Ok(_) | Err(Error::Refused(_) | Error::Funds(_) | Error::Dropped { .. }));
    if decided {
        for hash in noted.into_inner().unwrap_or_default() {
            pending.strike(&hash)?;
        }
    }
    sent
}

/// Refuses to sign while something of this key is not settled; what is decided by now is struck.
pub async fn clear(context: &Context, address: &str) -> Result<(), Error> {
    let (pending, client) = (Pending::of(context.home()), context.client()?);
    for signed in open(context, &pending, address)? {
        strike(&pending, &signed, &client.outcome(&signed).await?)?;
    }
    Ok(())
}

/// Brings what was signed by this key and is not settled to its end, by the same bytes.
pub async fn finish(context: &Context, address: &str) -> Result<(), Error> {
    let (pending, client) = (Pending::of(context.home()), context.client()?);
    for signed in open(context, &pending, address)? {
        let mut outcome = client.outcome(&signed).await?;
        if outcome == Outcome::Unknown {
            // A node may have forgotten them, or never have had them.
            let _ = client.submit(&signed).await;
            outcome = client.wait(&signed).await;
        }
        strike(&pending, &signed, &outcome)?;
    }
    Ok(())
}

/// What was signed by this key on this chain, and is not settled.
fn open(context: &Context, pending: &Pending, address: &str) -> Result<Vec<Signed>, Error> {
    let chain = &context.chain()?.id;
    let is_ours = |signed: &Signed| signed.signer == address && signed.chain_id == *chain;
    Ok(pending.all()?.into_iter().map(|entry| entry.signed).filter(is_ours).collect())
}

fn strike(pending: &Pending, signed: &Signed, outcome: &Outcome) -> Result<(), Error> {
    if *outcome == Outcome::Unknown {
        return Err(Error::Unknown { hash: signed.hash.clone(), until: signed.timeout_height });
    }
    pending.settle(signed, outcome)
}

/// Something that moves while one waits, on a terminal alone.
fn spinner(context: &Context) -> indicatif::ProgressBar {
    if !context.voice().is_watched() || context.voice().is_json() {
        return indicatif::ProgressBar::hidden();
    }
    let spinner = indicatif::ProgressBar::new_spinner().with_message("waiting for the block");
    spinner.enable_steady_tick(std::time::Duration::from_millis(100));
    spinner
}

/// The address of an open key on the chain of this context.
pub fn address_of(context: &Context, key: &SecretKey) -> Result<String, Error> {
    Ok(key.address(&context.prefix())?)
}
