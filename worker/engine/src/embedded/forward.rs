//! Rows of tokens through a model. The steps are those of `hearth_exact::layer`, cut over threads and pages.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "sizes of slices in memory, cut by the model's own shape"
)]

use std::sync::{Mutex, PoisonError};

use hearth_exact::layer::{Layer, Shape, attend};
use hearth_exact::{rotary, row};

use super::cache::Cache;
use super::model::Model;
use super::threads::{ROWS, Threads};

/// Logits are made for so many rows at a time.
const HEAD: usize = 72;

/// One token to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Whose.
    pub(super) slot: usize,
    /// Where in its sequence.
    pub(super) position: usize,
    /// Which.
    pub(super) token: u32,
    /// Whether its logits are wanted.
    pub(super) wanted: bool,
}

/// Whoever a pass is for.
pub(super) trait Wanting {
    /// Whether nobody wants it any more; asked before each layer.
    fn given_up(&self) -> bool;
    /// Takes the logits of a wanted row.
    fn give(&mut self, row: Row, logits: &[f32]);
}

/// The buffers of a pass, made once.
#[derive(Debug)]
pub(super) struct Pass {
    threads: Threads,
    x: Vec<f32>,
    normal: Vec<f32>,
    queries: Vec<f32>,
    answers: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    gates: Vec<f32>,
    ups: Vec<f32>,
    angles: Vec<f32>,
    stage: Vec<f32>,
    logits: Vec<f32>,
    scores: Vec<Mutex<Vec<f32>>>,
}

impl Pass {
    /// Buffers for passes of at most so many rows, each in a context of at most so many positions.
    pub(super) fn new(model: &Model, threads: Threads, rows: usize, context: usize) -> Self {
        let Shape { width, heads, groups, size, inner, .. } = *model.shape();
        let head = HEAD.min(rows) * model.config.vocabulary;
        let buffer = |numbers: usize| vec![0.0; rows * numbers];
        let scores = || Mutex::new(vec![0.0; heads / groups * context]);
        Self {
            threads,
            x: buffer(width),
            normal: buffer(width),
            queries: buffer(heads * size),
            answers: buffer(heads * size),
            keys: buffer(groups * size),
            values: buffer(groups * size),
            gates: buffer(inner),
            ups: buffer(inner),
            angles: buffer(size),
            stage: vec![0.0; stage(model, threads.count, rows)],
            logits: vec![0.0; head],
            scores: (0..threads.count).map(|_| scores()).collect(),
        }
    }

    /// How many bytes such buffers have.
    pub(super) fn bytes(model: &Model, threads: usize, rows: usize, context: usize) -> usize {
        let Shape { width, heads, groups, size, inner, .. } = *model.shape();
        let row = 2 * width + 2 * heads * size + 2 * groups * size + 2 * inner + size;
        let logits = HEAD.min(rows) * model.config.vocabulary;
        (rows * row + logits + stage(model, threads, rows) + threads * heads / groups * context) * size_of::<f32>()
    }

    /// Reads the rows, and gives the logits of those that are wanted, in their order. If it is given up, nothing is
    /// given, and what the rows left in the cache is to be written again.
    pub(super) fn run(&mut self, model: &Model, cache: &mut Cache, rows: &[Row], to: &mut impl Wanting) {
        let Shape { width, size, .. } = *model.shape();
        let embedding = model.embedding();
        let each = self.x.chunks_exact_mut(width).zip(self.angles.chunks_exact_mut(size));
        for (row, (x, angles)) in rows.iter().zip(each) {
            embedding.row(usize::try_from(row.token).unwrap_or(usize::MAX), x);
            rotary::angles(model.frequencies(), u32::try_from(row.position).unwrap_or(u32::MAX), angles);
        }
        for (index, layer) in model.layers().enumerate() {
            if to.given_up() {
                return;
            }
            self.attention(model.shape(), &layer, index, cache, rows);
            self.gate(model.shape(), &layer, rows.len());
        }
        self.head(model, rows, to);
    }

    fn attention(&mut self, shape: &Shape, layer: &Layer<'_>, index: usize, cache: &mut Cache, rows: &[Row]) {
        let Shape { width, heads, groups, size, epsilon, .. } = *shape;
        let threads = self.threads;
        let normal = &mut self.normal[..rows.len() * width];
        let queries = &mut self.queries[..rows.len() * heads * size];
        let keys = &mut self.keys[..rows.len() * groups * size];
        let values = &mut self.values[..rows.len() * groups * size];
        normalise(threads, &self.x, layer.before_attention, epsilon, normal);
        threads.multiply(normal, layer.query, queries, &mut self.stage);
        threads.multiply(normal, layer.key, keys, &mut self.stage);
        threads.multiply(normal, layer.value, values, &mut self.stage);
        let turn = |numbers: &mut [f32], heads: usize| {
            for (row, angles) in numbers.chunks_exact_mut(heads * size).zip(self.angles.chunks_exact(size)) {
                row.chunks_exact_mut(size).for_each(|head| rotary::turn(head, angles));
            }
        };
        turn(queries, heads);
        turn(keys, groups);
        let each = keys.chunks_exact(groups * size).zip(values.chunks_exact(groups * size));
        for (row, (key, value)) in rows.iter().zip(each) {
            cache.write(row.slot, row.position, index, key, value);
        }
        let answers = &mut self.answers[..rows.len() * heads * size];
        let (cache, queries, scores, shared) = (&*cache, &*queries, &self.scores, heads / groups * size);
        threads.each(answers, shared, |piece, out| {
            let (row, group) = (rows[piece / groups], piece % groups);
            let pages = cache.read(row.slot, row.position + 1, index, group);
            let thread = rayon::current_thread_index().unwrap_or_default() % scores.len();
            let mut scores = scores[thread].lock().unwrap_or_else(PoisonError::into_inner);
            attend(threads.path, size, &queries[piece * shared..][..shared], pages, &mut scores, out);
        });
        threads.multiply(answers, layer.output, normal, &mut self.stage);
        row::add(threads.path, &mut self.x[..rows.len() * width], normal);
    }

    fn gate(&mut self, shape: &Shape, layer: &Layer<'_>, rows: usize) {
        let Shape { width, inner, epsilon, .. } = *shape;
        let threads = self.threads;
        let normal = &mut self.normal[..rows * width];
        let gates = &mut self.gates[..rows * inner];
        let ups = &mut self.ups[..rows * inner];
        normalise(threads, &self.x, layer.before_gate, epsilon, normal);
        threads.multiply(normal, layer.gate, gates, &mut self.stage);
        threads.multiply(normal, layer.up, ups, &mut self.stage);
        let ups = &*ups;
        threads.each(gates, inner, |row, gate| row::gate(threads.path, gate, &ups[row * inner..][..inner]));
        threads.multiply(gates, layer.down, normal, &mut self.stage);
        row::add(threads.path, &mut self.x[..rows * width], normal);
    }

    fn head(&mut self, model: &Model, rows: &[Row], to: &mut impl Wanting) {
        let Shape { width, epsilon, .. } = *model.shape();
        let vocabulary = model.config.vocabulary;
        let mut from = 0;
        while from < rows.len() {
            // Rows wanted from here on, packed to the front of `normal`.
            let (mut count, mut next) = (0, from);
            while next < rows.len() && count < HEAD {
                if rows[next].wanted {
                    let x = &self.x[next * width..][..width];
                    row::normalise(
                        self.threads.path,
                        x,
                        model.last(),
                        epsilon,
                        &mut self.normal[count * width..][..width],
                    );
                    count += 1;
                }
                next += 1;
            }
            let logits = &mut self.logits[..count * vocabulary];
            if count > 0 {
                self.threads.multiply(&self.normal[..count * width], model.head(), logits, &mut self.stage);
            }
            let wanted = (from..next).filter(|row| rows[*row].wanted);
            wanted.zip(logits.chunks_exact(vocabulary)).for_each(|(row, logits)| to.give(rows[row], logits));
            from = next;
        }
    }
}

/// How many numbers the stage of a product has at most.
fn stage(model: &Model, threads: usize, rows: usize) -> usize {
    let Shape { width, heads, size, inner, .. } = *model.shape();
    let widest = model.config.vocabulary.max(inner).max(width).max(heads * size);
    if threads == 1 { 0 } else { rows.min(ROWS * threads) * widest }
}

/// Normalises each row.
fn normalise(threads: Threads, x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    for (x, out) in x.chunks_exact(weight.len()).zip(out.chunks_exact_mut(weight.len())) {
        row::normalise(threads.path, x, weight, epsilon, out);
    }
}

#[cfg(test)]
#[path = "forward_tests.rs"]
mod tests;
