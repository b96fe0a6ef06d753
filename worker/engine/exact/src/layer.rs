//! One layer of a Llama-shape model: the order in which everything else is used.
//!
//! [`forward`] runs it on one thread, with keys and values in one piece. An engine may cut the same steps over threads
//! and pages: no number depends on how.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "sizes of slices in memory, cut by the layer's own shape"
)]
#![allow(clippy::as_conversions, clippy::cast_precision_loss, reason = "a head has fewer than 2²⁴ numbers")]

use crate::matrix::{Matrix, Place, multiply};
use crate::number::sqrt;
use crate::path::Path;
use crate::{rotary, row};

/// The sizes of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Numbers of a token's row.
    pub width: usize,
    /// Heads that ask.
    pub heads: usize,
    /// Heads that are asked; each serves `heads / groups`.
    pub groups: usize,
    /// Numbers of a head.
    pub size: usize,
    /// Numbers of the gated row.
    pub inner: usize,
    /// What keeps a norm from dividing by zero.
    pub epsilon: f32,
}

/// A layer's weights.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Of the norm before attention.
    pub before_attention: &'a [f32],
    /// heads · size rows of width.
    pub query: Matrix<'a>,
    /// groups · size rows of width.
    pub key: Matrix<'a>,
    /// groups · size rows of width.
    pub value: Matrix<'a>,
    /// width rows of heads · size.
    pub output: Matrix<'a>,
    /// Of the norm before the gate.
    pub before_gate: &'a [f32],
    /// inner rows of width.
    pub gate: Matrix<'a>,
    /// inner rows of width.
    pub up: Matrix<'a>,
    /// width rows of inner.
    pub down: Matrix<'a>,
}

/// What one layer remembers: for each group, `context` keys and as many values, oldest first.
#[derive(Debug)]
pub struct Memory<'a> {
    /// groups · context · size numbers.
    pub keys: &'a mut [f32],
    /// groups · context · size numbers.
    pub values: &'a mut [f32],
    /// The most positions there are.
    pub context: usize,
}

/// How many numbers of scratch [`forward`] needs for `rows` rows in a context.
#[must_use]
pub const fn scratch(shape: &Shape, rows: usize, context: usize) -> usize {
    let wide = if shape.width > shape.heads * shape.size { shape.width } else { shape.heads * shape.size };
    rows * (3 * wide + shape.groups * shape.size + 2 * shape.inner) + shape.heads * context
}

/// Sends rows through a layer, as the positions after `earlier`. `angles` has each row's, as [`rotary::angles`] wrote them.
///
/// # Panics
/// If a slice is shorter than the shape says.
#[expect(clippy::too_many_arguments, reason = "a layer has no state of its own")]
pub fn forward(
    path: Path,
    shape: &Shape,
    layer: &Layer<'_>,
    x: &mut [f32],
    angles: &[f32],
    earlier: usize,
    memory: &mut Memory<'_>,
    scratch: &mut [f32],
) {
    let Shape { width, heads, groups, size, inner, epsilon } = *shape;
    let rows = x.len() / width;
    let wide = width.max(heads * size);
    let (normal, rest) = scratch.split_at_mut(rows * wide);
    let (queries, rest) = rest.split_at_mut(rows * wide);
    let (answers, rest) = rest.split_at_mut(rows * wide);
    let (keyed, rest) = rest.split_at_mut(rows * groups * size);
    let (gates, rest) = rest.split_at_mut(rows * inner);
    let (ups, scores) = rest.split_at_mut(rows * inner);
    let product = |x: &[f32], weights: Matrix<'_>, out: &mut [f32]| {
        multiply(path, x, weights, out, Place { row: weights.rows(), column: 1 });
    };

    normalise(path, x, layer.before_attention, epsilon, &mut normal[..rows * width]);
    let normal = &mut normal[..rows * width];
    let queries = &mut queries[..rows * heads * size];
    let answers = &mut answers[..rows * heads * size];
    product(normal, layer.query, queries);
    for (row, angles) in queries.chunks_exact_mut(heads * size).zip(angles.chunks_exact(size)) {
        row.chunks_exact_mut(size).for_each(|head| rotary::turn(head, angles));
    }
    product(normal, layer.key, keyed);
    for (row, angles) in keyed.chunks_exact_mut(groups * size).zip(angles.chunks_exact(size)) {
        row.chunks_exact_mut(size).for_each(|head| rotary::turn(head, angles));
    }
    let place = |group: usize, row: usize| (group * memory.context + earlier + row) * size;
    for (index, head) in keyed.chunks_exact(size).enumerate() {
        memory.keys[place(index % groups, index / groups)..][..size].copy_from_slice(head);
    }
    product(normal, layer.value, keyed);
    for (index, head) in keyed.chunks_exact(size).enumerate() {
        memory.values[place(index % groups, index / groups)..][..size].copy_from_slice(head);
    }
    let shared = heads / groups * size;
    for (index, (asks, out)) in queries.chunks_exact(shared).zip(answers.chunks_exact_mut(shared)).enumerate() {
        let (row, group) = (index / groups, index % groups);
        let (from, seen) = (group * memory.context * size, (earlier + row + 1) * size);
        let pages = core::iter::once((&memory.keys[from..from + seen], &memory.values[from..from + seen]));
        attend(path, size, asks, pages, scores, out);
    }
    let outcome = &mut normal[..rows * width];
    product(answers, layer.output, outcome);
    row::add(path, x, outcome);

    normalise(path, x, layer.before_gate, epsilon, outcome);
    product(outcome, layer.gate, gates);
    product(outcome, layer.up, ups);
    row::gate(path, gates, ups);
    product(gates, layer.down, outcome);
    row::add(path, x, outcome);
}

/// Normalises each row.
fn normalise(path: Path, x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    for (x, out) in x.chunks_exact(weight.len()).zip(out.chunks_exact_mut(weight.len())) {
        row::normalise(path, x, weight, epsilon, out);
    }
}

/// What the heads of one group, all at one position, read from the keys and values of the positions they may see.
///
/// # Panics
/// If `scores` has fewer numbers than heads times positions.
pub fn attend<'a>(
    path: Path,
    size: usize,
    asks: &[f32],
    pages: impl Iterator<Item = (&'a [f32], &'a [f32])> + Clone,
    scores: &mut [f32],
    out: &mut [f32],
) {
    let positions = pages.clone().map(|(keys, _)| keys.len() / size).sum::<usize>();
    let scores = &mut scores[..asks.len() / size * positions];
    let mut from = 0;
    for (keys, _) in pages.clone() {
        let count = keys.len() / size;
        if let Some(keys) = Matrix::of_numbers(keys, count, size) {
            multiply(path, asks, keys, &mut scores[from..], Place { row: positions, column: 1 });
        }
        from += count;
    }
    let scale = 1.0 / sqrt(size as f32);
    for (scores, out) in scores.chunks_exact_mut(positions).zip(out.chunks_exact_mut(size)) {
        let sum = row::soften(path, scores, scale);
        out.fill(0.0);
        let mut from = 0;
        for (_, values) in pages.clone() {
            let count = values.len() / size;
            row::gather(path, &scores[from..from + count], values, out);
            from += count;
        }
        row::divide(path, out, sum);
    }
}
