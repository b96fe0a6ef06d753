//! What is done to one row of activations.

#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "lanes are counted modulo their number")]
#![allow(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a row has fewer than 2²⁴ numbers, which f32 counts exactly"
)]

use crate::number::{exp, ln, sqrt};
use crate::path::on_every_path;
use crate::{LANES, tree};

on_every_path! {
    /// `out = x · weight`, after x is divided by the root of its mean square plus `epsilon`.
    pub fn normalise(x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
        let mut lanes = [0.0f32; LANES];
        let (whole, rest) = x.as_chunks::<LANES>();
        for chunk in whole {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x * x;
            }
        }
        for (lane, x) in lanes.iter_mut().zip(rest) {
            *lane += x * x;
        }
        let mean = tree(&lanes) / x.len() as f32;
        let by = 1.0 / sqrt(mean + epsilon);
        for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
            *out = (x * by) * weight;
        }
    }
}

on_every_path! {
    /// `gate = gate / (1 + e^−gate) · up`.
    pub fn gate(gate: &mut [f32], up: &[f32]) {
        for (gate, up) in gate.iter_mut().zip(up) {
            *gate = *gate / (1.0 + exp(-*gate)) * up;
        }
    }
}

on_every_path! {
    /// `x = x + y`.
    pub fn add(x: &mut [f32], y: &[f32]) {
        for (x, y) in x.iter_mut().zip(y) {
            *x += y;
        }
    }
}

on_every_path! {
    /// Scales scores, and turns each into `e^(score − the greatest)`. Returns their sum.
    pub fn soften(scores: &mut [f32], scale: f32) -> f32 {
        for score in scores.iter_mut() {
            *score *= scale;
        }
        let most = greatest(scores);
        for score in scores.iter_mut() {
            *score = exp(*score - most);
        }
        let mut lanes = [0.0f32; LANES];
        let (whole, rest) = scores.as_chunks::<LANES>();
        for chunk in whole {
            for (lane, score) in lanes.iter_mut().zip(chunk) {
                *lane += score;
            }
        }
        for (lane, score) in lanes.iter_mut().zip(rest) {
            *lane += score;
        }
        tree(&lanes)
    }
}

on_every_path! {
    /// Adds to `out` each row of values times its weight, in order of the rows.
    pub fn gather(weights: &[f32], values: &[f32], out: &mut [f32]) {
        let size = out.len();
        let mut from = 0;
        while size - from >= 4 * LANES {
            strip::<{ 4 * LANES }>(weights, values, size, from, out);
            from += 4 * LANES;
        }
        while size - from >= LANES {
            strip::<LANES>(weights, values, size, from, out);
            from += LANES;
        }
        while from < size {
            strip::<1>(weights, values, size, from, out);
            from += 1;
        }
    }
}

/// N numbers of `out`, kept in registers while the rows go by.
#[inline(always)]
fn strip<const N: usize>(weights: &[f32], values: &[f32], size: usize, from: usize, out: &mut [f32]) {
    let mut sums = [0.0f32; N];
    sums.copy_from_slice(&out[from..from + N]);
    for (weight, row) in weights.iter().zip(values.chunks_exact(size)) {
        let row = &row[from..from + N];
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
    out[from..from + N].copy_from_slice(&sums);
}

on_every_path! {
    /// `x = x / by`.
    pub fn divide(x: &mut [f32], by: f32) {
        for x in x.iter_mut() {
            *x /= by;
        }
    }
}

on_every_path! {
    /// The greatest logit and the logarithm of the sum of `e^(logit − the greatest)`: a token's log-probability is its
    /// logit less the first, less the second.
    pub fn weigh(logits: &[f32]) -> (f32, f32) {
        let most = greatest(logits);
        let mut lanes = [0.0f32; LANES];
        let (whole, rest) = logits.as_chunks::<LANES>();
        for chunk in whole {
            for (lane, logit) in lanes.iter_mut().zip(chunk) {
                *lane += exp(logit - most);
            }
        }
        for (lane, logit) in lanes.iter_mut().zip(rest) {
            *lane += exp(logit - most);
        }
        (most, ln(tree(&lanes)))
    }
}

/// The greatest of numbers, by lanes; a NaN is never greater.
#[inline(always)]
fn greatest(numbers: &[f32]) -> f32 {
    let greater = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (whole, rest) = numbers.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, number) in lanes.iter_mut().zip(chunk) {
            *lane = greater(*lane, *number);
        }
    }
    for (lane, number) in lanes.iter_mut().zip(rest) {
        *lane = greater(*lane, *number);
    }
    lanes.into_iter().fold(f32::NEG_INFINITY, greater)
}
