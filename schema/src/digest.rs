//! What is hashed: `tag ‖ fields`, each field behind its length, so that no two kinds of bytes can be read as each other.

use cosmwasm_std::{Checksum, Uint256};

/// A SHA-256 digest; in JSON, 64 hex digits.
pub type Digest = Checksum;

/// The digest that stands for what is not there.
pub fn zero() -> Digest {
    Digest::from([0; 32])
}

/// The digest read as a number, for draws.
pub fn number(digest: &Digest) -> Uint256 {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_slice());
    Uint256::from_be_bytes(bytes)
}

/// Bytes on their way to be hashed or signed. The tag is ASCII without a zero; each field begins with a zero (no field
/// has 16 MiB), so the tag ends where the first zero stands, and the rest can be cut in one way only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preimage(Vec<u8>);

impl Preimage {
    /// A preimage of this kind.
    pub fn of(what: &str) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(b"hearth/v1/");
        bytes.extend_from_slice(what.as_bytes());
        Self(bytes)
    }

    /// Adds a field of raw bytes.
    #[expect(clippy::expect_used, reason = "a field of 4 GiB fits into no message and into no contract's memory")]
    pub fn bytes(mut self, field: &[u8]) -> Self {
        let length = u32::try_from(field.len()).expect("a field is below 4 GiB");
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }

    /// Adds a text.
    pub fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// Adds a number of 64 bits.
    pub fn number(self, field: u64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    /// Adds an amount of 128 bits.
    pub fn amount(self, field: u128) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    /// Adds a digest.
    pub fn digest(self, field: &Digest) -> Self {
        self.bytes(field.as_slice())
    }

    /// The bytes themselves: what HPKE authenticates.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Their SHA-256: what is stored, and what is signed.
    pub fn hash(self) -> Digest {
        #[cfg(test)]
        tests::HASHES.with(|count| count.set(count.get() + 1));
        Digest::generate(&self.0)
    }
}

#[cfg(test)]
#[path = "digest_tests.rs"]
pub(crate) mod tests;
