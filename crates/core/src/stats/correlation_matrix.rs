//! Correlation of every column with every other: how alike samples are.
//!
//! How this works: columns without a gap (their ranks, for Spearman) are standardized in `f64` to
//! length 1, so that a coefficient is an inner product. Products are taken tile by tile in `f32`
//! over pieces of 512 genes and the pieces summed in `f64`; the result is within 1e-6 of the
//! coefficient computed in `f64` throughout. A column with gaps is compared pair by pair over the
//! genes present in both, in `f64`, which is slower.

use std::sync::atomic::{AtomicUsize, Ordering};

use cuvette_kernels::{
    rank::{self, SortScratch},
    sums,
};

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{
        blocks::transpose,
        center::is_constant,
        correlation::{CorrelationMethod, CorrelationScratch, correlate},
        gram::{BLOCK, products, rows_from},
    },
};

/// The correlation of every two columns of `matrix`.
///
/// # Shapes
///
/// `n_columns × n_columns`, symmetric.
///
/// # Missing values
///
/// Each two columns are compared over the rows present in both. NaN where the coefficient is
/// undefined: a column that is constant or has fewer than two values, its diagonal cell included,
/// as in `numpy.corrcoef`.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
///
/// # Complexity
///
/// `n_columns² / 2 × n_rows` multiplications; memory for one more copy of the matrix.
///
/// # References
///
/// Agrees within 1e-6 with `numpy.corrcoef(rowvar=False)` and `scipy.stats.spearmanr`, with gaps
/// with `pandas.DataFrame.corr` and R `cor(use = "pairwise.complete.obs")`.
pub fn correlation_matrix(
    matrix: &Matrix,
    method: CorrelationMethod,
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    if matrix.n_rows() == 0 {
        return Ok(Matrix::missing(matrix.n_columns(), matrix.n_columns()));
    }
    let profiles = transpose(matrix, context)?;
    let has_gaps: Vec<bool> = parallel::map(profiles.n_rows(), &|at| {
        profiles.row(at).iter().any(|value| value.is_nan())
    });
    let originals = has_gaps.contains(&true).then(|| profiles.clone());
    let standardized = standardize_profiles(profiles, method, context)?;
    let mut coefficients = multiply_all(&standardized, context)?;
    if let Some(profiles) = originals {
        correlate_gapped(&profiles, &has_gaps, method, &mut coefficients, context)?;
    }
    mirror(&mut coefficients, context)?;
    Ok(coefficients)
}

/// Brings every profile (its ranks) to mean 0 and length 1; NaN where it has gaps or is constant.
fn standardize_profiles(
    mut profiles: Matrix,
    method: CorrelationMethod,
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    let n_genes = profiles.n_columns();
    parallel::try_map_runs(profiles.values_mut(), n_genes, &|_, profiles| {
        let mut scratch = SortScratch::default();
        for profile in profiles.chunks_mut(n_genes) {
            context.check_cancelled()?;
            if method == CorrelationMethod::Spearman {
                let values = profile.to_vec();
                rank::average_ranks(&values, &mut scratch, profile);
            }
            standardize(profile);
        }
        Ok::<Vec<()>, AnalysisError>(Vec::new())
    })?;
    Ok(profiles)
}

fn standardize(profile: &mut [f32]) {
    if is_constant(profile) {
        profile.fill(f32::NAN);
        return;
    }
    let mean = sums::sum(profile) / profile.len() as f64;
    let length = sums::sum_of_squares_about(profile, mean).sqrt();
    for value in profile {
        *value = ((f64::from(*value) - mean) / length) as f32;
    }
}

/// The upper triangle of all inner products of the profiles, diagonal 1; the rest is not written.
pub(super) fn multiply_all(profiles: &Matrix, context: &Context) -> Result<Matrix, AnalysisError> {
    let n_profiles = profiles.n_rows();
    let mut coefficients = Matrix::missing(n_profiles, n_profiles);
    let n_done = AtomicUsize::new(0);
    parallel::try_map_chunks(
        coefficients.values_mut(),
        BLOCK * n_profiles,
        &|block, cells| {
            let first_row = block * BLOCK;
            let left = rows_from(profiles, first_row);
            for first_column in (first_row..n_profiles).step_by(BLOCK) {
                context.check_cancelled()?;
                let right = rows_from(profiles, first_column);
                let products = products(&left, &right);
                for (cells, products) in cells
                    .chunks_exact_mut(n_profiles)
                    .zip(products.chunks(right.len()))
                {
                    for (cell, product) in cells[first_column..].iter_mut().zip(products) {
                        *cell = product.clamp(-1.0, 1.0) as f32;
                    }
                }
            }
            for (row, cells) in cells.chunks_exact_mut(n_profiles).enumerate() {
                let diagonal = &mut cells[first_row + row];
                *diagonal = if diagonal.is_nan() { f32::NAN } else { 1.0 };
            }
            let n_rows = cells.len() / n_profiles;
            let n_before = n_done.fetch_add(n_rows, Ordering::Relaxed);
            context.progress(n_before + n_rows, n_profiles, "samples");
            Ok::<(), AnalysisError>(())
        },
    )?;
    Ok(coefficients)
}

/// Writes the coefficients in the upper triangle of which one profile has gaps.
fn correlate_gapped(
    profiles: &Matrix,
    has_gaps: &[bool],
    method: CorrelationMethod,
    coefficients: &mut Matrix,
    context: &Context,
) -> Result<(), AnalysisError> {
    let n_profiles = profiles.n_rows();
    parallel::try_map_chunks(coefficients.values_mut(), n_profiles, &|row, cells| {
        let mut scratch = CorrelationScratch::default();
        for column in row..n_profiles {
            if has_gaps[row] || has_gaps[column] {
                context.check_cancelled()?;
                let (x, y) = (profiles.row(row), profiles.row(column));
                cells[column] = correlate(x, y, method, &mut scratch).coefficient as f32;
            }
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(())
}

/// Copies the upper triangle to the lower one.
pub(super) fn mirror(coefficients: &mut Matrix, context: &Context) -> Result<(), AnalysisError> {
    let n_profiles = coefficients.n_rows();
    for row in 1..n_profiles {
        context.check_cancelled()?;
        let (above, cells) = coefficients.values_mut().split_at_mut(row * n_profiles);
        for (cell, &mirrored) in cells[..row]
            .iter_mut()
            .zip(above[row..].iter().step_by(n_profiles))
        {
            *cell = mirrored;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::correlation_matrix;
    use crate::{
        context::quietly,
        matrix::Matrix,
        stats::{
            correlation::{CorrelationMethod, CorrelationScratch, correlate},
            gram::BLOCK,
        },
    };

    /// Fixed numbers with ties; in every third column one cell in thirteen is missing.
    fn matrix(n_rows: usize, n_columns: usize, with_gaps: bool) -> Matrix {
        let value = |i: usize| match (i * 7919) % 1009 {
            v if with_gaps && i % n_columns % 3 == 1 && v % 13 == 0 => f32::NAN,
            v => (v % 200) as f32 / 8.0,
        };
        Matrix::from_rows(
            n_rows,
            n_columns,
            (0..n_rows * n_columns).map(value).collect(),
        )
    }

    fn check(matrix: &Matrix, method: CorrelationMethod) {
        let found =
            quietly(|context| correlation_matrix(matrix, method, context)).expect("not cancelled");
        let mut scratch = CorrelationScratch::default();
        for row in 0..matrix.n_columns() {
            for column in 0..matrix.n_columns() {
                let (x, y) = (matrix.column(row), matrix.column(column));
                let expected = correlate(&x, &y, method, &mut scratch).coefficient;
                let found = f64::from(found.get(row, column));
                assert!(
                    (found - expected).abs() < 1e-6 || found.is_nan() && expected.is_nan(),
                    "{found} but {expected} at {row}, {column}"
                );
            }
        }
    }

    #[test]
    fn every_coefficient_is_that_of_its_two_columns() {
        for (n_rows, n_columns) in [(1, 1), (2, 3), (37, BLOCK), (600, BLOCK + 1), (40, 70)] {
            for method in [CorrelationMethod::Pearson, CorrelationMethod::Spearman] {
                check(&matrix(n_rows, n_columns, false), method);
                check(&matrix(n_rows, n_columns, true), method);
            }
        }
    }

    #[test]
    fn a_constant_column_correlates_with_nothing() {
        let mut with_constant = matrix(20, 5, false);
        for row in 0..20 {
            with_constant.row_mut(row)[2] = 0.1;
        }
        check(&with_constant, CorrelationMethod::Pearson);
        check(&with_constant, CorrelationMethod::Spearman);
    }

    #[test]
    fn no_column_gives_an_empty_matrix() {
        check(&Matrix::missing(0, 0), CorrelationMethod::Pearson);
        check(&Matrix::missing(5, 0), CorrelationMethod::Pearson);
        check(&Matrix::missing(0, 3), CorrelationMethod::Spearman);
    }
}
