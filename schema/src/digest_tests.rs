use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

thread_local! {
    /// How many hashes this thread has made.
    pub(crate) static HASHES: Cell<usize> = const { Cell::new(0) };
}

/// Runs `work` and counts its hashes.
pub(crate) fn hashes(work: impl FnOnce()) -> usize {
    let before = HASHES.with(Cell::get);
    work();
    HASHES.with(Cell::get) - before
}

fn preimage(what: &str, fields: &[Vec<u8>]) -> Vec<u8> {
    fields.iter().fold(Preimage::of(what), |bytes, field| bytes.bytes(field)).into_bytes()
}

proptest! {
    #[test]
    fn no_two_kinds_of_bytes_can_be_read_as_each_other(
        kinds in ("[a-z]{1,8}", "[a-z]{1,8}"),
        fields in (vec(vec(any::<u8>(), 0..40), 1..5), vec(vec(any::<u8>(), 0..40), 1..5)),
    ) {
        let same = kinds.0 == kinds.1 && fields.0 == fields.1;
        prop_assert_eq!(preimage(&kinds.0, &fields.0) == preimage(&kinds.1, &fields.1), same);
    }

    #[test]
    fn a_byte_moved_to_the_next_field_changes_the_bytes(first in vec(any::<u8>(), 1..20), second in vec(any::<u8>(), 0..20)) {
        let (mut shorter, mut longer) = (first.clone(), second.clone());
        longer.insert(0, shorter.pop().unwrap());
        prop_assert_ne!(preimage("x", &[first, second]), preimage("x", &[shorter, longer]));
    }
}
