//! Single values. Each function is total: what it does with infinities and NaN follows from its steps.

#![allow(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "works on the bits of floats, whose widths bound every value"
)]

/// A bfloat16 as f32, exactly.
#[inline(always)]
#[must_use]
pub const fn bf16(bits: u16) -> f32 {
    f32::from_bits((bits as u32) << 16)
}

/// An IEEE half as f32, exactly; denormals too.
#[inline(always)]
#[must_use]
pub const fn f16(bits: u16) -> f32 {
    let (sign, power, fraction) = ((bits as u32 & 0x8000) << 16, (bits >> 10) & 31, bits as u32 & 0x3ff);
    let size = match power {
        0 => fraction as f32 * TWO_TO_MINUS_24,
        31 if fraction == 0 => f32::INFINITY,
        31 => f32::NAN,
        _ => f32::from_bits(((power as u32 + 112) << 23) | (fraction << 13)),
    };
    f32::from_bits(size.to_bits() | sign)
}

const TWO_TO_MINUS_24: f32 = f32::from_bits((127 - 24) << 23);

/// The square root, correctly rounded.
#[must_use]
pub const fn sqrt(x: f32) -> f32 {
    if x.is_nan() || x < 0.0 {
        return f32::NAN;
    }
    if x == 0.0 || x == f32::INFINITY {
        return x;
    }
    let bits = x.to_bits();
    let (mut power, mut fraction) = ((bits >> 23) as i32, (bits & 0x7f_ffff) as u64);
    if power == 0 {
        let shift = fraction.leading_zeros() as i32 - 40;
        fraction <<= shift;
        power = 1 - shift;
    } else {
        fraction |= 0x80_0000;
    }
    // x = fraction · 2^(power − 150), and an even power of two leaves the root.
    let odd = (power - 175) & 1;
    let wide = fraction << (25 + odd);
    let root = wide.isqrt();
    // The root has 25 bits and never lies half way: the last bit rounds, whatever is below it.
    let rounded = (root + 1) >> 1;
    let half = (power - 175 - odd) / 2 + 1;
    scaled(rounded as f32, half)
}

/// `x · 2^n`, for n whose power of two is a normal number.
#[inline(always)]
const fn scaled(x: f32, n: i32) -> f32 {
    x * f32::from_bits(((n + 127) as u32) << 23)
}

/// 1.5 · 2²³: added and taken away again, it leaves the nearest integer.
const NEAREST: f32 = 12_582_912.0;
const LOG2_E: f32 = f32::from_bits(0x3fb8_aa3b);
/// ln 2 in 15 bits, so that its product with a small integer is exact.
const LN2_HIGH: f32 = f32::from_bits(0x3f31_7200);
/// What `LN2_HIGH` lacks.
const LN2_LOW: f32 = f32::from_bits(0x35bf_be8e);

/// The exponential.
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    // Beyond these bounds the result is 0 or infinite anyway.
    let x = if x < -105.0 { -105.0 } else { x };
    let x = if x > 89.0 { 89.0 } else { x };
    let near = x * LOG2_E + NEAREST;
    let n = near - NEAREST;
    let r = x - n * LN2_HIGH;
    let r = r - n * LN2_LOW;
    let mut p = 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    // 2^n in two steps, so that a denormal result is rounded once.
    let n = near.to_bits().wrapping_sub(NEAREST.to_bits()) as i32;
    let first = n >> 1;
    let second = n.wrapping_sub(first);
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    p * power(first) * power(second)
}

/// The natural logarithm.
#[must_use]
pub fn ln(x: f32) -> f32 {
    if x.is_nan() || x < 0.0 {
        return f32::NAN;
    }
    if x == 0.0 {
        return f32::NEG_INFINITY;
    }
    if x == f32::INFINITY {
        return x;
    }
    // x = m · 2^e with m between √½ and √2. A denormal is made normal first.
    let (x, shift) = if x < f32::MIN_POSITIVE { (scaled(x, 23), 23) } else { (x, 0) };
    let bits = x.to_bits().wrapping_sub(ROOT_HALF);
    let e = ((bits as i32) >> 23) - shift;
    let m = f32::from_bits((bits & 0x7f_ffff).wrapping_add(ROOT_HALF));
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let mut p = 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    let two = s + s;
    let e = e as f32;
    e * LN2_HIGH + (two + (two * (z * p) + e * LN2_LOW))
}

/// The bits of √½, rounded down.
const ROOT_HALF: u32 = 0x3f35_04f3;
