//! What the door takes, and how long it waits.

use std::time::Duration;

/// The bounds of the door. Every one of them has a default that fits one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a request's body; more is a 413.
    pub body: usize,
    /// The most bytes of all bodies that are held at once; more is a 429.
    pub bodies: usize,
    /// The most bytes of a request's first line and headers; more is a 431.
    pub head: usize,
    /// The most bytes of text of an answer that is not streamed.
    pub answer: usize,
    /// The most connections; others wait to be accepted.
    pub connections: usize,
    /// The most requests that are answered at once.
    pub running: usize,
    /// The most requests that wait for their turn; more is a 429.
    pub waiting: usize,
    /// How long a request waits for its turn before it is a 429.
    pub turn: Duration,
    /// How long a connection may take to say a request's headers; also how long it may say nothing between two requests.
    pub head_time: Duration,
    /// How long a body may take to arrive; longer is a 408.
    pub upload: Duration,
    /// How long a client may take none of what is written to it before it is cut.
    pub stall: Duration,
    /// After so long without a word a stream says that it lives.
    pub heartbeat: Duration,
    /// After so long without a word from the engine it counts as lost.
    pub silence: Duration,
    /// How long answers under way may take to end once the door closes.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 8 << 20,
            bodies: 256 << 20,
            head: 32 << 10,
            answer: 16 << 20,
            connections: 4096,
            running: 64,
            waiting: 256,
            turn: Duration::from_secs(10),
            head_time: Duration::from_secs(20),
            upload: Duration::from_secs(60),
            stall: Duration::from_secs(30),
            heartbeat: Duration::from_secs(10),
            silence: Duration::from_secs(300),
            drain: Duration::from_secs(30),
        }
    }
}
