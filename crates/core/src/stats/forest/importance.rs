//! How much a forest leans on each gene.

use super::{Forest, GrownForest, LEAF, Labels, Part, Tree};
use crate::{context::Context, error::AnalysisError, parallel, random::Random};

/// Mean decrease of the impurity by the splits of each gene, one value per gene.
///
/// Each tree's decreases are scaled to a sum of one, averaged over trees, and scaled again: as
/// `feature_importances_` of scikit-learn. All zero where no tree has a split.
pub fn split_importance(grown: &GrownForest, n_genes: usize) -> Vec<f64> {
    let mut importance = vec![0.0; n_genes];
    for decreases in &grown.decreases {
        let total: f64 = decreases.iter().map(|&(_, decrease)| decrease).sum();
        if total > 0.0 {
            for &(gene, decrease) in decreases {
                importance[gene as usize] += decrease / total;
            }
        }
    }
    let total: f64 = importance.iter().sum();
    if total > 0.0 {
        for share in &mut importance {
            *share /= total;
        }
    }
    importance
}

/// How much worse trees do on samples out of their bags when a set of genes is permuted among
/// these, all its genes alike: the mean over trees of the fall in accuracy, one value per set.
///
/// `set_of` gives the set of each of [`Forest::genes`], by place. A set of one gene is the
/// permutation importance of Breiman, as `randomForest::importance(type = 1, scale = FALSE)` in R.
/// Each tree has one permutation, for all sets. Accuracy is the share of samples whose most likely
/// label is right; with many labels per sample, of labels that are right at one half.
///
/// # Errors
///
/// [`AnalysisError::Cancelled`].
pub fn permutation_importance(
    grown: &GrownForest,
    part: Part<'_>,
    labels: &Labels,
    set_of: &[Option<u32>],
    seed: u64,
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    let n_sets = set_of
        .iter()
        .flatten()
        .max()
        .map_or(0, |&last| last as usize + 1);
    let n_trees = grown.forest.trees.len();
    let of_trees = parallel::try_map(n_trees, &|at| {
        context.check_cancelled()?;
        let fallen = &grown.out_of_bag[at];
        let mut partners: Vec<u32> = fallen.iter().map(|&[sample, _]| sample).collect();
        Random::of_piece(seed, at as u64).shuffle(&mut partners);
        let tree = Permuted {
            forest: &grown.forest,
            tree: &grown.forest.trees[at],
            part,
            labels,
            set_of,
        };
        Ok::<_, AnalysisError>(tree.losses(fallen, &partners))
    })?;
    let mut importance = vec![0.0; n_sets];
    for (losses, fallen) in of_trees.into_iter().zip(&grown.out_of_bag) {
        for (set, loss) in losses {
            importance[set as usize] += loss / fallen.len() as f64;
        }
    }
    for sum in &mut importance {
        *sum /= n_trees as f64;
    }
    Ok(importance)
}

/// A tree with what its samples are.
struct Permuted<'a> {
    forest: &'a Forest,
    tree: &'a Tree,
    part: Part<'a>,
    labels: &'a Labels,
    set_of: &'a [Option<u32>],
}

impl Permuted<'_> {
    /// Sets and how much of the samples' rightness is lost without them. Only a sample whose way
    /// down asks for a gene of the set can fall elsewhere.
    fn losses(&self, fallen: &[[u32; 2]], partners: &[u32]) -> Vec<(u32, f64)> {
        let mut asked: Vec<[u32; 2]> = Vec::new();
        for (at, &[sample, _]) in fallen.iter().enumerate() {
            let first = asked.len();
            self.tree.leaf(|gene| {
                asked.extend(self.set_of[gene as usize].map(|set| [set, at as u32]));
                self.value(gene, sample)
            });
            asked[first..].sort_unstable();
        }
        asked.sort_unstable();
        asked.dedup();
        let mut losses: Vec<(u32, f64)> = Vec::new();
        for [set, at] in asked {
            let ([sample, leaf], partner) = (fallen[at as usize], partners[at as usize]);
            let elsewhere = self.tree.leaf(|gene| {
                let is_permuted = self.set_of[gene as usize] == Some(set);
                self.value(gene, if is_permuted { partner } else { sample })
            });
            let loss = self.rightness(sample, leaf as usize) - self.rightness(sample, elsewhere);
            match losses.last_mut() {
                Some((last, sum)) if *last == set => *sum += loss,
                _ => losses.push((set, loss)),
            }
        }
        losses
    }

    fn value(&self, gene: u32, sample: u32) -> f32 {
        debug_assert_ne!(gene, LEAF);
        self.part
            .get(self.forest.genes[gene as usize] as usize, sample as usize)
    }

    /// 1 where the leaf's most likely label is the sample's; the share of right labels.
    fn rightness(&self, sample: u32, leaf: usize) -> f64 {
        let shares = self.tree.shares(leaf, self.forest.n_labels);
        let sample = sample as usize;
        if self.labels.is_single {
            let top = highest(shares);
            return f64::from(u8::from(self.labels.has(sample, top)));
        }
        let right = (0..shares.len())
            .filter(|&label| (shares[label] > 0.5) == self.labels.has(sample, label));
        right.count() as f64 / shares.len() as f64
    }
}

/// Place of the largest share, of equal ones the first.
fn highest(shares: &[f32]) -> usize {
    let mut best = 0;
    for (label, share) in shares.iter().enumerate() {
        if *share > shares[best] {
            best = label;
        }
    }
    best
}
