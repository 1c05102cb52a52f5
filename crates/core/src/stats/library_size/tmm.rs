//! The trimmed mean of M values, as edgeR computes it; matrices here are samples × genes.

use cuvette_kernels::sort;

use super::ratios::{counted, upper_quartile};
use crate::{
    context::Context, error::AnalysisError, matrix::Matrix, parallel, stats::quantile::quantiles,
};

/// Share of genes trimmed at each end by their log ratio.
const TRIM_RATIO: f64 = 0.3;
/// Share of genes trimmed at each end by their mean abundance.
const TRIM_ABUNDANCE: f64 = 0.05;
/// Below this, all log ratios are rounding, and the factor is 1.
const SMALLEST_RATIO: f64 = 1e-6;
/// Below this median, the upper quartiles say nothing about a sample.
const SMALLEST_QUARTILE: f64 = 1e-20;

/// A factor per sample, before they are scaled to geometric mean 1.
pub fn factors(
    samples: &Matrix,
    library_size: &[f64],
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    let reference = reference_sample(samples, library_size);
    parallel::try_map(samples.n_rows(), &|sample| {
        context.check_cancelled()?;
        let observed = (samples.row(sample), library_size[sample]);
        let reference = (samples.row(reference), library_size[reference]);
        Ok(factor(observed, reference))
    })
}

/// The sample whose upper quartile, as a share of its library, is nearest their mean; the first
/// of equal ones. Where most quartiles are zero, the sample of the largest sum of square roots.
fn reference_sample(samples: &Matrix, library_size: &[f64]) -> usize {
    let is_counted = counted(samples);
    let shares: Vec<f64> = parallel::map(samples.n_rows(), &|sample| {
        upper_quartile(samples.row(sample), &is_counted) / library_size[sample]
    });
    let distance: Vec<f64> = if quantiles(&shares, &[0.5])[0] < SMALLEST_QUARTILE {
        let roots = |sample| {
            samples
                .row(sample)
                .iter()
                .map(|&x| f64::from(x).sqrt())
                .sum::<f64>()
        };
        (0..samples.n_rows()).map(|sample| -roots(sample)).collect()
    } else {
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        shares.iter().map(|share| (share - mean).abs()).collect()
    };
    let nearest = (0..distance.len()).min_by(|&a, &b| distance[a].total_cmp(&distance[b]));
    nearest.unwrap_or(0)
}

/// The factor of one sample against the reference; each is counts and library size.
fn factor(observed: (&[f32], f64), reference: (&[f32], f64)) -> f64 {
    let (mut ratios, mut abundances, mut variances) = (Vec::new(), Vec::new(), Vec::new());
    for (&x, &r) in observed.0.iter().zip(reference.0) {
        // A zero on either side has no finite ratio.
        if x <= 0.0 || r <= 0.0 {
            continue;
        }
        let (x, r) = (f64::from(x), f64::from(r));
        let (x_share, r_share) = (x / observed.1, r / reference.1);
        ratios.push((x_share / r_share).log2());
        abundances.push(f64::midpoint(x_share.log2(), r_share.log2()));
        variances.push((observed.1 - x) / observed.1 / x + (reference.1 - r) / reference.1 / r);
    }
    if ratios.iter().all(|ratio| ratio.abs() < SMALLEST_RATIO) {
        return 1.0;
    }
    let is_kept_by_ratio = Kept::new(&ratios, TRIM_RATIO);
    let is_kept_by_abundance = Kept::new(&abundances, TRIM_ABUNDANCE);
    let (mut weighted, mut weights) = (0.0, 0.0);
    for ((&ratio, &abundance), &variance) in ratios.iter().zip(&abundances).zip(&variances) {
        if is_kept_by_ratio.holds(ratio) && is_kept_by_abundance.holds(abundance) {
            weighted += ratio / variance;
            weights += 1.0 / variance;
        }
    }
    let mean = weighted / weights;
    if mean.is_nan() { 1.0 } else { mean.exp2() }
}

/// The values whose average rank lies between the trims: an interval, its ends in or out.
struct Kept {
    low: f64,
    keeps_low: bool,
    high: f64,
    keeps_high: bool,
}

impl Kept {
    /// Ranks kept are ⌊n trim⌋ + 1 to n − ⌊n trim⌋; equal values share their average rank.
    fn new(values: &[f64], trim: f64) -> Self {
        let n = values.len();
        let low_rank = (n as f64 * trim).floor() as usize + 1;
        let high_rank = n + 1 - low_rank;
        let low = nth_smallest(values, low_rank);
        let high = nth_smallest(values, high_rank);
        let bounds = low_rank as f64..=high_rank as f64;
        Self {
            low,
            keeps_low: bounds.contains(&average_rank(values, low)),
            high,
            keeps_high: bounds.contains(&average_rank(values, high)),
        }
    }

    fn holds(&self, value: f64) -> bool {
        if value == self.low {
            self.keeps_low
        } else if value == self.high {
            self.keeps_high
        } else {
            self.low < value && value < self.high
        }
    }
}

/// The value of that rank, from 1; NaN where there is none.
fn nth_smallest(values: &[f64], rank: usize) -> f64 {
    let found = rank.checked_sub(1);
    let found = found.and_then(|n_before| sort::nth_smallest(values, n_before));
    found.unwrap_or(f64::NAN)
}

/// Mean rank, from 1, of the values equal to `value`.
fn average_rank(values: &[f64], value: f64) -> f64 {
    let n_below = values.iter().filter(|&&other| other < value).count();
    let n_equal = values.iter().filter(|&&other| other == value).count();
    n_below as f64 + f64::midpoint(n_equal as f64, 1.0)
}
