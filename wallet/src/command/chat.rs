//! `hearth chat`: one session, many turns, two transactions and a close.

use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use hearth_schema::door::{Api, Ask};
use hearth_schema::market::Kind;
use hearth_schema::unit::NodeId;
use hearth_speech::{Message, Tongue};
use serde_json::json;

use crate::amount;
use crate::buyer::{Answered, Buyer, Held, Kept, Length, Lost, Need, Order, Step, Why, fit, keep_at, need, take};
use crate::command::answer::Answer;
use crate::command::context::Context;
use crate::command::purchase::teller::plain;
use crate::command::purchase::{self, MOST_PROMPT, Purchase, Teller, bill, bill_line, bounded};
use crate::error::Error;
use crate::random;
use crate::session::{Question, leave};

/// What is talked about.
#[derive(Debug, Args)]
pub struct Chatting {
    /// What is bought.
    #[command(flatten)]
    purchase: Purchase,
    /// The most that the whole session may cost.
    #[arg(long, default_value = "0.1usd", value_name = "AMOUNT")]
    max_cost: String,
    /// How long the session lives at most.
    #[arg(long, default_value = "1h", value_name = "DURATION")]
    life: String,
    /// The file in which the session is kept; one that is there goes on. Then leaving does not close it.
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
}

/// A conversation under way.
struct Talk<'a> {
    context: &'a Context,
    buyer: Buyer,
    order: Order,
    chatting: &'a Chatting,
    tongue: Option<Tongue>,
    teller: Teller,
    held: Held,
    lost: Vec<Lost>,
    turns: u64,
}

/// Talks until `/quit` or the end of stdin. Each line is a turn.
pub async fn run(context: &Context, chatting: &Chatting) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let order = chatting.purchase.order(&suite, &chatting.max_cost, &chatting.life).await?;
    if context.flags().dry_run {
        let (pick, _) = take::pick(&suite, &context.address()?, &order, all(&order), &[]).await?;
        let text = format!(
            "a session of at most {} at one of {}",
            amount::show_dollars(pick.max_spend),
            amount::show_count(pick.offers.len(), "offer")
        );
        let data = json!({ "dry_run": true, "offers": pick.offers, "max_spend": pick.max_spend });
        return Ok(Answer::new(data, text));
    }
    let buyer = purchase::buyer(context, suite, &chatting.purchase).await?;
    let mut teller = Teller::new(context.voice());
    let mut tell = |step| teller.tell(step);
    let tongue = buyer.tongue(&order.goods, &mut tell).await?;
    let held = match chatting.session.as_deref().filter(|path| path.exists()) {
        Some(path) => resumed(&buyer, path).await?,
        None => buyer.take(&order, all(&order), Kind::Session, &[], &mut tell).await?,
    };
    let mut talk = Talk { context, buyer, order, chatting, tongue, teller, held, lost: Vec::new(), turns: 0 };
    talk.keep()?;
    talk.go_on().await?;
    talk.turns().await
}

/// The session of a file, if its deal is still open.
async fn resumed(buyer: &Buyer, path: &Path) -> Result<Held, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    let kept: Kept =
        serde_json::from_str(&text).map_err(|error| Error::file(path, format!("it is no session: {error}")))?;
    let id = kept.deal();
    let pact = kept.session.pact();
    if kept.version != Kept::VERSION || pact.chain != buyer.suite.client().chain().id {
        return Err(Error::file(path, format!("it is a session of {}, or of another version of `hearth`", pact.chain)));
    }
    let deal = buyer.suite.market().deal(id).await?;
    let is_open = deal.as_ref().is_some_and(|deal| deal.ended.is_none() && deal.closing.is_none());
    if !is_open || kept.client != buyer.sender.address() {
        let problem = format!("deal {id} of {} is over, or another's", path.display());
        return Err(Error::usage_hint(problem, "name a file that is not there, and a new session begins"));
    }
    let held = Held::open(kept, buyer.sender.signer().as_ref(), buyer.deadlines)?;
    // It may not have the last voucher; where it is away, the first question shows it.
    let _ = held.vouch().await;
    Ok(held)
}

impl Talk<'_> {
    /// Answers that a client that was killed did not hear to their end.
    async fn go_on(&mut self) -> Result<(), Error> {
        for ask in self.held.kept.session.pending().to_vec() {
            let is_last = self.held.kept.history.last().is_some_and(|last| last.role == "user");
            self.answer(ask, is_last).await?;
        }
        Ok(())
    }

    async fn turns(mut self) -> Result<Answer, Error> {
        loop {
            if self.context.voice().can_ask() {
                self.context.voice().tell(if self.turns == 0 { "/quit ends it. You:" } else { "You:" });
            }
            let line = tokio::select! {
                line = line() => line?,
                _ = tokio::signal::ctrl_c() => None,
            };
            let Some(line) = line.filter(|line| line.trim() != "/quit") else { return self.leave().await };
            if line.trim().is_empty() {
                continue;
            }
            match self.turn(line) {
                Ok(ask) => tokio::select! {
                    answered = self.answer(ask, true) => answered?,
                    _ = tokio::signal::ctrl_c() => return self.leave().await,
                },
                Err(error) if self.context.voice().can_ask() => {
                    let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                    self.context.voice().tell(&format!("{error}{hint}"));
                }
                Err(error) => return self.leave().await.and(Err(error)),
            }
        }
    }

    /// What a person said, as a request; what cannot be asked was not said.
    fn turn(&mut self, line: String) -> Result<Ask, Error> {
        bounded(&line)?;
        self.held.kept.history.push(Message { role: "user".into(), content: line });
        self.question().inspect_err(|_| drop(self.held.kept.history.pop()))
    }

    /// The conversation so far, as a request.
    fn question(&mut self) -> Result<Ask, Error> {
        let system = self.chatting.purchase.system();
        let system = system.map(|content| Message { role: "system".into(), content: content.into() });
        let messages: Vec<Message> = system.into_iter().chain(self.held.kept.history.iter().cloned()).collect();
        let body = self.chatting.purchase.body(&self.order, &messages)?;
        let body = self.fitted(&body)?;
        Ok(Ask { salt: random::bytes::<32>()?.into(), api: Api::Chat, body })
    }

    /// A request whose answer costs no more than the node lets go unsigned, and the deal has left.
    fn fitted(&mut self, body: &str) -> Result<String, Error> {
        let (pact, wanted) = (self.held.kept.session.pact(), self.order.length.tokens());
        let left = pact.max_spend.less(self.held.kept.session.totals().spent);
        let room = left.min(leave::FREE);
        let input = match need(&Question::read(Api::Chat, body), self.tongue.as_ref(), &self.order)? {
            Need::Request { input, .. } => input,
            Need::All { .. } => 0,
        };
        match leave::tokens(room, pact.price, pact.weights, input, wanted) {
            Some(fits) if fits == wanted => Ok(body.to_owned()),
            Some(tokens) if self.order.length == Length::Usual => {
                self.teller.tell(Step::Cut { tokens });
                fit::shortened(body, tokens)
            }
            _ if room == left => Err(Error::usage_hint(
                format!("the session has {} left, and an answer to this may cost more", amount::show_dollars(left)),
                "/quit, and begin a new one with a higher --max-cost",
            )),
            _ => Err(Error::usage_hint(
                format!(
                    "an answer to this may cost more than the {} that a node answers for unsigned",
                    amount::show_dollars(room)
                ),
                "ask for fewer tokens by --max-tokens, or begin a new session: what was said before counts too",
            )),
        }
    }

    /// Asks until a node answers rightly, and tells it.
    async fn answer(&mut self, mut ask: Ask, is_turn: bool) -> Result<(), Error> {
        loop {
            let (context, chatting, buyer) = (self.context, self.chatting, &self.buyer);
            let keep = |kept: &Kept| keep_at(&place(buyer, chatting, kept), kept);
            let teller = &mut self.teller;
            let mut hear = |text: &str| teller.tell(Step::Said { text: text.to_owned() });
            match self.held.ask(ask, self.tongue.as_ref(), &keep, &mut hear).await {
                Ok(answered) => {
                    self.teller.rest();
                    if answered.is_broken() {
                        // It is paid for, as far as it went; what it lacks, the next node says.
                        self.told(context, &answered)?;
                        self.next(Why::Broken).await?;
                        ask = self.question()?;
                        continue;
                    }
                    if is_turn {
                        self.held
                            .kept
                            .history
                            .push(Message { role: "assistant".into(), content: answered.text.clone() });
                    }
                    self.keep()?;
                    return self.told(context, &answered);
                }
                Err(why) if why.is_of_node() => {
                    self.next(why).await?;
                    ask = self.question()?;
                }
                Err(why) => return Err(why.into_error()),
            }
        }
    }

    /// Leaves the node for the next one: a new deal, the same conversation.
    async fn next(&mut self, why: Why) -> Result<(), Error> {
        let history = self.held.kept.history.clone();
        let teller = &mut self.teller;
        let mut tell = |step| teller.tell(step);
        let lost = self.buyer.lose(&self.held, why, &mut tell);
        let hopeless = self.lost.len() >= self.order.tries || lost.why.is_alike(self.lost.last().map(|lost| &lost.why));
        let deal = lost.deal;
        self.lost.push(lost);
        if hopeless {
            let error = self.lost.last().map_or(Error::Cancelled, |lost| lost.why.clone().into_error());
            return Err(self.buyer.out(error, &self.lost, &mut tell).await);
        }
        // What was accepted before is committed by its voucher; the rest comes back when its last clock has run out.
        self.buyer.close(deal).await?;
        let not: Vec<NodeId> = self.lost.iter().map(|lost| lost.node).collect();
        self.held = self.buyer.take(&self.order, all(&self.order), Kind::Session, &not, &mut tell).await?;
        self.held.kept.history = history;
        self.keep()
    }

    fn told(&mut self, context: &Context, answered: &Answered) -> Result<(), Error> {
        self.turns = self.turns.saturating_add(1);
        let receipt = self.buyer.keep_receipt(&answered.accepted.receipt)?;
        if let Some(fault) = &answered.unvouched {
            self.teller.tell(Step::Unvouched { deal: self.held.kept.deal(), why: fault.to_string() });
        }
        let voice = context.voice();
        let mut data = bill(answered);
        if let Some(fields) = data.as_object_mut() {
            fields.insert("event".into(), "answered".into());
            fields.insert("text".into(), answered.text.clone().into());
            fields.insert("receipt".into(), receipt.display().to_string().into());
        }
        if voice.is_json() || !self.teller.is_live() {
            voice.say_one(&Answer::new(data, plain(&answered.text)));
        }
        if !voice.is_json() {
            voice.tell(&bill_line(answered));
        }
        Ok(())
    }

    /// Ends the session: its deal is closed, unless its file was named, to go on later.
    async fn leave(self) -> Result<Answer, Error> {
        let deal = self.held.kept.deal();
        let spent = self.held.kept.session.totals().spent;
        let path = place(&self.buyer, self.chatting, &self.held.kept);
        let unvouched = self.held.vouch().await.err().map(|fault| fault.to_string());
        let is_kept = self.chatting.session.is_some();
        let tx = if is_kept { None } else { Some(self.buyer.close(deal).await?.hash) };
        if !is_kept && unvouched.is_none() {
            let _ = std::fs::remove_file(&path);
        }
        let what = if is_kept { format!("goes on by --session {}", path.display()) } else { "closes".to_owned() };
        let text = format!(
            "{} for {}; deal {deal} {what}",
            amount::show_count(self.turns, "turn"),
            amount::show_dollars(spent)
        );
        if !self.context.voice().is_json() {
            self.context.voice().tell(&text);
        }
        let data = json!({
            "event": "left", "deal": deal, "turns": self.turns, "spent": spent, "closed_by": tx,
            "session": is_kept.then(|| path.display().to_string()), "unvouched": unvouched,
        });
        Ok(Answer::new(data, ""))
    }

    fn keep(&self) -> Result<(), Error> {
        keep_at(&place(&self.buyer, self.chatting, &self.held.kept), &self.held.kept)
    }
}

/// A session: all that it may cost, in answers of which a node gives the first without a voucher.
const fn all(order: &Order) -> Need {
    match order.length {
        Length::Asked(output) => Need::All { output },
        Length::Usual => Need::All { output: 1 },
    }
}

/// Where a session is kept.
fn place(buyer: &Buyer, chatting: &Chatting, kept: &Kept) -> PathBuf {
    chatting.session.clone().unwrap_or_else(|| buyer.session_path(kept.deal()))
}

/// The next line of stdin; nothing at its end. A thread of its own reads it: it may never come, and nobody waits for it.
async fn line() -> Result<Option<String>, Error> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = Vec::new();
        let most = u64::try_from(MOST_PROMPT).unwrap_or(u64::MAX).saturating_add(2);
        let read = std::io::stdin().lock().take(most).read_until(b'\n', &mut line);
        drop(sender.send(read.map(|count| (count, line))));
    });
    let failed = |reason: String| Error::file("/dev/stdin", reason);
    let read = receiver.await.map_err(|error| failed(error.to_string()))?;
    let (count, line) = read.map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(line).map_err(|_| Error::usage("stdin is not UTF-8 text"))?;
    Ok((count > 0).then(|| text.trim_end_matches(['\n', '\r']).to_owned()))
}
