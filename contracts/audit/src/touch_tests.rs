use hearth_schema::beacon::{Network, Schedule};
use hearth_schema::terms::Profile;
use hearth_schema::unit::Height;

use super::*;

fn at(time: u64, height: u64) -> Moment {
    Moment { time: Seconds(time), height: Height(height) }
}

#[test]
fn an_idle_hour_of_a_healthy_chain_is_no_gap() {
    assert_eq!(gap(at(1_000, 10), at(4_600, 610)), None);
    assert_eq!(gap(at(1_000, 10), at(1_030, 11)), None);
    assert_eq!(gap(at(1_000, 10), at(1_031, 11)), Some(Gap { from: Seconds(1_000), to: Seconds(1_031) }));
}

#[test]
fn a_stale_first_block_after_a_halt_does_not_choose_a_known_round() {
    let clocks = Profile::production().terms.clocks;
    let mut schedule = Schedule { networks: vec![Network::quicknet()], gaps: vec![] };
    let halt = 1_800_000_000;
    let commit = Seconds(halt + 1);
    let known = schedule.round_of(commit, &clocks).unwrap().round;
    let public = Network::quicknet().time_of(known).unwrap();
    assert!(
        public.0 < halt + 10_800,
        "without the guard the round is public when the commit is made, three hours later"
    );

    let stale = at(commit.0, 101);
    let resumed = at(halt + 10_800, 102);
    remember(&mut schedule.gaps, gap(stale, resumed).unwrap());
    let guarded = schedule.round_of(commit, &clocks).unwrap().round;
    assert!(Network::quicknet().time_of(guarded).unwrap().0 >= resumed.time.0 + clocks.beacon_delay.0);
}

#[test]
fn old_gaps_are_forgotten_and_too_many_are_joined() {
    let long_ago = Gap { from: Seconds(0), to: Seconds(100) };
    let mut gaps = vec![long_ago];
    remember(&mut gaps, Gap { from: Seconds(KEPT.0 + 101), to: Seconds(KEPT.0 + 201) });
    assert_eq!(gaps.len(), 1);

    let mut gaps: Vec<Gap> = Vec::new();
    for start in 0..300 {
        remember(&mut gaps, Gap { from: Seconds(start * 200), to: Seconds(start * 200 + 100) });
    }
    assert_eq!(gaps.len(), MOST_GAPS);
    assert_eq!(gaps[0].from, Seconds(0));
}
