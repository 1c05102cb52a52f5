//! Medians of ratios and quartiles; matrices here are samples × genes.

use cuvette_kernels::sort::sort_floats;

use crate::{
    context::Context, error::AnalysisError, matrix::Matrix, parallel,
    stats::quantile::quantile_of_sorted,
};

/// Median over genes of count / geometric mean, over genes of which no count is zero; not rescaled.
pub fn median_ratio(samples: &Matrix, context: &Context) -> Result<Vec<f64>, AnalysisError> {
    let log_mean = mean_logs(samples, f64::ln, context)?;
    if log_mean.iter().all(|mean| !mean.is_finite()) {
        return Err(AnalysisError::Unsuitable {
            found: "every gene has a count of zero in some sample".into(),
            expected: "expected genes that are counted in every sample, for their geometric mean"
                .into(),
            hint: "Take poscounts, which is made for such data, or tmm".into(),
        });
    }
    median_log_ratios(samples, &log_mean, context)
}

/// As [`median_ratio`], where ln 0 counts as 0 in the mean, and genes that are zero throughout are
/// left out.
pub fn poscounts(samples: &Matrix, context: &Context) -> Result<Vec<f64>, AnalysisError> {
    let log_or_zero = |count: f64| if count > 0.0 { count.ln() } else { 0.0 };
    let mut log_mean = mean_logs(samples, log_or_zero, context)?;
    for (gene, mean) in log_mean.iter_mut().enumerate() {
        if (0..samples.n_rows()).all(|sample| samples.get(sample, gene) == 0.0) {
            *mean = f64::NEG_INFINITY;
        }
    }
    median_log_ratios(samples, &log_mean, context)
}

/// Median over genes of count / geometric mean, zeros of the sample included: edgeR's rule.
pub fn relative_log_expression(
    samples: &Matrix,
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    let log_mean = mean_logs(samples, f64::ln, context)?;
    of_each_sample(samples, context, |counts| {
        let ratios = counts.iter().zip(&log_mean);
        let ratios = ratios
            .filter(|(_, mean)| mean.is_finite())
            .map(|(&count, mean)| f64::from(count) / mean.exp());
        median(ratios.collect())
    })
}

/// The 0.75 quantile over the genes that are counted in some sample.
pub fn upper_quartiles(samples: &Matrix, context: &Context) -> Result<Vec<f64>, AnalysisError> {
    let is_counted = counted(samples);
    of_each_sample(samples, context, |counts| {
        upper_quartile(counts, &is_counted)
    })
}

/// Whether each gene is above zero in some sample.
pub fn counted(samples: &Matrix) -> Vec<bool> {
    let mut is_counted = vec![false; samples.n_columns()];
    for sample in 0..samples.n_rows() {
        for (is_counted, &count) in is_counted.iter_mut().zip(samples.row(sample)) {
            *is_counted |= count > 0.0;
        }
    }
    is_counted
}

/// The 0.75 quantile of the counts that `is_counted` marks.
pub fn upper_quartile(counts: &[f32], is_counted: &[bool]) -> f64 {
    let marked = counts
        .iter()
        .zip(is_counted)
        .filter(|(_, is_counted)| **is_counted);
    let mut marked: Vec<f64> = marked.map(|(&count, _)| f64::from(count)).collect();
    sort_floats(&mut marked);
    quantile_of_sorted(&marked, 0.75)
}

/// Mean over samples of `log` of each gene's counts.
fn mean_logs(
    samples: &Matrix,
    log: impl Fn(f64) -> f64 + Sync,
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    const BLOCK: usize = 1024;
    let mut sums = vec![0.0; samples.n_columns()];
    parallel::try_map_chunks(&mut sums, BLOCK, &|block, sums| {
        context.check_cancelled()?;
        for sample in 0..samples.n_rows() {
            let counts = &samples.row(sample)[block * BLOCK..];
            for (sum, &count) in sums.iter_mut().zip(counts) {
                *sum += log(f64::from(count));
            }
        }
        for sum in sums {
            *sum /= samples.n_rows() as f64;
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(sums)
}

/// exp of the median of ln count − `log_mean`, over counts above zero of genes whose mean is finite.
fn median_log_ratios(
    samples: &Matrix,
    log_mean: &[f64],
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    of_each_sample(samples, context, |counts| {
        let ratios = counts.iter().zip(log_mean);
        let ratios = ratios
            .filter(|&(&count, mean)| count > 0.0 && mean.is_finite())
            .map(|(&count, mean)| f64::from(count).ln() - mean);
        median(ratios.collect()).exp()
    })
}

fn of_each_sample(
    samples: &Matrix,
    context: &Context,
    value: impl Fn(&[f32]) -> f64 + Sync,
) -> Result<Vec<f64>, AnalysisError> {
    parallel::try_map(samples.n_rows(), &|sample| {
        context.check_cancelled()?;
        Ok(value(samples.row(sample)))
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    sort_floats(&mut values);
    quantile_of_sorted(&values, 0.5)
}
