//! Random forests for classification (Breiman 2001, <https://doi.org/10.1023/A:1010933404324>).
//!
//! What a forest does is what `sklearn.ensemble.RandomForestClassifier` does: trees of full depth on
//! bootstrap samples, Gini's impurity, a random choice of genes at every node, thresholds in the
//! middle between values, and soft votes: the mean of the leaves' shares of labels. With many labels
//! per sample the impurity is the mean over labels, as in scikit-learn with an indicator matrix.
//! The random numbers are others, so forests agree in what they say, not tree by tree.
//!
//! Differences: values are looked at in at most 256 bins per gene ([`Features`]); a bootstrap can
//! draw whole groups of samples, so that samples out of the bag are of groups that a tree has not
//! seen; of equal splits the first gene and the lowest threshold is taken.
//!
//! Every tree has a stream of random numbers of its own, so that a forest does not depend on the
//! number of threads.

mod features;
mod importance;
mod labels;
mod part;
mod predict;
mod tree;
mod votes;

use std::sync::atomic::{AtomicUsize, Ordering};

pub use cuvette_kernels::trees::{LEAF, Node};
pub use features::Features;
pub use importance::{permutation_importance, split_importance};
pub use labels::Labels;
pub use part::Part;
pub use predict::predict;
pub use tree::Tree;
pub use votes::Votes;

use tree::{Ground, GrownTree, grow_tree};

use crate::{
    context::Context, error::AnalysisError, parallel, random::Random,
    stats::splits::draw_with_replacement,
};

/// How rare labels are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassWeight {
    /// Every sample counts once.
    #[default]
    None,
    /// Every label counts alike among the training samples: n / (labels × samples of the label).
    Balanced,
    /// The same in each bootstrap sample.
    BalancedSubsample,
}

/// How a forest is grown.
#[derive(Debug, Clone, Copy)]
pub struct ForestOptions<'a> {
    /// Number of trees.
    pub n_trees: usize,
    /// Genes looked at per node, at least 1.
    pub n_tried: usize,
    /// How rare labels are weighed.
    pub class_weight: ClassWeight,
    /// Group of each training sample, from 0: groups are drawn whole. `None`: samples are drawn.
    pub groups: Option<&'a [u32]>,
    /// Where the streams of random numbers begin.
    pub seed: u64,
    /// Where its trees stand among all that a step grows: those before, and all; for progress.
    pub among: [usize; 2],
}

/// A forest, as far as predictions need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// Genes of what was learned from that a tree asks for, ascending; a node names its place here.
    pub genes: Vec<u32>,
    /// The trees.
    pub trees: Vec<Tree>,
    /// Number of labels.
    pub n_labels: usize,
}

/// A forest with what its growing gave besides.
#[derive(Debug, Clone)]
pub struct GrownForest {
    /// The forest.
    pub forest: Forest,
    /// For each tree, the samples that were not in its bag, ascending, with the leaf they fall into.
    pub out_of_bag: Vec<Vec<[u32; 2]>>,
    /// For each tree, gene and decrease of the impurity, split by split.
    pub decreases: Vec<Vec<(u32, f64)>>,
}

/// Grows a forest on genes of training samples without missing values, and their codes.
///
/// # Errors
///
/// [`AnalysisError::Cancelled`].
pub fn grow(
    part: Part<'_>,
    features: &Features,
    labels: &Labels,
    options: &ForestOptions<'_>,
    context: &Context,
) -> Result<GrownForest, AnalysisError> {
    let ground = Ground {
        features,
        part,
        labels,
        n_tried: options.n_tried,
        context,
    };
    let n_done = AtomicUsize::new(0);
    let grown = parallel::try_map(options.n_trees, &|at| {
        let mut random = Random::of_piece(options.seed, at as u64);
        let counts = draw_with_replacement(labels.n_samples(), options.groups, &mut random);
        let weights = weighed(&counts, labels, options.class_weight);
        let grown = grow_tree(&ground, &weights, random)?;
        let out_of_bag = (0..counts.len()).filter(|&sample| counts[sample] == 0);
        let fallen = out_of_bag.map(|sample| {
            let leaf = grown.tree.leaf(|gene| part.get(gene as usize, sample));
            [sample as u32, leaf as u32]
        });
        let fallen: Vec<[u32; 2]> = fallen.collect();
        let n_before = n_done.fetch_add(1, Ordering::Relaxed);
        let [before, all] = options.among;
        context.progress(before + n_before + 1, all, "trees");
        Ok::<_, AnalysisError>((grown, fallen))
    })?;
    Ok(assemble(grown, part.n_genes(), labels.n_labels()))
}

/// Weights of the samples drawn.
fn weighed(counts: &[u32], labels: &Labels, class_weight: ClassWeight) -> Vec<f64> {
    let drawn = |sample: usize| match class_weight {
        ClassWeight::BalancedSubsample => f64::from(counts[sample]),
        ClassWeight::None | ClassWeight::Balanced => 1.0,
    };
    if class_weight == ClassWeight::None {
        return counts.iter().map(|&count| f64::from(count)).collect();
    }
    let mut totals = vec![0.0; labels.n_labels()];
    let mut n = 0.0;
    for sample in 0..counts.len() {
        n += drawn(sample);
        for &label in labels.of(sample) {
            totals[label as usize] += drawn(sample);
        }
    }
    let weight = |sample: usize| {
        if labels.is_single {
            let total = totals[labels.of(sample)[0] as usize];
            n / (totals.len() as f64 * total)
        } else {
            // As scikit-learn: the product over labels of the weight of having it, or not.
            let factors = totals.iter().enumerate().map(|(label, &total)| {
                let alike = if labels.has(sample, label) {
                    total
                } else {
                    n - total
                };
                n / (2.0 * alike)
            });
            factors.product()
        }
    };
    let weights = counts.iter().enumerate().map(|(sample, &count)| {
        // What was not drawn may have a label that was not either.
        if count == 0 {
            0.0
        } else {
            f64::from(count) * weight(sample)
        }
    });
    weights.collect()
}

/// Puts trees together, and lets their nodes name places among the genes used.
fn assemble(
    grown: Vec<(GrownTree, Vec<[u32; 2]>)>,
    n_genes: usize,
    n_labels: usize,
) -> GrownForest {
    let mut place = vec![LEAF; n_genes];
    for (tree, _) in &grown {
        for &(gene, _) in &tree.decreases {
            place[gene as usize] = 0;
        }
    }
    let genes: Vec<u32> = (0..n_genes as u32)
        .filter(|&gene| place[gene as usize] != LEAF)
        .collect();
    for (at, &gene) in genes.iter().enumerate() {
        place[gene as usize] = at as u32;
    }
    let (mut trees, mut out_of_bag, mut decreases) = (Vec::new(), Vec::new(), Vec::new());
    for (
        GrownTree {
            mut tree,
            decreases: of_tree,
        },
        fallen,
    ) in grown
    {
        for node in tree.nodes.iter_mut().filter(|node| node.gene != LEAF) {
            node.gene = place[node.gene as usize];
        }
        trees.push(tree);
        out_of_bag.push(fallen);
        decreases.push(of_tree);
    }
    GrownForest {
        forest: Forest {
            genes,
            trees,
            n_labels,
        },
        out_of_bag,
        decreases,
    }
}

#[cfg(test)]
mod tests {
    use super::{ClassWeight, Labels, weighed};

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|label| label.to_string()).collect()
    }

    #[test]
    fn balanced_labels_weigh_alike_as_in_scikit_learn() {
        // compute_sample_weight("balanced", [0, 0, 0, 1]) is 2/3 three times, and 2.
        let labels = Labels::single(names(2), vec![0, 0, 0, 1]);
        let balanced = weighed(&[1, 2, 0, 1], &labels, ClassWeight::Balanced);
        let third = 4.0 / 6.0;
        assert_eq!(balanced, [third, 2.0 * third, 0.0, 2.0]);
        // Of the four drawn three have label 0: the same numbers, by another way.
        let of_drawn = weighed(&[1, 2, 0, 1], &labels, ClassWeight::BalancedSubsample);
        assert_eq!(of_drawn, balanced);
        // compute_sample_weight("balanced", [[1, 0], [1, 1], [0, 0], [0, 0]]) has as many with as
        // without the first label, and one with the second: 2/3, 2, 2/3, 2/3.
        let lists = [vec![0], vec![0, 1], vec![], vec![]];
        let labels = Labels::multiple(names(2), &lists);
        let balanced = weighed(&[1; 4], &labels, ClassWeight::Balanced);
        assert_eq!(balanced, [third, 2.0, third, third]);
        assert_eq!(
            weighed(&[3, 0, 1, 1], &labels, ClassWeight::None),
            [3.0, 0.0, 1.0, 1.0]
        );
    }
}
