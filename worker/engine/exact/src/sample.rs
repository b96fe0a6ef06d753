//! Which token is next. A pure function of logits, choice and step: whoever repeats it gets the same token.

#![allow(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "weights are at most 2⁴⁰ each and ids below 2³², so that no sum reaches 2⁷²; ids come from the logits' own range"
)]

use core::cmp::Ordering;

use crate::chacha;
use crate::number::{exp, ln};

/// How a token is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Logits are divided by it; 0 takes the greatest.
    pub temperature: f32,
    /// The smallest set of likeliest tokens with at least this share is kept.
    pub top_p: f32,
    /// So many likeliest tokens are kept; 0 keeps all.
    pub top_k: u32,
    /// Keys the randomness.
    pub seed: [u8; 32],
}

/// The token after `step` earlier ones. `order` is scratch, as long as there are logits.
///
/// There is none if a logit is NaN or +∞, if none is finite, or if `order` is too short.
#[must_use]
pub fn pick(logits: &[f32], choice: &Choice, step: u64, order: &mut [u32]) -> Option<u32> {
    let best = likeliest(logits)?;
    if choice.temperature > 0.0 {
        let order = order.get_mut(..logits.len())?;
        let kept = keep(logits, best, choice, order);
        Some(loudest(logits, best, choice, step, kept))
    } else {
        Some(best)
    }
}

/// The id of the greatest logit, the lowest among equals.
fn likeliest(logits: &[f32]) -> Option<u32> {
    let mut best = 0;
    for (id, logit) in logits.iter().enumerate() {
        if logit.is_nan() || *logit == f32::INFINITY {
            return None;
        }
        if *logit > logits[best] {
            best = id;
        }
    }
    logits.get(best)?.is_finite().then_some(best as u32)
}

/// How far a logit is below the greatest, in temperatures.
fn depth(logits: &[f32], best: u32, choice: &Choice, id: u32) -> f32 {
    (logits[id as usize] - logits[best as usize]) / choice.temperature
}

/// The ids that top-k and top-p keep.
fn keep<'a>(logits: &[f32], best: u32, choice: &Choice, order: &'a mut [u32]) -> &'a [u32] {
    for (place, id) in order.iter_mut().zip(0..) {
        *place = id;
    }
    let likelier = |a: &u32, b: &u32| {
        let by_logit = logits[*b as usize].partial_cmp(&logits[*a as usize]).unwrap_or(Ordering::Equal);
        by_logit.then(a.cmp(b))
    };
    let mut count = order.len();
    let top_k = choice.top_k as usize;
    if top_k > 0 && top_k < count {
        order.select_nth_unstable_by(top_k - 1, likelier);
        count = top_k;
    }
    let order = &mut order[..count];
    if choice.top_p >= 1.0 {
        return order;
    }
    order.sort_unstable_by(likelier);
    let weight = |id: &u32| (exp(depth(logits, best, choice, *id)) * TWO_TO_40) as u64;
    let total: u64 = order.iter().map(weight).sum();
    let share = (choice.top_p * TWO_TO_24) as u64;
    let mut sum = 0;
    let kept = order.iter().position(|id| {
        sum += weight(id);
        u128::from(sum) << 24 >= u128::from(share) * u128::from(total)
    });
    let kept = kept.map_or(count, |last| last + 1);
    &order[..kept]
}

const TWO_TO_40: f32 = 1_099_511_627_776.0;
const TWO_TO_24: f32 = 16_777_216.0;

/// The kept id with the greatest sum of its depth and its own Gumbel noise, the lowest among equals.
fn loudest(logits: &[f32], best: u32, choice: &Choice, step: u64, kept: &[u32]) -> u32 {
    let mut loudest: Option<(f32, u32)> = None;
    let mut words = (u32::MAX, [0; 16]);
    for id in kept {
        let counter = id / 16;
        if words.0 != counter {
            words = (counter, chacha::block(&choice.seed, counter, [step as u32, (step >> 32) as u32, 0]));
        }
        let score = depth(logits, best, choice, *id) + gumbel(words.1[(id % 16) as usize]);
        let louder = loudest.is_none_or(|(most, of)| score > most || (score == most && *id < of));
        if louder {
            loudest = Some((score, *id));
        }
    }
    loudest.map_or(best, |(_, id)| id)
}

/// Gumbel noise from a random word: `−ln(−ln u)`, u between 0 and 1 with 23 bits and never either.
fn gumbel(word: u32) -> f32 {
    let u = (2 * (word >> 9) + 1) as f32 / TWO_TO_24;
    -ln(-ln(u))
}
