//! Tokenizers from strangers: whatever they hold is refused by an error.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests"
)]

use hearth_speech::Tokens;
use serde_json::json;

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
fn no_tokenizer_panics() {
    // A library that panics says so on stderr; a hundred thousand times would be noise.
    std::panic::set_hook(Box::new(|_| ()));
    let bpe = json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{"id": 7, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true}],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": "\\p{N}{1,3}|\\s+"}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]},
        "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}}], "pair": [], "special_tokens":
            {"<s>": {"id": "<s>", "ids": [7], "tokens": ["<s>"]}}},
        "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
            "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "d": 5, "e": 6}, "merges": [["a", "b"], ["ab", "c"]]},
    });
    let unigram = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        "post_processor": null,
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["▁", -1.5], ["a", -2.5], ["ab", -3.5]],
            "byte_fallback": false},
    });
    let whole = [bpe, unigram].map(|tokenizer| tokenizer.to_string().into_bytes());
    for tokenizer in &whole {
        assert!(Tokens::parse(tokenizer).unwrap().encode("abc ab 12345", true, 99).is_ok());
    }
    let mut random = Random(2);
    let mut accepted = 0;
    for input in 0..INPUTS {
        let mut bytes = whole[input % 2].clone();
        mutate(&mut bytes, &mut random);
        if let Ok(tokens) = Tokens::parse(&bytes) {
            accepted += 1;
            if let Ok(ids) = tokens.encode("abc ab 12345", true, 99) {
                let _ = tokens.decode(&ids);
            }
        }
    }
    assert!((1..INPUTS).contains(&accepted));
}
