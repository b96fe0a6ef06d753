//! Work cut over threads. Each number is still made by one thread, in the one order.
//!
//! What is here runs on a thread of the pool itself. With one thread there is no pool.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "sizes of slices in memory")]

use hearth_exact::{Matrix, Path, Place, multiply};
use rayon::prelude::*;

/// How the work is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Threads {
    pub(super) count: usize,
    pub(super) path: Path,
}

/// From so many rows a thread on, each thread takes rows of activations; below, each takes rows of weights.
pub(super) const ROWS: usize = 6;
/// Pieces a thread, so that one that is held up does not hold up all.
const PIECES: usize = 4;

impl Threads {
    /// `out = x · weightsᵀ`. `stage` is scratch of the same size.
    pub(super) fn multiply(self, x: &[f32], weights: Matrix<'_>, out: &mut [f32], stage: &mut [f32]) {
        let (n, k) = (weights.rows(), weights.columns());
        let m = x.len() / k;
        let whole = Place { row: n, column: 1 };
        if self.count == 1 {
            multiply(self.path, x, weights, out, whole);
        } else if m >= ROWS * self.count {
            let rows = m.div_ceil(self.count).next_multiple_of(ROWS);
            out.par_chunks_mut(rows * n).zip(x.par_chunks(rows * k)).for_each(|(out, x)| {
                multiply(self.path, x, weights, out, whole);
            });
        } else {
            let stage = &mut stage[..m * n];
            let by_column = if m == 1 { &mut *out } else { &mut *stage };
            let rows = n.div_ceil(self.count * PIECES).next_multiple_of(4);
            by_column.par_chunks_mut(rows * m).enumerate().for_each(|(index, piece)| {
                let part = weights.part(index * rows, piece.len() / m);
                multiply(self.path, x, part, piece, Place { row: 1, column: m });
            });
            if m > 1 {
                turn(stage, m, out);
            }
        }
    }

    /// Does something to each piece of `size` numbers, with its index.
    pub(super) fn each(self, numbers: &mut [f32], size: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
        if self.count == 1 {
            numbers.chunks_exact_mut(size).enumerate().for_each(|(index, piece)| work(index, piece));
        } else {
            numbers.par_chunks_exact_mut(size).enumerate().for_each(|(index, piece)| work(index, piece));
        }
    }
}

/// Columns of m numbers into rows.
fn turn(stage: &[f32], m: usize, out: &mut [f32]) {
    let n = out.len() / m;
    for (column, numbers) in stage.chunks_exact(m).enumerate() {
        for (row, number) in numbers.iter().enumerate() {
            out[row * n + column] = *number;
        }
    }
}
