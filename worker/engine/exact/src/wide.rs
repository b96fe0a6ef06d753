//! f64 for what is computed once a position, by series whose coefficients need no table.

#![allow(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "works on the bits of floats, within the bounds that each function says"
)]

const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
const HALF_PI_HIGH: f64 = f64::from_bits(0x3ff9_21fb_5440_0000);
const HALF_PI_LOW: f64 = f64::from_bits(0x3dd0_b461_1a62_6331);
/// The bits of √½, rounded down.
const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcc;

/// The integer nearest to x, halves upward; |x| < 2⁵³.
fn nearest(x: f64) -> i64 {
    let y = x + 0.5;
    let n = y as i64;
    if n as f64 > y { n - 1 } else { n }
}

/// The exponential, for |x| ≤ 700.
pub(crate) fn exp(x: f64) -> f64 {
    let n = nearest(x / (LN2_HIGH + LN2_LOW));
    let r = (x - n as f64 * LN2_HIGH) - n as f64 * LN2_LOW;
    let mut p = 1.0;
    for k in (1..=16).rev() {
        p = 1.0 + p * r / f64::from(k);
    }
    p * f64::from_bits(((n + 1023) as u64) << 52)
}

/// The natural logarithm of a positive normal number.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits().wrapping_sub(ROOT_HALF);
    let e = ((bits as i64) >> 52) as f64;
    let m = f64::from_bits((bits & 0xf_ffff_ffff_ffff).wrapping_add(ROOT_HALF));
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let mut p = 0.0;
    for k in (0..12).rev() {
        p = p * z + 1.0 / f64::from(2 * k + 1);
    }
    e * LN2_HIGH + (2.0 * s * p + e * LN2_LOW)
}

/// Cosine and sine, for 0 ≤ x < 2²⁰ · π/2.
pub(crate) fn cos_sin(x: f64) -> (f64, f64) {
    let n = nearest(x / HALF_PI_HIGH);
    let r = (x - n as f64 * HALF_PI_HIGH) - n as f64 * HALF_PI_LOW;
    let z = r * r;
    let (mut cos, mut sin) = (1.0, 1.0);
    for k in (1..=9).rev() {
        cos = 1.0 - cos * z / f64::from((2 * k - 1) * (2 * k));
        sin = 1.0 - sin * z / f64::from((2 * k) * (2 * k + 1));
    }
    sin *= r;
    match n & 3 {
        0 => (cos, sin),
        1 => (-sin, cos),
        2 => (-cos, -sin),
        _ => (sin, -cos),
    }
}
