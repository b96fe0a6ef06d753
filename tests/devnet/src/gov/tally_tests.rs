use std::time::Duration;

use cosmos_sdk_proto::cosmos::gov::v1::{Vote, VoteOption, WeightedVoteOption};

use super::{Outcome, outcome};
use crate::gov::params;

fn voted(shares: &[(VoteOption, &str)], expedited: bool) -> Outcome {
    let option = |(option, weight): &(VoteOption, &str)| WeightedVoteOption {
        option: (*option).into(),
        weight: (*weight).to_owned(),
    };
    let vote = Vote { options: shares.iter().map(option).collect(), ..Vote::default() };
    outcome(Some(&vote), expedited, &params("ucosm", Duration::from_secs(60)))
}

#[test]
fn without_a_vote_there_is_no_quorum_and_nothing_burns() {
    let none = outcome(None, false, &params("ucosm", Duration::from_secs(60)));
    assert!(!none.passes && !none.burns);
    assert_eq!(none.tally.yes_count, "0");
}

#[test]
fn more_than_half_of_what_does_not_abstain_passes() {
    assert!(voted(&[(VoteOption::Yes, "1")], false).passes);
    assert!(!voted(&[(VoteOption::Yes, "0.5"), (VoteOption::No, "0.5")], false).passes);
    assert!(voted(&[(VoteOption::Yes, "0.2"), (VoteOption::No, "0.1"), (VoteOption::Abstain, "0.7")], false).passes);
    assert!(!voted(&[(VoteOption::Abstain, "1")], false).passes);
}

#[test]
fn more_than_a_third_of_vetoes_burns_the_deposits() {
    let vetoed = voted(&[(VoteOption::Yes, "0.6"), (VoteOption::NoWithVeto, "0.4")], false);
    assert!(!vetoed.passes && vetoed.burns);
    assert_eq!(
        (vetoed.tally.yes_count.as_str(), vetoed.tally.no_with_veto_count.as_str()),
        ("150000000000", "100000000000")
    );
    assert!(voted(&[(VoteOption::Yes, "0.7"), (VoteOption::NoWithVeto, "0.3")], false).passes);
}

#[test]
fn what_is_expedited_needs_two_thirds() {
    assert!(!voted(&[(VoteOption::Yes, "0.6"), (VoteOption::No, "0.4")], true).passes);
    assert!(voted(&[(VoteOption::Yes, "0.7"), (VoteOption::No, "0.3")], true).passes);
}
