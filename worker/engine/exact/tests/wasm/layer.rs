//! A layer over made-up weights, as a function that Wasm can call.

#[cfg(target_arch = "wasm32")]
use hearth_exact::Path;
use hearth_exact::layer::{Layer, Memory, Shape, forward, scratch};
use hearth_exact::{Choice, Format, Matrix, Path as Way, pick, rotary};

/// A fingerprint of every bit that eight rows give, read `step` at a time, and of a token picked from the last.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
pub extern "C" fn layer(step: u32) -> u64 {
    fingerprint(Path::SCALAR, step)
}

pub(crate) fn fingerprint(path: Way, step: u32) -> u64 {
    let shape = Shape { width: 50, heads: 6, groups: 2, size: 10, inner: 70, epsilon: 1e-5 };
    let mut state = 11u64;
    let mut number = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / 8_388_608.0 - 1.0) * 0.5
    };
    let mut bytes = |rows: usize, columns: usize| {
        (0..rows * columns).flat_map(|_| ((number().to_bits() >> 16) as u16).to_le_bytes()).collect::<Vec<u8>>()
    };
    let shapes = [(60, 50), (20, 50), (20, 50), (50, 60), (70, 50), (70, 50), (50, 70)];
    let all = shapes.map(|(rows, columns)| (bytes(rows, columns), rows, columns));
    let matrix = |which: usize| {
        let (bytes, rows, columns) = &all[which];
        Matrix::of_bytes(Format::Bf16, bytes, *rows, *columns).unwrap()
    };
    let norm: Vec<f32> = (0..50).map(|i| 1.0 + i as f32 / 64.0).collect();
    let layer = Layer {
        before_attention: &norm,
        query: matrix(0),
        key: matrix(1),
        value: matrix(2),
        output: matrix(3),
        before_gate: &norm,
        gate: matrix(4),
        up: matrix(5),
        down: matrix(6),
    };
    let frequencies: Vec<f32> = (0..5).map(|pair| rotary::frequency(10_000.0, pair, 10, None)).collect();
    let mut angles = vec![0.0; 8 * 10];
    for (position, angles) in angles.chunks_mut(10).enumerate() {
        rotary::angles(&frequencies, position as u32, angles);
    }
    let mut x: Vec<f32> = (0..8 * 50).map(|i| ((i * 37 % 101) as f32 - 50.0) / 32.0).collect();
    let (mut keys, mut values) = (vec![0.0; 2 * 8 * 10], vec![0.0; 2 * 8 * 10]);
    let mut memory = Memory { keys: &mut keys, values: &mut values, context: 8 };
    let step = step as usize;
    let mut room = vec![0.0; scratch(&shape, step, 8)];
    let mut earlier = 0;
    for (x, angles) in x.chunks_mut(step * 50).zip(angles.chunks(step * 10)) {
        forward(path, &shape, &layer, x, angles, earlier, &mut memory, &mut room);
        earlier += x.len() / 50;
    }
    let choice = Choice { temperature: 0.8, top_p: 0.9, top_k: 40, seed: [5; 32] };
    let token = pick(&x[7 * 50..], &choice, 3, &mut [0; 50]).unwrap();
    let all = x.iter().map(|x| x.to_bits()).chain([token]);
    all.fold(0xcbf2_9ce4_8422_2325, |hash, bits| (hash ^ u64::from(bits)).wrapping_mul(0x100_0000_01b3))
}
