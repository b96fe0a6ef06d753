//! Rotary embeddings: pairs of a head's numbers, half a head apart, turn with the position.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "positions and head sizes are far below 2²⁴, and f64 narrows to f32 by rounding"
)]

use crate::wide;

/// How a model that was trained on short contexts stretches its angles (`rope_type` `llama3`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// By how much slow angles are slowed further.
    pub factor: f64,
    /// Below so many turns in the original context an angle is slow.
    pub low: f64,
    /// Above so many turns in the original context an angle is left alone.
    pub high: f64,
    /// The context of the training.
    pub original: f64,
}

/// By how much pair `pair` of a head of `size` numbers turns a position.
#[must_use]
pub fn frequency(theta: f32, pair: usize, size: usize, stretch: Option<Stretch>) -> f32 {
    let power = (2 * pair) as f64 / size as f64;
    let frequency = wide::exp(-(power * wide::ln(f64::from(theta))));
    stretch.map_or(frequency, |by| slowed(frequency, by)) as f32
}

fn slowed(frequency: f64, by: Stretch) -> f64 {
    let turns = by.original * frequency / core::f64::consts::TAU;
    if turns < by.low {
        frequency / by.factor
    } else if turns > by.high {
        frequency
    } else {
        let part = (turns - by.low) / (by.high - by.low);
        (1.0 - part) * (frequency / by.factor) + part * frequency
    }
}

/// Writes the cosines, then the sines, of a position's angles: as many of each as there are frequencies.
pub fn angles(frequencies: &[f32], position: u32, out: &mut [f32]) {
    let (cosines, sines) = out.split_at_mut(frequencies.len().min(out.len()));
    for ((frequency, cosine), sine) in frequencies.iter().zip(cosines).zip(sines) {
        let (cos, sin) = wide::cos_sin(f64::from(position as f32 * frequency));
        *cosine = cos as f32;
        *sine = sin as f32;
    }
}

/// Turns one head by what [`angles`] wrote.
pub fn turn(head: &mut [f32], angles: &[f32]) {
    let half = head.len() / 2;
    let (first, second) = head.split_at_mut(half);
    let (cosines, sines) = angles.split_at(half.min(angles.len()));
    for (((a, b), cos), sin) in first.iter_mut().zip(second).zip(cosines).zip(sines) {
        (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
    }
}
