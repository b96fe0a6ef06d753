//! Right, not only equal: logits beside those of candle, an implementation of strangers.
//!
//! `GOLDEN=<path of hearth-candle>` (built in `tests/candle`) asks it again and writes the file.

use std::path::Path;
use std::process::Command;

use super::made::{SMALL, made, options, score, some_tokens};

/// After how many tokens logits are compared.
const AFTER: [usize; 4] = [1, 2, 17, 100];

#[test]
fn logits_are_candles_but_for_rounding() {
    let folder = made(&SMALL);
    let tokens = some_tokens(101, 77);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/embedded/golden.json");
    if let Ok(candle) = std::env::var("GOLDEN") {
        let asked = AFTER.map(|count| {
            let tokens = tokens[..count].iter().map(ToString::to_string);
            let said = Command::new(&candle).arg("logits").arg(&folder.0).args(tokens).output().unwrap();
            String::from_utf8(said.stdout).unwrap().trim().to_owned()
        });
        std::fs::write(&file, format!("[\n{}\n]\n", asked.join(",\n"))).unwrap();
    }
    let golden: Vec<Vec<f32>> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let scores = score(&folder.load(&options()).unwrap(), &tokens[..1], &tokens[1..]).unwrap();
    for (count, golden) in AFTER.iter().zip(golden) {
        let ours = &scores.logits[count - 1];
        assert_eq!(ours.len(), golden.len());
        let furthest = ours.iter().zip(&golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(furthest < 1e-3, "{furthest} after {count} tokens");
        eprintln!("{furthest:e} after {count} tokens");
    }
}
