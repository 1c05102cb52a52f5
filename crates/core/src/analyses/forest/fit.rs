//! A forest with all that is learned from training samples before it.

use std::borrow::Cow;

use super::{ForestParameters, TrainingNormalization};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{
        center::standard_deviation,
        forest::{Features, ForestOptions, GrownForest, Labels, Part, grow, predict},
        quantile_normalize::{TieRule, quantile_normalize},
    },
};

/// Samples to learn from.
pub struct Training<'a> {
    /// Genes × all samples, without missing values.
    pub matrix: &'a Matrix,
    /// Columns of the training samples.
    pub samples: &'a [usize],
    /// Their labels.
    pub labels: &'a Labels,
    /// Their groups, from 0, where groups stay together.
    pub groups: Option<&'a [u32]>,
}

/// What was learned.
pub struct Fit<'a> {
    /// Genes × all samples, as normalized by the training samples.
    pub normalized: Cow<'a, Matrix>,
    /// Rows of `normalized` that were looked at.
    pub rows: Vec<usize>,
    /// Its columns that were learned from.
    pub samples: &'a [usize],
    /// The values of these in bins.
    pub features: Features,
    /// The forest.
    pub grown: GrownForest,
}

/// How a forest is told from others of the same step: its seed, and its place in the progress.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// Where its random numbers begin.
    pub seed: u64,
    /// Trees before it, and all of the step.
    pub among: [usize; 2],
}

/// Normalizes, chooses genes and grows a forest, all by the training samples alone.
pub fn fit<'a>(
    training: &Training<'a>,
    parameters: &ForestParameters,
    growth: Growth,
    context: &Context,
) -> Result<Fit<'a>, AnalysisError> {
    let normalized = match parameters.normalize {
        TrainingNormalization::None => Cow::Borrowed(training.matrix),
        TrainingNormalization::Quantile => Cow::Owned(quantile_normalize(
            training.matrix,
            TieRule::AverageRank,
            Some(training.samples),
            context,
        )?),
    };
    let rows = variable_rows(&normalized, training.samples, parameters.variable_genes);
    let part = Part::of(&normalized, &rows, training.samples);
    let features = Features::quantize(part, context)?;
    let options = options(rows.len(), training.groups, parameters, growth);
    let grown = grow(part, &features, training.labels, &options, context)?;
    Ok(Fit {
        rows,
        samples: training.samples,
        features,
        grown,
        normalized,
    })
}

/// How the forests of a step are grown on so many genes.
pub fn options<'a>(
    n_genes: usize,
    groups: Option<&'a [u32]>,
    parameters: &ForestParameters,
    growth: Growth,
) -> ForestOptions<'a> {
    ForestOptions {
        n_trees: parameters.trees,
        n_tried: parameters.max_features.of(n_genes),
        class_weight: parameters.class_weight.class_weight(),
        groups,
        seed: growth.seed,
        among: growth.among,
    }
}

/// Rows that vary most in these samples, ascending; of equal ones the first. All without a number.
fn variable_rows(matrix: &Matrix, samples: &[usize], n: Option<usize>) -> Vec<usize> {
    let all = 0..matrix.n_rows();
    let Some(n) = n.filter(|&n| n < matrix.n_rows()) else {
        return all.collect();
    };
    let deviations = parallel::map(matrix.n_rows(), &|row| {
        let row = matrix.row(row);
        let values: Vec<f32> = samples.iter().map(|&sample| row[sample]).collect();
        standard_deviation(&values)
    });
    let mut order: Vec<usize> = all.collect();
    // A single sample has no deviation: all are NaN then, and stay as they stand.
    order.sort_by(|&a, &b| deviations[b].total_cmp(&deviations[a]));
    order.truncate(n);
    order.sort_unstable();
    order
}

impl Fit<'_> {
    /// What was learned from.
    pub fn part(&self) -> Part<'_> {
        Part::of(&self.normalized, &self.rows, self.samples)
    }

    /// The probability of each label for samples by their columns, sample after sample.
    pub fn predict(&self, samples: &[usize], context: &Context) -> Result<Vec<f64>, AnalysisError> {
        let rows: Vec<usize> = self
            .grown
            .forest
            .genes
            .iter()
            .map(|&gene| self.rows[gene as usize])
            .collect();
        predict(
            &self.grown.forest,
            &self.normalized,
            &rows,
            samples,
            context,
        )
    }
}
