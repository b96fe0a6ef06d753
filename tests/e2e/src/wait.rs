//! Waiting for what a program does by itself: a look now and then, and an end to patience.

use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits for something, up to a deadline.
pub fn until<T>(look: impl FnMut() -> Option<T>) -> T {
    until_or(look, || "it did not come in time".to_owned())
}

/// The same; says this where it does not come.
pub fn until_or<T>(look: impl FnMut() -> Option<T>, why: impl Fn() -> String) -> T {
    until_after(Duration::ZERO, look, why)
}

/// The same, for what takes so long anyway.
pub fn until_after<T>(time: Duration, mut look: impl FnMut() -> Option<T>, why: impl Fn() -> String) -> T {
    let deadline = Instant::now() + time + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{}", why());
        std::thread::sleep(PAUSE);
    }
}
