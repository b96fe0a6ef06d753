//! The beacon beside a chain that has none of its own, by the machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use hearth_beacon::Signer;
use hearth_devnet::accounts::beacon_seed;
use hearth_devnet::beacon::Beacon;

/// How long a round takes, in seconds.
const PERIOD: u64 = 3;
/// Rounds have come since long before the chain began, as with a real one.
const BEFORE: u64 = 1_000_000;

/// The beacon that belongs to a chain's name.
pub fn beacon(chain_id: &str) -> Beacon {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Beacon::by_the_machine(Signer::from_seed(&beacon_seed(chain_id), now.saturating_sub(BEFORE), PERIOD))
}
