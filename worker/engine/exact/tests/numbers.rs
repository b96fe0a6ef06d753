//! Single values against what the standard library and known tables say.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests"
)]

use hearth_exact::{chacha, number, rotary};

/// How many representable numbers lie between two.
fn distance(a: f32, b: f32) -> u32 {
    let line = |x: f32| if x < 0.0 { -i64::from(x.to_bits() & 0x7fff_ffff) } else { i64::from(x.to_bits()) };
    u32::try_from((line(a) - line(b)).abs()).unwrap()
}

/// Every so many-th bit pattern.
fn spread(step: usize) -> impl Iterator<Item = f32> {
    (0..=u32::MAX).step_by(step).map(f32::from_bits)
}

#[test]
fn roots_are_correctly_rounded() {
    for x in spread(4001) {
        let (ours, theirs) = (number::sqrt(x), x.sqrt());
        assert!(ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan(), "{x}: {ours} {theirs}");
    }
}

#[test]
fn the_exponential_is_within_two_steps() {
    for x in spread(997).filter(|x| x.abs() < 104.0) {
        let ours = number::exp(x);
        let right = f64::from(x).exp() as f32;
        assert!(distance(ours, right) <= 2, "{x}: {ours} {right}");
    }
    assert_eq!(number::exp(f32::NEG_INFINITY), 0.0);
    assert_eq!(number::exp(f32::INFINITY), f32::INFINITY);
    assert_eq!(number::exp(-0.0), 1.0);
    assert!(number::exp(f32::NAN).is_nan());
}

#[test]
fn the_logarithm_is_within_two_steps() {
    for x in spread(997).filter(|x| x.is_finite() && *x > 0.0) {
        let ours = number::ln(x);
        let right = f64::from(x).ln() as f32;
        assert!(distance(ours, right) <= 2, "{x}: {ours} {right}");
    }
    assert_eq!(number::ln(0.0), f32::NEG_INFINITY);
    assert_eq!(number::ln(f32::INFINITY), f32::INFINITY);
    assert_eq!(number::ln(1.0), 0.0);
    assert!(number::ln(-1.0).is_nan());
}

#[test]
fn halves_widen_exactly() {
    assert_eq!(number::f16(0x0001), 2.0f32.powi(-24));
    assert_eq!(number::f16(0x83ff), -1023.0 * 2.0f32.powi(-24));
    assert_eq!(number::f16(0x3c00), 1.0);
    assert_eq!(number::f16(0x7bff), 65504.0);
    assert_eq!(number::f16(0xfc00), f32::NEG_INFINITY);
    assert_eq!(number::f16(0x8000).to_bits(), (-0.0f32).to_bits());
    assert!(number::f16(0x7c01).is_nan());
    assert_eq!(number::bf16(0x3f80), 1.0);
}

#[test]
fn angles_are_right_to_the_last_bit_or_beside_it() {
    for pair in 0..32 {
        let ours = rotary::frequency(10_000.0, pair, 64, None);
        let right = 10_000f64.powf(-(2.0 * pair as f64) / 64.0) as f32;
        assert!(distance(ours, right) <= 1, "{pair}: {ours} {right}");
    }
    let mut out = [0.0; 2];
    for position in (0..200_000).step_by(37) {
        rotary::angles(&[0.731], position, &mut out);
        let (sin, cos) = f64::from(position as f32 * 0.731).sin_cos();
        assert!((f64::from(out[0]) - cos).abs() < 1e-7 && (f64::from(out[1]) - sin).abs() < 1e-7, "{position}");
    }
}

#[test]
fn the_block_is_that_of_the_rfc() {
    let key: [u8; 32] = core::array::from_fn(|i| u8::try_from(i).unwrap());
    let block = chacha::block(&key, 1, [0x0900_0000, 0x4a00_0000, 0]);
    let bytes: Vec<u8> = block.iter().flat_map(|word| word.to_le_bytes()).collect();
    let rfc = "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e";
    assert_eq!(hex::encode(bytes), rfc);
}
