//! Embedded chains that have the suite already. Uploading it takes most of the time that a world does, so a chain goes back
//! to the moment after it and is used again.
//!
//! They are kept as long as a thread is alive that has used one: when the last is gone, so are they and their folders.

use std::sync::Mutex;

use hearth_devnet::Devnet;

use crate::chain::embedded::Embedded;
use crate::world::Suite;

/// A chain, the moment to go back to, and what stands there.
type Waiting = (Devnet, u64, Suite);

/// Those that nobody uses, and how many threads may want one.
static POOL: Mutex<(Vec<Waiting>, usize)> = Mutex::new((Vec::new(), 0));

thread_local! {
    static USER: User = User::new();
}

/// A thread that uses the pool.
struct User;

impl User {
    fn new() -> Self {
        POOL.lock().unwrap().1 += 1;
        Self
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let mut pool = POOL.lock().unwrap();
        pool.1 -= 1;
        let idle = if pool.1 == 0 { std::mem::take(&mut pool.0) } else { Vec::new() };
        drop(pool);
        drop(idle);
    }
}

/// A chain with the suite, if one waits.
pub fn take() -> Option<(Embedded, Suite)> {
    USER.with(|_| ());
    let (devnet, moment, suite) = POOL.lock().unwrap().0.pop()?;
    Some((Embedded::again(devnet, moment, suite.clone()), suite))
}

/// Lets a chain wait for its next world.
pub(super) fn put(devnet: Devnet, moment: u64, suite: Suite) {
    let mut pool = POOL.lock().unwrap();
    if pool.1 > 0 {
        pool.0.push((devnet, moment, suite));
    }
}
