//! The system's randomness.

use crate::error::Error;

/// So many random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::file("/dev/urandom", error))?;
    Ok(bytes)
}
