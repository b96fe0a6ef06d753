//! Arithmetic of language models in a fixed order, so that every machine gets the same bits.
//!
//! - [`number`] – single values: widening, square root, exponential, logarithm
//! - [`rotary`] – the angles of rotary embeddings, and the turn itself
//! - [`path`] – the ways through a kernel that this machine has
//! - [`matrix`] – weights as they lie in a file, and their product with rows of activations
//! - [`row`] – what is done to one row: normalise, gate, soften, gather
//! - [`layer`] – one layer of a Llama-shape model, on one thread: the order in which the above are used
//! - [`chacha`] – randomness by counter
//! - [`sample`] – which token is next
//!
//! README.md is the specification. Nothing here fuses a multiplication with an addition, flushes a denormal, calls a
//! library's mathematics, or allocates. Without the feature `vector` there is no unsafe code and no standard library.

#![no_std]

#[cfg(all(feature = "vector", target_arch = "x86_64"))]
extern crate std;

pub mod chacha;
mod kernel;
pub mod layer;
pub mod matrix;
pub mod number;
pub mod path;
pub mod rotary;
pub mod row;
pub mod sample;
mod wide;

pub use matrix::{Format, Matrix, Place, multiply};
pub use path::Path;
pub use sample::{Choice, pick};

/// Names this arithmetic. A change of any bit is a change of this name.
pub const VERSION: &str = "hearth-exact/1";

/// How many partial sums a sum has: element i goes to sum i mod 16, in order of i.
pub const LANES: usize = 16;

/// The sum of the partial sums: each half onto the other, from the largest halves down.
#[inline(always)]
#[must_use]
#[allow(clippy::indexing_slicing, reason = "constant indices below the array's length")]
pub fn tree(lanes: &[f32; LANES]) -> f32 {
    let a = lanes;
    let b: [f32; 8] =
        [a[0] + a[8], a[1] + a[9], a[2] + a[10], a[3] + a[11], a[4] + a[12], a[5] + a[13], a[6] + a[14], a[7] + a[15]];
    let c: [f32; 4] = [b[0] + b[4], b[1] + b[5], b[2] + b[6], b[3] + b[7]];
    let d: [f32; 2] = [c[0] + c[2], c[1] + c[3]];
    d[0] + d[1]
}
