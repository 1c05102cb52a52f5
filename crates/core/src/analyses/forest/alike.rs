//! Samples that resemble each other: duplicates across a split, neighbors of what is predicted.

use crate::{
    context::Context,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    parallel,
    stats::{
        center::{mean, standard_deviation},
        correlation::CorrelationMethod,
        correlation_matrix::correlation_matrix,
        quantile::quantiles,
    },
};

/// Genes that samples are compared by: those that vary most.
const N_COMPARED: usize = 1_000;

/// More samples are not compared with each other: it would take longer than the forest.
const MAX_SAMPLES: usize = 6_000;

/// Above this correlation, means of genes taken off, two samples are nearly one.
const NEARLY_ONE: f64 = 0.99;

/// So many times the middle half's width below it, a sample is unlike all: Tukey's "far out".
const FAR_OUT: f64 = 3.0;

/// The labelled sample most like one without a label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Position of the labelled sample.
    pub sample: usize,
    /// Correlation with it, means of genes taken off.
    pub r: f64,
    /// True where it is much further away than labelled samples are from each other.
    pub is_unlike: bool,
}

/// Correlations of all samples; none where there are too many, which is told, or too few to take
/// means off.
pub fn likeness(matrix: &Matrix, context: &Context) -> Result<Option<Matrix>, AnalysisError> {
    if matrix.n_columns() > MAX_SAMPLES {
        context.warn(Warning::new(
            "not_compared",
            format!(
                "{} samples are too many to compare each with each other, at most {MAX_SAMPLES} are: nearly equal ones across the test are not warned of, and nothing tells which labelled sample another is most like",
                matrix.n_columns()
            ),
        ));
    }
    if !(3..=MAX_SAMPLES).contains(&matrix.n_columns()) {
        return Ok(None);
    }
    let deviations = parallel::map(matrix.n_rows(), &|row| standard_deviation(matrix.row(row)));
    let mut order: Vec<usize> = (0..matrix.n_rows())
        .filter(|&row| deviations[row] > 0.0)
        .collect();
    order.sort_by(|&a, &b| deviations[b].total_cmp(&deviations[a]));
    order.truncate(N_COMPARED);
    let mut compared = matrix.select_rows(&order);
    for row in 0..compared.n_rows() {
        let row = compared.row_mut(row);
        let middle = mean(row) as f32;
        for value in row {
            *value -= middle;
        }
    }
    correlation_matrix(&compared, CorrelationMethod::Pearson, context).map(Some)
}

/// Warns of samples that are nearly one where one may be tested by a forest of the other: `parts`
/// says of each of `samples` where it is dealt to; `None`: nowhere twice the same.
pub fn warn_of_duplicates(
    likeness: &Matrix,
    samples: &[usize],
    parts: &dyn Fn(usize) -> Option<usize>,
    names: &[String],
    context: &Context,
) {
    let mut first = None;
    let mut n_pairs = 0;
    for (at, &a) in samples.iter().enumerate() {
        for (other, &b) in samples.iter().enumerate().skip(at + 1) {
            let r = f64::from(likeness.get(a, b));
            let is_apart = parts(at).is_none() || parts(at) != parts(other);
            if r > NEARLY_ONE && is_apart {
                n_pairs += 1;
                first.get_or_insert((a, b, r));
            }
        }
    }
    if let Some((a, b, r)) = first {
        context.warn(Warning::new(
            "leakage",
            format!(
                "{n_pairs} pairs of nearly equal samples are on both sides of the test, the first is {} and {} (r = {r:.4}, means of genes taken off): scores are too good; choose in group what they share, such as the patient or the series",
                names[a], names[b]
            ),
        ));
    }
}

/// For each of `unlabelled` the labelled sample most like it, of equal ones the first.
pub fn nearest(likeness: &Matrix, labelled: &[usize], unlabelled: &[usize]) -> Vec<Nearest> {
    let best = |sample: usize| {
        let mut best = (sample, f64::NEG_INFINITY);
        for &other in labelled.iter().filter(|&&other| other != sample) {
            let r = f64::from(likeness.get(sample, other));
            if r > best.1 {
                best = (other, r);
            }
        }
        best
    };
    let among: Vec<f64> = labelled
        .iter()
        .map(|&sample| fisher_z(best(sample).1))
        .collect();
    let quartiles = quantiles(&among, &[0.25, 0.75]);
    let far_out = quartiles[0] - FAR_OUT * (quartiles[1] - quartiles[0]);
    unlabelled
        .iter()
        .map(|&sample| {
            let (other, r) = best(sample);
            Nearest {
                sample: other,
                r,
                is_unlike: fisher_z(r) < far_out,
            }
        })
        .collect()
}

/// Coefficients spread alike, high or low, on this scale; that of duplicates stays finite.
fn fisher_z(r: f64) -> f64 {
    r.clamp(-0.999_999, 0.999_999).atanh()
}
