//! The product with AVX2, without its fused instructions: two registers hold the 16 partial sums of one pair of rows.

#![expect(unsafe_code, reason = "vector instructions need a proof that they are there, and read through pointers")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "`matrix::multiply` has checked every size"
)]

use core::arch::x86_64::*;
use core::slice;

use super::{BLOCK, Product, put};
use crate::LANES;
use crate::matrix::{Data, Format};
use crate::path::{Kind, Path};

/// A format, as a constant that a tile is compiled for.
pub(super) const F32: u8 = 0;
pub(super) const F16: u8 = 1;
pub(super) const BF16: u8 = 2;

/// The bytes of a number of the format.
pub(super) const fn size(format: u8) -> usize {
    if format == F32 { 4 } else { 2 }
}

/// The bytes of numbers; this machine writes them in the order of [`Format::F32`].
pub(super) fn as_bytes(numbers: &[f32]) -> &[u8] {
    // SAFETY: the same memory with the same lifetime, every byte of it initialised, and bytes need no alignment.
    unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), size_of_val(numbers)) }
}

pub(super) fn multiply(path: Path, product: Product<'_>, out: &mut [f32]) {
    assert!(path.0 == Kind::Avx2, "a path of another kind");
    // SAFETY: a `Path` of this kind is made only where AVX2 and F16C were found.
    unsafe {
        match product.weights.data {
            Data::Numbers(numbers) => blocks::<F32>(product, as_bytes(numbers), out),
            Data::Bytes(Format::F32, bytes) => blocks::<F32>(product, bytes, out),
            Data::Bytes(Format::F16, bytes) => blocks::<F16>(product, bytes, out),
            Data::Bytes(Format::Bf16, bytes) => blocks::<BF16>(product, bytes, out),
        }
    }
}

#[target_feature(enable = "avx2,f16c")]
fn blocks<const F: u8>(product: Product<'_>, weights: &[u8], out: &mut [f32]) {
    let Product { x, weights: matrix, place } = product;
    let (k, rows) = (matrix.columns(), matrix.rows());
    let count = x.len() / k;
    let step = k * size(F);
    for block in (0..rows).step_by(BLOCK) {
        let end = (block + BLOCK).min(rows);
        let mut m = 0;
        while m < count {
            let tall = (count - m).min(3);
            let most = if tall == 1 { 4 } else { 2 };
            let x = &x[m * k..(m + tall) * k];
            let mut n = block;
            while n < end {
                let wide = if end - n >= most { most } else { 1 };
                let w = &weights[n * step..(n + wide) * step];
                match (tall, wide) {
                    (1, 4) => put(tile::<F, 1, 4>(x, w, k), m, n, place, out),
                    (3, 2) => put(tile::<F, 3, 2>(x, w, k), m, n, place, out),
                    (2, 2) => put(tile::<F, 2, 2>(x, w, k), m, n, place, out),
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
#[target_feature(enable = "avx2,f16c")]
#[inline]
fn tile<const F: u8, const M: usize, const N: usize>(x: &[f32], w: &[u8], k: usize) -> [[f32; N]; M] {
    assert!(x.len() == M * k && w.len() == N * k * size(F), "a tile of another size");
    let mut sums = [[[_mm256_setzero_ps(); 2]; N]; M];
    let whole = k - k % LANES;
    for at in (0..whole).step_by(LANES) {
        for half in 0..2 {
            let at = at + half * 8;
            let mut b = [_mm256_setzero_ps(); N];
            for (n, b) in b.iter_mut().enumerate() {
                // SAFETY: n < N and at + 8 ≤ k, so that the 8 numbers end within the N · k of `w`.
                *b = unsafe { load::<F>(w.as_ptr().add((n * k + at) * size(F))) };
            }
            for (m, sums) in sums.iter_mut().enumerate() {
                // SAFETY: m < M and at + 8 ≤ k, so that the 8 numbers end within the M · k of `x`.
                let a = unsafe { _mm256_loadu_ps(x.as_ptr().add(m * k + at)) };
                for (sum, b) in sums.iter_mut().zip(b) {
                    sum[half] = _mm256_add_ps(sum[half], _mm256_mul_ps(a, b));
                }
            }
        }
    }
    if whole < k {
        // What is absent is +0, and no partial sum is ever −0, so that adding it changes nothing.
        for (m, sums) in sums.iter_mut().enumerate() {
            let mut a = [0.0f32; LANES];
            a[..k - whole].copy_from_slice(&x[m * k + whole..(m + 1) * k]);
            for (n, sum) in sums.iter_mut().enumerate() {
                let mut b = [0u8; 64];
                b[..(k - whole) * size(F)].copy_from_slice(&w[(n * k + whole) * size(F)..(n + 1) * k * size(F)]);
                for (half, sum) in sum.iter_mut().enumerate() {
                    // SAFETY: both halves of `a` are within its 16 numbers, both of `b` within its 64 bytes.
                    let (a, b) = unsafe {
                        (_mm256_loadu_ps(a.as_ptr().add(half * 8)), load::<F>(b.as_ptr().add(half * 8 * size(F))))
                    };
                    *sum = _mm256_add_ps(*sum, _mm256_mul_ps(a, b));
                }
            }
        }
    }
    let mut out = [[0.0; N]; M];
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = half_tree(_mm256_add_ps(sum[0], sum[1]));
        }
    }
    out
}

/// 8 numbers as f32.
///
/// # Safety
/// As many bytes as 8 numbers of the format have must be readable from `from` on, at any alignment.
#[target_feature(enable = "avx2,f16c")]
#[inline]
unsafe fn load<const F: u8>(from: *const u8) -> __m256 {
    // SAFETY: the caller's, and these loads need no alignment.
    unsafe {
        match F {
            F32 => _mm256_loadu_ps(from.cast()),
            F16 => _mm256_cvtph_ps(_mm_loadu_si128(from.cast())),
            _ => {
                let wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(from.cast()));
                _mm256_castsi256_ps(_mm256_slli_epi32::<16>(wide))
            }
        }
    }
}

/// The same tree as [`crate::tree`], from its first eight sums on.
#[target_feature(enable = "avx")]
#[inline]
pub(super) fn half_tree(lanes: __m256) -> f32 {
    let four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
    let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
}
