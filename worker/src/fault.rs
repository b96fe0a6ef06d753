//! Ends the daemon at a named place, for tests that kill it there. Built without debug assertions, it does nothing.

/// The variable that names the place.
pub const PLACE: &str = "HEARTHD_DIES_AT";

/// The places, in the order of a job's life.
pub const PLACES: [&str; 7] = ["event", "result", "leaf", "commit", "signed", "sent", "included"];

/// Dies here, as by `kill -9`, if this is the place that was named.
pub fn here(place: &str) {
    if cfg!(debug_assertions) && std::env::var(PLACE).is_ok_and(|named| named == place) {
        std::process::abort();
    }
}
