//! What is counted for those who watch a worker, in the Prometheus text format.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::sight::Sight;

/// Counters of one run. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    served: AtomicU64,
    cancelled: AtomicU64,
    failed: AtomicU64,
    repeated: AtomicU64,
    refused: AtomicU64,
    input: AtomicU64,
    output: AtomicU64,
    vouchers: AtomicU64,
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl Tally {
    /// An answer was given whole.
    pub fn serve(&self, input: u64, output: u64) {
        add(&self.counts.served, 1);
        add(&self.counts.input, input);
        add(&self.counts.output, output);
    }

    /// A client went away.
    pub fn cancel(&self) {
        add(&self.counts.cancelled, 1);
    }

    /// The engine failed.
    pub fn fail(&self) {
        add(&self.counts.failed, 1);
    }

    /// An answer was given again.
    pub fn repeat(&self) {
        add(&self.counts.repeated, 1);
    }

    /// A request was refused.
    pub fn refuse(&self) {
        add(&self.counts.refused, 1);
    }

    /// A voucher was taken.
    pub fn vouch(&self) {
        add(&self.counts.vouchers, 1);
    }

    /// All of it, with what was last seen of the chain, how many transactions are on their way, and for how long the oldest.
    pub fn text(&self, sight: &Sight, active: usize, waiting: (usize, Duration)) -> String {
        let counts = &self.counts;
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut text = String::new();
        let mut say = |name: &str, kind: &str, help: &str, value: u64| {
            text.push_str(&format!(
                "# HELP hearthd_{name} {help}\n# TYPE hearthd_{name} {kind}\nhearthd_{name} {value}\n"
            ));
        };
        say("answers_total", "counter", "Answers given whole.", value(&counts.served));
        say("answers_cancelled_total", "counter", "Answers whose client went away.", value(&counts.cancelled));
        say("answers_failed_total", "counter", "Answers that the engine did not end.", value(&counts.failed));
        say("answers_repeated_total", "counter", "Answers given again.", value(&counts.repeated));
        say("refusals_total", "counter", "Requests of deals that were refused.", value(&counts.refused));
        say("input_tokens_total", "counter", "Tokens of prompts.", value(&counts.input));
        say("output_tokens_total", "counter", "Tokens of answers.", value(&counts.output));
        say("vouchers_total", "counter", "Vouchers taken.", value(&counts.vouchers));
        say("answers_active", "gauge", "Answers under way.", u64::try_from(active).unwrap_or(u64::MAX));
        say("chain_height", "gauge", "The last block that was seen.", sight.head.height.0);
        let age = Instant::now().saturating_duration_since(sight.since).as_secs();
        say("chain_block_age_seconds", "gauge", "Since the last new block.", age);
        let (open, age) = waiting;
        say("outbox", "gauge", "Transactions under way.", u64::try_from(open).unwrap_or(u64::MAX));
        say("outbox_age_seconds", "gauge", "Since the oldest of them was begun.", age.as_secs());
        if let Some(coins) = sight.coins {
            say("gas_coins", "gauge", "Coins for gas, in base units.", u64::try_from(coins).unwrap_or(u64::MAX));
        }
        text
    }
}
