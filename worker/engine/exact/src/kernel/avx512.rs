//! The product with AVX-512F: a register holds the 16 partial sums of one pair of rows. (VL is there for the tree: without
//! it, whatever is cut into halves must stay in the lower 16 registers.)

#![expect(unsafe_code, reason = "vector instructions need a proof that they are there, and read through pointers")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "`matrix::multiply` has checked every size"
)]

use core::arch::x86_64::*;

use super::avx2::{BF16, F16, F32, as_bytes, size};
use super::{BLOCK, Product, put};
use crate::LANES;
use crate::matrix::{Data, Format};
use crate::path::{Kind, Path};

pub(super) fn multiply(path: Path, product: Product<'_>, out: &mut [f32]) {
    assert!(path.0 == Kind::Avx512, "a path of another kind");
    // SAFETY: a `Path` of this kind is made only where AVX-512F and VL were found.
    unsafe {
        match product.weights.data {
            Data::Numbers(numbers) => blocks::<F32>(product, as_bytes(numbers), out),
            Data::Bytes(Format::F32, bytes) => blocks::<F32>(product, bytes, out),
            Data::Bytes(Format::F16, bytes) => blocks::<F16>(product, bytes, out),
            Data::Bytes(Format::Bf16, bytes) => blocks::<BF16>(product, bytes, out),
        }
    }
}

#[target_feature(enable = "avx512f,avx512vl")]
fn blocks<const F: u8>(product: Product<'_>, weights: &[u8], out: &mut [f32]) {
    let Product { x, weights: matrix, place } = product;
    let (k, rows) = (matrix.columns(), matrix.rows());
    let count = x.len() / k;
    let step = k * size(F);
    for block in (0..rows).step_by(BLOCK) {
        let end = (block + BLOCK).min(rows);
        let mut m = 0;
        while m < count {
            let tall = (count - m).min(6);
            let x = &x[m * k..(m + tall) * k];
            let mut n = block;
            while n < end {
                let wide = if end - n >= 4 { 4 } else { 1 };
                let w = &weights[n * step..(n + wide) * step];
                match (tall, wide) {
                    (6, 4) => put(tile::<F, 6, 4>(x, w, k), m, n, place, out),
                    (5, 4) => put(tile::<F, 5, 4>(x, w, k), m, n, place, out),
                    (4, 4) => put(tile::<F, 4, 4>(x, w, k), m, n, place, out),
                    (3, 4) => put(tile::<F, 3, 4>(x, w, k), m, n, place, out),
                    (2, 4) => put(tile::<F, 2, 4>(x, w, k), m, n, place, out),
                    (1, 4) => put(tile::<F, 1, 4>(x, w, k), m, n, place, out),
                    (6, _) => put(tile::<F, 6, 1>(x, w, k), m, n, place, out),
                    (5, _) => put(tile::<F, 5, 1>(x, w, k), m, n, place, out),
                    (4, _) => put(tile::<F, 4, 1>(x, w, k), m, n, place, out),
                    (3, _) => put(tile::<F, 3, 1>(x, w, k), m, n, place, out),
                    (2, _) => put(tile::<F, 2, 1>(x, w, k), m, n, place, out),
                    _ => put(tile::<F, 1, 1>(x, w, k), m, n, place, out),
                }
                n += wide;
            }
            m += tall;
        }
    }
}

/// The products of M rows of activations with N rows of weights.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn tile<const F: u8, const M: usize, const N: usize>(x: &[f32], w: &[u8], k: usize) -> [[f32; N]; M] {
    assert!(x.len() == M * k && w.len() == N * k * size(F), "a tile of another size");
    let mut sums = [[_mm512_setzero_ps(); N]; M];
    let whole = k - k % LANES;
    for at in (0..whole).step_by(LANES) {
        let mut b = [_mm512_setzero_ps(); N];
        for (n, b) in b.iter_mut().enumerate() {
            // SAFETY: n < N and at + 16 ≤ k, so that the 16 numbers end within the N · k of `w`.
            *b = unsafe { load::<F>(w.as_ptr().add((n * k + at) * size(F))) };
            // The next tile's rows follow; the machine does not guess it by itself. Past the end nothing is read.
            _mm_prefetch::<_MM_HINT_T0>(w.as_ptr().wrapping_add((n * k + at + N * k) * size(F)).cast());
        }
        for (m, sums) in sums.iter_mut().enumerate() {
            // SAFETY: m < M and at + 16 ≤ k, so that the 16 numbers end within the M · k of `x`.
            let a = unsafe { _mm512_loadu_ps(x.as_ptr().add(m * k + at)) };
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = _mm512_add_ps(*sum, _mm512_mul_ps(a, b));
            }
        }
    }
    if whole < k {
        // What is absent is +0, and no partial sum is ever −0, so that adding it changes nothing.
        let mut b = [_mm512_setzero_ps(); N];
        for (n, b) in b.iter_mut().enumerate() {
            let mut rest = [0u8; 64];
            rest[..(k - whole) * size(F)].copy_from_slice(&w[(n * k + whole) * size(F)..(n + 1) * k * size(F)]);
            // SAFETY: 16 numbers have at most the 64 bytes of `rest`.
            *b = unsafe { load::<F>(rest.as_ptr()) };
        }
        for (m, sums) in sums.iter_mut().enumerate() {
            let mut rest = [0.0f32; LANES];
            rest[..k - whole].copy_from_slice(&x[m * k + whole..(m + 1) * k]);
            // SAFETY: `rest` has 16 numbers.
            let a = unsafe { _mm512_loadu_ps(rest.as_ptr()) };
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = _mm512_add_ps(*sum, _mm512_mul_ps(a, b));
            }
        }
    }
    let mut out = [[0.0; N]; M];
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = tree(sum);
        }
    }
    out
}

/// 16 numbers as f32.
///
/// # Safety
/// As many bytes as 16 numbers of the format have must be readable from `from` on, at any alignment.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
unsafe fn load<const F: u8>(from: *const u8) -> __m512 {
    // SAFETY: the caller's, and these loads need no alignment.
    unsafe {
        match F {
            F32 => _mm512_loadu_ps(from.cast()),
            F16 => _mm512_cvtph_ps(_mm256_loadu_si256(from.cast())),
            _ => {
                let wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(from.cast()));
                _mm512_castsi512_ps(_mm512_slli_epi32::<16>(wide))
            }
        }
    }
}

/// The same tree as [`crate::tree`].
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn tree(lanes: __m512) -> f32 {
    let upper = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(lanes)));
    super::avx2::half_tree(_mm256_add_ps(_mm512_castps512_ps256(lanes), upper))
}
