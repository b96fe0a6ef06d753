//! Why a text is no bech32, in the words of the library that the Cosmos SDK reads addresses with.

const CHARSET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
/// The SDK reads no longer text.
const LONGEST: usize = 1_023;

/// What is wrong with a text that cannot be read.
pub(super) fn problem(text: &str) -> String {
    if text.len() < 8 || text.len() > LONGEST {
        return format!("invalid bech32 string length {}", text.len());
    }
    let (mut lower, mut upper) = (false, false);
    for byte in text.bytes() {
        if !(33..=126).contains(&byte) {
            return format!("invalid character in string: '{}'", char::from(byte));
        }
        (lower, upper) = (lower || byte.is_ascii_lowercase(), upper || byte.is_ascii_uppercase());
        if lower && upper {
            return "string not all lowercase or all uppercase".to_owned();
        }
    }
    let text = text.to_lowercase();
    let separator = text.rfind('1').filter(|at| *at > 0 && at + 7 <= text.len());
    let Some((prefix, data)) = separator.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) else {
        let index = text.rfind('1').map_or_else(|| "-1".to_owned(), |at| at.to_string());
        return format!("invalid separator index {index}");
    };
    let mut values = Vec::new();
    for byte in data.bytes() {
        match CHARSET.iter().position(|of| *of == byte).and_then(|value| u32::try_from(value).ok()) {
            Some(value) => values.push(value),
            None => return format!("invalid character not part of charset: {byte}"),
        }
    }
    let kept = values.len() - 6;
    let (expected, got) =
        (checksum(prefix, values.get(..kept).unwrap_or_default()), data.get(kept..).unwrap_or_default());
    if expected == got {
        return "invalid incomplete group".to_owned();
    }
    format!("invalid checksum (expected {expected} got {got})")
}

fn checksum(prefix: &str, values: &[u32]) -> String {
    let high = prefix.bytes().map(|byte| u32::from(byte >> 5));
    let low = prefix.bytes().map(|byte| u32::from(byte & 31));
    let all = high.chain([0]).chain(low).chain(values.iter().copied()).chain([0; 6]);
    let sum = all.fold(1, |sum: u32, value| {
        let shifted = ((sum & 0x1ff_ffff) << 5) ^ value;
        let terms = (0..).zip(GENERATOR).filter(|(bit, _)| ((sum >> 25) >> bit) & 1 == 1);
        terms.fold(shifted, |sum, (_, term)| sum ^ term)
    }) ^ 1;
    let character = |nth: u32| {
        let value = usize::try_from((sum >> (5 * (5 - nth))) & 31).unwrap_or_default();
        CHARSET.get(value).map_or('?', |byte| char::from(*byte))
    };
    (0..6).map(character).collect()
}
