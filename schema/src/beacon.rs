//! The beacon: which public round decides a commit's draw.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;

use crate::terms::Clocks;
use crate::unit::{Round, Seconds};

/// A network that signs a round every period, in drand's scheme `bls-unchained-g1-rfc9380`.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Network {
    /// Its public key: a compressed point on G2, 96 bytes.
    pub public_key: HexBinary,
    /// The time of round 1.
    pub genesis: Seconds,
    /// The time between two rounds.
    pub period: Seconds,
    /// Commits from this time on draw by this network.
    pub from: Seconds,
}

impl Network {
    /// Drand's quicknet.
    pub fn quicknet() -> Self {
        const KEY: [u8; 96] = [
            0x83, 0xcf, 0x0f, 0x28, 0x96, 0xad, 0xee, 0x7e, 0xb8, 0xb5, 0xf0, 0x1f, 0xca, 0xd3, 0x91, 0x22, 0x12, 0xc4,
            0x37, 0xe0, 0x07, 0x3e, 0x91, 0x1f, 0xb9, 0x00, 0x22, 0xd3, 0xe7, 0x60, 0x18, 0x3c, 0x8c, 0x4b, 0x45, 0x0b,
            0x6a, 0x0a, 0x6c, 0x3a, 0xc6, 0xa5, 0x77, 0x6a, 0x2d, 0x10, 0x64, 0x51, 0x0d, 0x1f, 0xec, 0x75, 0x8c, 0x92,
            0x1c, 0xc2, 0x2b, 0x0e, 0x17, 0xe6, 0x3a, 0xaf, 0x4b, 0xcb, 0x5e, 0xd6, 0x63, 0x04, 0xde, 0x9c, 0xf8, 0x09,
            0xbd, 0x27, 0x4c, 0xa7, 0x3b, 0xab, 0x4a, 0xf5, 0xa6, 0xe9, 0xc7, 0x6a, 0x4b, 0xc0, 0x9e, 0x76, 0xea, 0xe8,
            0x99, 0x1e, 0xf5, 0xec, 0xe4, 0x5a,
        ];
        Self { public_key: KEY.into(), genesis: Seconds(1_692_803_367), period: Seconds(3), from: Seconds(0) }
    }

    /// The first round on the grid that is signed at this time or later.
    pub fn round_from(&self, time: Seconds, grid: u64) -> Option<Round> {
        let past = time.0.saturating_sub(self.genesis.0);
        let first = past.checked_add(self.period.0)?.checked_sub(1)?.checked_div(self.period.0)?.checked_add(1)?;
        first.checked_next_multiple_of(grid).map(Round)
    }

    /// When this round is signed.
    pub fn time_of(&self, round: Round) -> Option<Seconds> {
        let past = round.0.checked_sub(1)?.checked_mul(self.period.0)?;
        self.genesis.0.checked_add(past).map(Seconds)
    }
}

/// A stretch of time in which the chain made fewer blocks than it should: the block at its start may have been made
/// after its own time, when rounds that it must not know were public.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Gap {
    /// The time of the last block before it.
    pub from: Seconds,
    /// The time of the first block after it that touched the audit contract.
    pub to: Seconds,
}

impl Gap {
    /// Time that a pause between two blocks always may take, besides [`Self::SLOWEST`] a block: together no more than the
    /// beacon's delay, so that no round is public when a block before it is made.
    pub const SLACK: Seconds = Seconds(15);
    /// The slowest block of a healthy chain.
    pub const SLOWEST: Seconds = Seconds(15);
}

/// The networks and gaps by which anybody finds the round of a commit: one value, read raw.
#[cw_serde]
#[derive(Default)]
pub struct Schedule {
    /// The networks, by the time from which they act; the place in this list is a network's number.
    pub networks: Vec<Network>,
    /// The gaps, in the order of time, none older than any commit that may still wait.
    pub gaps: Vec<Gap>,
}

/// The round that decides a commit's draw, and the network that signs it.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Due {
    /// The network's number.
    pub network: u32,
    /// The round.
    pub round: Round,
}

impl Schedule {
    /// The round for a commit of this time: the first on the grid after the delay, counted from the end of the gap in
    /// which the commit stands, if it stands in one.
    pub fn round_of(&self, commit: Seconds, clocks: &Clocks) -> Option<Due> {
        let base = self.gaps.iter().fold(commit, |base, gap| match gap.from <= base && base < gap.to {
            true => gap.to,
            false => base,
        });
        let (number, network) = self.networks.iter().enumerate().rev().find(|(_, network)| network.from <= commit)?;
        let after = base.plus(clocks.beacon_delay.0).ok()?;
        let round = network.round_from(after, clocks.beacon_grid)?;
        Some(Due { network: u32::try_from(number).ok()?, round })
    }
}

#[cfg(test)]
#[path = "beacon_tests.rs"]
mod tests;
