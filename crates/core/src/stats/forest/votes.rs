//! Votes of trees for samples.

use super::{GrownForest, Tree};

/// Sums of the shares that trees gave to each label of each sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Votes {
    n_labels: usize,
    sums: Vec<f64>,
    n_trees: Vec<u32>,
}

impl Votes {
    /// No votes yet.
    pub fn none(n_samples: usize, n_labels: usize) -> Self {
        Self {
            n_labels,
            sums: vec![0.0; n_samples * n_labels],
            n_trees: vec![0; n_samples],
        }
    }

    /// The votes of all trees for the samples out of their bags, in the order of the trees.
    pub fn out_of_bag(grown: &GrownForest, n_samples: usize) -> Self {
        let mut votes = Self::none(n_samples, grown.forest.n_labels);
        for (tree, fallen) in grown.forest.trees.iter().zip(&grown.out_of_bag) {
            votes.add(tree, fallen);
        }
        votes
    }

    /// Adds the votes of a tree for samples that fell into its leaves.
    pub fn add(&mut self, tree: &Tree, fallen: &[[u32; 2]]) {
        for &[sample, leaf] in fallen {
            let sample = sample as usize;
            let shares = tree.shares(leaf as usize, self.n_labels);
            let sums = &mut self.sums[sample * self.n_labels..(sample + 1) * self.n_labels];
            for (sum, &share) in sums.iter_mut().zip(shares) {
                *sum += f64::from(share);
            }
            self.n_trees[sample] += 1;
        }
    }

    /// The probability of each label, sample after sample; NaN where no tree voted.
    pub fn probabilities(&self) -> Vec<f64> {
        let per_sample = self.sums.chunks(self.n_labels.max(1)).zip(&self.n_trees);
        per_sample
            .flat_map(|(sums, &n)| sums.iter().map(move |sum| sum / f64::from(n)))
            .collect()
    }
}
