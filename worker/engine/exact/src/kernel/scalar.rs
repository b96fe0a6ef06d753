//! The product as the specification says it.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "`matrix::multiply` has checked every size"
)]

use super::{Product, put};
use crate::matrix::{Data, Format};
use crate::number::{bf16, f16};
use crate::{LANES, tree};

pub(super) fn multiply(product: Product<'_>, out: &mut [f32]) {
    let k = product.weights.columns();
    match product.weights.data {
        Data::Numbers(numbers) => each(product, out, |n| numbers[n * k..][..k].iter().copied()),
        Data::Bytes(Format::F32, bytes) => {
            let numbers = bytes.as_chunks::<4>().0;
            each(product, out, |n| numbers[n * k..][..k].iter().map(|b| f32::from_le_bytes(*b)));
        }
        Data::Bytes(Format::F16, bytes) => {
            let numbers = bytes.as_chunks::<2>().0;
            each(product, out, |n| numbers[n * k..][..k].iter().map(|b| f16(u16::from_le_bytes(*b))));
        }
        Data::Bytes(Format::Bf16, bytes) => {
            let numbers = bytes.as_chunks::<2>().0;
            each(product, out, |n| numbers[n * k..][..k].iter().map(|b| bf16(u16::from_le_bytes(*b))));
        }
    }
}

fn each<W: Iterator<Item = f32>>(product: Product<'_>, out: &mut [f32], weights: impl Fn(usize) -> W) {
    let k = product.weights.columns();
    for n in 0..product.weights.rows() {
        for (m, x) in product.x.chunks_exact(k).enumerate() {
            let mut lanes = [0.0f32; LANES];
            for (i, (x, weight)) in x.iter().zip(weights(n)).enumerate() {
                lanes[i % LANES] += x * weight;
            }
            put([[tree(&lanes)]], m, n, product.place, out);
        }
    }
}
