use proptest::prelude::*;

use super::*;
use crate::{quicknet, randomness, verify};

fn signer(seed: u8) -> Signer {
    Signer::from_seed(&[seed; 32], quicknet::GENESIS, quicknet::PERIOD)
}

#[test]
fn its_rounds_verify_for_its_key() {
    let signer = signer(1);
    for round in [0, 1, 2, 255, 256, 21_000_000, u64::MAX] {
        assert!(verify(&signer.public_key(), round, &signer.sign(round)), "round {round}");
    }
}

#[test]
fn its_rounds_verify_for_no_other_round_nor_key() {
    let (ours, theirs) = (signer(1), signer(2));
    let signature = ours.sign(7);
    assert!(!verify(&ours.public_key(), 8, &signature));
    assert!(!verify(&theirs.public_key(), 7, &signature));
    assert!(!verify(&quicknet::PUBLIC_KEY, 7, &signature));
}

#[test]
fn the_seed_alone_decides_the_key() {
    let elsewhen = Signer::from_seed(&[1; 32], 0, 30);
    assert_eq!(signer(1).public_key(), elsewhen.public_key());
    assert_eq!(signer(1).sign(7), elsewhen.sign(7));
    assert_ne!(signer(1).public_key(), signer(2).public_key());
    assert_ne!(signer(1).sign(7), signer(2).sign(7));
}

#[test]
fn every_round_yields_other_randomness() {
    assert_ne!(randomness(&signer(1).sign(7)), randomness(&signer(1).sign(8)));
    assert_ne!(randomness(&signer(1).sign(7)), randomness(&signer(2).sign(7)));
}

#[test]
fn rounds_begin_at_genesis() {
    let signer = Signer::from_seed(&[1; 32], 100, 3);
    assert_eq!((signer.genesis(), signer.period()), (100, 3));
    assert_eq!([99, 100, 102, 103, 106].map(|time| signer.round_at(time)), [None, Some(1), Some(1), Some(2), Some(3)]);
    assert_eq!([0, 1, 2, 3].map(|round| signer.time_of(round)), [None, Some(100), Some(103), Some(106)]);
}

#[test]
fn the_clock_agrees_with_quicknet() {
    // A public draw named this round for 2026-06-04 20:00 UTC.
    assert_eq!(signer(1).round_at(1_780_603_200), Some(29_266_612));
    assert_eq!(signer(1).time_of(29_266_612), Some(1_780_603_200));
}

#[test]
fn the_ends_of_time_are_none_and_not_a_panic() {
    assert_eq!(Signer::from_seed(&[1; 32], 0, 0).round_at(7), None);
    assert_eq!(Signer::from_seed(&[1; 32], 0, 1).round_at(u64::MAX), None);
    assert_eq!(signer(1).time_of(u64::MAX), None);
}

proptest! {
    #[test]
    fn every_moment_lies_between_its_round_and_the_next(genesis: u32, period in 1..1_000u64, age: u32) {
        let signer = Signer::from_seed(&[1; 32], genesis.into(), period);
        let now = signer.genesis().saturating_add(age.into());
        let round = signer.round_at(now).unwrap();
        let (begun, over) = (signer.time_of(round).unwrap(), signer.time_of(round.saturating_add(1)).unwrap());
        prop_assert!(begun <= now && now < over);
        prop_assert_eq!(signer.round_at(begun), Some(round));
    }
}
