//! Reads the chain: block by block from the journal's cursor, and as a whole from time to time.
//!
//! An event says that something changed; what it is now is asked. So reading any block again changes nothing, and what
//! a pruned or lying event hid comes to light at the next look at the whole.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cosmwasm_std::{Addr, Event};
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::market::{Closed, Commit, Committed, Contested, Ended, Finalized, Taken};
use hearth_schema::unit::{DealId, Height, Seconds};
use hearth_wallet::Error as ChainError;
use tokio::sync::{Notify, watch};

use crate::fault;
use crate::journal::commits::Statement;
use crate::journal::deals::Agreement;
use crate::journal::{Journal, JournalError, Page};
use crate::post::PostError;
use crate::sight::{Sight, wall};
use crate::sort::Sort;
use crate::stop::Stop;
use crate::view::View;

/// Without a word from the websocket, the chain is looked at this often.
const TICK: Duration = Duration::from_secs(1);
/// How often the whole is looked at, in blocks.
const WHOLE: u64 = 50;
/// How many blocks are read one by one; whoever was away longer looks at the whole instead.
const FAR: u64 = 2_000;
/// How often the worker's coins for gas are counted.
const COUNT: Duration = Duration::from_secs(10);
/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_secs(10);

/// The part that reads the chain.
#[derive(Debug)]
pub struct Watcher {
    /// What must not be forgotten.
    pub journal: Journal,
    /// Asks the chain.
    pub view: View,
    /// Where it is told what was seen.
    pub sight: watch::Sender<Sight>,
    /// Rung when something changed.
    pub bell: Arc<Notify>,
    /// How long a deal is kept after its time.
    pub keep: Seconds,
}

/// When something was last looked at.
#[derive(Debug, Default)]
pub struct Looked {
    /// The whole.
    whole: Option<Height>,
    /// The coins for gas.
    coins: Option<Instant>,
}

/// What was read of a deal.
enum Read {
    /// The deal.
    Deal(Box<Agreement>),
    /// One of its commits.
    Commit(DealId, u64, Box<Commit>),
}

impl Watcher {
    /// Reads until it is told to stop.
    pub async fn run(self, mut stop: Stop) -> Result<(), PostError> {
        let wake = self.view.client.subscribe_blocks();
        let mut last = Looked::default();
        let mut pause = TICK;
        loop {
            let looked = tokio::select! {
                () = stop.over() => return Ok(()),
                looked = self.look(&mut last) => looked,
            };
            let wait = match looked {
                Ok(()) => {
                    pause = TICK;
                    TICK
                }
                Err(error) if error.sort() == Sort::Fatal => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "the chain cannot be read");
                    let problem = Some(error.to_string());
                    self.sight.send_modify(|sight| sight.problem = problem);
                    pause = pause.saturating_mul(2).min(LONGEST);
                    pause
                }
            };
            tokio::select! {
                () = stop.over() => return Ok(()),
                () = wake.next(wait) => (),
            }
        }
    }

    /// Reads what is new.
    pub async fn look(&self, last: &mut Looked) -> Result<(), PostError> {
        let head = self.view.head().await?;
        let quote = self.view.quote().await?;
        self.sight.send_modify(|sight| {
            if head.height > sight.head.height {
                (sight.head, sight.since) = (head, Instant::now());
            }
            (sight.quote, sight.problem) = (quote, None);
        });
        if last.coins.is_none_or(|counted| counted.elapsed() >= COUNT) {
            let coins = self.view.coins().await?;
            self.sight.send_modify(|sight| sight.coins = Some(coins));
            last.coins = Some(Instant::now());
        }
        let cursor = self.journal.turn(|page| page.cursor()).await?;
        let behind = cursor.is_none_or(|cursor| head.height.0.saturating_sub(cursor.0) > FAR);
        let due = last.whole.is_none_or(|at| head.height.0.saturating_sub(at.0) >= WHOLE);
        if behind || due {
            self.whole(head).await?;
            last.whole = Some(head.height);
        }
        if behind {
            self.journal.turn(move |page| page.advance(head.height)).await?;
        }
        self.blocks(head.height).await
    }

    /// Reads the blocks after the cursor, up to the head.
    async fn blocks(&self, head: Height) -> Result<(), PostError> {
        loop {
            let cursor = self.journal.turn(|page| page.cursor()).await?.unwrap_or(head);
            let next = Height(cursor.0.saturating_add(1));
            if next > head {
                return Ok(());
            }
            let results = match self.view.client.block_results(next).await {
                Ok(Some(results)) => results,
                Ok(None) => return Ok(()),
                // A block that was pruned: nothing of it can be read any more, and the whole was looked at.
                Err(ChainError::Unreadable { what, reason }) => {
                    tracing::warn!(height = %next, %what, %reason, "a block cannot be read: looking at the whole instead");
                    let head = self.view.head().await?;
                    self.whole(head).await?;
                    return Ok(self.journal.turn(move |page| page.advance(head.height)).await?);
                }
                Err(error) => return Err(error.into()),
            };
            let events = results.txs.iter().filter(|tx| tx.code == 0).flat_map(|tx| &tx.events);
            let touched = self.touched(events);
            if !touched.is_empty() {
                fault::here("event");
            }
            let read = self.read(&touched).await?;
            let changed = !read.is_empty();
            // What was asked is as new as the head of the node that answered; it is never taken for newer than the block.
            self.journal
                .turn(move |page| {
                    tell(page, &read, next)?;
                    page.advance(next)
                })
                .await?;
            if changed {
                self.bell.notify_waiters();
                self.bell.notify_one();
            }
        }
    }

    /// The deals of this node that these events are about, and their commits.
    fn touched<'a>(&self, events: impl Iterator<Item = &'a Event>) -> BTreeSet<(DealId, Option<u64>)> {
        let market = Addr::unchecked(self.view.at.market.clone());
        events.filter(|event| from(event, &market)).filter_map(|event| self.touches(event)).collect()
    }

    fn touches(&self, event: &Event) -> Option<(DealId, Option<u64>)> {
        let node = self.view.node;
        if let Ok(Taken { deal, node: of, .. }) = Taken::read(event) {
            return (of == node).then_some((deal, None));
        }
        if let Ok(Committed { deal, n, node: of, .. }) = Committed::read(event) {
            return (of == node).then_some((deal, Some(n)));
        }
        if let Ok(Finalized { deal, n, node: of, .. }) = Finalized::read(event) {
            return (of == node).then_some((deal, Some(n)));
        }
        if let Ok(Ended { deal, node: of, .. }) = Ended::read(event) {
            return (of == node).then_some((deal, None));
        }
        // These do not say whose they are: whose the deal is, the answer says.
        if let Ok(Contested { deal, n, .. }) = Contested::read(event) {
            return Some((deal, Some(n)));
        }
        Closed::read(event).ok().map(|Closed { deal }| (deal, None))
    }

    /// What these deals and commits are now.
    async fn read(&self, touched: &BTreeSet<(DealId, Option<u64>)>) -> Result<Vec<Read>, ChainError> {
        let mut read = Vec::new();
        let deals: BTreeSet<DealId> = touched.iter().map(|(deal, _)| *deal).collect();
        for deal in deals {
            let Some(agreement) = self.view.agreement(deal).await? else { continue };
            for n in touched.iter().filter(|(of, _)| *of == deal).filter_map(|(_, n)| *n) {
                if let Some(commit) = self.view.commit(deal, n).await? {
                    read.push(Read::Commit(deal, n, Box::new(commit)));
                }
            }
            tracing::info!(%deal, n = agreement.deal.n, ended = ?agreement.deal.ended, "a deal changed");
            read.push(Read::Deal(Box::new(agreement)));
        }
        Ok(read)
    }

    /// Looks at all open deals and all commits that are not final, as the chain lists them; and at those that the journal
    /// takes for open and the chain does not list.
    pub async fn whole(&self, head: Moment) -> Result<(), PostError> {
        let duties = self.view.duties().await?;
        let mut read = Vec::new();
        let listed: BTreeSet<DealId> = duties.deals.iter().map(|answer| answer.id).collect();
        for answer in duties.deals {
            read.push(Read::Deal(Box::new(self.view.agreed(answer).await?)));
        }
        for duty in duties.commits {
            read.push(Read::Commit(duty.deal, duty.n, Box::new(duty.commit)));
        }
        let (open, commits) = self.journal.turn(|page| Ok((page.open_ids()?, page.open_commits()?))).await?;
        for deal in open.into_iter().filter(|deal| !listed.contains(deal)) {
            // What is not listed has ended, unless the list is wrong: the deal itself says.
            if let Some(agreement) = self.view.agreement(deal).await? {
                read.push(Read::Deal(Box::new(agreement)));
            }
        }
        for open in commits {
            if let Some(commit) = self.view.commit(open.deal, open.n).await?.filter(|commit| commit.verdict.is_some()) {
                read.push(Read::Commit(open.deal, open.n, Box::new(commit)));
            }
        }
        // A deal's time is over when it is so by the chain and by this machine.
        let before = Seconds(head.time.min(wall()).0.saturating_sub(self.keep.0));
        let forgotten = self
            .journal
            .turn(move |page| {
                tell(page, &read, head.height)?;
                page.prune(before)
            })
            .await?;
        if !forgotten.is_empty() {
            tracing::info!(deals = forgotten.len(), "forgotten: they are long over");
        }
        self.bell.notify_waiters();
        self.bell.notify_one();
        Ok(())
    }
}

/// Reads one deal that somebody asks for before its event was read.
pub async fn fetch(view: &View, journal: &Journal, deal: DealId) -> Result<(), PostError> {
    let head = view.head().await?;
    if let Some(agreement) = view.agreement(deal).await? {
        journal.turn(move |page| page.tell_deal(&agreement, head.height)).await?;
    }
    Ok(())
}

/// Whether a contract emitted an event: anyone can emit one of this name from a contract of their own.
fn from(event: &Event, contract: &Addr) -> bool {
    let is = |attribute: &cosmwasm_std::Attribute| {
        attribute.key == "_contract_address" && attribute.value == contract.as_str()
    };
    event.attributes.iter().any(is)
}

/// Writes down what was read.
fn tell(page: &Page<'_>, read: &[Read], height: Height) -> Result<(), JournalError> {
    for read in read {
        match read {
            Read::Deal(agreement) => page.tell_deal(agreement, height)?,
            Read::Commit(deal, n, commit) => tell_commit(page, *deal, *n, commit)?,
        }
    }
    Ok(())
}

fn tell_commit(page: &Page<'_>, deal: DealId, n: u64, commit: &Commit) -> Result<(), JournalError> {
    let statement = match page.noted(deal, n)? {
        Some(noted) if noted.totals == commit.totals && noted.root == commit.root => noted,
        other => {
            // Somebody else signs with this key, or the journal is not the one that committed.
            tracing::error!(%deal, n, known = other.is_some(), "the chain has a commit that this journal did not make");
            let proof = hearth_schema::market::Proof::Job;
            Statement { totals: commit.totals, root: commit.root, proof }
        }
    };
    page.adopt_commit(deal, n, &statement, commit.moment.height)?;
    match commit.verdict {
        Some(verdict) => page.finish_commit(deal, n, verdict),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
