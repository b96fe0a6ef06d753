//! The Merkle-sum tree over a deal's leaves: RFC 6962's shape, with the sums of both sides bound in every node.
//!
//! The leaves' fees lie end to end on a line; a point of the line belongs to one leaf, and an opening shows which.

use cosmwasm_schema::cw_serde;

use crate::digest::{self, Digest, Preimage};
use crate::leaf::Leaf;
use crate::sign::Scope;
use crate::unit::{OutOfRange, Usd};

/// A node: its hash, and what the leaves below it cost.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Node {
    /// Its hash.
    pub hash: Digest,
    /// The sum of the fees below it.
    pub sum: Usd,
}

impl Node {
    /// The top of a tree without leaves.
    pub fn empty() -> Self {
        Self { hash: digest::zero(), sum: Usd::ZERO }
    }

    /// The node above two others.
    pub fn over(left: &Self, right: &Self) -> Result<Self, OutOfRange> {
        let sum = left.sum.plus(right.sum)?;
        let hash = Preimage::of("node")
            .digest(&left.hash)
            .amount(left.sum.u128())
            .digest(&right.hash)
            .amount(right.sum.u128())
            .hash();
        Ok(Self { hash, sum })
    }
}

/// The root that is signed and committed: the tree's top, bound to its deal, its count and its sum.
pub fn root(scope: &Scope<'_>, count: u64, top: &Node) -> Digest {
    scope.write(Preimage::of("root")).number(count).amount(top.sum.u128()).digest(&top.hash).hash()
}

/// The right edge of a growing tree: the perfect subtrees that its count's bits name, the largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    count: u64,
    edge: Vec<Node>,
}

impl Frontier {
    /// How many leaves it has.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The perfect subtrees, the largest first: never more than 64.
    pub fn edge(&self) -> &[Node] {
        &self.edge
    }

    /// The frontier that was stored so; nothing where the count does not name as many subtrees.
    pub fn restore(count: u64, edge: Vec<Node>) -> Option<Self> {
        (usize::try_from(count.count_ones()) == Ok(edge.len())).then_some(Self { count, edge })
    }

    /// Appends a leaf. On an error, nothing has changed.
    pub fn push(&mut self, leaf: Node) -> Result<(), OutOfRange> {
        let count = self.count.checked_add(1).ok_or(OutOfRange { unit: "Frontier" })?;
        self.edge.iter().try_fold(leaf.sum, |sum, node| sum.plus(node.sum))?;
        let mut node = leaf;
        for _ in 0..self.count.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                node = Node::over(&left, &node)?;
            }
        }
        self.edge.push(node);
        self.count = count;
        Ok(())
    }

    /// The top over all leaves.
    pub fn top(&self) -> Result<Node, OutOfRange> {
        let mut smaller = self.edge.iter().rev();
        let Some(last) = smaller.next() else { return Ok(Node::empty()) };
        smaller.try_fold(*last, |top, left| Node::over(left, &top))
    }
}

/// What an opening proves: the top of the tree in which the leaf stands, and the sum of all leaves before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The recomputed top.
    pub top: Node,
    /// What the leaves to the left cost.
    pub left: Usd,
}

/// Walks from a leaf to the top of a tree of `count` leaves. The path's length and sides follow from index and count;
/// nothing where it does not fit them.
pub fn place(leaf: &Leaf, count: u64, path: &[Node]) -> Option<Placed> {
    if leaf.index >= count {
        return None;
    }
    let mut index = leaf.index;
    let mut last = count.checked_sub(1)?;
    let mut placed = Placed { top: leaf.node(), left: Usd::ZERO };
    for sibling in path {
        if last == 0 {
            return None;
        }
        if index & 1 == 1 || index == last {
            while index & 1 == 0 {
                (index, last) = (index >> 1, last >> 1);
            }
            placed.left = placed.left.plus(sibling.sum).ok()?;
            placed.top = Node::over(sibling, &placed.top).ok()?;
        } else {
            placed.top = Node::over(&placed.top, sibling).ok()?;
        }
        (index, last) = (index >> 1, last >> 1);
    }
    (last == 0).then_some(placed)
}

/// All the leaves of a deal, as their worker keeps them to open some later.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The perfect subtrees by their height: `levels[h][i]` stands over the leaves from i·2^h to (i+1)·2^h.
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// How many leaves it has.
    pub fn count(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Node) -> Result<(), OutOfRange> {
        let mut node = leaf;
        let mut height = 0usize;
        loop {
            if self.levels.len() <= height {
                self.levels.push(Vec::new());
            }
            let Some(level) = self.levels.get_mut(height) else { return Ok(()) };
            level.push(node);
            let [.., left, right] = level.as_slice() else { return Ok(()) };
            if level.len() & 1 == 1 {
                return Ok(());
            }
            node = Node::over(left, right)?;
            height = height.saturating_add(1);
        }
    }

    /// The path of a leaf to the top of the tree as it was at `count` leaves; nothing where there is no such leaf.
    pub fn path(&self, index: usize, count: usize) -> Option<Vec<Node>> {
        if index >= count || count > self.count() {
            return None;
        }
        let (mut start, mut size) = (0usize, count);
        let mut path = Vec::new();
        while size > 1 {
            let half = size.checked_next_power_of_two()? >> 1;
            let middle = start.checked_add(half)?;
            let rest = size.checked_sub(half)?;
            if index < middle {
                path.push(self.over(middle, rest)?);
                size = half;
            } else {
                path.push(self.over(start, half)?);
                (start, size) = (middle, rest);
            }
        }
        path.reverse();
        Some(path)
    }

    /// The node over `size` leaves from `start`, which is a multiple of the power of two at or above `size`.
    fn over(&self, start: usize, size: usize) -> Option<Node> {
        if size.is_power_of_two() {
            let height = size.trailing_zeros();
            let level = self.levels.get(usize::try_from(height).ok()?)?;
            return level.get(start.checked_shr(height)?).copied();
        }
        let half = size.checked_next_power_of_two()? >> 1;
        let left = self.over(start, half)?;
        let right = self.over(start.checked_add(half)?, size.checked_sub(half)?)?;
        Node::over(&left, &right).ok()
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
pub(crate) mod tests;
