//! What the door counts, in the Prometheus text format.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::gate::Gate;
use crate::house::Usage;

/// Counters since the start.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Answers by the first digit of their status.
    statuses: [AtomicU64; 5],
    pub(crate) whole: AtomicU64,
    pub(crate) gone: AtomicU64,
    pub(crate) lost: AtomicU64,
    pub(crate) heartbeats: AtomicU64,
    input: AtomicU64,
    cached: AtomicU64,
    output: AtomicU64,
    pub(crate) accepted: AtomicU64,
    pub(crate) connections: AtomicU64,
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// One less.
pub(crate) fn uncount(counter: &AtomicU64) {
    counter.fetch_sub(1, Ordering::Relaxed);
}

impl Tally {
    /// A request was answered with this status.
    pub(crate) fn status(&self, status: u16) {
        let class = usize::from(status.div_euclid(100).saturating_sub(1));
        if let Some(counter) = self.statuses.get(class) {
            count(counter);
        }
    }

    /// An answer became whole.
    pub(crate) fn whole(&self, usage: Usage) {
        count(&self.whole);
        self.input.fetch_add(usage.input, Ordering::Relaxed);
        self.cached.fetch_add(usage.cached, Ordering::Relaxed);
        self.output.fetch_add(usage.output, Ordering::Relaxed);
    }

    /// The figures as text.
    pub(crate) fn text(&self, gate: &Gate) -> String {
        let mut text = String::new();
        head(&mut text, "responses_total", "counter", "Responses by the class of their status.");
        for (class, counter) in (1_u8..).zip(&self.statuses) {
            let value = counter.load(Ordering::Relaxed);
            let _ = writeln!(text, "hearth_gateway_responses_total{{status=\"{class}xx\"}} {value}");
        }
        let counters = [
            ("answers_total", "Answers that became whole.", &self.whole),
            ("clients_gone_total", "Answers whose client went away before their end.", &self.gone),
            ("engines_lost_total", "Answers that ended by an error.", &self.lost),
            ("heartbeats_total", "Heartbeats that were sent in streams.", &self.heartbeats),
            ("tokens_input_total", "Tokens of prompts of whole answers.", &self.input),
            ("tokens_cached_total", "Of these, found in a cache.", &self.cached),
            ("tokens_output_total", "Tokens of whole answers.", &self.output),
            ("connections_total", "Connections that were accepted.", &self.accepted),
        ];
        for (name, help, counter) in counters {
            figure(&mut text, name, "counter", help, counter.load(Ordering::Relaxed));
        }
        let gauges = [
            ("connections", "Connections that are open.", self.connections.load(Ordering::Relaxed)),
            ("requests_running", "Requests that are being answered.", whole(gate.running())),
            ("requests_waiting", "Requests that wait for their turn.", whole(gate.waiting())),
        ];
        for (name, help, value) in gauges {
            figure(&mut text, name, "gauge", help, value);
        }
        text
    }
}

fn whole(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

fn head(text: &mut String, name: &str, sort: &str, help: &str) {
    let _ = writeln!(text, "# HELP hearth_gateway_{name} {help}\n# TYPE hearth_gateway_{name} {sort}");
}

fn figure(text: &mut String, name: &str, sort: &str, help: &str, value: u64) {
    head(text, name, sort, help);
    let _ = writeln!(text, "hearth_gateway_{name} {value}");
}
