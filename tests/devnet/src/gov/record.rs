//! What the state holds of governance, byte for byte as the SDK writes it.

use cosmos_sdk_proto::Timestamp;
use cosmos_sdk_proto::cosmos::gov::v1::{Deposit, Proposal, ProposalStatus, Vote};
use prost::Message;

use crate::block;
use crate::chain::{Chain, Space};
use crate::fault::Fault;

/// The keys of the gov module's store.
pub mod key {
    pub const PROPOSALS: &[u8] = &[0];
    pub const ACTIVE: &[u8] = &[1];
    pub const INACTIVE: &[u8] = &[2];
    pub const NEXT: &[u8] = &[3];
    pub const PARAMS: &[u8] = &[48];
    /// Whose the stake is: ours alone, as the SDK asks its staking module.
    pub const VOTER: &[u8] = b"voter";

    /// Proposal → what it is.
    pub fn proposal(id: u64) -> Vec<u8> {
        [PROPOSALS, &id.to_be_bytes()].concat()
    }

    /// Whether a proposal is voted on.
    pub fn voting(id: u64) -> Vec<u8> {
        [&[4][..], &id.to_be_bytes()].concat()
    }

    /// Before the deposits of a proposal.
    pub fn deposits(id: u64) -> Vec<u8> {
        [&[16][..], &id.to_be_bytes()].concat()
    }

    /// A deposit of somebody.
    pub fn deposit(id: u64, depositor: &[u8]) -> Vec<u8> {
        [deposits(id), prefixed(depositor)].concat()
    }

    /// Before the votes on a proposal.
    pub fn votes(id: u64) -> Vec<u8> {
        [&[32][..], &id.to_be_bytes()].concat()
    }

    /// The vote of somebody.
    pub fn vote(id: u64, voter: &[u8]) -> Vec<u8> {
        [votes(id), prefixed(voter)].concat()
    }

    /// A proposal in a queue, under the time at which something ends.
    pub fn queued(queue: &[u8], ends: &str, id: u64) -> Vec<u8> {
        [queue, ends.as_bytes(), &id.to_be_bytes()].concat()
    }

    fn prefixed(address: &[u8]) -> Vec<u8> {
        [&[u8::try_from(address.len()).unwrap_or(u8::MAX)], address].concat()
    }
}

/// A moment on the wire.
pub fn moment(nanos: u64) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(nanos / 1_000_000_000).unwrap_or(i64::MAX),
        nanos: i32::try_from(nanos % 1_000_000_000).unwrap_or_default(),
    }
}

/// A moment from the wire, in nanoseconds.
pub fn nanos(moment: Option<&Timestamp>) -> u64 {
    let of = moment.copied().unwrap_or_default();
    let seconds = u64::try_from(of.seconds).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(of.nanos).unwrap_or_default())
}

/// A moment as keys have it, in text of one length.
pub fn sortable(nanos: u64) -> String {
    let whole = block::time(nanos - nanos % 1_000_000_000).map(|time| time.to_rfc3339()).unwrap_or_default();
    format!("{}.{:09}", whole.trim_end_matches('Z'), nanos % 1_000_000_000)
}

impl Chain {
    /// A proposal, if there is one.
    pub fn proposal(&self, id: u64) -> Result<Option<Proposal>, Fault> {
        let found = self.read(Space::Gov, &key::proposal(id))?;
        Ok(found.and_then(|bytes| Proposal::decode(bytes.as_slice()).ok()))
    }

    /// A proposal, or the words of the SDK's store that there is none.
    pub fn proposal_or_none(&self, id: u64) -> Result<Proposal, Fault> {
        self.proposal(id)?.ok_or_else(|| missing(&id.to_string(), "Proposal"))
    }

    /// Keeps a proposal.
    pub fn set_proposal(&self, proposal: &Proposal) -> Result<(), Fault> {
        let voting = key::voting(proposal.id);
        if proposal.status() == ProposalStatus::VotingPeriod {
            self.write(Space::Gov, &voting, vec![1])?;
        } else {
            self.delete(Space::Gov, &voting)?;
        }
        self.write(Space::Gov, &key::proposal(proposal.id), proposal.encode_to_vec())
    }

    /// Puts a proposal into a queue until a time.
    pub fn enqueue(&self, queue: &[u8], ends: Option<&Timestamp>, id: u64) -> Result<(), Fault> {
        self.write(Space::Gov, &key::queued(queue, &sortable(nanos(ends)), id), id.to_be_bytes().to_vec())
    }

    /// Takes a proposal out of a queue.
    pub fn dequeue(&self, queue: &[u8], ends: Option<&Timestamp>, id: u64) -> Result<(), Fault> {
        self.delete(Space::Gov, &key::queued(queue, &sortable(nanos(ends)), id))
    }

    /// The proposals of a queue with their times as keys have them, the earliest first, for nothing.
    pub fn queue(&self, queue: &[u8]) -> Vec<(String, u64)> {
        let read = |(key, value): (Vec<u8>, Vec<u8>)| {
            let ends = String::from_utf8(key.get(..key.len().checked_sub(8)?)?.to_vec()).ok()?;
            Some((ends, u64::from_be_bytes(value.try_into().ok()?)))
        };
        self.list(Space::Gov, queue).into_iter().filter_map(read).collect()
    }

    /// When the next vote or the next wait for deposits ends, in nanoseconds.
    pub fn next_end(&self) -> Option<u64> {
        let first = |queue| self.queue(queue).into_iter().next();
        let ends = [first(key::ACTIVE), first(key::INACTIVE)].into_iter().flatten().map(|(ends, _)| ends).min()?;
        let time = tendermint::Time::parse_from_rfc3339(&format!("{ends}Z")).ok()?;
        u64::try_from(time.unix_timestamp_nanos()).ok()
    }

    /// The deposits of a proposal under their keys, for nothing.
    pub fn deposits(&self, id: u64) -> Vec<(Vec<u8>, Deposit)> {
        self.decoded(&key::deposits(id))
    }

    /// The votes on a proposal under their keys, for nothing.
    pub fn votes(&self, id: u64) -> Vec<(Vec<u8>, Vote)> {
        self.decoded(&key::votes(id))
    }

    /// All proposals under their keys, for nothing.
    pub fn proposals(&self) -> Vec<(Vec<u8>, Proposal)> {
        self.decoded(key::PROPOSALS)
    }

    fn decoded<M: Message + Default>(&self, prefix: &[u8]) -> Vec<(Vec<u8>, M)> {
        let read = |(key, value): (Vec<u8>, Vec<u8>)| Some((key, M::decode(value.as_slice()).ok()?));
        self.list(Space::Gov, prefix).into_iter().filter_map(read).collect()
    }
}

/// That a key has no value, in the words of the SDK's store.
pub fn missing(key: &str, kind: &str) -> Fault {
    Fault::plain(format!(
        "collections: not found: key '{key}' of type github.com/cosmos/gogoproto/cosmos.gov.v1.{kind}"
    ))
}
