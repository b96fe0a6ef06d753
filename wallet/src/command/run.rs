//! `hearth run`: one question, one answer, one deal.

use std::io::{IsTerminal as _, Read as _};

use clap::Args;
use hearth_schema::door::Api;
use hearth_speech::Message;
use serde_json::json;

use crate::amount;
use crate::buyer::{Bought, Need, Order, fit, need, take};
use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::purchase::teller::plain;
use crate::command::purchase::{self, Purchase, Teller, bill, bill_line, bounded, finality};
use crate::door::tongue::Library;
use crate::error::Error;
use crate::session::Question;
use crate::suite::Suite;

/// What is asked.
#[derive(Debug, Args)]
pub struct Running {
    /// What is bought.
    #[command(flatten)]
    purchase: Purchase,
    /// The most that the answer may cost.
    #[arg(long, default_value = "0.05usd", value_name = "AMOUNT")]
    max_cost: String,
    /// How long the deal lives at most.
    #[arg(long, default_value = "10m", value_name = "DURATION")]
    life: String,
    /// The question; read from stdin where left out.
    prompt: Option<String>,
}

/// Buys one answer. The limits are consent enough: nobody is asked again.
pub async fn run(context: &Context, running: &Running) -> Result<Answer, Error> {
    let prompt = match &running.prompt {
        Some(prompt) => prompt.clone(),
        None => from_stdin()?,
    };
    bounded(&prompt)?;
    if prompt.trim().is_empty() {
        return Err(Error::usage_hint(
            "there is no question",
            "hearth run --model MODEL \"QUESTION\", or write it to stdin",
        ));
    }
    let message = |role: &str, content: &str| Message { role: role.to_owned(), content: content.to_owned() };
    let system = running.purchase.system().map(|system| message("system", system));
    let messages: Vec<Message> = system.into_iter().chain([message("user", &prompt)]).collect();

    let suite = context.suite()?;
    let order = running.purchase.order(&suite, &running.max_cost, &running.life).await?;
    let body = running.purchase.body(&order, &messages)?;
    if context.flags().dry_run {
        return dry(context, &suite, &order, &body).await;
    }
    let buyer = purchase::buyer(context, suite, &running.purchase).await?;
    let mut teller = Teller::new(context.voice());
    let bought = buyer.job(&order, Api::Chat, &body, &mut |step| teller.tell(step)).await;
    teller.rest();
    Ok(told(context, &teller, &bought?))
}

fn told(context: &Context, teller: &Teller, bought: &Bought) -> Answer {
    let Bought { answered, receipt, clocks, lost } = bought;
    let final_after = finality(clocks);
    let mut data = bill(answered);
    if let Some(fields) = data.as_object_mut() {
        fields.insert("event".into(), "answered".into());
        fields.insert("text".into(), answered.text.clone().into());
        fields.insert("receipt".into(), receipt.display().to_string().into());
        fields.insert("final_after".into(), to_value(&final_after));
        fields.insert("lost".into(), lost.iter().map(|lost| json!({ "deal": lost.deal, "node": lost.node })).collect());
    }
    let voice = context.voice();
    if !voice.is_json() {
        voice.tell(&bill_line(answered));
        voice.tell(&format!("final {} after its commit at the earliest", amount::show_duration(final_after)));
        voice.tell(&format!("receipt {}", receipt.display()));
    }
    let text = if teller.is_live() { String::new() } else { plain(&answered.text) };
    Answer::new(data, text)
}

/// What would be taken.
async fn dry(context: &Context, suite: &Suite, order: &Order, body: &str) -> Result<Answer, Error> {
    let tongue = Library::at(context.home().join("models")).find(&order.goods.model.digest);
    let cut = fit::cut(suite, order, Api::Chat, body, tongue.as_ref(), &[]).await?;
    let body = cut.map_or_else(|| Ok(body.to_owned()), |tokens| fit::shortened(body, tokens))?;
    let need = need(&Question::read(Api::Chat, &body), tongue.as_ref(), order)?;
    let (pick, _) = take::pick(suite, &context.address()?, order, need, &[]).await?;
    let offers: Vec<_> = pick
        .offers
        .iter()
        .map(|offer| json!({ "offer": offer.offer, "node": offer.node, "price": offer.price }))
        .collect();
    let lines = pick.offers.iter().map(|offer| {
        format!("offer {} of node {} at {} a million", offer.offer, offer.node, amount::per_million(offer.price))
    });
    let mut text: Vec<String> = lines.collect();
    let most = match need {
        Need::Request { output, .. } => output,
        Need::All { output } => output,
    };
    text.push(format!("at most {} for one answer of at most {most} tokens", amount::show_dollars(pick.max_spend)));
    let data = json!({
        "dry_run": true, "offers": offers, "max_spend": pick.max_spend, "expires_at": pick.expires_at, "max_tokens": most,
    });
    Ok(Answer::new(data, text.join("\n")))
}

fn from_stdin() -> Result<String, Error> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Error::usage_hint(
            "there is no question",
            "hearth run --model MODEL \"QUESTION\", or write it to stdin",
        ));
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(purchase::MOST_PROMPT).unwrap_or(u64::MAX).saturating_add(1);
    stdin.lock().take(most).read_to_end(&mut bytes).map_err(|error| Error::file("/dev/stdin", error))?;
    if bytes.len() > purchase::MOST_PROMPT {
        let problem = format!("the prompt on stdin has more than {} bytes", purchase::MOST_PROMPT);
        return Err(Error::usage_hint(problem, "cut it into parts, or send a summary"));
    }
    String::from_utf8(bytes).map_err(|_| Error::usage("the prompt on stdin is not UTF-8 text"))
}
