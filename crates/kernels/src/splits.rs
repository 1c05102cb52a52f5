//! The best split of a node of a decision tree by one gene: the work in a random forest.
//!
//! A gene stands as codes of one byte, its values in at most 256 bins. The samples of the node are
//! put into the order of their codes, by counting, and one sweep over them finds where to cut.
//!
//! How this works: with weights of samples as `w`, let l and r be the weights of each label left and
//! right of a cut. Gini's impurity falls the more, the larger Σ l² / Σ w(left) + Σ r² / Σ w(right):
//! that is the score. It is the same for samples of one label each and, as the mean over labels, for
//! samples of any number of labels. Σ r² follows from Σ (t − l)², so only l is kept, and a sample
//! moves from right to left in a few operations. Bootstrap weights are whole numbers, of which all
//! sums are exact: the score does not depend on the order of samples.

/// Distinct codes of a gene.
pub const N_BINS: usize = 256;

/// Up to so many samples are sorted one by one: counting costs a look at every bin.
const MAX_INSERTED: usize = 40;

/// The labels of samples: those of sample `i` are `of[starts[i]..starts[i + 1]]`.
#[derive(Debug, Clone, Copy)]
pub struct LabelLists<'a> {
    /// One more than there are samples; rises.
    pub starts: &'a [u32],
    /// Labels, from 0.
    pub of: &'a [u32],
}

impl<'a> LabelLists<'a> {
    /// The labels of one sample.
    #[inline]
    pub fn labels(self, sample: u32) -> &'a [u32] {
        let sample = sample as usize;
        &self.of[self.starts[sample] as usize..self.starts[sample + 1] as usize]
    }
}

/// The samples of a node, the same for every gene.
#[derive(Debug, Clone, Copy)]
pub struct NodeSamples<'a> {
    /// Their positions among the codes of a gene.
    pub samples: &'a [u32],
    /// Weight of every sample of the training set, above 0 for those here.
    pub weights: &'a [f64],
    /// Labels of every sample of the training set.
    pub labels: LabelLists<'a>,
    /// Weight of each label in the node.
    pub totals: &'a [f64],
    /// Weight of all samples of the node.
    pub weight: f64,
    /// Sum of the squares of `totals`.
    pub squares: f64,
}

/// A cut between two codes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// The larger, the purer both sides; see the module.
    pub score: f64,
    /// Highest code left of the cut that the node holds.
    pub last_left: u8,
}

/// Buffers for [`best_split`].
#[derive(Debug, Default, Clone)]
pub struct SplitScratch {
    codes: Vec<u8>,
    order: Vec<u32>,
    left: Vec<f64>,
}

/// The cut with the highest score, of equal ones the lowest; `None` where all samples of the node
/// have one code. `codes` holds the code of every sample of the training set.
///
/// # Panics
///
/// When a sample or a label of the node is out of range.
pub fn best_split(
    codes: &[u8],
    node: &NodeSamples<'_>,
    scratch: &mut SplitScratch,
) -> Option<Split> {
    let SplitScratch {
        codes: here,
        order,
        left,
    } = scratch;
    here.clear();
    here.extend(node.samples.iter().map(|&sample| codes[sample as usize]));
    let first = *here.first()?;
    if here.iter().all(|&code| code == first) {
        return None;
    }
    if here.len() <= MAX_INSERTED {
        order_by_insertion(here, order);
    } else {
        order_by_counting(here, order);
    }
    left.clear();
    left.resize(node.totals.len(), 0.0);
    sweep(here, order, node, left)
}

/// Places of the node's samples, by rising code.
fn order_by_insertion(codes: &[u8], order: &mut Vec<u32>) {
    order.clear();
    for (place, &code) in codes.iter().enumerate() {
        let mut at = order.len();
        order.push(0);
        while at > 0 && codes[order[at - 1] as usize] > code {
            order[at] = order[at - 1];
            at -= 1;
        }
        order[at] = place as u32;
    }
}

/// As [`order_by_insertion`], in two passes over the samples and one over the bins.
fn order_by_counting(codes: &[u8], order: &mut Vec<u32>) {
    let mut next = [0_u32; N_BINS];
    for &code in codes {
        next[code as usize] += 1;
    }
    let mut before = 0;
    for next in &mut next {
        before += std::mem::replace(next, before);
    }
    order.resize(codes.len(), 0);
    for (place, &code) in codes.iter().enumerate() {
        let next = &mut next[code as usize];
        order[*next as usize] = place as u32;
        *next += 1;
    }
}

fn sweep(codes: &[u8], order: &[u32], node: &NodeSamples<'_>, left: &mut [f64]) -> Option<Split> {
    // Sums over labels of l² and of l t, and the weight on the left.
    let (mut squares, mut products, mut weight) = (0.0, 0.0, 0.0);
    let mut best: Option<Split> = None;
    let mut last = codes[*order.first()? as usize];
    for &place in order {
        let place = place as usize;
        let code = codes[place];
        if code != last {
            let right = node.squares - 2.0 * products + squares;
            let score = squares / weight + right / (node.weight - weight);
            if best.is_none_or(|best| score > best.score) {
                best = Some(Split {
                    score,
                    last_left: last,
                });
            }
            last = code;
        }
        let sample = node.samples[place];
        let w = node.weights[sample as usize];
        for &label in node.labels.labels(sample) {
            let label = label as usize;
            let before = left[label];
            squares += w * (2.0 * before + w);
            products += w * node.totals[label];
            left[label] = before + w;
        }
        weight += w;
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LabelLists, NodeSamples, Split, SplitScratch, best_split};

    /// Cuts with their scores, by definition.
    fn all_cuts(
        codes: &[u8],
        samples: &[u32],
        weights: &[f64],
        lists: &[Vec<u32>],
        n_labels: usize,
    ) -> Vec<Split> {
        let side = |is_in: &dyn Fn(u8) -> bool| {
            let mut totals = vec![0.0; n_labels];
            let mut weight = 0.0;
            for &sample in samples {
                if !is_in(codes[sample as usize]) {
                    continue;
                }
                weight += weights[sample as usize];
                for &label in &lists[sample as usize] {
                    totals[label as usize] += weights[sample as usize];
                }
            }
            let squares: f64 = totals.iter().map(|total| total * total).sum();
            (weight > 0.0).then(|| squares / weight)
        };
        let held: std::collections::BTreeSet<u8> = samples
            .iter()
            .map(|&sample| codes[sample as usize])
            .collect();
        let cuts = held.into_iter().filter_map(|cut| {
            let (left, right) = (side(&|code| code <= cut)?, side(&|code| code > cut)?);
            Some(Split {
                score: left + right,
                last_left: cut,
            })
        });
        cuts.collect()
    }

    fn found(
        codes: &[u8],
        samples: &[u32],
        weights: &[f64],
        lists: &[Vec<u32>],
        n_labels: usize,
    ) -> Option<Split> {
        let mut starts = vec![0];
        for list in lists {
            starts.push(starts[starts.len() - 1] + list.len() as u32);
        }
        let of = lists.concat();
        let mut totals = vec![0.0; n_labels];
        for &sample in samples {
            for &label in &lists[sample as usize] {
                totals[label as usize] += weights[sample as usize];
            }
        }
        let node = NodeSamples {
            samples,
            weights,
            labels: LabelLists {
                starts: &starts,
                of: &of,
            },
            totals: &totals,
            weight: samples.iter().map(|&sample| weights[sample as usize]).sum(),
            squares: totals.iter().map(|total| total * total).sum(),
        };
        best_split(codes, &node, &mut SplitScratch::default())
    }

    proptest! {
        #[test]
        fn the_cut_is_the_one_that_the_definition_gives(
            cells in proptest::collection::vec(
                (0_u8..20, 0_u32..4, proptest::collection::btree_set(0_u32..5, 0..4)), 1..120),
        ) {
            let codes: Vec<u8> = cells.iter().map(|cell| cell.0 * 12).collect();
            let weights: Vec<f64> = cells.iter().map(|cell| f64::from(cell.1)).collect();
            let samples: Vec<u32> = (0..cells.len() as u32).filter(|&i| cells[i as usize].1 > 0).collect();
            let many: Vec<Vec<u32>> = cells.iter().map(|cell| cell.2.iter().copied().collect()).collect();
            let one: Vec<Vec<u32>> = cells.iter().map(|cell| vec![cell.1 ^ u32::from(cell.0 > 9)]).collect();
            for lists in [many, one] {
                let cuts = all_cuts(&codes, &samples, &weights, &lists, 5);
                let found = found(&codes, &samples, &weights, &lists, 5);
                prop_assert_eq!(found.is_none(), cuts.is_empty());
                let Some(found) = found else { continue };
                let same = cuts.iter().find(|cut| cut.last_left == found.last_left);
                prop_assert!((found.score - same.unwrap().score).abs() < 1e-9);
                prop_assert!(cuts.iter().all(|cut| cut.score < found.score + 1e-9));
            }
        }
    }

    #[test]
    fn of_equal_cuts_the_lowest_is_taken() {
        let labels = [vec![0], vec![1], vec![1], vec![0]];
        let split = found(&[1, 2, 3, 4], &[0, 1, 2, 3], &[1.0; 4], &labels, 2);
        assert_eq!(split.unwrap().last_left, 1);
    }

    #[test]
    fn one_code_has_no_cut_and_two_have_one() {
        let labels = [vec![0], vec![1], vec![0]];
        assert_eq!(found(&[7, 7, 7], &[0, 1, 2], &[1.0; 3], &labels, 2), None);
        assert_eq!(found(&[7, 7, 7], &[], &[1.0; 3], &labels, 2), None);
        let split = found(&[9, 200, 9], &[0, 1, 2], &[1.0, 1.0, 2.0], &labels, 2);
        assert_eq!(
            split,
            Some(Split {
                score: 4.0,
                last_left: 9
            })
        );
    }
}
