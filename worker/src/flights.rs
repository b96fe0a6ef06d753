//! The requests under way, by deal: what they may cost, and that none is made twice at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use hearth_schema::digest::Digest;
use hearth_schema::unit::{DealId, Usd};
use tokio::sync::{OwnedMutexGuard, watch};

/// What is under way in one deal. Whoever holds it may look into the journal and decide by both.
#[derive(Debug, Default)]
pub struct Flight {
    reserved: BTreeMap<[u8; 32], Usd>,
}

impl Flight {
    /// The most that the requests under way may cost.
    pub fn reserved(&self) -> Usd {
        self.reserved.values().fold(Usd::ZERO, |sum, most| Usd::new(sum.u128().saturating_add(most.u128())))
    }

    /// Whether this request is under way.
    pub fn has(&self, request: &Digest) -> bool {
        self.reserved.contains_key(request.as_ref())
    }

    /// Whether anything is under way.
    pub fn is_empty(&self) -> bool {
        self.reserved.is_empty()
    }

    /// Begins a request that may cost this much.
    pub fn begin(&mut self, request: &Digest, most: Usd) {
        self.reserved.insert(*request.as_ref(), most);
    }

    /// Ends a request.
    pub fn end(&mut self, request: &Digest) {
        self.reserved.remove(request.as_ref());
    }
}

type Deals = BTreeMap<u64, Arc<tokio::sync::Mutex<Flight>>>;

/// All deals' requests under way.
#[derive(Clone, Debug)]
pub struct Flights {
    deals: Arc<Mutex<Deals>>,
    active: watch::Sender<usize>,
}

impl Default for Flights {
    fn default() -> Self {
        Self { deals: Arc::default(), active: watch::Sender::new(0) }
    }
}

impl Flights {
    /// What is under way in a deal; nobody else decides about it while this is held.
    pub async fn of(&self, deal: DealId) -> OwnedMutexGuard<Flight> {
        let flight = {
            let mut deals = self.deals.lock().unwrap_or_else(PoisonError::into_inner);
            deals.entry(deal.0).or_default().clone()
        };
        flight.lock_owned().await
    }

    /// Forgets the deals that are not among these and have nothing under way.
    pub fn keep(&self, open: &[DealId]) {
        let open: BTreeSet<u64> = open.iter().map(|deal| deal.0).collect();
        let mut deals = self.deals.lock().unwrap_or_else(PoisonError::into_inner);
        deals.retain(|deal, flight| open.contains(deal) || flight.try_lock().map_or(true, |flight| !flight.is_empty()));
    }

    /// Counts one request as under way for as long as the answer lives.
    pub fn count(&self) -> Active {
        self.active.send_modify(|active| *active = active.saturating_add(1));
        Active(self.active.clone())
    }

    /// How many are under way.
    pub fn active(&self) -> usize {
        *self.active.borrow()
    }

    /// Returns when none is under way.
    pub async fn landed(&self) {
        // The sender is part of this: it cannot be gone.
        let _ = self.active.subscribe().wait_for(|active| *active == 0).await;
    }
}

/// One request under way.
#[derive(Debug)]
pub struct Active(watch::Sender<usize>);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.send_modify(|active| *active = active.saturating_sub(1));
    }
}

#[cfg(test)]
#[path = "flights_tests.rs"]
mod tests;
