//! The signer: one key that stands for a whole drand network.

use blst::min_sig::SecretKey;

use crate::scheme::{DST, message};

/// A chain of beacons: a key, the moment of its round 1, and the seconds between rounds.
#[derive(Clone)]
pub struct Signer {
    key: SecretKey,
    genesis: u64,
    period: u64,
}

impl Signer {
    /// The chain whose key follows from this seed alone.
    #[expect(clippy::expect_used, reason = "blst refuses only seeds under 32 bytes, and the type holds 32")]
    pub fn from_seed(seed: &[u8; 32], genesis: u64, period: u64) -> Self {
        let key = SecretKey::key_gen(seed, &[]).expect("a seed of 32 bytes makes a key");
        Self { key, genesis, period }
    }

    /// What its rounds are verified against, on G2 and compressed.
    pub fn public_key(&self) -> [u8; 96] {
        self.key.sk_to_pk().compress()
    }

    /// When round 1 comes, in seconds since the Unix epoch.
    pub const fn genesis(&self) -> u64 {
        self.genesis
    }

    /// Seconds from one round to the next.
    pub const fn period(&self) -> u64 {
        self.period
    }

    /// The round's signature, on G1 and compressed, whether or not the round has come.
    pub fn sign(&self, round: u64) -> [u8; 48] {
        self.key.sign(&message(round), DST, &[]).compress()
    }

    /// The latest round at this moment; none before genesis, nor where the period is zero.
    pub fn round_at(&self, time: u64) -> Option<u64> {
        time.checked_sub(self.genesis)?.checked_div(self.period)?.checked_add(1)
    }

    /// When this round comes; none for round 0, nor past the end of time.
    pub fn time_of(&self, round: u64) -> Option<u64> {
        round.checked_sub(1)?.checked_mul(self.period)?.checked_add(self.genesis)
    }
}

#[cfg(test)]
#[path = "signer_tests.rs"]
mod tests;
