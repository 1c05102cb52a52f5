//! How strong the signal of a gene is, and how alike the samples are in which it is strong.
//!
//! How this works: each gene picks a window of samples by their order in it, and the cosines of
//! those samples are averaged. Up to [`MAX_TABULATED`] samples, the cosines of all pairs are
//! computed once, in `f64` where they are few, and every gene adds up a part of that table. Beyond
//! it the table would not fit:
//! then the profiles of a window, each of length 1, are added, and the square of the sum's length
//! holds the cosines: ‖Σ x̂‖² = Σ Σ x̂ᵢ · x̂ⱼ.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use cuvette_kernels::sums;

use super::{
    cosine::{cosine_matrix, unit_profiles, upper_cosines},
    quantile::quantile_of_sorted,
};
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// Samples up to which the cosines of all pairs are kept: 64 MB.
pub const MAX_TABULATED: usize = 4_096;

/// Samples up to which cosines are computed in `f64`: there it costs little, and ranks of cosines
/// that differ in the seventh digit are right.
const MAX_EXACT: usize = 256;

/// Genes of a profile that are added at once: the pieces of a window stay in the cache.
const PIECE: usize = 128;

/// Genes between two looks at the cancel flag.
const GENES_PER_BLOCK: usize = 256;

/// Cosines within a window of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowCosines {
    /// Mean over pairs of two different samples; NaN below two samples.
    pub mean: f64,
    /// Sum over all pairs, both ways and with themselves, over the number of pairs: 2 c + 2 / (n − 1)
    /// for the mean c and n samples. What the reference prints for the mean.
    pub reference: f64,
}

/// The percentile of (1 + x) / mean(1 + x), for ascending values and their mean.
///
/// ```text
/// (1 + q) / (1 + mean),  q the quantile at `probability`
/// ```
///
/// Where the mean is below −1 the division turns the order round, and q is the quantile at
/// 1 − `probability`; where it is −1, NaN.
///
/// # References
///
/// Agrees with `numpy.percentile((1 + x) / numpy.mean(1 + x), 100 * probability)`.
///
/// ```
/// use cuvette_core::stats::gene_metrics::signal_to_noise;
///
/// assert_eq!(signal_to_noise(&[0.0, 1.0, 5.0], 2.0, 1.0), 2.0);
/// ```
pub fn signal_to_noise(sorted: &[f64], mean: f64, probability: f64) -> f64 {
    let level = 1.0 + mean;
    let probability = if level < 0.0 {
        1.0 - probability
    } else {
        probability
    };
    if level == 0.0 {
        return f64::NAN;
    }
    (1.0 + quantile_of_sorted(sorted, probability)) / level
}

/// Positions p − h to p + h − 1 of `n` ascending values, p = ⌊`probability` (n + 1)⌋, as far as
/// they exist.
///
/// ```
/// use cuvette_core::stats::gene_metrics::window_around;
///
/// assert_eq!(window_around(8, 0.95, 3), 5..8);
/// ```
pub fn window_around(n: usize, probability: f64, half_window: usize) -> Range<usize> {
    let center = (probability * (n as f64 + 1.0)) as usize;
    let end = center.saturating_add(half_window).min(n);
    center.saturating_sub(half_window).min(end)..end
}

/// Cosines of the samples of a window, which `cosine` gives for two of them, in the order of the
/// window.
pub fn window_cosines(window: &[usize], cosine: impl Fn(usize, usize) -> f64) -> WindowCosines {
    let (mut pairs, mut selves) = (0.0, 0.0);
    for (at, &first) in window.iter().enumerate() {
        selves += cosine(first, first);
        for &second in &window[at + 1..] {
            pairs += cosine(first, second);
        }
    }
    averaged(pairs, selves, window.len())
}

fn averaged(pairs: f64, selves: f64, n: usize) -> WindowCosines {
    let n_pairs = (n * n.saturating_sub(1)) as f64 / 2.0;
    WindowCosines {
        mean: pairs / n_pairs,
        reference: if n < 2 {
            f64::NAN
        } else {
            (2.0 * pairs + selves) / n_pairs
        },
    }
}

/// Cosines of each window of columns, over all rows of `matrix`. The columns of a window ascend.
///
/// # Missing values
///
/// Each two columns are compared over the rows present in both.
///
/// # Errors
///
/// Missing values in more than [`MAX_TABULATED`] columns; cancelled.
///
/// # Complexity
///
/// Up to [`MAX_TABULATED`] columns, `n_columns² / 2 × n_rows` multiplications and a sum of a
/// window's pairs for each; beyond, `n_rows` additions for each column of each window.
pub fn cosines_of_windows(
    matrix: &Matrix,
    windows: &[Vec<usize>],
    context: &Context,
) -> Result<Vec<WindowCosines>, AnalysisError> {
    let n_columns = matrix.n_columns();
    if n_columns > MAX_TABULATED {
        return by_sums(matrix, windows, context);
    }
    if n_columns <= MAX_EXACT {
        let cosines = upper_cosines(matrix, context)?;
        return in_blocks(windows, context, |block| {
            let of_window =
                |window: &Vec<usize>| window_cosines(window, |a, b| cosines[a * n_columns + b]);
            Ok(block.iter().map(of_window).collect())
        });
    }
    let cosines = cosine_matrix(matrix, context)?;
    in_blocks(windows, context, |block| {
        let of_window =
            |window: &Vec<usize>| window_cosines(window, |a, b| f64::from(cosines.get(a, b)));
        Ok(block.iter().map(of_window).collect())
    })
}

/// By the length of the sum of the profiles of each window.
fn by_sums(
    matrix: &Matrix,
    windows: &[Vec<usize>],
    context: &Context,
) -> Result<Vec<WindowCosines>, AnalysisError> {
    let (profiles, has_gaps) = unit_profiles(matrix, context)?;
    let n_gapped = has_gaps.iter().filter(|&&has_gaps| has_gaps).count();
    if n_gapped > 0 {
        return Err(AnalysisError::Unsuitable {
            found: format!(
                "{n_gapped} of {} samples have missing values",
                matrix.n_columns()
            ),
            expected: format!("expected none in more than {MAX_TABULATED} samples"),
            hint: "Fill them with impute, or take fewer samples with select_samples".into(),
        });
    }
    let square = |at: usize| sums::dot(profiles.row(at), profiles.row(at));
    let squares: Vec<f64> = parallel::map(profiles.n_rows(), &square);
    in_blocks(windows, context, |block| {
        let mut totals = vec![0.0; block.len()];
        let mut sum = [0.0; PIECE];
        for first in (0..matrix.n_rows()).step_by(PIECE) {
            context.check_cancelled()?;
            let piece = first..(first + PIECE).min(matrix.n_rows());
            let sum = &mut sum[..piece.len()];
            for (window, total) in block.iter().zip(&mut totals) {
                sum.fill(0.0);
                for &sample in window {
                    sums::add_to(sum, &profiles.row(sample)[piece.clone()]);
                }
                *total += sums::dot(sum, sum);
            }
        }
        let of_window = |(window, total): (&Vec<usize>, f64)| {
            let selves = window.iter().map(|&sample| squares[sample]).sum();
            averaged((total - selves) / 2.0, selves, window.len())
        };
        Ok(block.iter().zip(totals).map(of_window).collect())
    })
}

/// Block by block on all threads, with progress.
fn in_blocks(
    windows: &[Vec<usize>],
    context: &Context,
    compute: impl Fn(&[Vec<usize>]) -> Result<Vec<WindowCosines>, AnalysisError> + Sync,
) -> Result<Vec<WindowCosines>, AnalysisError> {
    let n_done = AtomicUsize::new(0);
    let blocks: Vec<&[Vec<usize>]> = windows.chunks(GENES_PER_BLOCK).collect();
    let found = parallel::try_map(blocks.len(), &|at| {
        context.check_cancelled()?;
        let found = compute(blocks[at])?;
        let n_before = n_done.fetch_add(found.len(), Ordering::Relaxed);
        context.progress(n_before + found.len(), windows.len(), "genes");
        Ok::<_, AnalysisError>(found)
    })?;
    Ok(found.concat())
}

/// Ranks of `values` from 1, the largest first; equal ones share the mean of their ranks, and a
/// missing one has none.
pub fn descending_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len())
        .filter(|&at| !values[at].is_nan())
        .collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let mut ranks = vec![f64::NAN; values.len()];
    let mut n_before = 0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = n_before as f64 + f64::midpoint(run.len() as f64, 1.0);
        for &at in run {
            ranks[at] = rank;
        }
        n_before += run.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::{by_sums, cosines_of_windows, descending_ranks, signal_to_noise, window_around};
    use crate::{context::quietly, error::AnalysisError, matrix::Matrix};

    #[test]
    fn windows_are_cut_where_the_samples_end() {
        let check = |n, percentile: f64, half_window, expected| {
            assert_eq!(window_around(n, percentile / 100.0, half_window), expected);
        };
        check(121_983, 95.0, 50, 115_834..115_934);
        check(8, 95.0, 3, 5..8);
        check(8, 0.0, 3, 0..3);
        check(8, 100.0, 1, 8..8);
        check(8, 50.0, 100, 0..8);
        check(1, 95.0, 1, 0..1);
        check(0, 95.0, 1, 0..0);
    }

    #[test]
    fn a_mean_below_minus_one_turns_the_order_round() {
        // (1 + x) / mean(1 + x) of −4, −3 and −2 is 1.5, 1 and 0.5.
        assert_eq!(signal_to_noise(&[-4.0, -3.0, -2.0], -3.0, 1.0), 1.5);
        assert!(signal_to_noise(&[-2.0, 0.0], -1.0, 0.5).is_nan());
    }

    #[test]
    fn sums_of_profiles_give_the_cosines_of_pairs() {
        for n_columns in [40, 300] {
            check_sums(300, n_columns);
        }
    }

    fn check_sums(n_rows: usize, n_columns: usize) {
        let value = |i: usize| ((i * 7919) % 1009) as f32 / 8.0 - 20.0;
        let mut matrix = Matrix::from_rows(
            n_rows,
            n_columns,
            (0..n_rows * n_columns).map(value).collect(),
        );
        for row in 0..n_rows {
            matrix.row_mut(row)[3] = 0.0;
        }
        let windows: Vec<Vec<usize>> = (0..n_rows)
            .map(|gene| (gene % 30..n_columns).step_by(1 + gene % 4).collect())
            .collect();
        let (table, sums) = quietly(|context| {
            (
                cosines_of_windows(&matrix, &windows, context).unwrap(),
                by_sums(&matrix, &windows, context).unwrap(),
            )
        });
        for (found, expected) in sums.iter().zip(&table) {
            assert!((found.mean - expected.mean).abs() < 1e-6);
            assert!((found.reference - expected.reference).abs() < 1e-6);
        }
    }

    #[test]
    fn many_samples_with_gaps_are_refused() {
        let mut matrix = Matrix::from_rows(1, 5_000, vec![1.0; 5_000]);
        matrix.row_mut(0)[7] = f32::NAN;
        let error = quietly(|context| cosines_of_windows(&matrix, &[], context)).unwrap_err();
        assert!(matches!(error, AnalysisError::Unsuitable { .. }), "{error}");
    }

    #[test]
    fn the_largest_has_rank_one_and_ties_share() {
        let found = descending_ranks(&[2.0, f64::NAN, 7.0, 2.0]);
        assert_eq!([found[0], found[2], found[3]], [2.5, 1.0, 2.5]);
        assert!(found[1].is_nan());
    }
}
