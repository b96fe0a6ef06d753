use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::digest::tests::hashes;
use crate::leaf::{Counts, Finish};

/// A leaf of this place, these counts and this fee.
pub(crate) fn leaf(index: u64, counts: Counts, fee: Usd) -> Leaf {
    let digest = Digest::generate(&index.to_be_bytes());
    Leaf {
        index,
        request: digest,
        output: digest,
        evidence: digest::zero(),
        bundle: digest::zero(),
        engine: digest,
        counts,
        finish: Finish::STOP,
        fee,
    }
}

fn costing(index: usize, fee: u128) -> Leaf {
    leaf(index as u64, Counts::default(), Usd::new(fee))
}

fn grown(fees: &[u128]) -> (Tree, Frontier) {
    let (mut tree, mut frontier) = (Tree::default(), Frontier::default());
    for (index, fee) in fees.iter().enumerate() {
        tree.push(costing(index, *fee).node()).unwrap();
        frontier.push(costing(index, *fee).node()).unwrap();
    }
    (tree, frontier)
}

fn opens(placed: &Placed, leaf: &Leaf, point: u128) -> bool {
    placed.left.u128() < point && point <= placed.left.plus(leaf.fee).unwrap().u128()
}

#[test]
fn a_frontier_comes_back_from_what_was_stored() {
    let (_, frontier) = grown(&[3, 1, 4, 1, 5]);
    assert_eq!(Frontier::restore(5, frontier.edge().to_vec()), Some(frontier.clone()));
    assert_eq!(Frontier::restore(7, frontier.edge().to_vec()), None);
}

#[test]
fn a_sum_beyond_128_bits_is_refused_and_changes_nothing() {
    let (_, mut frontier) = grown(&[u128::MAX - 1, 1]);
    let before = frontier.clone();
    assert_eq!(frontier.push(costing(2, 1).node()), Err(OutOfRange { unit: "Usd" }));
    assert_eq!(frontier, before);
}

#[test]
fn ten_thousand_leaves_append_in_32_hashes_and_open_in_14_steps() {
    let (mut tree, mut frontier) = (Tree::default(), Frontier::default());
    for index in 0..10_000 {
        let node = costing(index, 7).node();
        assert!(hashes(|| frontier.push(node).unwrap()) <= 32);
        tree.push(node).unwrap();
    }
    assert!(hashes(|| assert!(frontier.top().is_ok())) <= 14);
    let top = frontier.top().unwrap();
    for index in (0..10_000).step_by(37).chain([9_998, 9_999]) {
        let path = tree.path(index, 10_000).unwrap();
        assert!(path.len() <= 14);
        assert_eq!(place(&costing(index, 7), 10_000, &path).unwrap().top, top);
    }
}

#[test]
fn an_understated_leaf_with_inflated_siblings_never_opens() {
    let fees = [10, 500, 20, 30];
    let (tree, frontier) = grown(&fees);
    let top = frontier.top().unwrap();
    let mut path = tree.path(1, 4).unwrap();
    path[0].sum = Usd::new(509);
    let placed = place(&costing(1, 1), 4, &path).unwrap();
    assert_eq!(placed.top.sum, top.sum, "the sums alone would balance");
    assert_ne!(placed.top, top);
}

proptest! {
    #[test]
    fn every_point_opens_to_exactly_one_leaf(fees in vec(0u128..6, 1..40)) {
        let (tree, frontier) = grown(&fees);
        let top = frontier.top().unwrap();
        let placed: Vec<Placed> = (0..fees.len())
            .map(|i| place(&costing(i, fees[i]), fees.len() as u64, &tree.path(i, fees.len()).unwrap()).unwrap())
            .collect();
        prop_assert!(placed.iter().all(|placed| placed.top == top));
        for point in 0..=top.sum.u128() + 2 {
            let covering = (0..fees.len()).filter(|i| opens(&placed[*i], &costing(*i, fees[*i]), point)).count();
            prop_assert_eq!(covering, usize::from(point >= 1 && point <= top.sum.u128()));
        }
    }

    #[test]
    fn an_earlier_tree_opens_from_the_later_one(fees in vec(0u128..6, 2..40), cut in 1usize..40) {
        let cut = cut.min(fees.len());
        let (tree, _) = grown(&fees);
        let (_, earlier) = grown(&fees[..cut]);
        for (index, fee) in fees.iter().enumerate().take(cut) {
            let placed = place(&costing(index, *fee), cut as u64, &tree.path(index, cut).unwrap()).unwrap();
            prop_assert_eq!(placed.top, earlier.top().unwrap());
        }
    }

    #[test]
    fn no_leaf_opens_at_another_place(fees in vec(1u128..6, 2..40), at in 0usize..40, claimed in 0usize..40) {
        let (at, claimed) = (at % fees.len(), claimed % fees.len());
        prop_assume!(at != claimed);
        let (tree, frontier) = grown(&fees);
        let mut decoy = costing(at, fees[at]);
        decoy.index = claimed as u64;
        for path in [tree.path(at, fees.len()).unwrap(), tree.path(claimed, fees.len()).unwrap()] {
            let placed = place(&decoy, fees.len() as u64, &path);
            prop_assert!(placed.is_none_or(|placed| placed.top != frontier.top().unwrap()));
        }
    }

    #[test]
    fn a_path_too_long_or_too_short_never_opens(fees in vec(1u128..6, 1..40), at in 0usize..40) {
        let at = at % fees.len();
        let (tree, _) = grown(&fees);
        let mut path = tree.path(at, fees.len()).unwrap();
        path.push(costing(0, 0).node());
        prop_assert_eq!(place(&costing(at, fees[at]), fees.len() as u64, &path), None);
        path.truncate(path.len().saturating_sub(2));
        prop_assert!(fees.len() == 1 || place(&costing(at, fees[at]), fees.len() as u64, &path).is_none());
        prop_assert_eq!(place(&costing(fees.len(), 1), fees.len() as u64, &[]), None);
    }
}
