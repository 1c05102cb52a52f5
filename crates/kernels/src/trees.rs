//! How samples fall through decision trees: the work of a prediction.
//!
//! How this works: a step down depends on the one before it, so a single sample waits for memory at
//! every node. The samples of a block take their steps in turn instead, and none waits for another.
//! Neither which way to go nor whether to go on is branched to: the processor would guess wrong, and
//! throw away what it has asked the memory for ahead. The whole block meets a tree at once, of which
//! only splits stand here, one line of the cache for four of them; they are read through in their
//! order first, which memory serves quickly, and then stay in the nearest cache, as the values of the
//! block do in the next one. On 500 trees of 600 splits each of these halves the time.

use std::hint::black_box;

/// A node: a split, or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Which of the genes is asked for; [`LEAF`] in a leaf.
    pub gene: u32,
    /// Values up to this go to the first child; a missing one does too.
    pub threshold: f32,
    /// The first child, which the second one follows; in a leaf its number among the leaves.
    pub next: u32,
}

/// Stands for the gene in a leaf.
pub const LEAF: u32 = u32::MAX;

/// Samples that fall together, at most.
pub const BLOCK: usize = 64;

/// Marks what comes next as a leaf; and a leaf all whose samples have one label, which then stands
/// in the place of the leaf's number.
const IS_LEAF: u32 = 1 << 31;
const IS_PURE: u32 = 1 << 30;

/// Splits in a line of the cache.
const SPLITS_PER_LINE: usize = 4;

/// A tree made ready for many samples.
#[derive(Debug)]
pub struct ReadyTree<'a> {
    root: u32,
    splits: Vec<Split>,
    shares: &'a [f32],
    n_labels: usize,
}

#[derive(Debug, Clone, Copy)]
struct Split {
    threshold: f32,
    gene: u32,
    next: [u32; 2],
}

impl<'a> ReadyTree<'a> {
    /// The splits of a tree, the root first. `shares` are those of the labels in each leaf, leaf
    /// after leaf.
    ///
    /// # Panics
    ///
    /// When a node names a child or a leaf that is not there.
    pub fn new(nodes: &[Node], shares: &'a [f32], n_labels: usize) -> Self {
        let mut n_splits = 0;
        let numbers: Vec<u32> = nodes
            .iter()
            .map(|node| {
                if node.gene == LEAF {
                    let start = node.next as usize * n_labels;
                    return leaf(node.next, &shares[start..start + n_labels]);
                }
                n_splits += 1;
                n_splits - 1
            })
            .collect();
        let split = |node: &Node| Split {
            threshold: node.threshold,
            gene: node.gene,
            next: [0, 1].map(|child| numbers[node.next as usize + child]),
        };
        let splits = nodes.iter().filter(|node| node.gene != LEAF);
        Self {
            root: numbers[0],
            splits: splits.map(split).collect(),
            shares,
            n_labels,
        }
    }

    /// Adds the shares of the labels in the leaves that samples fall into to their `sums`, sample
    /// after sample, which tell how many they are. `values` are genes × [`BLOCK`] samples.
    ///
    /// # Panics
    ///
    /// When there are more samples than places, or a split asks for a gene that is not there.
    pub fn vote(&self, values: &[f32], sums: &mut [f64]) {
        let of_samples = sums.chunks_exact_mut(self.n_labels.max(1));
        let leaves = self.leaves(values, of_samples.len());
        for (leaf, sums) in leaves.into_iter().zip(of_samples) {
            let number = (leaf & !IS_LEAF & !IS_PURE) as usize;
            if leaf & IS_PURE != 0 {
                // The others are zero, which changes no sum.
                sums[number] += 1.0;
                continue;
            }
            let start = number * self.n_labels;
            let shares = &self.shares[start..start + self.n_labels];
            for (sum, &share) in sums.iter_mut().zip(shares) {
                *sum += f64::from(share);
            }
        }
    }

    /// The leaf that each of the first `n_samples` falls into.
    fn leaves(&self, values: &[f32], n_samples: usize) -> [u32; BLOCK] {
        assert!(n_samples <= BLOCK, "at most a block of samples");
        let first_of_lines = self.splits.iter().step_by(SPLITS_PER_LINE);
        black_box(first_of_lines.fold(0, |all, split| all ^ split.gene));
        let mut leaves = [self.root; BLOCK];
        if self.root & IS_LEAF != 0 {
            return leaves;
        }
        // Where the samples are that still fall, and which they are.
        let mut at = [self.root; BLOCK];
        let mut falling: [u8; BLOCK] = std::array::from_fn(|place| place as u8);
        let mut n_falling = n_samples;
        while n_falling > 0 {
            let mut n_kept = 0;
            for turn in 0..n_falling {
                let place = usize::from(falling[turn]) % BLOCK;
                let split = &self.splits[at[turn] as usize];
                let value = values[split.gene as usize * BLOCK + place];
                let next = split.next[usize::from(value > split.threshold)];
                leaves[place] = next;
                at[n_kept] = next;
                falling[n_kept] = place as u8;
                n_kept += usize::from(next & IS_LEAF == 0);
            }
            n_falling = n_kept;
        }
        leaves
    }
}

fn leaf(number: u32, shares: &[f32]) -> u32 {
    let n_zeros = shares.iter().filter(|share| **share == 0.0).count();
    let pure = shares.iter().position(|share| *share == 1.0);
    match pure {
        Some(label) if n_zeros + 1 == shares.len() => IS_LEAF | IS_PURE | label as u32,
        _ => IS_LEAF | number,
    }
}

/// Copies the values of a gene at `samples`, at most [`BLOCK`], to where [`ReadyTree::vote`] looks for
/// them.
///
/// # Panics
///
/// When a sample is out of range, or there are more samples than places.
pub fn gather(row: &[f32], samples: &[usize], values: &mut [f32]) {
    for (value, &sample) in values[..samples.len()].iter_mut().zip(samples) {
        *value = row[sample];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, LEAF, Node, ReadyTree, gather};

    /// Adds the shares of one sample, node by node.
    fn vote(
        nodes: &[Node],
        shares: &[f32],
        n_labels: usize,
        value: impl Fn(u32) -> f32,
        sums: &mut [f64],
    ) {
        let mut node = nodes[0];
        while node.gene != LEAF {
            let is_above = value(node.gene) > node.threshold;
            node = nodes[node.next as usize + usize::from(is_above)];
        }
        let shares = &shares[node.next as usize * n_labels..];
        for (sum, &share) in sums.iter_mut().zip(shares) {
            *sum += f64::from(share);
        }
    }

    /// A tree that splits the node of each draw, where that is a leaf yet, and its number of leaves.
    fn tree(draws: &[(usize, u32, f32)]) -> (Vec<Node>, usize) {
        let leaf = Node {
            gene: LEAF,
            threshold: 0.0,
            next: 0,
        };
        let mut nodes = vec![leaf];
        for &(at, gene, threshold) in draws {
            let at = at % nodes.len();
            if nodes[at].gene == LEAF {
                let next = nodes.len() as u32;
                nodes[at] = Node {
                    gene,
                    threshold,
                    next,
                };
                nodes.extend([leaf, leaf]);
            }
        }
        let mut n_leaves = 0;
        for node in nodes.iter_mut().filter(|node| node.gene == LEAF) {
            node.next = n_leaves;
            n_leaves += 1;
        }
        (nodes, n_leaves as usize)
    }

    proptest! {
        #[test]
        fn a_block_votes_as_its_samples_do_one_by_one(
            draws in proptest::collection::vec((0_usize..500, 0_u32..7, -1.0_f32..1.0), 0..200),
            row in proptest::collection::vec(
                prop_oneof![9 => -1.5_f32..1.5, 1 => Just(f32::NAN)], 7 * 100),
            shares in proptest::collection::vec(
                prop_oneof![Just([1.0_f32, 0.0, 0.0]), Just([0.0, 0.0, 1.0]), Just([0.25, 0.75, 0.0]),
                    Just([0.0, 0.0, 0.0]), Just([1.0, 1.0, 0.0])], 201),
            samples in proptest::collection::vec(0_usize..100, 0..=BLOCK),
        ) {
            let (nodes, n_leaves) = tree(&draws);
            let shares = shares[..n_leaves].concat();
            let mut values = vec![f32::INFINITY; 7 * BLOCK];
            for (row, values) in row.chunks(100).zip(values.chunks_mut(BLOCK)) {
                gather(row, &samples, values);
            }
            let mut found = vec![0.125; 3 * samples.len()];
            let mut expected = found.clone();
            ReadyTree::new(&nodes, &shares, 3).vote(&values, &mut found);
            for (&sample, sums) in samples.iter().zip(expected.chunks_mut(3)) {
                vote(&nodes, &shares, 3, |gene| row[gene as usize * 100 + sample], sums);
            }
            prop_assert_eq!(found, expected);
        }
    }
}
