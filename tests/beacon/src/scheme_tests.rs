use serde::Deserialize;

use super::*;
use crate::quicknet;

/// A round that quicknet published.
#[derive(Deserialize)]
struct Published {
    round: u64,
    #[serde(with = "hex::serde")]
    signature: [u8; 48],
    #[serde(with = "hex::serde")]
    randomness: [u8; 32],
}

fn published() -> Vec<Published> {
    serde_json::from_str(include_str!("../vectors/quicknet.json")).unwrap()
}

/// The identity of a group, compressed.
fn identity<const N: usize>() -> [u8; N] {
    let mut point = [0; N];
    point[0] = 0xc0;
    point
}

#[test]
fn published_rounds_of_quicknet_verify() {
    assert!(published().len() >= 3);
    for beacon in published() {
        assert!(verify(&quicknet::PUBLIC_KEY, beacon.round, &beacon.signature), "round {}", beacon.round);
        assert_eq!(randomness(&beacon.signature), beacon.randomness, "round {}", beacon.round);
    }
}

#[test]
fn a_published_round_passes_for_no_other_round() {
    for beacon in published() {
        for other in [0, beacon.round - 1, beacon.round + 1, beacon.round.swap_bytes(), u64::MAX] {
            assert!(!verify(&quicknet::PUBLIC_KEY, other, &beacon.signature));
        }
    }
}

#[test]
fn no_flipped_bit_of_a_signature_verifies() {
    let beacon = &published()[0];
    for bit in 0..beacon.signature.len() * 8 {
        let mut flipped = beacon.signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(&quicknet::PUBLIC_KEY, beacon.round, &flipped), "bit {bit}");
    }
}

#[test]
fn no_flipped_bit_of_a_key_verifies() {
    let beacon = &published()[0];
    for bit in 0..quicknet::PUBLIC_KEY.len() * 8 {
        let mut flipped = quicknet::PUBLIC_KEY;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(&flipped, beacon.round, &beacon.signature), "bit {bit}");
    }
}

#[test]
fn the_identity_is_neither_a_signature_nor_a_key() {
    let beacon = &published()[0];
    assert!(!verify(&quicknet::PUBLIC_KEY, beacon.round, &identity()));
    assert!(!verify(&identity(), beacon.round, &beacon.signature));
    // The pairing alone would hold here: both sides of it are one.
    assert!(!verify(&identity(), beacon.round, &identity()));
}

#[test]
fn bytes_that_are_no_point_do_not_verify() {
    assert!(!verify(&quicknet::PUBLIC_KEY, 1, &[0; 48]));
    assert!(!verify(&quicknet::PUBLIC_KEY, 1, &[0xff; 48]));
    assert!(!verify(&[0; 96], 1, &published()[0].signature));
}
