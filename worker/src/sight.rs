//! What was last seen of the chain: for all parts alike, and never waited for.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hearth_schema::bme::Quote;
use hearth_schema::clock::Moment;
use hearth_schema::unit::Seconds;

/// What was last seen of the chain.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Its last block.
    pub head: Moment,
    /// When that block was first seen.
    pub since: Instant,
    /// The token's price.
    pub quote: Option<Quote>,
    /// What the worker holds for gas, in base units.
    pub coins: Option<u128>,
    /// Why nothing is seen, while that is so.
    pub problem: Option<String>,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            head: Moment::default(),
            since: Instant::now(),
            quote: None,
            coins: None,
            problem: Some("nothing was seen of it yet".into()),
        }
    }
}

impl Sight {
    /// The time of the chain or of this machine, whichever is later: what is begun by it ends in time by both.
    pub fn now(&self) -> Seconds {
        self.head.time.max(wall())
    }
}

/// The time of this machine.
pub fn wall() -> Seconds {
    Seconds(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
