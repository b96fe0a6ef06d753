//! Chance that can be played again: dice from a seed, and what they do to bytes that were good.

/// The seed of all that is drawn: `HEARTH_SEED`, else the same every time.
pub(crate) fn seed() -> u64 {
    std::env::var("HEARTH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// Dice. The same seed and the same turn give the same throws.
#[derive(Clone)]
pub(crate) struct Dice(u64);

/// Numbers at which types end, and what is no number for everybody.
pub(crate) const EXTREMES: [&str; 20] = [
    "0",
    "-1",
    "-0",
    "1.5",
    "1e400",
    "-1e308",
    "127",
    "256",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "99999999999999999999999999999999999999999999999999999999999999999999999999999999999",
    "null",
    "[]",
];

impl Dice {
    pub(crate) fn of(seed: u64, turn: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ turn.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// The next throw (splitmix64).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// Something that was good, and is so no more, or only by chance.
    pub(crate) fn spoiled(&mut self, good: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.one(good).clone();
        for _ in 0..=self.below(4) {
            self.spoil(&mut bytes, good);
        }
        bytes
    }

    fn spoil(&mut self, bytes: &mut Vec<u8>, good: &[Vec<u8>]) {
        if bytes.is_empty() {
            *bytes = self.bytes(64);
            return;
        }
        let at = self.below(bytes.len());
        match self.below(10) {
            0 => bytes[at] ^= 1 << self.below(8),
            1 => bytes[at] = *self.one(&[0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'[', b'\\', b'%']),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(..at)),
            4 => drop(bytes.drain(at..bytes.len().min(at + 1 + self.0 as usize % 16))),
            5 => {
                let other = self.one(good).clone();
                let (from, to) = (self.below(other.len()), self.below(bytes.len()));
                bytes.truncate(to);
                bytes.extend_from_slice(&other[from..]);
            }
            6 => {
                let part = bytes[at..bytes.len().min(at + 1 + self.below(64))].to_vec();
                let times = 1 + self.below(30);
                bytes.splice(at..at, part.repeat(times));
            }
            7 => drop(bytes.splice(at..at, self.bytes(16))),
            8 => drop(bytes.splice(at..at, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])),
            _ => self.replace_number(bytes, at),
        }
    }

    /// Puts an extreme where the next number stands.
    fn replace_number(&mut self, bytes: &mut Vec<u8>, from: usize) {
        let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
        let end = bytes[start..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |at| start + at);
        let extreme = *self.one(&EXTREMES);
        bytes.splice(start..end, extreme.bytes());
    }
}
