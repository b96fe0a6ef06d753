//! Answers made no longer than a node answers for before it has a voucher: it would refuse a longer one after the take has
//! locked its money.

use hearth_schema::door::Api;
use hearth_schema::market::Product;
use hearth_schema::unit::{NodeId, Usd};
use hearth_speech::Tongue;
use serde_json::Value;

use super::choose::Need;
use super::{Order, need, take};
use crate::error::Error;
use crate::session::{Question, leave};
use crate::suite::Suite;

/// How long an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many tokens, as was asked for.
    Asked(u64),
    /// The usual number, or fewer where a node would not answer for so many.
    Usual,
}

impl Length {
    /// What an answer may have where nobody says how long it may be.
    pub const USUAL: u64 = 256;

    /// The most tokens.
    pub const fn tokens(self) -> u64 {
        match self {
            Self::Asked(tokens) => tokens,
            Self::Usual => Self::USUAL,
        }
    }
}

/// The length to which a Job's answer has to be cut at the best offer; nothing where it is short enough, where its length
/// was asked for, or where no offer will do, which is said when one is to be taken.
pub async fn cut(
    suite: &Suite,
    order: &Order,
    api: Api,
    body: &str,
    tongue: Option<&Tongue>,
    not: &[NodeId],
) -> Result<Option<u64>, Error> {
    let cap = suite.market().terms(None).await?.terms.unsigned_cap;
    if order.length != Length::Usual || order.max_cost <= cap {
        return Ok(None);
    }
    let need = need(&Question::read(api, body), tongue, order)?;
    let wish = take::wish(suite, order, need, not).await?.with_leave(Usd::new(u128::MAX));
    let Ok(pick) = order.goods.pick(suite, &wish).await else { return Ok(None) };
    let (Need::Request { input, output }, Some(best)) = (need, pick.offers.first()) else { return Ok(None) };
    let product = order.goods.class(best.class).map(|class| &class.class.product);
    let Some(Product::Inference { weights, .. }) = product else { return Ok(None) };
    Ok(leave::tokens(cap, best.price, *weights, input, output).filter(|fits| *fits < output))
}

/// A request's body whose answer may have so many tokens.
pub fn shortened(body: &str, tokens: u64) -> Result<String, Error> {
    let unread = |error: serde_json::Error| Error::usage(format!("the request cannot be read: {error}"));
    let mut body: Value = serde_json::from_str(body).map_err(unread)?;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("max_tokens".to_owned(), tokens.into());
    }
    Ok(body.to_string())
}
