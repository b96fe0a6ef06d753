//! Every path gives the bits of the scalar one.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests"
)]

use hearth_exact::{Format, Matrix, Path, Place, multiply, row};

/// Numbers in no order, some denormal, some zero, of both signs.
fn numbers(count: usize, mut seed: u64) -> Vec<f32> {
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as u32
    };
    (0..count)
        .map(|_| match next() % 16 {
            0 => 0.0,
            1 => -0.0,
            2 => f32::from_bits(next() & 0x000f_ffff),
            _ => (next() as f32 / 8_388_608.0 - 1.0) * 3.0,
        })
        .collect()
}

fn bytes(format: Format, numbers: &[f32]) -> Vec<u8> {
    let narrow = |x: &f32| (x.to_bits() >> 16) as u16;
    match format {
        Format::F32 => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Format::Bf16 => numbers.iter().flat_map(|x| narrow(x).to_le_bytes()).collect(),
        // Any pattern but infinities and NaN.
        Format::F16 => numbers.iter().flat_map(|x| (narrow(x) & 0xbbff).to_le_bytes()).collect(),
    }
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn products_have_the_same_bits() {
    for format in [Format::F32, Format::F16, Format::Bf16] {
        for (m, n, k) in [(1, 1, 1), (1, 9, 64), (2, 7, 16), (5, 37, 33), (6, 4, 15), (7, 66, 100), (13, 5, 257)] {
            let (x, weights) = (numbers(m * k, 1), bytes(format, &numbers(n * k, 2)));
            // One byte further on, so that no number is aligned.
            let shifted: Vec<u8> = std::iter::once(0).chain(weights).collect();
            let weights = Matrix::of_bytes(format, &shifted[1..], n, k).unwrap();
            let run = |path| {
                let mut out = vec![0.0; m * n];
                multiply(path, &x, weights, &mut out, Place { row: n, column: 1 });
                bits(&out)
            };
            let scalar = run(Path::SCALAR);
            for path in Path::all() {
                assert_eq!(run(path), scalar, "{} {format:?} {m}×{n}×{k}", path.name());
            }
        }
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours_nor_on_its_place() {
    let (m, n, k) = (11, 23, 70);
    let (x, weights) = (numbers(m * k, 3), numbers(n * k, 4));
    for path in Path::all() {
        let mut whole = vec![0.0; m * n];
        let matrix = Matrix::of_numbers(&weights, n, k).unwrap();
        multiply(path, &x, matrix, &mut whole, Place { row: 1, column: m });
        for (i, x) in x.chunks(k).enumerate() {
            for j in 0..n {
                let mut one = [0.0];
                multiply(path, x, matrix.part(j, 1), &mut one, Place { row: 1, column: 1 });
                assert_eq!(one[0].to_bits(), whole[i + j * m].to_bits());
            }
        }
    }
}

#[test]
fn rows_have_the_same_bits() {
    for size in [1, 15, 16, 64, 65, 100, 1000] {
        let (x, y) = (numbers(size, 5), numbers(size, 6));
        let run = |path| {
            let mut all = Vec::new();
            let mut out = vec![0.0; size];
            row::normalise(path, &x, &y, 1e-5, &mut out);
            all.extend(bits(&out));
            row::gate(path, &mut out, &x);
            row::add(path, &mut out, &y);
            all.extend(bits(&out));
            all.push(row::soften(path, &mut out, 0.125).to_bits());
            all.extend(bits(&out));
            let values = numbers(size * size.min(40), 7);
            let mut gathered = vec![0.0; size.min(40)];
            row::gather(path, &out, &values, &mut gathered);
            row::divide(path, &mut gathered, 3.0);
            all.extend(bits(&gathered));
            let (most, ln) = row::weigh(path, &x);
            all.extend([most.to_bits(), ln.to_bits()]);
            all
        };
        let scalar = run(Path::SCALAR);
        for path in Path::all() {
            assert_eq!(run(path), scalar, "{} {size}", path.name());
        }
    }
}
