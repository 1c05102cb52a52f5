//! Learns labels of samples from their expression by a random forest, and says how far to trust it.
//!
//! The forest is that of [`crate::stats::forest`]: as scikit-learn's, on values in at most 256 bins.
//! Votes are soft: the probability of a label is its mean share in the leaves.
//!
//! # What is tested on what
//!
//! | `evaluate` | tested on |
//! |---|---|
//! | `oob` | every sample, by the trees whose bootstrap sample lacks it |
//! | `k_fold` | every sample, by a forest of the other parts |
//! | `hold_out` | a part of the samples, by a forest of the others |
//!
//! Parts have about the same share of every label. With `group`, samples of a group stay in one part,
//! and bootstrap samples draw whole groups. The normalization, the choice of variable genes, the bins
//! and the thresholds are fitted on training samples alone; out of the bag, normalization and genes
//! are those of all labelled samples. The forest that predicts samples without a label, and whose
//! importances are shown, is grown on all labelled samples.
//!
//! # Labels
//!
//! A sample with one label is called what is likeliest, of equal ones the first by the alphabet. A
//! sample of several labels is called each whose probability is above the label's threshold, or where
//! none is, the likeliest. The threshold is the one with the best F1 out of the bag of the training
//! samples; out of the bag itself it is that of the other fifths of the samples.
//!
//! # Scores
//!
//! Those of `sklearn.metrics`; a score that divides by zero is 0. Intervals are percentiles of 1,000
//! draws of the samples tested, or of their groups, with replacement. `majority` is what calling every
//! sample the most frequent label would reach.
//!
//! # Importance
//!
//! `impurity` is `feature_importances_` of scikit-learn; it leans to genes with many distinct values
//! and divides what correlated genes know. `permutation` is the mean fall of the trees' accuracy out
//! of the bag when the gene is permuted, as R `randomForest`'s. Of the 100 genes highest by impurity,
//! those with a Spearman correlation of at least 0.8 with a more important one make a group, which is
//! also permuted together.
//!
//! # Saved models
//!
//! A forest that was learned can be saved as a file (`docs/forest-model.md`) and named in `model`:
//! then all samples are called by it, and nothing is learned or tested.
//!
//! # Missing values
//!
//! Genes with a missing value in any sample are left out and counted.

mod alike;
mod applied;
mod chance;
mod curve_figures;
mod figures;
mod fit;
mod importance;
mod judge;
mod labelling;
mod model;
mod output;
mod params;
mod run;
mod tables;
#[cfg(test)]
mod tests;

pub use applied::{Applied, ForestOutput};
pub use model::ForestModel;
pub use output::{ForestSummary, Learned, TestSummary};
pub use params::{Evaluate, ForestParameters, LabelWeight, MaxFeatures, TrainingNormalization};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `forest` step.
pub struct Forest;

impl Analysis for Forest {
    type Parameters = ForestParameters;
    type Output = ForestOutput;
    const META: Meta = Meta {
        id: "forest",
        title: "Random forest",
        help: "Learns labels of samples, tests itself, and predicts samples without a label",
        group: Group::Classify,
        reads: &["Data"],
        citations: &[
            "Breiman L. Random forests. Mach Learn 2001;45:5-32. https://doi.org/10.1023/A:1010933404324",
            "Pedregosa F et al. Scikit-learn: machine learning in Python. J Mach Learn Res 2011;12:2825-2830. https://doi.org/10.48550/arXiv.1201.0490",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &ForestParameters,
        context: &Context,
    ) -> Result<ForestOutput, AnalysisError> {
        run::run(inputs, parameters, context)
    }
}
