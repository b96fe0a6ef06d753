use cosmwasm_std::Binary;
use hearth_schema::market::Kind;
use hearth_schema::sign::Signature;
use hearth_schema::unit::Height;

use super::*;
use crate::journal::tests::agreement;

const HABITS: Habits = Habits { fee: Usd::new(1_000), age: Seconds(60), patience: Seconds(5) };
/// The deal was opened at 1000, and its first commit is due at 1060 under the short profile.
const NOW: Seconds = Seconds(1_010);

fn signature() -> Signature {
    Signature(Binary::from([1; 64]))
}

fn totals(count: u64, spent: u128) -> Totals {
    Totals { count, output: count, spent: Usd::new(spent), ..Totals::default() }
}

fn root(count: u64) -> Digest {
    Digest::from([u8::try_from(count).unwrap(); 32])
}

fn voucher(seq: u64, count: u64, spent: u128) -> Voucher {
    Voucher { seq, totals: totals(count, spent), root: root(count), signature: signature() }
}

fn bearer(cap: u128) -> Bearer {
    Bearer { expiry: Seconds(2_000), cap: Usd::new(cap), nonce: Binary::default(), signature: signature() }
}

fn job() -> Agreement {
    let mut agreement = agreement(7);
    agreement.deal.kind = Kind::Job { request: root(9) };
    agreement
}

fn state<'a>(agreement: &'a Agreement, served: Totals, voucher: Option<&'a Voucher>) -> State<'a> {
    State {
        agreement,
        served,
        root: (served.count > 0).then(|| root(served.count)),
        voucher,
        bearer: None,
        oldest: Some(NOW),
        newest: Some(NOW),
        busy: false,
        leaving: false,
        head: Moment { time: NOW, height: Height(20) },
        now: NOW,
    }
}

fn committed(due: Due) -> (u64, Totals, bool) {
    match due {
        Due::Commit { n, statement } => (n, statement.totals, matches!(statement.proof, Proof::Voucher { .. })),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_due_where_nothing_was_served() {
    assert_eq!(state(&agreement(7), totals(0, 0), None).due(&HABITS), Due::Nothing);
    assert_eq!(state(&agreement(7), totals(3, 500), None).due(&HABITS), Due::Nothing);
}

#[test]
fn a_session_commits_when_enough_is_vouched_for() {
    let (agreement, small, large) = (agreement(7), voucher(1, 2, 999), voucher(1, 2, 1_000));
    assert_eq!(state(&agreement, totals(3, 1_500), Some(&small)).due(&HABITS), Due::Nothing);
    assert_eq!(committed(state(&agreement, totals(3, 1_500), Some(&large)).due(&HABITS)), (1, totals(2, 1_000), true));
}

#[test]
fn a_session_commits_what_is_old_and_what_the_clock_presses_for() {
    let (agreement, small) = (agreement(7), voucher(1, 2, 9));
    let old = State { oldest: Some(Seconds(940)), ..state(&agreement, totals(2, 9), Some(&small)) };
    assert_eq!(committed(old.due(&HABITS)).0, 1);
    let pressed = State { now: Seconds(1_041), ..state(&agreement, totals(2, 9), Some(&small)) };
    assert_eq!(committed(pressed.due(&HABITS)).0, 1);
    let leaving = State { leaving: true, ..state(&agreement, totals(2, 9), Some(&small)) };
    assert_eq!(committed(leaving.due(&HABITS)).0, 1);
}

#[test]
fn a_job_waits_a_little_for_its_voucher_and_then_commits_without() {
    let (job, voucher) = (job(), voucher(1, 1, 500));
    assert_eq!(state(&job, totals(1, 500), None).due(&HABITS), Due::Nothing);
    assert_eq!(committed(state(&job, totals(1, 500), Some(&voucher)).due(&HABITS)), (1, totals(1, 500), true));
    let later = State { now: Seconds(1_015), ..state(&job, totals(1, 500), None) };
    assert_eq!(committed(later.due(&HABITS)), (1, totals(1, 500), false));
}

#[test]
fn a_job_above_the_unsigned_cap_is_committed_by_its_voucher_alone() {
    let job = job();
    let dear = job.terms.unsigned_cap.u128() + 1;
    let later = State { now: Seconds(1_055), ..state(&job, totals(1, dear), None) };
    assert_eq!(later.due(&HABITS), Due::Nothing);
    let voucher = voucher(1, 1, dear);
    assert!(committed(state(&job, totals(1, dear), Some(&voucher)).due(&HABITS)).2);
}

#[test]
fn a_bearer_token_proves_what_it_covers_and_no_more() {
    let (agreement, wide, narrow) = (agreement(7), bearer(2_000), bearer(1_999));
    let with = |bearer| State { bearer: Some(bearer), ..state(&agreement, totals(4, 2_000), None) };
    assert_eq!(committed(with(&wide).due(&HABITS)), (1, totals(4, 2_000), false));
    assert_eq!(with(&narrow).due(&HABITS), Due::Nothing);
    let expired = State { now: Seconds(2_600), head: Moment::default(), ..with(&wide) };
    assert_eq!(expired.due(&HABITS), Due::Nothing);
}

#[test]
fn a_voucher_that_the_chain_has_seen_proves_nothing_new() {
    let mut agreement = agreement(7);
    (agreement.deal.n, agreement.deal.voucher_seq, agreement.deal.totals) = (1, 4, totals(2, 1_000));
    let old = voucher(4, 2, 1_000);
    assert_eq!(state(&agreement, totals(2, 1_000), Some(&old)).due(&HABITS), Due::Nothing);
    let next = voucher(5, 4, 2_000);
    assert_eq!(committed(state(&agreement, totals(4, 2_000), Some(&next)).due(&HABITS)).0, 2);
}

#[test]
fn a_closed_deal_is_committed_whole_and_then_ended() {
    let mut agreement = agreement(7);
    agreement.deal.closing = Some(Moment { time: NOW, height: Height(20) });
    let part = voucher(1, 2, 9);
    let waiting = state(&agreement, totals(3, 15), Some(&part));
    assert_eq!(waiting.due(&HABITS), Due::Nothing);
    let whole = voucher(2, 3, 15);
    assert_eq!(committed(state(&agreement, totals(3, 15), Some(&whole)).due(&HABITS)).1, totals(3, 15));
    let busy = State { busy: true, ..state(&agreement, totals(3, 15), Some(&whole)) };
    assert_eq!(busy.due(&HABITS), Due::Nothing);
    let late = State { now: Seconds(1_016), ..state(&agreement, totals(3, 15), Some(&part)) };
    assert_eq!(committed(late.due(&HABITS)).1, totals(2, 9));
    (agreement.deal.n, agreement.deal.voucher_seq, agreement.deal.totals) = (1, 2, totals(3, 15));
    assert_eq!(state(&agreement, totals(3, 15), Some(&whole)).due(&HABITS), Due::Close);
}

#[test]
fn a_deal_whose_clock_has_run_out_is_expired_and_never_committed() {
    let (agreement, whole) = (agreement(7), voucher(1, 2, 5_000));
    let late = Moment { time: Seconds(1_061), height: Height(200) };
    let over = State { head: late, now: late.time, ..state(&agreement, totals(2, 5_000), Some(&whole)) };
    assert_eq!(over.due(&HABITS), Due::Expire);
    let halted = State { head: Moment { height: Height(12), ..late }, ..over };
    assert_eq!(committed(halted.due(&HABITS)).0, 1);
}
