//! A client that buys: the best offer taken, the node asked, the answer checked, and the next node at hand.
//!
//! - [`goods`] – what is on offer of a model, and whether anything can be bought now
//! - [`choose`] – which offers to take
//! - [`fit`] – how long an answer may be
//! - [`key`] – the key of one deal
//! - [`take`] – a deal is opened
//! - [`held`] – a deal in hand: asked, checked, vouched for
//! - [`lost`] – deals that came to nothing, and what is done about them
//! - [`step`] – what is told on the way
//!
//! Nothing is paid for that was not checked whole. A node that fails is left for the next one within the same limits; what
//! its deal had locked comes back by the deal's clocks, whoever pushes them.

pub mod choose;
pub mod fit;
pub mod goods;
pub mod held;
pub mod key;
pub mod lost;
pub mod step;
pub mod take;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use hearth_schema::door::{Api, Ask};
use hearth_schema::market::{ExecuteMsg, Kind};
use hearth_schema::terms::Clocks;
use hearth_schema::unit::{DealId, NodeId, Price, Seconds, Usd};
use hearth_speech::Tongue;

pub use self::choose::Need;
pub use self::fit::Length;
pub use self::goods::Goods;
pub use self::held::{Answered, Held, Kept};
pub use self::lost::{Lost, Remedy, Why};
pub use self::step::Step;
use crate::door::tongue::Library;
use crate::door::{Deadlines, Door};
use crate::error::Error;
use crate::receipt::Receipt;
use crate::session::Question;
use crate::suite::Suite;
use crate::tx::{Included, Sender, Signed};
use crate::{files, random};

/// Where transactions are written down, so that none is lost or signed twice.
pub trait Notes: Send + Sync {
    /// It is signed, and not sent yet; what it does, in a person's words.
    fn signed(&self, signed: &Signed, moves: &str) -> Result<(), Error>;

    /// Its outcome is known.
    fn settled(&self, hash: &str) -> Result<(), Error>;
}

/// How many nodes are asked for their model's small files, which all of them have.
const ASKED: usize = 3;

/// A client, its key, and where it keeps things.
#[derive(Clone)]
pub struct Buyer {
    /// The deployment.
    pub suite: Suite,
    /// The client's key.
    pub sender: Sender,
    /// Where receipts, sessions and small files of models are kept.
    pub folder: PathBuf,
    /// How long a node may take.
    pub deadlines: Deadlines,
    /// Where transactions are written down.
    pub notes: Arc<dyn Notes>,
}

/// What is to be bought.
#[derive(Debug, Clone)]
pub struct Order {
    /// The model and its classes.
    pub goods: Goods,
    /// The dearest price.
    pub max_price: Option<Price>,
    /// The most that one deal may charge.
    pub max_cost: Usd,
    /// How long an answer may be.
    pub length: Length,
    /// Only this node.
    pub only: Option<NodeId>,
    /// How long a deal should live.
    pub life: Seconds,
    /// How many nodes are tried.
    pub tries: usize,
}

/// What was bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Bought {
    /// The answer, checked.
    pub answered: Answered,
    /// Where its receipt is.
    pub receipt: PathBuf,
    /// The clocks under which its commit becomes final.
    pub clocks: Clocks,
    /// What came to nothing before.
    pub lost: Vec<Lost>,
}

impl Buyer {
    /// Buys one answer: a deal for this one request, at the best offer whose node answers rightly.
    pub async fn job(
        &self,
        order: &Order,
        api: Api,
        body: &str,
        tell: &mut (dyn FnMut(Step) + Send),
    ) -> Result<Bought, Error> {
        let mut lost: Vec<Lost> = Vec::new();
        let tongue = self.tongue(&order.goods, tell).await?;
        loop {
            let not: Vec<NodeId> = lost.iter().map(|lost| lost.node).collect();
            let body = match fit::cut(&self.suite, order, api, body, tongue.as_ref(), &not).await? {
                None => body.to_owned(),
                Some(tokens) => {
                    tell(Step::Cut { tokens });
                    fit::shortened(body, tokens)?
                }
            };
            let ask = Ask { salt: random::bytes::<32>()?.into(), api, body };
            let need = need(&Question::of(&ask), tongue.as_ref(), order)?;
            let request = ask.digest().ok_or_else(|| Error::usage("a request's salt has 32 bytes"))?;
            let mut held = match self.take(order, need, Kind::Job { request }, &not, tell).await {
                Err(error) if !lost.is_empty() => return Err(self.out(error, &lost, tell).await),
                taken => taken?,
            };
            let keep = |kept: &Kept| self.keep(kept).map(drop);
            let answered =
                held.ask(ask, tongue.as_ref(), &keep, &mut |text| tell(Step::Said { text: text.into() })).await;
            match answered {
                Ok(answered) => return self.bought(&held, answered, lost, tell).await,
                Err(why) if why.is_of_node() => {
                    let is_alike = why.is_alike(lost.last().map(|lost| &lost.why));
                    lost.push(self.lose(&held, why.clone(), tell));
                    if is_alike || lost.len() >= order.tries {
                        return Err(self.out(why.into_error(), &lost, tell).await);
                    }
                }
                Err(why) => return Err(why.into_error()),
            }
        }
    }

    /// How the model reads and speaks: kept from before, or fetched from those that offer it. Without it, prompts are not
    /// counted and texts not compared, which is told.
    pub async fn tongue(&self, goods: &Goods, tell: &mut (dyn FnMut(Step) + Send)) -> Result<Option<Tongue>, Error> {
        let library = Library::at(self.folder.join("models"));
        if let Some(tongue) = library.find(&goods.model.digest) {
            return Ok(Some(tongue));
        }
        let mut candidates = goods.candidates(&self.suite).await?;
        candidates.sort_by_key(|candidate| candidate.offer.price);
        let mut why = "nobody offers it".to_owned();
        for candidate in candidates.into_iter().take(ASKED) {
            let node = self.suite.bonds().node(candidate.offer.node).await?;
            let fetched = match Door::at(&node.card.endpoint, self.deadlines) {
                Ok(door) => library.fetch(&door, &goods.model.name, &goods.model.digest).await,
                Err(fault) => Err(fault),
            };
            match fetched {
                Ok(tongue) => return Ok(Some(tongue)),
                Err(fault) => why = fault.to_string(),
            }
        }
        tell(Step::Uncounted { model: goods.model.name.clone(), why });
        Ok(None)
    }

    /// Keeps a deal's session; where.
    pub fn keep(&self, kept: &Kept) -> Result<PathBuf, Error> {
        let path = self.session_path(kept.deal());
        keep_at(&path, kept).map(|()| path)
    }

    /// Where a deal's session is kept.
    pub fn session_path(&self, deal: DealId) -> PathBuf {
        self.folder.join("sessions").join(&self.suite.client().chain().id).join(format!("{deal}.json"))
    }

    /// Keeps a receipt; where.
    pub fn keep_receipt(&self, receipt: &Receipt) -> Result<PathBuf, Error> {
        let folder = crate::receipt::folder(&self.folder, &self.suite.client().chain().id, receipt.pact.deal);
        let path = folder.join(format!("{}.json", receipt.served.leaf.index));
        let text = serde_json::to_vec_pretty(receipt).map_err(|error| Error::file(&path, error))?;
        files::private_folder(&folder)?;
        files::write_private(&path, &text).map(|()| path)
    }

    /// Closes a deal: the clock of its last commit runs.
    pub async fn close(&self, deal: DealId) -> Result<Included, Error> {
        let message = ExecuteMsg::Close { deal };
        self.send(
            &message,
            &format!("deal {deal} closes; what is not committed when its last clock has run out comes back"),
        )
        .await
    }

    /// Tells the market something, with all written down.
    async fn send(&self, message: &ExecuteMsg, moves: &str) -> Result<Included, Error> {
        let message = self.suite.market().tell(message)?;
        let hashes = Mutex::new(Vec::new());
        let note = |signed: &Signed| {
            self.notes.signed(signed, moves)?;
            hashes.lock().unwrap_or_else(PoisonError::into_inner).push(signed.hash.clone());
            Ok(())
        };
        let sent = self.sender.send_noting(&[message], note).await;
        if matches!(sent, Ok(_) | Err(Error::Refused(_) | Error::Funds(_) | Error::Dropped { .. })) {
            for hash in hashes.into_inner().unwrap_or_else(PoisonError::into_inner) {
                self.notes.settled(&hash)?;
            }
        }
        sent
    }

    async fn bought(
        &self,
        held: &Held,
        answered: Answered,
        lost: Vec<Lost>,
        tell: &mut (dyn FnMut(Step) + Send),
    ) -> Result<Bought, Error> {
        let receipt = self.keep_receipt(&answered.accepted.receipt)?;
        if let Some(fault) = &answered.unvouched {
            tell(Step::Unvouched { deal: held.kept.deal(), why: fault.to_string() });
        } else {
            // The receipt holds all that the session did.
            let _ = std::fs::remove_file(self.session_path(held.kept.deal()));
        }
        for lost in &lost {
            self.mend(lost, tell).await?;
        }
        let clocks = self.suite.market().terms(None).await?.terms.clocks;
        Ok(Bought { answered, receipt, clocks, lost })
    }

    /// Tells that a deal came to nothing.
    pub fn lose(&self, held: &Held, why: Why, tell: &mut (dyn FnMut(Step) + Send)) -> Lost {
        let pact = held.kept.session.pact();
        let _ = std::fs::remove_file(self.session_path(pact.deal));
        tell(Step::Lost { deal: pact.deal, node: pact.node, why: why.to_string() });
        Lost { deal: pact.deal, node: pact.node, why }
    }

    /// Does what can be done now about a deal that came to nothing.
    pub async fn mend(&self, lost: &Lost, tell: &mut (dyn FnMut(Step) + Send)) -> Result<(), Error> {
        let market = self.suite.market();
        let Some(deal) = market.deal(lost.deal).await? else { return Ok(()) };
        let last = if deal.n == 0 { None } else { market.commit(lost.deal, deal.n).await? };
        match lost.remedy(&deal, last.as_ref()) {
            Remedy::Contest { n, receipt } => {
                let refuted = receipt.is_some();
                let message = ExecuteMsg::Contest { deal: lost.deal, n, receipt };
                self.send(&message, &format!("commit {n} of deal {} is contested", lost.deal)).await?;
                tell(Step::Contested { deal: lost.deal, n, refuted });
            }
            Remedy::Wait => {
                let terms = market.terms(Some(deal.terms)).await?.terms;
                let until = Seconds(deal.opened.time.0.saturating_add(terms.clocks.first_commit.0));
                tell(Step::Waits { deal: lost.deal, until });
            }
            Remedy::Over => {}
        }
        Ok(())
    }

    /// No more nodes: what can be done about the lost deals is done, and this is the error.
    pub async fn out(&self, error: Error, lost: &[Lost], tell: &mut (dyn FnMut(Step) + Send)) -> Error {
        for lost in lost {
            if let Err(error) = self.mend(lost, tell).await {
                tell(Step::Unmended { deal: lost.deal, why: error.to_string() });
            }
        }
        error
    }
}

/// Keeps a session in this file.
pub fn keep_at(path: &std::path::Path, kept: &Kept) -> Result<(), Error> {
    let text = serde_json::to_vec_pretty(kept).map_err(|error| Error::file(path, error))?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::private_folder(folder)?;
    }
    files::write_private(path, &text)
}

/// What one request may take at most.
pub fn need(question: &Question, tongue: Option<&Tongue>, order: &Order) -> Result<Need, Error> {
    let counted = tongue.map(|tongue| question.count(tongue)).transpose();
    let counted = counted.map_err(|error| Error::usage(error.to_string()))?.flatten();
    match question.max_tokens {
        Some(output) => Ok(Need::Request { input: counted.unwrap_or_else(|| question.most()), output }),
        None => Err(Error::usage_hint(
            format!("a request to {} has to say how long its answer may be", order.goods.model.name),
            "--max-tokens",
        )),
    }
}
