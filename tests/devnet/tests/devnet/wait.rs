//! Waiting for what the chain does by itself: a look now and then, and an end to patience.

use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until something is as it should be; how long that took.
pub(crate) async fn until(what: &str, mut look: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !look().await {
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(PAUSE).await;
    }
    began.elapsed()
}
