//! `hearth show`: the market at a glance.

use serde_json::{Value, json};

use crate::amount;
use crate::command::answer::{Answer, to_value};
use crate::command::catalogue;
use crate::command::context::{Context, Money};
use crate::command::price;
use crate::command::table::{pairs, table};
use crate::error::Error;
use crate::suite::Suite;

/// What is said of each class.
const HEADS: [&str; 6] = ["class", "sells", "engine", "best price/M", "offers", "free slots"];

/// Runs the command.
pub async fn run(context: &Context) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let head = suite.client().head().await?;
    let money = Money::of(&suite).await?;
    let quote = suite.bme().quote().await?;
    let (status, law) = (suite.bme().status().await?, suite.bme().law().await?);
    let terms = suite.market().terms(None).await?;
    let (rows, classes) = classes(&suite).await?;
    let price = match &quote {
        None => "none was posted yet".to_owned(),
        Some(quote) if status.price_stale => format!("{} (stale)", price::shown(quote.last)),
        Some(quote) => price::shown(quote.last),
    };
    let halted = if status.halted.is_empty() { "nothing".to_owned() } else { status.halted.join("; ") };
    let text = format!(
        "{}\n\n{}",
        pairs([
            ("chain", format!("{} at height {}", context.chain()?.id, head.height)),
            ("price of a token", price),
            ("supply", money.show(law.supply)),
            ("burned so far", money.show(law.burned)),
            ("terms", terms.version.to_string()),
            ("halted", halted),
        ]),
        table(&HEADS, rows, "the curator has published no class yet"),
    );
    let data = json!({
        "chain": context.chain()?.id, "height": head.height, "time": head.time, "price": to_value(&quote),
        "status": to_value(&status), "law": to_value(&law), "terms": to_value(&terms), "classes": classes,
        "addresses": to_value(suite.addresses()),
    });
    Ok(Answer::new(data, text))
}

/// Each class with its best price and what is for sale in it.
async fn classes(suite: &Suite) -> Result<(Vec<Vec<String>>, Vec<Value>), Error> {
    let models = suite.market().models().await?;
    let (mut rows, mut data) = (Vec::new(), Vec::new());
    for class in suite.market().classes().await? {
        let depth = suite.market().depth(class.id).await?;
        let offers: u64 = depth.iter().map(|level| u64::from(level.offers)).sum();
        let free = depth.iter().fold(0u64, |sum, level| sum.saturating_add(level.free));
        let best = depth.first().map(|level| level.price);
        let words = catalogue::described(&class, &models);
        let [sells, engine] = [0, 1].map(|column| words.get(column).cloned().unwrap_or_default());
        let shown = best.map_or_else(|| "–".to_owned(), amount::per_million);
        data.push(json!({ "class": class.id, "best": best, "offers": offers, "free": free }));
        rows.push(vec![class.id.to_string(), sells, engine, shown, offers.to_string(), free.to_string()]);
    }
    Ok((rows, data))
}
