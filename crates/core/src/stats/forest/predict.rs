//! What a forest says of samples.

use super::Forest;
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// Samples whose values are gathered at once: a line of the cache.
const N_GATHERED: usize = 16;

/// The probability of each label, sample after sample: the mean of the shares in the leaves that it
/// falls into. `rows` are the rows of `matrix` that hold [`Forest::genes`], in their order.
///
/// # Missing values
///
/// A missing value goes to the side of low values; callers fill or refuse them.
///
/// # Errors
///
/// [`AnalysisError::Cancelled`].
///
/// # Panics
///
/// When `rows` or `samples` name what the matrix has not.
pub fn predict(
    forest: &Forest,
    matrix: &Matrix,
    rows: &[usize],
    samples: &[usize],
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    let n_blocks = samples.len().div_ceil(N_GATHERED);
    let blocks = parallel::try_map_ranges(n_blocks, &|blocks| {
        let mut gathered = vec![0.0; rows.len() * N_GATHERED];
        let mut probabilities = Vec::new();
        for block in blocks {
            context.check_cancelled()?;
            let end = samples.len().min((block + 1) * N_GATHERED);
            let samples = &samples[block * N_GATHERED..end];
            for (at, &row) in rows.iter().enumerate() {
                let row = matrix.row(row);
                for (place, &sample) in samples.iter().enumerate() {
                    gathered[place * rows.len() + at] = row[sample];
                }
            }
            for place in 0..samples.len() {
                let values = &gathered[place * rows.len()..(place + 1) * rows.len()];
                vote(forest, values, &mut probabilities);
            }
        }
        Ok::<_, AnalysisError>(probabilities)
    })?;
    Ok(blocks)
}

/// Appends the mean votes for one sample.
fn vote(forest: &Forest, values: &[f32], probabilities: &mut Vec<f64>) {
    let first = probabilities.len();
    probabilities.resize(first + forest.n_labels, 0.0);
    let sums = &mut probabilities[first..];
    for tree in &forest.trees {
        let leaf = tree.leaf(|gene| values[gene as usize]);
        let shares = tree.shares(leaf, forest.n_labels);
        for (sum, &share) in sums.iter_mut().zip(shares) {
            *sum += f64::from(share);
        }
    }
    for sum in sums {
        *sum /= forest.trees.len() as f64;
    }
}
