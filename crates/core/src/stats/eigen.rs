//! The largest eigenvalues of a symmetric matrix, with their eigenvectors.
//!
//! How this works: the Lanczos process (Lanczos 1950, <https://doi.org/10.6028/jres.045.026>) with
//! every new vector made orthogonal to all before it (Paige 1972; Parlett and Scott 1979,
//! <https://doi.org/10.1090/S0025-5718-1979-0514820-3>). Its basis grows until the wanted pairs stand
//! to nine digits; up to 300 rows it is always complete, and then this is a reduction to
//! tridiagonal form like Householder's. A process that comes to its end early, since a space is
//! invariant, goes on with a vector orthogonal to it, so that equal eigenvalues are all found.

use cuvette_kernels::vectors::{add_scaled, dot, scale};

use super::tridiagonal::diagonalize;
use crate::{context::Context, error::AnalysisError, parallel, random::Random};

/// Matrices up to this many rows are worked through to the end.
const COMPLETE: usize = 300;

/// What is left of a wanted eigenpair, relative to the largest eigenvalue.
const TOLERANCE: f64 = 1e-9;

/// The process looks whether it is done after so many vectors more.
const CHECK_EVERY: usize = 10;

/// A square matrix of `f64`, row after row, of which only symmetric ones are used.
#[derive(Debug, Clone)]
pub struct Symmetric {
    n: usize,
    cells: Vec<f64>,
}

/// Eigenvalues, largest first, each with its eigenvector of length 1.
#[derive(Debug, Clone)]
pub struct Eigenpairs {
    /// The eigenvalues.
    pub values: Vec<f64>,
    /// One eigenvector per value; of two signs, either.
    pub vectors: Vec<Vec<f64>>,
}

impl Symmetric {
    /// Wraps `cells`, row after row.
    ///
    /// # Panics
    ///
    /// When there are not `n * n` cells.
    pub fn from_rows(n: usize, cells: Vec<f64>) -> Self {
        assert_eq!(cells.len(), n * n, "a square");
        Self { n, cells }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.n
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.n..(row + 1) * self.n]
    }

    /// All cells, row after row.
    pub fn cells(&self) -> &[f64] {
        &self.cells
    }

    /// Gives the cells back, row after row, without a copy.
    pub fn into_cells(self) -> Vec<f64> {
        self.cells
    }

    /// Sum of the diagonal: of all eigenvalues.
    pub fn trace(&self) -> f64 {
        self.cells.iter().step_by(self.n + 1).sum()
    }

    fn times(&self, vector: &[f64]) -> Vec<f64> {
        parallel::map_by(64, self.n, &|row| dot(self.row(row), vector))
    }
}

/// The `n_wanted` largest eigenvalues with their eigenvectors; all of them where there are fewer.
///
/// # Errors
///
/// [`AnalysisError::NotConverged`] with cells that are not finite, and [`AnalysisError::Cancelled`].
///
/// # Complexity
///
/// Some multiples of `n_wanted` products of the matrix with a vector.
pub fn largest_eigenpairs(
    matrix: &Symmetric,
    n_wanted: usize,
    context: &Context,
) -> Result<Eigenpairs, AnalysisError> {
    let n_wanted = n_wanted.min(matrix.n);
    let mut process = Process::new(matrix.n);
    let mut next_check = 2 * n_wanted + CHECK_EVERY;
    while process.extend(matrix) {
        context.check_cancelled()?;
        let n_steps = process.diagonal.len();
        if process.last_break == n_steps {
            next_check = n_steps + n_wanted + CHECK_EVERY;
        }
        if n_steps >= next_check && matrix.n > COMPLETE {
            if process.is_settled(n_wanted, context)? {
                break;
            }
            next_check += CHECK_EVERY.max(n_steps / 8);
        }
    }
    process.eigenpairs(n_wanted, context)
}

/// An orthonormal basis in which the matrix is tridiagonal, as far as it goes.
struct Process {
    n: usize,
    basis: Vec<Vec<f64>>,
    diagonal: Vec<f64>,
    /// Between each vector and the next, 0 where the process began anew.
    beside: Vec<f64>,
    /// The vector that comes next, of length 1; none when the basis is complete.
    next: Option<Vec<f64>>,
    /// Number of vectors when the process last began anew.
    last_break: usize,
    random: Random,
}

impl Process {
    fn new(n: usize) -> Self {
        let mut process = Self {
            n,
            basis: Vec::new(),
            diagonal: Vec::new(),
            beside: Vec::new(),
            next: None,
            last_break: 0,
            // Any start without pattern finds the same pairs.
            random: Random::new(0),
        };
        process.next = process.fresh();
        process
    }

    /// Takes the next vector into the basis; false where there is none.
    fn extend(&mut self, matrix: &Symmetric) -> bool {
        let Some(vector) = self.next.take() else {
            return false;
        };
        let mut product = matrix.times(&vector);
        let size = dot(&product, &product).sqrt();
        let along = dot(&product, &vector);
        add_scaled(&mut product, -along, &vector);
        self.basis.push(vector);
        self.diagonal.push(along);
        let left = self.make_orthogonal(&mut product);
        if left > 1e-13 * size && left.is_normal() {
            scale(&mut product, 1.0 / left);
            self.beside.push(left);
            self.next = (self.basis.len() < self.n).then_some(product);
        } else {
            self.beside.push(0.0);
            self.last_break = self.basis.len();
            self.next = self.fresh();
        }
        true
    }

    /// A vector of length 1 without pattern, orthogonal to the basis; none where that is complete.
    fn fresh(&mut self) -> Option<Vec<f64>> {
        if self.basis.len() >= self.n {
            return None;
        }
        let mut vector: Vec<f64> = (0..self.n).map(|_| self.random.signed()).collect();
        let length = self.make_orthogonal(&mut vector);
        scale(&mut vector, 1.0 / length);
        Some(vector)
    }

    /// Takes away what a vector has in common with the basis; gives the length of what is left.
    fn make_orthogonal(&self, vector: &mut [f64]) -> f64 {
        let mut before = dot(vector, vector).sqrt();
        loop {
            let share = |at: usize| dot(&self.basis[at], vector);
            let shares = parallel::map_by(16, self.basis.len(), &share);
            for (known, share) in self.basis.iter().zip(shares) {
                add_scaled(vector, -share, known);
            }
            let left = dot(vector, vector).sqrt();
            // Twice is enough (Kahan, in Parlett 1998, §6.9) unless nothing but rounding is left.
            if left > 0.7 * before || left <= f64::MIN_POSITIVE || !left.is_finite() {
                return left;
            }
            before = left;
        }
    }

    /// Whether the wanted pairs of the basis so far are those of the matrix.
    fn is_settled(&self, n_wanted: usize, context: &Context) -> Result<bool, AnalysisError> {
        let n = self.diagonal.len();
        let mut last_entries = vec![vec![0.0]; n];
        last_entries[n - 1][0] = 1.0;
        let (mut values, mut beside) = self.tridiagonal();
        diagonalize(&mut values, &mut beside, &mut last_entries, context)?;
        let order = largest_first(&values);
        let next_to_last = self.beside[n - 1];
        let largest = order.first().map_or(0.0, |&at| values[at].abs());
        Ok(order
            .iter()
            .take(n_wanted)
            .all(|&at| (next_to_last * last_entries[at][0]).abs() <= TOLERANCE * largest))
    }

    fn tridiagonal(&self) -> (Vec<f64>, Vec<f64>) {
        let mut beside = self.beside.clone();
        if let Some(last) = beside.last_mut() {
            *last = 0.0;
        }
        (self.diagonal.clone(), beside)
    }

    fn eigenpairs(self, n_wanted: usize, context: &Context) -> Result<Eigenpairs, AnalysisError> {
        let n = self.diagonal.len();
        let unit = |at: usize| (0..n).map(|i| f64::from(u8::from(i == at))).collect();
        let mut turns: Vec<Vec<f64>> = (0..n).map(unit).collect();
        let (mut values, mut beside) = self.tridiagonal();
        diagonalize(&mut values, &mut beside, &mut turns, context)?;
        let order = largest_first(&values);
        let wanted = &order[..n_wanted.min(n)];
        let vectors = parallel::map(wanted.len(), &|at| {
            let mut vector = vec![0.0; self.n];
            for (known, &share) in self.basis.iter().zip(&turns[wanted[at]]) {
                add_scaled(&mut vector, share, known);
            }
            vector
        });
        Ok(Eigenpairs {
            vectors,
            values: wanted.iter().map(|&at| values[at]).collect(),
        })
    }
}

fn largest_first(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[j].total_cmp(&values[i]).then(i.cmp(&j)));
    order
}

#[cfg(test)]
mod tests {
    use super::{COMPLETE, Symmetric, largest_eigenpairs};
    use crate::{context::quietly, random::Random};
    use cuvette_kernels::vectors::dot;

    /// A matrix with the given eigenvalues: turned twice by reflections without pattern.
    fn with_values(values: &[f64]) -> Symmetric {
        let n = values.len();
        let mut random = Random::new(3);
        let mut cells = vec![0.0; n * n];
        for (i, value) in values.iter().enumerate() {
            cells[i * n + i] = *value;
        }
        for _ in 0..2 {
            let mirror: Vec<f64> = (0..n).map(|_| random.signed()).collect();
            let factor = 2.0 / dot(&mirror, &mirror);
            for _ in 0..2 {
                // Rows reflected, and transposed: twice reflects rows and columns.
                for row in cells.chunks_exact_mut(n) {
                    let share = factor * dot(row, &mirror);
                    for (cell, mirror) in row.iter_mut().zip(&mirror) {
                        *cell -= share * mirror;
                    }
                }
                cells = (0..n * n).map(|at| cells[at % n * n + at / n]).collect();
            }
        }
        Symmetric::from_rows(n, cells)
    }

    fn check(values: &[f64], n_wanted: usize) {
        let matrix = with_values(values);
        let found = quietly(|context| largest_eigenpairs(&matrix, n_wanted, context)).unwrap();
        let mut expected = values.to_vec();
        expected.sort_by(|a, b| b.total_cmp(a));
        let size = values
            .iter()
            .fold(0.0_f64, |size, value| size.max(value.abs()));
        assert_eq!(found.values.len(), n_wanted.min(values.len()));
        for (at, (value, vector)) in found.values.iter().zip(&found.vectors).enumerate() {
            assert!((value - expected[at]).abs() <= 1e-9 * size, "{at}: {value}");
            let product = matrix.times(vector);
            for (product, entry) in product.iter().zip(vector) {
                assert!((product - value * entry).abs() <= 1e-8 * size, "{at}");
            }
            for (other, second) in found.vectors.iter().enumerate() {
                let expected = f64::from(u8::from(at == other));
                assert!((dot(vector, second) - expected).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn known_eigenvalues_are_found_with_their_vectors() {
        check(&[5.0], 3);
        check(&[1.0, -2.0], 2);
        check(&(0..60).map(f64::from).collect::<Vec<_>>(), 60);
        let falling = |n: i32| {
            (0..n)
                .map(|i| 100.0 * 0.93_f64.powi(i) + 1.0)
                .collect::<Vec<_>>()
        };
        check(&falling(COMPLETE as i32), 10);
        check(&falling(COMPLETE as i32 + 150), 20);
    }

    #[test]
    fn equal_eigenvalues_are_all_found() {
        check(&[2.0; 40], 40);
        check(&[0.0; 7], 3);
        let mut twins = vec![1.0; COMPLETE + 100];
        twins[..6].copy_from_slice(&[9.0, 9.0, 9.0, 4.0, 4.0, 2.0]);
        check(&twins, 6);
    }

    #[test]
    fn a_matrix_without_rows_has_no_eigenvalues() {
        let empty = Symmetric::from_rows(0, Vec::new());
        let found = quietly(|context| largest_eigenpairs(&empty, 3, context)).unwrap();
        assert!(found.values.is_empty() && found.vectors.is_empty());
    }
}
