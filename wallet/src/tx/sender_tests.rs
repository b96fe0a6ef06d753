use super::*;

#[test]
fn the_sequence_that_a_node_expects_is_read_from_its_words() {
    let of = |log: &str| expected(&Refusal::of("sdk", 32, log));
    assert_eq!(of("account sequence mismatch, expected 12, got 4: incorrect account sequence"), Some(12));
    assert_eq!(of("incorrect account sequence"), None);
}
