use proptest::prelude::*;

use super::*;
use crate::terms::Profile;

fn schedule(gaps: &[(u64, u64)]) -> Schedule {
    let gaps = gaps.iter().map(|(from, to)| Gap { from: Seconds(*from), to: Seconds(*to) }).collect();
    Schedule { networks: vec![Network::quicknet()], gaps }
}

fn round(schedule: &Schedule, commit: u64) -> u64 {
    schedule.round_of(Seconds(commit), &Profile::production().terms.clocks).unwrap().round.0
}

const T: u64 = 1_800_000_000;

#[test]
fn a_time_on_the_grid_stays() {
    let quicknet = Network::quicknet();
    let time = quicknet.time_of(Round(40)).unwrap();
    assert_eq!(quicknet.round_from(time, 20), Some(Round(40)));
    assert_eq!(quicknet.round_from(Seconds(time.0 + 1), 20), Some(Round(60)));
    assert_eq!(quicknet.round_from(Seconds(0), 20), Some(Round(20)));
}

#[test]
fn a_commit_in_a_gap_waits_for_its_end_and_chained_gaps_add() {
    let calm = round(&schedule(&[]), T);
    assert_eq!(round(&schedule(&[(T - 500, T)]), T), calm, "the first block after a gap is as safe as any");
    assert_eq!(round(&schedule(&[(T, T + 3_600)]), T), round(&schedule(&[]), T + 3_600));
    assert_eq!(round(&schedule(&[(T - 5, T + 100), (T + 100, T + 9_000)]), T), round(&schedule(&[]), T + 9_000));
}

#[test]
fn a_new_network_acts_from_its_time_on() {
    let mut schedule = schedule(&[]);
    schedule.networks.push(Network { from: Seconds(T), period: Seconds(30), ..Network::quicknet() });
    let clocks = Profile::production().terms.clocks;
    assert_eq!(schedule.round_of(Seconds(T - 1), &clocks).unwrap().network, 0);
    assert_eq!(schedule.round_of(Seconds(T), &clocks).unwrap().network, 1);
    assert_eq!(Schedule::default().round_of(Seconds(T), &clocks), None);
}

proptest! {
    #[test]
    fn a_round_is_signed_after_the_delay_and_within_a_grid(commit in 1_700_000_000u64..4_000_000_000) {
        let clocks = Profile::production().terms.clocks;
        let due = schedule(&[]).round_of(Seconds(commit), &clocks).unwrap();
        let time = Network::quicknet().time_of(due.round).unwrap().0;
        prop_assert!(due.round.0.is_multiple_of(20));
        prop_assert!(time >= commit + 30 && time < commit + 30 + 60 + 3);
    }
}
