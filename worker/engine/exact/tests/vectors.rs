//! The vectors that an independent script wrote (`vectors/vectors.py`), on every path.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests"
)]

use hearth_exact::layer::{Layer, Memory, Shape, forward, scratch};
use hearth_exact::{Choice, Matrix, Path, Place, multiply, number, pick, rotary};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/vectors.json")).unwrap()
}

fn one(value: &Value) -> f32 {
    f32::from_bits(u32::from_str_radix(value.as_str().unwrap(), 16).unwrap())
}

fn many(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(one).collect()
}

fn count(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn single_values() {
    let vectors = vectors();
    let check = |name: &str, function: fn(f32) -> f32| {
        for pair in vectors[name].as_array().unwrap() {
            let (x, right) = (one(&pair[0]), one(&pair[1]));
            assert_eq!(function(x).to_bits(), right.to_bits(), "{name} of {x}");
        }
    };
    check("exp", number::exp);
    check("ln", number::ln);
    check("sqrt", number::sqrt);
}

#[test]
fn a_product_and_angles() {
    let vectors = vectors();
    let (a, b) = (many(&vectors["dot"]["a"]), many(&vectors["dot"]["b"]));
    for path in Path::all() {
        let mut out = [0.0];
        let matrix = Matrix::of_numbers(&b, 1, b.len()).unwrap();
        multiply(path, &a, matrix, &mut out, Place { row: 1, column: 1 });
        assert_eq!(out[0].to_bits(), one(&vectors["dot"]["out"]).to_bits(), "{}", path.name());
    }
    let (theta, size) = (one(&vectors["angles"]["theta"]), count(&vectors["angles"]["size"]));
    let frequencies: Vec<f32> = (0..size / 2).map(|pair| rotary::frequency(theta, pair, size, None)).collect();
    for at in vectors["angles"]["at"].as_array().unwrap() {
        let mut out = vec![0.0; size];
        rotary::angles(&frequencies, count(&at["position"]) as u32, &mut out);
        assert_eq!(bits(&out), bits(&many(&at["out"])));
    }
}

#[test]
fn a_layer_at_once_and_row_by_row() {
    let vector = &vectors()["layer"];
    let sizes = ["width", "heads", "groups", "size", "inner"].map(|name| count(&vector[name]));
    let [width, heads, groups, size, inner] = sizes;
    let shape = Shape { width, heads, groups, size, inner, epsilon: one(&vector["epsilon"]) };
    let numbers = |name: &str| many(&vector["weights"][name]);
    let names = ["query", "key", "value", "output", "gate", "up", "down"];
    let [query, key, value, output, gate, up, down] = names.map(numbers);
    let (before_attention, before_gate) = (numbers("before_attention"), numbers("before_gate"));
    let matrix = |numbers, columns| Matrix::of_numbers(numbers, numbers.len() / columns, columns).unwrap();
    let layer = Layer {
        before_attention: &before_attention,
        query: matrix(&query, width),
        key: matrix(&key, width),
        value: matrix(&value, width),
        output: matrix(&output, heads * size),
        before_gate: &before_gate,
        gate: matrix(&gate, width),
        up: matrix(&up, width),
        down: matrix(&down, inner),
    };
    let x = many(&vector["x"]);
    let rows = x.len() / width;
    let theta = one(&vector["theta"]);
    let frequencies: Vec<f32> = (0..size / 2).map(|pair| rotary::frequency(theta, pair, size, None)).collect();
    let mut angles = vec![0.0; rows * size];
    for (position, angles) in angles.chunks_mut(size).enumerate() {
        rotary::angles(&frequencies, position as u32, angles);
    }
    for path in Path::all() {
        for step in [1, 2, rows] {
            let context = rows + 3;
            let (mut keys, mut values) = (vec![0.0; groups * context * size], vec![0.0; groups * context * size]);
            let mut memory = Memory { keys: &mut keys, values: &mut values, context };
            let mut room = vec![0.0; scratch(&shape, step, context)];
            let mut out = x.clone();
            let mut earlier = 0;
            for (rows, angles) in out.chunks_mut(step * width).zip(angles.chunks(step * size)) {
                forward(path, &shape, &layer, rows, angles, earlier, &mut memory, &mut room);
                earlier += rows.len() / width;
            }
            assert_eq!(bits(&out), bits(&many(&vector["out"])), "{} by {step}", path.name());
        }
    }
}

#[test]
fn choices() {
    let vector = &vectors()["pick"];
    let logits = many(&vector["logits"]);
    let mut order = vec![0; logits.len()];
    for choice in vector["choices"].as_array().unwrap() {
        let made = Choice {
            temperature: one(&choice["temperature"]),
            top_p: one(&choice["top_p"]),
            top_k: count(&choice["top_k"]) as u32,
            seed: hex::decode(choice["seed"].as_str().unwrap()).unwrap().try_into().unwrap(),
        };
        let token = pick(&logits, &made, choice["step"].as_u64().unwrap(), &mut order);
        assert_eq!(token, Some(count(&choice["token"]) as u32), "{choice}");
    }
}

#[test]
fn logits_that_are_no_numbers_choose_nothing() {
    let choice = Choice { temperature: 1.0, top_p: 1.0, top_k: 0, seed: [0; 32] };
    let mut order = [0; 4];
    for bad in [f32::NAN, f32::INFINITY] {
        assert_eq!(pick(&[0.0, bad, 1.0], &choice, 0, &mut order), None);
    }
    assert_eq!(pick(&[], &choice, 0, &mut order), None);
    assert_eq!(pick(&[f32::NEG_INFINITY; 3], &choice, 0, &mut order), None);
    assert_eq!(pick(&[f32::NEG_INFINITY, -3.0], &choice, 0, &mut order), Some(1));
}
