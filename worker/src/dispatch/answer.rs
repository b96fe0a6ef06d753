//! What a request with a right to ask comes to: the answer that it got before, or a new one within what is paid for.

use std::time::Duration;

use hearth_engine::{Generate, Stop};
use hearth_gateway::ask::Ask;
use hearth_gateway::house::{Answer, Refusal};
use hearth_schema::digest::Digest;
use hearth_schema::leaf::Counts;
use hearth_schema::unit::Usd;
use hearth_wallet::random;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::stream::{self, Stream};
use super::{Desk, Parts};
use crate::flights::Flight;
use crate::job::{self, Plan};
use crate::journal::deals::{Agreement, Known};
use crate::journal::jobs::Standing;
use crate::meter::{self, Leave, Position, Short};
use crate::refuse;

/// Pieces that an answer may be ahead of its client.
const AHEAD: usize = 64;

/// A request with a right to ask.
pub(super) struct Question {
    /// Its deal.
    pub(super) known: Known,
    /// Its digest.
    pub(super) request: Digest,
    /// What it asks.
    pub(super) ask: Ask,
    /// Under which its digest is, where the worker chose it.
    pub(super) request_salt: Option<[u8; 32]>,
}

impl Desk {
    pub(super) async fn answer(&self, question: Question) -> Result<Answer, Refusal> {
        let answered = self.answered(question).await;
        if answered.is_err() {
            self.parts.tally.refuse();
        }
        answered
    }

    async fn answered(&self, question: Question) -> Result<Answer, Refusal> {
        let parts = &self.parts;
        let (deal, request) = (question.known.agreement.id, question.request);
        // Nobody else decides about this deal until the request is refused or reserved.
        let mut flight = parts.flights.of(deal).await;
        if flight.has(&request) {
            return Err(refuse::conflict("in_flight", "this request is being answered: ask again when it has ended"));
        }
        let job = parts.journal.turn(move |page| page.job(deal, &request)).await;
        if let Some(Standing::Given(given)) = job.map_err(|error| refuse::journal(&error))? {
            parts.tally.repeat();
            return Ok(stream::again(question.ask.shape, *given));
        }
        if parts.stop.is_leaving() {
            return Err(refuse::away("the worker is stopping: ask another provider"));
        }
        let agreement = &question.known.agreement;
        let until = self.time_left(&question.known)?;
        let description = parts.model.describe();
        let seed = || random::bytes::<8>().map_or(0, u64::from_be_bytes);
        let plan = job::plan(&question.ask, &agreement.class, description, seed)?;
        job::serves(description, &agreement.class).map_err(refuse::away)?;
        let position = self.position(agreement, &flight).await?;
        let (most, tokens) = self.admit(&position, &plan)?;
        parts.journal.turn(move |page| page.begin(deal, &request)).await.map_err(|error| refuse::journal(&error))?;
        let max_tokens = usize::try_from(tokens).unwrap_or(usize::MAX);
        let stop = Stop { texts: plan.stops.clone(), ..Stop::after(max_tokens) };
        let asked = Generate { prompt: plan.prompt.clone(), sampling: plan.sampling, stop };
        let generation = parts.model.engine.generate(asked).map_err(|error| refuse::engine(&error))?;
        flight.begin(&request, most);
        drop(flight);
        tracing::info!(%deal, job = %request, %most, tokens, "begun");
        let (events, heard) = mpsc::channel(AHEAD);
        let shape = question.ask.shape.clone();
        let active = parts.flights.count();
        let stream = Stream { desk: self.clone(), question, engine: plan.engine, price: position, most, until, active };
        tokio::spawn(stream.run(generation, events));
        Ok(Answer { shape, events: heard })
    }

    /// Until when an answer may take; refuses what could not be committed in time.
    fn time_left(&self, known: &Known) -> Result<Instant, Refusal> {
        let Agreement { id, deal, terms, .. } = &known.agreement;
        if known.ended || deal.ended.is_some() {
            return Err(refuse::over(format!("deal {id} has ended: take a new one")));
        }
        if deal.closing.is_some() {
            return Err(refuse::over(format!("deal {id} was closed by its client: take a new one")));
        }
        let now = self.parts.sight.borrow().now();
        let latest = meter::until(deal, &terms.clocks).0.min(deal.expires_at.0);
        let left = latest.saturating_sub(now.0).saturating_sub(meter::margin(&terms.clocks).0);
        let until = Instant::now().checked_add(Duration::from_secs(left)).filter(|_| left > 0);
        until.ok_or_else(|| refuse::over(format!("deal {id} ends too soon to be committed in time: take a new one")))
    }

    /// How a deal stands.
    async fn position(&self, agreement: &Agreement, flight: &Flight) -> Result<Position, Refusal> {
        let Parts { journal, view, sight, .. } = &*self.parts;
        let deal = agreement.id;
        let read = journal.turn(move |page| Ok((page.ledger(deal)?, page.voucher(deal)?, page.bearer(deal)?))).await;
        let (ledger, voucher, bearer) = read.map_err(|error| refuse::journal(&error))?;
        let price = self.price().ok_or_else(|| refuse::away("the token has no price that the worker has seen"))?;
        let range = |_| refuse::away("the escrow's worth is out of range");
        let weights = agreement.weights().ok_or_else(|| refuse::invalid("class", "the deal sells time"))?;
        let (now, cap) = (sight.borrow().now(), agreement.terms.unsigned_cap);
        let leave = match bearer.filter(|bearer| now < bearer.expiry) {
            _ if agreement.is_job() => Leave::Job(cap),
            Some(bearer) => Leave::Bearer(bearer.cap.min(cap)),
            None => Leave::Nothing,
        };
        Ok(Position {
            price: agreement.deal.price,
            weights,
            max_spend: agreement.deal.max_spend,
            leave,
            served: ledger.totals,
            vouched: voucher.map(|voucher| voucher.totals.spent).unwrap_or_default(),
            committed: agreement.deal.totals.spent,
            reserved: flight.reserved(),
            covered: meter::worth(agreement.held, price, view.decimals).map_err(range)?,
        })
    }

    /// What a request may cost at most, and how many tokens its answer may have.
    fn admit(&self, position: &Position, plan: &Plan) -> Result<(Usd, u64), Refusal> {
        let model = &self.parts.model;
        let input = model.length(&plan.prompt)?.most();
        let room = model.context().saturating_sub(input).max(1);
        let refused = |short: &Short| refuse::short(short, short.passes(position.reserved));
        let paid = match plan.wanted {
            Some(_) => room,
            None => position.tokens(input).map_err(|error| refused(&error.into()))?.unwrap_or(1),
        };
        let output = plan.wanted.unwrap_or(u64::MAX).min(room).min(paid);
        let most = position.fee(Counts { input, cached: 0, output }).map_err(|error| refused(&error.into()))?;
        position.admit(most).map_err(|short| refused(&short))?;
        Ok((most, output))
    }
}
