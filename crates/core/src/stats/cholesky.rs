//! Symmetric matrices without a direction that counts for nothing or less, as a triangle times its
//! transpose: to solve by, and to invert.
//!
//! How this works: columns are taken 32 at a time. What the columns before them explain is
//! subtracted as one product of matrices, the small block on the diagonal is worked through one
//! number after the other, and the rows below it are solved by it. The order of additions is fixed:
//! the same bits on any number of threads, natively and in WebAssembly.

use cuvette_kernels::{
    dense::{Real, View},
    vectors::{add_scaled, dot, scale},
};

use super::eigen::Symmetric;
use crate::{context::Context, error::AnalysisError, parallel};

/// Columns taken at a time, rows to a piece of work, and columns of the inverse made together.
const BLOCK: usize = 32;

/// A pivot below this share of its place on the diagonal is what rounding left.
const MIN_PIVOT: f64 = 1e-13;

/// The triangle L with A = L Lᵀ.
#[derive(Debug, Clone)]
pub struct Cholesky {
    n: usize,
    /// Row after row, zeros above the diagonal.
    cells: Vec<f64>,
}

impl Cholesky {
    /// The triangle of a matrix of which what stands above the diagonal is not read; none where the
    /// matrix is not positive definite, or its cells are not finite.
    ///
    /// # Errors
    ///
    /// Only [`AnalysisError::Cancelled`].
    ///
    /// # Complexity
    ///
    /// `n³ / 6` multiplications, on all threads, in the memory of the cells.
    pub fn of(matrix: Symmetric, context: &Context) -> Result<Option<Self>, AnalysisError> {
        let n = matrix.len();
        let mut cells = matrix.into_cells();
        for start in (0..n).step_by(BLOCK) {
            context.check_cancelled()?;
            let end = n.min(start + BLOCK);
            let (above, below) = cells.split_at_mut(end * n);
            let here = &mut above[start * n..];
            let before = left_part(here, n, start);
            subtract_explained(here, &before, n, start);
            if !factor_block(here, n, start) {
                return Ok(None);
            }
            let block: &[f64] = here;
            parallel::try_map_chunks(below, BLOCK * n, &|_, rows| {
                context.check_cancelled()?;
                subtract_explained(rows, &before, n, start);
                for row in rows.chunks_exact_mut(n) {
                    solve_row(row, block, n, start..end);
                }
                Ok::<(), AnalysisError>(())
            })?;
        }
        for (at, row) in cells.chunks_exact_mut(n.max(1)).enumerate() {
            row[at + 1..].fill(0.0);
        }
        Ok(Some(Self { n, cells }))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.n
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.n..(row + 1) * self.n]
    }

    /// The x with A x = `right`.
    ///
    /// # Panics
    ///
    /// When `right` has another length than the rows.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        assert_eq!(right.len(), self.n, "a number per row");
        let mut x = right.to_vec();
        for at in 0..self.n {
            let row = self.row(at);
            x[at] = (x[at] - dot(&row[..at], &x[..at])) / row[at];
        }
        for at in (0..self.n).rev() {
            let row = self.row(at);
            x[at] /= row[at];
            let factor = -x[at];
            add_scaled(&mut x[..at], factor, &row[..at]);
        }
        x
    }

    /// The inverse of A.
    ///
    /// # Errors
    ///
    /// Only [`AnalysisError::Cancelled`].
    ///
    /// # Complexity
    ///
    /// `n³ / 3` multiplications, on all threads, and memory for `n²` numbers.
    pub fn inverse(&self, context: &Context) -> Result<Symmetric, AnalysisError> {
        let n = self.n;
        let mut cells = vec![0.0; n * n];
        parallel::try_map_chunks(&mut cells, BLOCK * n, &|block, rows| {
            let first = block * BLOCK;
            let width = rows.len() / n;
            let columns = self.inverse_columns(first, width, context)?;
            for (at, row) in rows.chunks_exact_mut(n).enumerate() {
                let column = columns[at..].iter().step_by(width);
                for (cell, value) in row[first..].iter_mut().zip(column) {
                    *cell = *value;
                }
            }
            Ok::<(), AnalysisError>(())
        })?;
        // Made to the right of the diagonal alone, but for the small blocks on it.
        for row in 1..n {
            for column in 0..row {
                cells[row * n + column] = cells[column * n + row];
            }
        }
        Ok(Symmetric::from_rows(n, cells))
    }

    /// Neighboring columns of the inverse, of their rows from `first` on, row after row.
    fn inverse_columns(
        &self,
        first: usize,
        width: usize,
        context: &Context,
    ) -> Result<Vec<f64>, AnalysisError> {
        let n_rows = self.n - first;
        let mut x = vec![0.0; n_rows * width];
        for at in 0..width {
            x[at * width + at] = 1.0;
        }
        for at in 0..n_rows {
            context.check_cancelled()?;
            let row = &self.row(first + at)[first..];
            let (done, rest) = x.split_at_mut(at * width);
            let own = &mut rest[..width];
            for (factor, values) in row.iter().zip(done.chunks_exact(width)) {
                add_scaled(own, -factor, values);
            }
            scale(own, 1.0 / row[at]);
        }
        for at in (0..n_rows).rev() {
            context.check_cancelled()?;
            let row = &self.row(first + at)[first..];
            let (above, rest) = x.split_at_mut(at * width);
            let own = &mut rest[..width];
            scale(own, 1.0 / row[at]);
            for (factor, values) in row.iter().zip(above.chunks_exact_mut(width)) {
                add_scaled(values, -factor, own);
            }
        }
        Ok(x)
    }
}

/// The cells of whole rows that stand left of a column.
fn left_part(rows: &[f64], n: usize, end: usize) -> Vec<f64> {
    let rows = rows.chunks_exact(n);
    rows.flat_map(|row| &row[..end]).copied().collect()
}

/// Subtracts from the columns from `start` on what the columns before them explain; `before` are
/// the rows of the block, left of it.
fn subtract_explained(rows: &mut [f64], before: &[f64], n: usize, start: usize) {
    if start == 0 {
        return;
    }
    let width = before.len() / start;
    let left = left_part(rows, n, start);
    let mut explained = vec![0.0; rows.len() / n * width];
    let right = View::new(before, start).transposed();
    f64::add_product(View::new(&left, start), right, &mut explained);
    for (row, explained) in rows.chunks_exact_mut(n).zip(explained.chunks_exact(width)) {
        for (cell, explained) in row[start..].iter_mut().zip(explained) {
            *cell -= explained;
        }
    }
}

/// Works through the block on the diagonal; false where a pivot is not above zero.
fn factor_block(block: &mut [f64], n: usize, start: usize) -> bool {
    for at in 0..block.len() / n {
        let (above, rest) = block.split_at_mut(at * n);
        let row = &mut rest[..n];
        let diagonal = start + at;
        solve_row(row, above, n, start..diagonal);
        let explained = dot(&row[start..diagonal], &row[start..diagonal]);
        let pivot = row[diagonal] - explained;
        // What was subtracted before belongs to the place on the diagonal too.
        let before = dot(&row[..start], &row[..start]);
        let is_positive = pivot > MIN_PIVOT * (row[diagonal] + before) && pivot.is_finite();
        if !is_positive {
            return false;
        }
        row[diagonal] = pivot.sqrt();
    }
    true
}

/// Solves one row by the rows of the block above it, in those columns.
fn solve_row(row: &mut [f64], block: &[f64], n: usize, columns: std::ops::Range<usize>) {
    let start = columns.start;
    for (column, above) in columns.zip(block.chunks_exact(n)) {
        let explained = dot(&row[start..column], &above[start..column]);
        row[column] = (row[column] - explained) / above[column];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Cholesky};
    use crate::{context::quietly, random::Random, stats::eigen::Symmetric};

    /// Products of random rows, and something on the diagonal.
    fn matrix(n: usize, seed: u64) -> Symmetric {
        let mut random = Random::new(seed);
        let rows: Vec<Vec<f64>> = (0..n)
            .map(|_| (0..n).map(|_| random.signed()).collect())
            .collect();
        let cell = |at: usize| {
            let (i, j) = (at / n, at % n);
            let product: f64 = rows[i].iter().zip(&rows[j]).map(|(x, y)| x * y).sum();
            product + if i == j { 0.5 } else { 0.0 }
        };
        Symmetric::from_rows(n, (0..n * n).map(cell).collect())
    }

    fn times(matrix: &Symmetric, x: &[f64]) -> Vec<f64> {
        let row = |at: usize| matrix.row(at).iter().zip(x).map(|(a, x)| a * x).sum();
        (0..matrix.len()).map(row).collect()
    }

    fn triangle(matrix: &Symmetric) -> Option<Cholesky> {
        quietly(|context| Cholesky::of(matrix.clone(), context)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_solution_times_the_matrix_is_the_right_side(n in 1_usize..3 * BLOCK, seed in 0_u64..99) {
            let matrix = matrix(n, seed);
            let mut random = Random::new(seed + 1);
            let right: Vec<f64> = (0..n).map(|_| random.signed()).collect();
            let x = triangle(&matrix).unwrap().solve(&right);
            for (found, expected) in times(&matrix, &x).iter().zip(&right) {
                prop_assert!((found - expected).abs() < 1e-9, "{found}, {expected}");
            }
        }

        #[test]
        fn the_inverse_times_the_matrix_is_the_identity(n in 1_usize..3 * BLOCK, seed in 0_u64..99) {
            let matrix = matrix(n, seed);
            let triangle = triangle(&matrix).unwrap();
            let inverse = quietly(|context| triangle.inverse(context)).unwrap();
            for at in 0..n {
                let found = times(&matrix, inverse.row(at));
                for (i, cell) in found.iter().enumerate() {
                    let expected = f64::from(u8::from(i == at));
                    prop_assert!((cell - expected).abs() < 1e-9, "{cell}, {expected}");
                }
            }
        }
    }

    #[test]
    fn every_number_of_threads_gives_the_same_bits() {
        let matrix = matrix(5 * BLOCK + 3, 1);
        let invert = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
            let inverse = || {
                let triangle = triangle(&matrix).unwrap();
                quietly(|context| triangle.inverse(context)).unwrap()
            };
            pool.build().unwrap().install(inverse).into_cells()
        };
        let expected = invert(1);
        assert_eq!(invert(2), expected);
        assert_eq!(invert(7), expected);
    }

    #[test]
    fn a_direction_that_counts_for_nothing_is_refused() {
        let square = |cells: &[f64]| {
            let n = cells.len().isqrt();
            triangle(&Symmetric::from_rows(n, cells.to_vec()))
        };
        assert!(square(&[1.0, 1.0, 1.0, 1.0]).is_none());
        assert!(square(&[1.0, 2.0, 2.0, 1.0]).is_none());
        assert!(square(&[0.0]).is_none());
        assert!(square(&[f64::NAN]).is_none());
        assert!(square(&[]).unwrap().is_empty());
        assert_eq!(square(&[4.0]).unwrap().solve(&[8.0]), [2.0]);
    }
}
