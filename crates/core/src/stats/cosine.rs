//! Cosine similarity: how alike the profiles of samples are, whatever their scale.

use super::{
    blocks::transpose,
    correlation_matrix::{mirror, multiply_all},
};
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};
use cuvette_kernels::sums;

/// The cosine of the angle between two profiles.
///
/// ```text
/// c = Σ x y / √(Σ x² Σ y²)
/// ```
///
/// 0 where a profile is zero throughout, NaN where no value is common.
///
/// # Missing values
///
/// A pair of values is left out where either is missing.
///
/// # References
///
/// Agrees with `sklearn.metrics.pairwise.cosine_similarity`.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// use cuvette_core::stats::cosine::cosine;
///
/// assert_eq!(cosine(&[3.0, 4.0, f64::NAN], &[3.0, 0.0, 9.0]), 0.6);
/// ```
pub fn cosine<T: Copy + Into<f64>>(x: &[T], y: &[T]) -> f64 {
    assert_eq!(x.len(), y.len(), "profiles over the same genes");
    let (mut xx, mut yy, mut xy, mut n) = (0.0, 0.0, 0.0, 0);
    for (&x, &y) in x.iter().zip(y) {
        let (x, y): (f64, f64) = (x.into(), y.into());
        if !x.is_nan() && !y.is_nan() {
            xx += x * x;
            yy += y * y;
            xy += x * y;
            n += 1;
        }
    }
    if n == 0 { f64::NAN } else { ratio(xy, xx * yy) }
}

/// A product over the root of the product of squares.
fn ratio(xy: f64, squares: f64) -> f64 {
    if squares == 0.0 {
        return 0.0;
    }
    (xy / squares.sqrt()).clamp(-1.0, 1.0)
}

/// The cosine of every two columns of `matrix` in `f64` throughout: row after row, the upper
/// triangle with the diagonal; the rest is 0.
///
/// As [`cosine_matrix`] and slower: for few columns.
pub(super) fn upper_cosines(matrix: &Matrix, context: &Context) -> Result<Vec<f64>, AnalysisError> {
    let n_columns = matrix.n_columns();
    if matrix.n_rows() == 0 {
        return Ok(vec![f64::NAN; n_columns * n_columns]);
    }
    let mut cosines = vec![0.0; n_columns * n_columns];
    let profiles = transpose(matrix, context)?;
    let squares = |column: usize| sums::dot(profiles.row(column), profiles.row(column));
    // NaN marks a column with gaps.
    let squares: Vec<f64> = parallel::map(n_columns, &squares);
    parallel::try_map_chunks(&mut cosines, n_columns, &|row, cells| {
        for column in row..n_columns {
            context.check_cancelled()?;
            let (x, y) = (profiles.row(row), profiles.row(column));
            let product = squares[row] * squares[column];
            cells[column] = if product.is_nan() {
                cosine(x, y)
            } else {
                ratio(sums::dot(x, y), product)
            };
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(cosines)
}

/// The columns of `matrix` as rows of length 1, and whether each has missing values; those that do
/// are not to be used. A column of zeros stays one.
pub(super) fn unit_profiles(
    matrix: &Matrix,
    context: &Context,
) -> Result<(Matrix, Vec<bool>), AnalysisError> {
    let mut profiles = transpose(matrix, context)?;
    let has_gaps =
        parallel::try_map_chunks(profiles.values_mut(), matrix.n_rows(), &|_, profile| {
            context.check_cancelled()?;
            let length = sums::dot(profile, profile).sqrt();
            for value in profile.iter_mut().filter(|_| length > 0.0) {
                *value = (f64::from(*value) / length) as f32;
            }
            Ok::<bool, AnalysisError>(length.is_nan())
        })?;
    Ok((profiles, has_gaps))
}

/// The cosine of every two columns of `matrix`.
///
/// # Shapes
///
/// `n_columns × n_columns`, symmetric; the diagonal is 1, or 0 of a column of zeros.
///
/// # Missing values
///
/// Each two columns are compared over the rows present in both, as in [`cosine`].
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
///
/// # Complexity
///
/// `n_columns² / 2 × n_rows` multiplications, in `f32` over pieces that are summed in `f64`: within
/// 1e-6 of the cosine in `f64` throughout. Columns with gaps are compared in `f64`, which is slower.
///
/// # References
///
/// Agrees within 1e-6 with `sklearn.metrics.pairwise.cosine_similarity` of the columns.
pub fn cosine_matrix(matrix: &Matrix, context: &Context) -> Result<Matrix, AnalysisError> {
    let n_columns = matrix.n_columns();
    if matrix.n_rows() == 0 {
        return Ok(Matrix::missing(n_columns, n_columns));
    }
    let (profiles, has_gaps) = unit_profiles(matrix, context)?;
    let mut cosines = multiply_all(&profiles, context)?;
    if has_gaps.contains(&true) {
        let originals = transpose(matrix, context)?;
        fill_gapped(&originals, &has_gaps, &mut cosines, context)?;
    }
    for column in 0..n_columns {
        if profiles.row(column).iter().all(|&value| value == 0.0) {
            cosines.row_mut(column)[column] = 0.0;
        }
    }
    mirror(&mut cosines, context)?;
    Ok(cosines)
}

/// Writes the cosines in the upper triangle of which one profile has gaps.
fn fill_gapped(
    profiles: &Matrix,
    has_gaps: &[bool],
    cosines: &mut Matrix,
    context: &Context,
) -> Result<(), AnalysisError> {
    parallel::try_map_chunks(cosines.values_mut(), profiles.n_rows(), &|row, cells| {
        for column in row..profiles.n_rows() {
            if has_gaps[row] || has_gaps[column] {
                context.check_cancelled()?;
                cells[column] = cosine(profiles.row(row), profiles.row(column)) as f32;
            }
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{cosine, cosine_matrix, upper_cosines};
    use crate::{context::quietly, matrix::Matrix};

    fn check(matrix: &Matrix) {
        let found = quietly(|context| cosine_matrix(matrix, context)).unwrap();
        let exact = quietly(|context| upper_cosines(matrix, context)).unwrap();
        for row in 0..matrix.n_columns() {
            for column in 0..matrix.n_columns() {
                let expected = cosine(&matrix.column(row), &matrix.column(column));
                let found = f64::from(found.get(row, column));
                let upper = exact[row.min(column) * matrix.n_columns() + row.max(column)];
                assert!((upper - expected).abs() < 1e-13 || upper.is_nan() && expected.is_nan());
                assert!(
                    (found - expected).abs() < 1e-6 || found.is_nan() && expected.is_nan(),
                    "{found} but {expected} at {row}, {column}"
                );
            }
        }
    }

    #[test]
    fn every_cosine_is_that_of_its_two_columns() {
        for (n_rows, n_columns) in [(1, 1), (3, 2), (700, 33)] {
            for with_gaps in [false, true] {
                let value = |i: usize| match (i * 7919) % 1009 {
                    v if with_gaps && i % 3 == 1 && v % 13 == 0 => f32::NAN,
                    _ if i % n_columns == 5 => 0.0,
                    v => v as f32 / 8.0 - 3.0,
                };
                let values = (0..n_rows * n_columns).map(value).collect();
                check(&Matrix::from_rows(n_rows, n_columns, values));
            }
        }
    }

    #[test]
    fn no_row_or_no_column_gives_no_cosine() {
        check(&Matrix::missing(0, 2));
        check(&Matrix::missing(3, 0));
        check(&Matrix::missing(3, 2));
    }
}
