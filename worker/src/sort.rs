//! What is done about an error.

/// The three kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It may pass: the same is tried again, later each time.
    Retry,
    /// This one thing fails, once and loudly; all others go on.
    Skip,
    /// Nothing can go on: the daemon stops, and says why.
    Fatal,
}
