//! Where a commit stands between its clocks, without storage: what it waits for, or how it is final.

use hearth_schema::audit::{Cause, Verdict};
use hearth_schema::clock::Moment;
use hearth_schema::terms::Clocks;
use hearth_schema::unit::Seconds;

/// What decides where a commit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When it was made.
    pub commit: Moment,
    /// When it was contested.
    pub contested: Option<Moment>,
    /// When its round was stored.
    pub beacon: Option<Moment>,
    /// Whether its points were opened.
    pub drawn: Drawing,
}

/// How much of a draw was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// Nothing.
    Nothing,
    /// What was drawn, without the point of a contest.
    Plain,
    /// What was drawn, with the point of a contest.
    Contested,
}

/// What a commit waits for, or how it is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// For its round.
    Beacon {
        /// When it fails without one, by time alone.
        until: Seconds,
    },
    /// For its draw.
    Draw {
        /// When it fails without one, by time alone.
        until: Seconds,
    },
    /// For the end of the audit window.
    Window {
        /// When it passes, by time alone.
        until: Seconds,
    },
    /// For nobody: anyone may say so.
    Final {
        /// How.
        verdict: Verdict,
        /// Why, where it failed.
        cause: Option<Cause>,
    },
}

impl Standing {
    /// From when the clocks of draw and finality run: the stored round or the contest, whichever is later.
    pub fn base(&self) -> Option<Moment> {
        let beacon = self.beacon?.later(self.commit);
        Some(self.contested.map_or(beacon, |contested| beacon.later(contested)))
    }

    /// Whether everything that was drawn is open.
    pub const fn is_open(&self) -> bool {
        match self.drawn {
            Drawing::Nothing => false,
            Drawing::Plain => self.contested.is_none(),
            Drawing::Contested => true,
        }
    }

    /// What it waits for now.
    pub fn phase(&self, clocks: &Clocks, now: Moment) -> Phase {
        let fail = |cause| Phase::Final { verdict: Verdict::Fail, cause: Some(cause) };
        let after = |start: Moment, duration: Seconds| Seconds(start.time.0.saturating_add(duration.0));
        let out = |start: Moment, duration| start.ran_out(duration, now, clocks.block_ms);
        let late = |beacon| self.commit.ran_out(clocks.no_beacon, beacon, clocks.block_ms);
        if late(self.beacon.unwrap_or(now)) {
            return fail(Cause::NoBeacon);
        }
        let Some(base) = self.base() else { return Phase::Beacon { until: after(self.commit, clocks.no_beacon) } };
        if self.is_open() {
            let until = after(base, clocks.audit_window);
            let pass = Phase::Final { verdict: Verdict::Pass, cause: None };
            return if out(base, clocks.audit_window) { pass } else { Phase::Window { until } };
        }
        let until = after(base, clocks.draw);
        if out(base, clocks.draw) { fail(Cause::Withheld) } else { Phase::Draw { until } }
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
