//! Brings commits to their end: posts the round that they wait for, opens the leaves that it drew, says when they are
//! final, and claims. Several go in one transaction; where that fails, each by itself.
//!
//! Whether a relay's round is the network's, the contract is asked: it is simulated before it is sent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cosmwasm_std::HexBinary;
use hearth_schema::audit::{Audit, ExecuteMsg};
use hearth_schema::beacon::Due;
use hearth_schema::bme;
use hearth_schema::digest::Digest;
use hearth_schema::draw::Stake;
use hearth_schema::market::Commit;
use hearth_schema::unit::{Asset, DealId, Usd};
use tokio::sync::{Notify, watch};

use crate::journal::Journal;
use crate::journal::commits::Open;
use crate::journal::deals::Agreement;
use crate::journal::outbox::Call;
use crate::opening::{self, Step};
use crate::post::{Intent, Post, PostError, call};
use crate::relay::Relays;
use crate::sight::Sight;
use crate::sort::Sort;
use crate::stop::Stop;
use crate::view::View;

/// How often commits are looked at.
const TICK: Duration = Duration::from_secs(1);
/// A commit that waits is looked at again after so long at the latest: a contest may have come.
const AGAIN: Duration = Duration::from_secs(20);
/// After a refusal that passes by itself.
const PAUSE: Duration = Duration::from_secs(3);
/// The most commits of one transaction.
const TOGETHER: usize = 8;

/// The part that draws.
#[derive(Debug)]
pub struct Drawer {
    /// What must not be forgotten.
    pub journal: Journal,
    /// Asks the chain.
    pub view: View,
    /// Sends transactions.
    pub post: Post,
    /// What was last seen of the chain.
    pub sight: watch::Receiver<Sight>,
    /// Where rounds come from.
    pub relays: Relays,
    /// Whether what is owed to the owner is claimed with it.
    pub claims: bool,
    /// Rung when something changed.
    pub bell: Arc<Notify>,
}

/// What is said for one commit.
struct Part {
    deal: DealId,
    n: u64,
    calls: Vec<Call>,
}

/// What a look remembers.
#[derive(Default)]
struct Memory {
    /// Not before this time of the chain or this instant is a commit looked at again.
    waiting: BTreeMap<(DealId, u64), (u64, Instant)>,
    /// Rounds that relays have told and the contract takes.
    rounds: BTreeMap<(u32, u64), HexBinary>,
}

impl Drawer {
    /// Draws until it is told to end.
    pub async fn run(self, mut stop: Stop) -> Result<(), PostError> {
        let mut memory = Memory::default();
        loop {
            match self.round(&mut memory).await {
                Err(error) if error.sort() == Sort::Fatal => return Err(error),
                Err(error) => tracing::warn!(%error, "commits cannot be looked at"),
                Ok(()) => (),
            }
            tokio::select! {
                () = stop.over() => return Ok(()),
                () = tokio::time::sleep(TICK) => (),
            }
        }
    }

    /// Looks at all commits once, and says what is due.
    async fn round(&self, memory: &mut Memory) -> Result<(), PostError> {
        let open = self.journal.turn(|page| page.open_commits()).await?;
        memory.waiting.retain(|key, _| open.iter().any(|open| (open.deal, open.n) == *key));
        memory.rounds.retain(|_, _| !open.is_empty());
        let mut parts = Vec::new();
        for open in open {
            let head = self.sight.borrow().head;
            let key = (open.deal, open.n);
            let waits = memory.waiting.get(&key);
            if waits.is_some_and(|(time, again)| head.time.0 < *time && Instant::now() < *again) {
                continue;
            }
            match self.part(&open, memory).await {
                Ok(Some(part)) => parts.push(part),
                Ok(None) => (),
                Err(error) if error.sort() == Sort::Skip => {
                    tracing::error!(deal = %open.deal, n = open.n, %error, "a commit cannot be drawn");
                    memory.rest(key, u64::MAX, AGAIN);
                }
                Err(error) => return Err(error),
            }
        }
        for together in parts.chunks(TOGETHER) {
            self.say(together, memory).await?;
        }
        Ok(())
    }

    /// What one commit waits for, as calls; nothing where it waits for time.
    async fn part(&self, open: &Open, memory: &mut Memory) -> Result<Option<Part>, PostError> {
        let (deal, n) = (open.deal, open.n);
        let head = self.sight.borrow().head;
        let (audit, commit) = (self.view.audit(deal, n).await?, self.view.commit(deal, n).await?);
        let Some(commit) = commit else { return Ok(None) };
        let agreement = self.journal.turn(move |page| page.known_deal(deal)).await?.agreement;
        let audits = &self.view.at.audit;
        let mut calls = Vec::new();
        match opening::step(&audit, &commit, &agreement, head) {
            Step::Final(verdict) => {
                self.journal.turn(move |page| page.finish_commit(deal, n, verdict)).await?;
                return Ok(None);
            }
            Step::Wait(until) => {
                memory.rest((deal, n), until.0, AGAIN);
                return Ok(None);
            }
            Step::Beacon => {
                let Some(signature) = self.signed(audit.due, memory).await? else { return Ok(None) };
                let points = self.points(open, &audit, &commit, &agreement, &Digest::generate(&signature));
                let Due { network, round } = audit.due;
                calls.push(call(audits, &ExecuteMsg::AddBeacon { network, round, signature })?);
                calls.push(self.draw(open, points).await?);
            }
            Step::Draw => calls.push(self.draw(open, audit.points).await?),
            Step::Resolve => {
                calls.push(call(audits, &ExecuteMsg::Resolve { deal, n })?);
                if self.claims {
                    let account = Some(agreement.deal.payee.to_string());
                    calls.push(call(&self.view.at.bme, &bme::ExecuteMsg::Claim { account, asset: Asset::Token })?);
                }
            }
        }
        Ok(Some(Part { deal, n, calls }))
    }

    fn points(&self, open: &Open, audit: &Audit, commit: &Commit, of: &Agreement, randomness: &Digest) -> Vec<Usd> {
        let chain = &self.view.client.chain().id;
        let stake = Stake { chain, audit: &self.view.at.audit, deal: open.deal, n: open.n };
        opening::points(&stake, audit, commit, of, randomness)
    }

    /// The draw of a commit: the leaves that cover these points, opened out of the journal.
    async fn draw(&self, open: &Open, points: Vec<Usd>) -> Result<Call, PostError> {
        let (deal, n, count) = (open.deal, open.n, open.statement.totals.count);
        let leaves = self.journal.turn(move |page| page.leaves(deal, count)).await?;
        let openings = opening::openings(&leaves, &points, count)?;
        call(&self.view.at.audit, &ExecuteMsg::Draw { deal, n, openings })
    }

    /// A round's signature that the contract takes; nothing while no relay has it.
    async fn signed(&self, due: Due, memory: &mut Memory) -> Result<Option<HexBinary>, PostError> {
        let key = (due.network, due.round.0);
        if let Some(signature) = memory.rounds.get(&key) {
            return Ok(Some(signature.clone()));
        }
        for url in self.relays.urls() {
            let signature = match self.relays.ask(url, due.round).await {
                Ok(signature) => signature,
                Err(error) => {
                    tracing::warn!(%error, "a relay is passed over");
                    continue;
                }
            };
            let Due { network, round } = due;
            let add = ExecuteMsg::AddBeacon { network, round, signature: signature.clone() };
            match self.post.check(vec![call(&self.view.at.audit, &add)?]).await {
                Ok(()) => {
                    memory.rounds.insert(key, signature.clone());
                    return Ok(Some(signature));
                }
                Err(error) if error.sort() == Sort::Skip => {
                    tracing::warn!(%url, %round, %error, "a relay lies: it is passed over");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Says it together; where that fails, each by itself.
    async fn say(&self, parts: &[Part], memory: &mut Memory) -> Result<(), PostError> {
        match self.send(parts).await {
            Ok(()) => return Ok(()),
            Err(error) if error.sort() == Sort::Fatal => return Err(error),
            Err(error) if parts.len() > 1 => tracing::warn!(%error, "not all together: each by itself"),
            Err(error) => return self.failed(parts, error, memory),
        }
        for part in parts {
            if let Err(error) = self.send(std::slice::from_ref(part)).await {
                self.failed(std::slice::from_ref(part), error, memory)?;
            }
        }
        Ok(())
    }

    fn failed(&self, parts: &[Part], error: PostError, memory: &mut Memory) -> Result<(), PostError> {
        let sort = error.sort();
        for Part { deal, n, .. } in parts {
            tracing::warn!(%deal, n, %error, ?sort, "the audit of a commit does not go on");
            memory.rest((*deal, *n), u64::MAX, if sort == Sort::Skip { AGAIN } else { PAUSE });
        }
        if sort == Sort::Fatal { Err(error) } else { Ok(()) }
    }

    async fn send(&self, parts: &[Part]) -> Result<(), PostError> {
        let mut calls: Vec<Call> = Vec::new();
        for call in parts.iter().flat_map(|part| &part.calls) {
            // One beacon, and one claim, serve all.
            if !calls.contains(call) {
                calls.push(call.clone());
            }
        }
        // A claim comes after everything that it claims for.
        calls.sort_by_key(|call| call.contract == self.view.at.bme);
        let said = serde_json::to_vec(&calls)?;
        let name: String = Digest::generate(&said).to_hex().chars().take(16).collect();
        let commits: Vec<String> = parts.iter().map(|part| format!("{}/{}", part.deal, part.n)).collect();
        let intent = Intent::Named(format!("audit {} {name}", commits.join(" ")));
        self.post.send(&intent, calls).await?;
        self.bell.notify_one();
        Ok(())
    }
}

impl Memory {
    /// Leaves a commit alone until this time of the chain, and not for longer than this.
    fn rest(&mut self, key: (DealId, u64), until: u64, most: Duration) {
        if let Some(again) = Instant::now().checked_add(most) {
            self.waiting.insert(key, (until, again));
        }
    }
}
