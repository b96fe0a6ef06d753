//! Weights as they lie in a file, and their product with rows of activations.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a matrix's size is checked when it is made, a product's when it begins"
)]

use crate::kernel;
use crate::number::{bf16, f16};
use crate::path::Path;

/// How a number is written, in little-endian bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// IEEE single.
    F32,
    /// IEEE half.
    F16,
    /// The upper half of an IEEE single.
    Bf16,
}

impl Format {
    /// Its bytes.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }
}

/// Rows of numbers, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    pub(crate) data: Data<'a>,
    rows: usize,
    columns: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Data<'a> {
    /// At any alignment.
    Bytes(Format, &'a [u8]),
    Numbers(&'a [f32]),
}

impl<'a> Matrix<'a> {
    /// A matrix in bytes; nothing if there are not exactly enough.
    #[must_use]
    pub fn of_bytes(format: Format, bytes: &'a [u8], rows: usize, columns: usize) -> Option<Self> {
        let size = rows.checked_mul(columns)?.checked_mul(format.size())?;
        (bytes.len() == size).then_some(Self { data: Data::Bytes(format, bytes), rows, columns })
    }

    /// A matrix of numbers; nothing if there are not exactly enough.
    #[must_use]
    pub fn of_numbers(numbers: &'a [f32], rows: usize, columns: usize) -> Option<Self> {
        (numbers.len() == rows.checked_mul(columns)?).then_some(Self { data: Data::Numbers(numbers), rows, columns })
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// How many numbers a row has.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// `rows` rows from row `from` on.
    ///
    /// # Panics
    /// If there are not so many.
    #[must_use]
    pub fn part(&self, from: usize, rows: usize) -> Self {
        let (start, end) = (from * self.columns, (from + rows) * self.columns);
        let data = match self.data {
            Data::Bytes(format, bytes) => Data::Bytes(format, &bytes[start * format.size()..end * format.size()]),
            Data::Numbers(numbers) => Data::Numbers(&numbers[start..end]),
        };
        Self { data, rows, columns: self.columns }
    }

    /// The number at `index`, counted through the rows.
    #[inline(always)]
    #[must_use]
    pub fn number(&self, index: usize) -> f32 {
        match self.data {
            Data::Bytes(Format::F32, bytes) => {
                let at = index * 4;
                f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
            }
            Data::Bytes(Format::F16, bytes) => f16(u16::from_le_bytes([bytes[index * 2], bytes[index * 2 + 1]])),
            Data::Bytes(Format::Bf16, bytes) => bf16(u16::from_le_bytes([bytes[index * 2], bytes[index * 2 + 1]])),
            Data::Numbers(numbers) => numbers[index],
        }
    }

    /// Writes out a row.
    pub fn row(&self, row: usize, out: &mut [f32]) {
        for (column, number) in out.iter_mut().enumerate().take(self.columns) {
            *number = self.number(row * self.columns + column);
        }
    }

    /// Whether every number is finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        match self.data {
            Data::Bytes(Format::F32, bytes) => {
                bytes.as_chunks::<4>().0.iter().all(|b| f32::from_le_bytes(*b).is_finite())
            }
            Data::Bytes(Format::F16, bytes) => halves_are_finite(bytes, 0x7c00),
            Data::Bytes(Format::Bf16, bytes) => halves_are_finite(bytes, 0x7f80),
            Data::Numbers(numbers) => numbers.iter().all(|number| number.is_finite()),
        }
    }
}

/// Whether no exponent has all its bits.
fn halves_are_finite(bytes: &[u8], exponent: u16) -> bool {
    bytes
        .as_chunks::<2>()
        .0
        .chunks(1024)
        .all(|some| some.iter().fold(true, |so_far, half| so_far & (u16::from_le_bytes(*half) & exponent != exponent)))
}

/// Where a product's numbers go: row m, column n to `m · row + n · column`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From one row of activations to the next.
    pub row: usize,
    /// From one row of weights to the next.
    pub column: usize,
}

/// The products of rows of activations with rows of weights.
///
/// # Panics
/// If `x` is not whole rows of as many numbers as a row of weights has, or `out` is too short.
pub fn multiply(path: Path, x: &[f32], weights: Matrix<'_>, out: &mut [f32], place: Place) {
    let (columns, rows) = (weights.columns, weights.rows);
    if columns == 0 || rows == 0 || x.is_empty() {
        return;
    }
    let count = x.len() / columns;
    assert!(x.len() == count * columns, "activations are not whole rows");
    let last = (count - 1) * place.row + (rows - 1) * place.column;
    assert!(last < out.len(), "the product has no place");
    kernel::multiply(path, kernel::Product { x, weights, place }, out);
}
