//! Opening a deal, with a session key of its own: sealed beside the keys before it is sent, so that no stop loses it.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use hearth_schema::charge;
use hearth_schema::digest::Digest;
use hearth_schema::market::{Bid, Choice, ExecuteMsg, Kind, Taken};
use hearth_schema::sign::PublicKey;
use hearth_schema::unit::{Asset, ClassId, OfferId, Price, Seq, Usd};

use crate::amount;
use crate::command::act::{self, Act};
use crate::command::answer::Answer;
use crate::command::context::{Context, Money};
use crate::error::Error;
use crate::files;
use crate::key::file::{Cost, Keyfile};
use crate::key::{SecretKey, Signer as _};
use crate::suite::Suite;

/// What the deal is.
#[derive(Debug, Args)]
pub struct Bidding {
    /// The most that the deal may charge, as in 2usd.
    #[arg(long, value_name = "AMOUNT")]
    max: String,
    /// The dearest price for a million output tokens; of named offers, theirs where left out.
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<String>,
    /// How long the deal lives.
    #[arg(long, default_value = "1h", value_name = "DURATION")]
    life: String,
    /// Makes it a deal of one request, whose digest this is; else it is a session of many.
    #[arg(long, value_name = "DIGEST")]
    request: Option<String>,
    /// The public key, in hex, that will sign tickets and vouchers; a new one is made and kept where left out.
    #[arg(long, value_name = "KEY")]
    session_key: Option<String>,
}

/// An offer, and the place at which it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    offer: OfferId,
    seq: Option<Seq>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no offer: as in 1, or 1@4 with its place");
        let (offer, seq) = text.split_once('@').map_or((text, None), |(offer, seq)| (offer, Some(seq)));
        let offer = offer.parse().map_err(|_| wrong())?;
        Ok(Self { offer, seq: seq.map(str::parse).transpose().map_err(|_| wrong())? })
    }
}

/// Opens a deal at one of these offers.
pub async fn take(context: &Context, wanted: &[Wanted], bidding: &Bidding) -> Result<Answer, Error> {
    let read = Read::of(bidding)?;
    let suite = context.suite()?;
    let (mut offers, mut dearest) = (Vec::new(), Price::ZERO);
    for Wanted { offer, seq } in wanted {
        let found = suite.market().offer(*offer).await?;
        dearest = dearest.max(found.price);
        offers.push(Choice { offer: *offer, seq: seq.unwrap_or(found.seq) });
    }
    let limit = read.limit.unwrap_or(dearest);
    open(context, &suite, read, |bid| ExecuteMsg::Take { offers: offers.clone(), limit, bid }, limit).await
}

/// Opens a deal at the best offer of a class.
pub async fn sweep(context: &Context, class: ClassId, bidding: &Bidding) -> Result<Answer, Error> {
    let read = Read::of(bidding)?;
    let limit = read
        .limit
        .ok_or_else(|| Error::usage_hint("a sweep needs the dearest price", "--limit AMOUNT, for a million tokens"))?;
    let suite = context.suite()?;
    open(context, &suite, read, |bid| ExecuteMsg::Sweep { class, limit, bid }, limit).await
}

/// What a person typed, read before anything is asked.
struct Read {
    max: Usd,
    limit: Option<Price>,
    life: u64,
    kind: Kind,
    session_key: Option<PublicKey>,
}

impl Read {
    fn of(bidding: &Bidding) -> Result<Self, Error> {
        let limit = match &bidding.limit {
            Some(text) => Some(amount::offer_price(text)?.price().map_err(|error| Error::usage(error.to_string()))?),
            None => None,
        };
        let kind = match &bidding.request {
            Some(text) => {
                let request = Digest::from_hex(text)
                    .map_err(|_| Error::usage(format!("`{text}` is no digest of 64 hex digits")))?;
                Kind::Job { request }
            }
            None => Kind::Session,
        };
        let session_key = bidding.session_key.as_deref().map(public_key).transpose()?;
        let (max, life) = (amount::dollars(&bidding.max)?, amount::duration(&bidding.life)?.0);
        Ok(Self { max, limit, life, kind, session_key })
    }
}

fn public_key(text: &str) -> Result<PublicKey, Error> {
    let wrong = || Error::usage(format!("`{text}` is no public key of 66 hex digits"));
    let key = PublicKey(hex::decode(text).map_err(|_| wrong())?.into());
    key.check().map_err(|_| wrong())?;
    Ok(key)
}

async fn open(
    context: &Context,
    suite: &Suite,
    read: Read,
    message: impl Fn(Bid) -> ExecuteMsg,
    limit: Price,
) -> Result<Answer, Error> {
    let money = Money::of(suite).await?;
    let now = suite.client().head().await?.time;
    let terms = suite.market().config().await?.terms;
    let bid = |session_key: PublicKey| Bid {
        max_spend: read.max,
        asset: Asset::Token,
        kind: read.kind,
        session_key,
        expires_at: hearth_schema::unit::Seconds(now.0.saturating_add(read.life)),
        terms,
    };
    let locked = locked(suite, &money, read.max).await?;
    let moves = format!(
        "a deal of at most {} at up to {} for a million tokens; {locked} go from your account into its escrow",
        amount::show_dollars(read.max),
        amount::per_million(limit),
    );
    let told = |key: PublicKey| suite.market().tell(&message(bid(key)));
    let act = |message| Act::new(vec![message], moves.clone()).at_worst(amount::show_dollars(read.max));
    // Any key will do to see what it would cost.
    let probe = read.session_key.clone().map_or_else(|| SecretKey::random().map(|key| key.public_key()), Ok)?;
    if context.flags().dry_run {
        return act(told(probe)?).dry(context).await;
    }
    let address = context.address()?;
    act::clear(context, &address).await?;
    act(told(probe)?).agree(context, &address).await?;
    let (signer, password) = context.signer()?;
    let session = match read.session_key.clone() {
        Some(key) => key,
        None => keep(context, &password)?,
    };
    let tx = act(told(session)?).sign(context, signer).await?;
    let event: Taken = tx.needed_event(suite.market().address())?;
    let said = format!("deal {} with node {} at {}", event.deal, event.node, amount::per_million(event.price));
    Ok(Answer::of(&tx, &event, said))
}

/// A new session key, sealed under the password of the key that pays.
fn keep(context: &Context, password: &crate::key::file::Password) -> Result<PublicKey, Error> {
    let key = Arc::new(SecretKey::random()?);
    let public = key.public_key();
    let path = session_path(context, &public);
    if let Some(folder) = path.parent() {
        files::private_folder(folder)?;
    }
    Keyfile::seal(&key, password, Cost::USUAL)?.write(&path)?;
    Ok(public)
}

/// Where the session key of a deal is kept: by its public key, which the deal names.
pub fn session_path(context: &Context, public: &PublicKey) -> PathBuf {
    context.home().join("sessions").join(format!("{}.json", public.0))
}

/// The tokens that a deal of so many dollars locks at the price of now.
async fn locked(suite: &Suite, money: &Money, max: Usd) -> Result<String, Error> {
    let Some(quote) = suite.bme().quote().await? else { return Ok("no price was posted yet: no tokens".to_owned()) };
    let locked = charge::lock(max, quote.last, money.decimals());
    Ok(locked.map_or_else(|_| "more tokens than there are".to_owned(), |tokens| money.show(tokens)))
}
