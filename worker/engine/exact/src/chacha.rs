//! Randomness by counter: the block function of ChaCha20 (RFC 8439), which many libraries have.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "constant indices into sixteen words and into their bytes"
)]

/// Block `counter` of the stream that a key and a nonce give.
#[must_use]
pub fn block(key: &[u8; 32], counter: u32, nonce: [u32; 3]) -> [u32; 16] {
    let word = |i: usize| u32::from_le_bytes([key[i], key[i + 1], key[i + 2], key[i + 3]]);
    #[rustfmt::skip]
    let start = [
        0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574,
        word(0), word(4), word(8), word(12),
        word(16), word(20), word(24), word(28),
        counter, nonce[0], nonce[1], nonce[2],
    ];
    let mut state = start;
    for _ in 0..10 {
        quarter(&mut state, 0, 4, 8, 12);
        quarter(&mut state, 1, 5, 9, 13);
        quarter(&mut state, 2, 6, 10, 14);
        quarter(&mut state, 3, 7, 11, 15);
        quarter(&mut state, 0, 5, 10, 15);
        quarter(&mut state, 1, 6, 11, 12);
        quarter(&mut state, 2, 7, 8, 13);
        quarter(&mut state, 3, 4, 9, 14);
    }
    for (word, start) in state.iter_mut().zip(start) {
        *word = word.wrapping_add(start);
    }
    state
}

#[inline(always)]
fn quarter(state: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    state[a] = state[a].wrapping_add(state[b]);
    state[d] = (state[d] ^ state[a]).rotate_left(16);
    state[c] = state[c].wrapping_add(state[d]);
    state[b] = (state[b] ^ state[c]).rotate_left(12);
    state[a] = state[a].wrapping_add(state[b]);
    state[d] = (state[d] ^ state[a]).rotate_left(8);
    state[c] = state[c].wrapping_add(state[d]);
    state[b] = (state[b] ^ state[c]).rotate_left(7);
}
