//! Whether the library size explains most of what differs between samples.

use super::verdict::{QcVerdict, QcVerdictCode};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{center::mean, correlation::pearson},
};

/// Fewer samples are alike by chance.
const FEWEST_SAMPLES: usize = 6;

/// Beyond this correlation, the component is the library size.
const HIGHEST_R: f64 = 0.9;

const MAX_ITERATIONS: usize = 100;

/// Rows whose parts are summed on one thread.
const ROWS: usize = 512;

/// A verdict where the first component of the gene-centered rows follows the library size.
pub fn judge_library_size(
    logged: &Matrix,
    library_sizes: &[f64],
    context: &Context,
) -> Result<Option<QcVerdict>, AnalysisError> {
    let has_sizes = library_sizes
        .iter()
        .all(|&size| size > 0.0 && size.is_finite());
    if library_sizes.len() < FEWEST_SAMPLES || !has_sizes {
        return Ok(None);
    }
    let log_sizes: Vec<f64> = library_sizes.iter().map(|size| size.log2()).collect();
    let Some(component) = first_component(logged, &log_sizes, context)? else {
        return Ok(None);
    };
    let as_stored = |values: &[f64]| values.iter().map(|&v| v as f32).collect::<Vec<f32>>();
    let r = pearson(&as_stored(&component), &as_stored(&log_sizes)).coefficient;
    if r.is_nan() || r.abs() <= HIGHEST_R {
        return Ok(None);
    }
    let [low, high] = ends(library_sizes);
    Ok(Some(QcVerdict::new(
        QcVerdictCode::LibrarySizeFirst,
        &[],
        format!(
            "The first component of the logarithms correlates with the library size, |r| = {:.3}; sizes range from {low:.0} to {high:.0}. Normalize by library size before comparing samples.",
            r.abs()
        ),
    )))
}

fn ends(values: &[f64]) -> [f64; 2] {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [low, high]
}

/// Scores of the samples on the first component, of length 1, by power iteration; none where it
/// does not settle, since then there is no first one.
fn first_component(
    matrix: &Matrix,
    start: &[f64],
    context: &Context,
) -> Result<Option<Vec<f64>>, AnalysisError> {
    let n_samples = matrix.n_columns();
    let rows: Vec<&[f32]> = (0..matrix.n_rows()).map(|row| matrix.row(row)).collect();
    let means: Vec<f64> = parallel::map(rows.len(), &|row| mean(rows[row]));
    let Some(mut scores) = unit(start) else {
        return Ok(None);
    };
    for _ in 0..MAX_ITERATIONS {
        context.check_cancelled()?;
        let parts: Vec<Vec<f64>> = parallel::map(rows.len().div_ceil(ROWS), &|part| {
            let rows = rows.iter().zip(&means).skip(part * ROWS).take(ROWS);
            let mut part = vec![0.0; n_samples];
            for (row, &mean) in rows {
                add_projection(row, mean, &scores, &mut part);
            }
            part
        });
        let mut sum = vec![0.0; n_samples];
        for part in &parts {
            for (sum, part) in sum.iter_mut().zip(part) {
                *sum += part;
            }
        }
        let Some(next) = unit(&sum) else {
            return Ok(None);
        };
        let agreement: f64 = next.iter().zip(&scores).map(|(a, b)| a * b).sum();
        scores = next;
        if agreement > 1.0 - 1e-9 {
            return Ok(Some(scores));
        }
    }
    Ok(None)
}

/// Adds the centered row times its product with the scores; a missing value is at the mean.
fn add_projection(row: &[f32], mean: f64, scores: &[f64], sum: &mut [f64]) {
    let centered = |&value: &f32| {
        let centered = f64::from(value) - mean;
        if centered.is_finite() { centered } else { 0.0 }
    };
    let values = row.iter().map(centered);
    let product: f64 = values.clone().zip(scores).map(|(x, score)| x * score).sum();
    for (sum, x) in sum.iter_mut().zip(values) {
        *sum += x * product;
    }
}

/// Centered and of length 1; none where all are equal.
fn unit(values: &[f64]) -> Option<Vec<f64>> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let centered: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let length = centered.iter().map(|x| x * x).sum::<f64>().sqrt();
    (length > 0.0 && length.is_finite()).then(|| centered.iter().map(|x| x / length).collect())
}
