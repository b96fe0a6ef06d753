//! Products of rows, cut into tiles that stay in registers.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "`matrix::multiply` has checked every size"
)]

#[cfg(all(feature = "vector", target_arch = "x86_64"))]
mod avx2;
#[cfg(all(feature = "vector", target_arch = "x86_64"))]
mod avx512;
mod scalar;

use crate::matrix::{Matrix, Place};
use crate::path::{Kind, Path};

/// A product to be made.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) weights: Matrix<'a>,
    pub(crate) place: Place,
}

pub(crate) fn multiply(path: Path, product: Product<'_>, out: &mut [f32]) {
    match path.0 {
        Kind::Scalar => scalar::multiply(product, out),
        #[cfg(all(feature = "vector", target_arch = "x86_64"))]
        Kind::Avx2 => avx2::multiply(path, product, out),
        #[cfg(all(feature = "vector", target_arch = "x86_64"))]
        Kind::Avx512 => avx512::multiply(path, product, out),
    }
}

/// Puts a tile's sums in their place.
#[inline(always)]
fn put<const M: usize, const N: usize>(sums: [[f32; N]; M], m: usize, n: usize, place: Place, out: &mut [f32]) {
    for (i, row) in sums.iter().enumerate() {
        if place.column == 1 {
            let at = (m + i) * place.row + n;
            out[at..at + N].copy_from_slice(row);
            continue;
        }
        for (j, sum) in row.iter().enumerate() {
            out[(m + i) * place.row + (n + j) * place.column] = *sum;
        }
    }
}

/// So many rows of weights are gone through for each tile of activations, and stay in the second cache meanwhile.
#[cfg(all(feature = "vector", target_arch = "x86_64"))]
const BLOCK: usize = 32;
