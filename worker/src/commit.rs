//! Commits to what was served, closes what its client closed, and ends what ran out: by one signer, each commit alone in
//! its transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hearth_schema::market::ExecuteMsg;
use hearth_schema::unit::DealId;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::due::{Due, Habits, State};
use crate::fault;
use crate::flights::Flights;
use crate::journal::deals::Agreement;
use crate::journal::{Journal, JournalError};
use crate::meter;
use crate::post::{Intent, Post, PostError, call};
use crate::sight::Sight;
use crate::sort::Sort;
use crate::stop::Stop;
use crate::view::View;

/// How often all deals are looked at, where nothing wakes earlier.
const TICK: Duration = Duration::from_secs(1);
/// After a transaction was refused for good, its deal is left alone for so long; after one that may yet go through,
/// only for a moment.
const REST: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(2);

/// The part that commits.
#[derive(Debug)]
pub struct Committer {
    /// What must not be forgotten.
    pub journal: Journal,
    /// Asks the chain.
    pub view: View,
    /// Sends transactions.
    pub post: Post,
    /// What was last seen of the chain.
    pub sight: watch::Receiver<Sight>,
    /// What is under way.
    pub flights: Flights,
    /// When it commits.
    pub habits: Habits,
    /// Rung when there may be something to commit.
    pub bell: Arc<Notify>,
}

/// Deals whose transaction is on its way, so that none is begun twice, and those that are left alone for a while.
#[derive(Debug, Default)]
struct Busy {
    sending: BTreeSet<DealId>,
    resting: BTreeMap<DealId, Instant>,
}

impl Busy {
    /// Takes a deal, unless it is taken or rests; who leaves rests no more.
    fn take(&mut self, deal: DealId, leaving: bool) -> bool {
        let rests = !leaving && self.resting.get(&deal).is_some_and(|until| Instant::now() < *until);
        !rests && self.sending.insert(deal)
    }

    /// Lets go of a deal, after what came of its transaction.
    fn let_go(&mut self, deal: DealId, done: Result<(), Sort>) {
        self.sending.remove(&deal);
        self.resting.remove(&deal);
        let rest = match done {
            Ok(()) => return,
            Err(Sort::Retry) => PAUSE,
            Err(Sort::Skip | Sort::Fatal) => REST,
        };
        if let Some(until) = Instant::now().checked_add(rest) {
            self.resting.insert(deal, until);
        }
    }
}

type Shared = Arc<Mutex<Busy>>;

impl Committer {
    /// Commits until it is told to stop; then once more, what is vouched for, and ends.
    pub async fn run(self, mut stop: Stop) -> Result<(), PostError> {
        let (shared, busy) = (Arc::new(self), Shared::default());
        let mut work = JoinSet::new();
        while !stop.is_leaving() {
            shared.round(&busy, &mut work, false).await?;
            tokio::select! {
                () = stop.leaving() => (),
                () = shared.bell.notified() => (),
                () = tokio::time::sleep(TICK) => (),
                Some(done) = work.join_next() => ended(done)?,
            }
        }
        // What streams still say is waited for by whoever stops all parts; this comes after them.
        stop.landed().await;
        while let Some(done) = work.join_next().await {
            ended(done)?;
        }
        shared.round(&busy, &mut work, true).await?;
        while let Some(done) = work.join_next().await {
            ended(done)?;
        }
        Ok(())
    }

    /// Looks at all deals once, and begins what is due.
    async fn round(
        self: &Arc<Self>,
        busy: &Shared,
        work: &mut JoinSet<Result<(), PostError>>,
        leaving: bool,
    ) -> Result<(), PostError> {
        let mut deals = self.journal.turn(|page| page.open_deals()).await?;
        self.flights.keep(&deals.iter().map(|deal| deal.id).collect::<Vec<_>>());
        deals.sort_by_key(|deal| meter::until(&deal.deal, &deal.terms.clocks));
        for agreement in deals {
            let id = agreement.id;
            if !held(busy).take(id, leaving) {
                continue;
            }
            let due = self.due(&agreement, leaving).await?;
            if due == Due::Nothing {
                held(busy).let_go(id, Ok(()));
                continue;
            }
            let (part, busy) = (Arc::clone(self), Arc::clone(busy));
            work.spawn(async move {
                let done = part.act(id, due).await;
                held(&busy).let_go(id, done.as_ref().map(drop).map_err(PostError::sort));
                done
            });
        }
        Ok(())
    }

    async fn due(&self, agreement: &Agreement, leaving: bool) -> Result<Due, JournalError> {
        if agreement.deal.ended.is_some() {
            return Ok(Due::Nothing);
        }
        let is_busy = !self.flights.of(agreement.id).await.is_empty();
        let (sight, habits, agreement) = (self.sight.borrow().clone(), self.habits, agreement.clone());
        self.journal
            .turn(move |page| {
                let id = agreement.id;
                let ledger = page.ledger(id)?;
                let (voucher, bearer) = (page.voucher(id)?, page.bearer(id)?);
                let oldest = page.leaf_time(id, agreement.deal.totals.count)?;
                let last = ledger.totals.count.checked_sub(1);
                let newest = last.map(|place| page.leaf_time(id, place)).transpose()?.flatten();
                let state = State {
                    agreement: &agreement,
                    served: ledger.totals,
                    root: ledger.root,
                    voucher: voucher.as_ref(),
                    bearer: bearer.as_ref(),
                    oldest,
                    newest,
                    busy: is_busy,
                    leaving,
                    head: sight.head,
                    now: sight.now(),
                };
                Ok(state.due(&habits))
            })
            .await
    }

    async fn act(&self, deal: DealId, due: Due) -> Result<(), PostError> {
        let market = &self.view.at.market;
        let (intent, msg) = match due {
            Due::Nothing => return Ok(()),
            Due::Close => (Intent::Named(format!("close {deal}")), ExecuteMsg::Close { deal }),
            Due::Expire => (Intent::Named(format!("expire {deal}")), ExecuteMsg::Expire { deal }),
            Due::Commit { n, statement } => {
                // What is signed is what the journal says, should it differ in its proof.
                let stood = self.journal.turn(move |page| page.commit(deal, n, &statement)).await?;
                fault::here("commit");
                let (totals, root, proof) = (stood.totals, stood.root, stood.proof);
                (Intent::Commit { deal, n }, ExecuteMsg::Commit { deal, n, totals, root, proof })
            }
        };
        let done = self.post.send(&intent, vec![call(market, &msg)?]).await;
        match &done {
            Ok(_) => tracing::info!(%deal, %intent, "done"),
            Err(error) => tracing::warn!(%deal, %intent, %error, sort = ?error.sort(), "not done"),
        }
        // Whatever came of it, the chain is asked: it alone knows.
        self.refresh(deal).await?;
        done.map(drop)
    }

    /// Reads a deal anew.
    async fn refresh(&self, deal: DealId) -> Result<(), PostError> {
        let head = self.view.head().await?;
        if let Some(agreement) = self.view.agreement(deal).await? {
            self.journal.turn(move |page| page.tell_deal(&agreement, head.height)).await?;
        }
        Ok(())
    }
}

fn held(busy: &Shared) -> MutexGuard<'_, Busy> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What became of one transaction: only what is fatal ends the part.
fn ended(done: Result<Result<(), PostError>, tokio::task::JoinError>) -> Result<(), PostError> {
    match done {
        Ok(Err(error)) if error.sort() == Sort::Fatal => Err(error),
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::error!(%error, "a transaction's task ended by itself");
            Ok(())
        }
    }
}
