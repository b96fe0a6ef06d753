//! The suite from end to end: real processes on a real chain. See `tests/`.
