//! Files from strangers: whatever they hold is refused by an error.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "these are tests"
)]

use serde_json::json;

use super::files::header;

const INPUTS: usize = 100_000;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Changes a few bytes: others, digits, a stretch left out, doubled or cut off at the end.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = random.below(bytes.len());
        let length = random.below(24).min(bytes.len() - at);
        match random.below(7) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let again = bytes[at..at + length].to_vec();
                bytes.splice(at..at, again);
            }
            5 => bytes[at] = b"\"{}[],:0-\\ntf"[random.below(13)],
            _ => {
                // The next number becomes another.
                let digits = bytes.iter().skip(at).position(u8::is_ascii_digit);
                if let Some(digit) = digits {
                    bytes[at + digit] = b'0' + random.below(10) as u8;
                }
            }
        }
    }
}

#[test]
fn no_header_of_weights_panics() {
    let text = json!({
        "__metadata__": {"format": "pt"},
        "model.embed_tokens.weight": {"dtype": "BF16", "shape": [6, 4], "data_offsets": [0, 48]},
        "model.norm.weight": {"dtype": "F32", "shape": [4], "data_offsets": [48, 64]},
        "lm_head.weight": {"dtype": "F16", "shape": [6, 4], "data_offsets": [64, 112]},
    })
    .to_string();
    let whole: Vec<u8> = (text.len() as u64).to_le_bytes().into_iter().chain(text.bytes()).chain([0; 112]).collect();
    assert_eq!(header(&whole, 0).unwrap().len(), 3);
    let mut random = Random(1);
    let mut accepted = 0;
    for _ in 0..INPUTS {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut random);
        if let Ok(tensors) = header(&bytes, 0) {
            accepted += 1;
            assert!(tensors.iter().all(|(_, entry)| bytes.get(entry.bytes()).is_some()));
        }
    }
    assert!((1..INPUTS).contains(&accepted));
}
