//! A matrix of `f32`: row after row, as bulk expression data are, or sparse, as counts in single
//! cells are.

use std::{borrow::Cow, sync::OnceLock};

use crate::{parallel, sparse::SparseMatrix};

/// Numbers in rows and columns, `f32`; a missing value is NaN.
///
/// Values are stored as `f32`, row-major; statistics are computed in `f64` on those values. A sparse
/// matrix has the same interface. Where a whole row or all values are asked for, its dense form is
/// made, once, and held beside it; the methods that never do that say so.
#[derive(Debug, Clone)]
pub struct Matrix {
    n_rows: usize,
    n_columns: usize,
    storage: Storage,
}

#[derive(Debug)]
enum Storage {
    Dense(Vec<f32>),
    Sparse(Box<Sparse>),
}

#[derive(Debug)]
struct Sparse {
    cells: SparseMatrix,
    dense: OnceLock<Vec<f32>>,
}

impl Clone for Storage {
    /// The dense form of a sparse matrix is not copied: it can be made again.
    fn clone(&self) -> Self {
        match self {
            Self::Dense(values) => Self::Dense(values.clone()),
            Self::Sparse(sparse) => Self::sparse(sparse.cells.clone()),
        }
    }
}

impl Default for Matrix {
    fn default() -> Self {
        Self::from_rows(0, 0, Vec::new())
    }
}

impl Storage {
    fn sparse(cells: SparseMatrix) -> Self {
        Self::Sparse(Box::new(Sparse {
            cells,
            dense: OnceLock::new(),
        }))
    }
}

impl Matrix {
    /// Wraps `values`, row after row.
    ///
    /// # Panics
    ///
    /// When `values.len() != n_rows * n_columns`: the caller's mistake, never the data's.
    pub fn from_rows(n_rows: usize, n_columns: usize, values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            n_rows * n_columns,
            "matrix shape and values disagree"
        );
        Self {
            n_rows,
            n_columns,
            storage: Storage::Dense(values),
        }
    }

    /// Wraps a sparse matrix.
    pub fn from_sparse(cells: SparseMatrix) -> Self {
        Self {
            n_rows: cells.n_rows(),
            n_columns: cells.n_columns(),
            storage: Storage::sparse(cells),
        }
    }

    /// A matrix whose every cell is missing.
    pub fn missing(n_rows: usize, n_columns: usize) -> Self {
        Self::from_rows(n_rows, n_columns, vec![f32::NAN; n_rows * n_columns])
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// The sparse storage, where it is that: for who reads cell by cell what is not zero.
    pub fn sparse(&self) -> Option<&SparseMatrix> {
        match &self.storage {
            Storage::Dense(_) => None,
            Storage::Sparse(sparse) => Some(&sparse.cells),
        }
    }

    /// One row as a slice of `n_columns` values.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values()[row * self.n_columns..(row + 1) * self.n_columns]
    }

    /// One row, to write.
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        let n_columns = self.n_columns;
        &mut self.values_mut()[row * n_columns..(row + 1) * n_columns]
    }

    /// One cell. A sparse matrix stays sparse, and finds it by halving.
    pub fn get(&self, row: usize, column: usize) -> f32 {
        match &self.storage {
            Storage::Dense(values) => {
                values[row * self.n_columns..(row + 1) * self.n_columns][column]
            }
            Storage::Sparse(sparse) => sparse.cells.get(row, column),
        }
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        match &self.storage {
            Storage::Dense(values) => values,
            Storage::Sparse(sparse) => sparse.dense(),
        }
    }

    /// All values, to write; a sparse matrix becomes a dense one.
    pub fn values_mut(&mut self) -> &mut [f32] {
        if let Storage::Sparse(sparse) = &mut self.storage {
            let dense = sparse.take_dense();
            self.storage = Storage::Dense(dense);
        }
        match &mut self.storage {
            Storage::Dense(values) => values,
            Storage::Sparse(_) => &mut [],
        }
    }

    /// Gives the values back without a copy.
    pub fn into_values(self) -> Vec<f32> {
        match self.storage {
            Storage::Dense(values) => values,
            Storage::Sparse(mut sparse) => sparse.take_dense(),
        }
    }

    /// One column, copied. A sparse matrix stays sparse.
    pub fn column(&self, column: usize) -> Vec<f32> {
        match &self.storage {
            Storage::Dense(_) => (0..self.n_rows).map(|row| self.get(row, column)).collect(),
            Storage::Sparse(sparse) => sparse.cells.dense_column(column),
        }
    }

    /// Calls `visit` with the row and the value of all in a column that is neither zero nor missing,
    /// in the order of rows. A sparse matrix stays sparse.
    pub fn for_each_nonzero(&self, column: usize, mut visit: impl FnMut(u32, f32)) {
        let mut visit_present = |row: u32, value: f32| {
            if value != 0.0 && !value.is_nan() {
                visit(row, value);
            }
        };
        match &self.storage {
            Storage::Dense(_) => {
                for row in 0..self.n_rows {
                    visit_present(row as u32, self.get(row, column));
                }
            }
            Storage::Sparse(sparse) => sparse.cells.for_each(column, visit_present),
        }
    }

    /// Whether any value is below zero. A sparse matrix stays sparse.
    pub fn has_negative(&self) -> bool {
        match &self.storage {
            Storage::Dense(values) => {
                let n = self.n_columns.max(1);
                let holds = |row: usize| values[row * n..].iter().take(n).any(|&it| it < 0.0);
                parallel::any(values.len() / n, &holds)
            }
            Storage::Sparse(sparse) => sparse.cells.values().any(|value| value < 0.0),
        }
    }

    /// The rows, to be read one by one. A sparse matrix stays sparse: it is turned, and holds each
    /// of its values a second time for as long as the rows are read.
    pub fn rows(&self) -> Rows<'_> {
        Rows(match &self.storage {
            Storage::Dense(_) => RowsOf::Dense(self),
            Storage::Sparse(sparse) => RowsOf::Sparse(sparse.cells.transposed()),
        })
    }

    /// What `task` gives for every row. A sparse matrix stays sparse, as with [`Self::rows`].
    pub fn map_rows<R: Send>(&self, task: &(dyn Fn(&[f32]) -> R + Sync)) -> Vec<R> {
        let rows = self.rows();
        parallel::map(self.n_rows, &|row| task(&rows.row(row)))
    }

    /// Bytes of the values as they are stored.
    pub fn memory_bytes(&self) -> u64 {
        match &self.storage {
            Storage::Dense(values) => size_of_val(values.as_slice()) as u64,
            Storage::Sparse(sparse) => sparse.cells.memory_bytes(),
        }
    }

    /// Bytes of the dense form that was made of a sparse matrix and is held beside it.
    pub fn dense_form_bytes(&self) -> u64 {
        match &self.storage {
            Storage::Dense(_) => 0,
            Storage::Sparse(sparse) => {
                let dense = sparse.dense.get();
                dense.map_or(0, |values| size_of_val(values.as_slice()) as u64)
            }
        }
    }

    /// Bytes that making the dense form of a sparse matrix would take: 0 where it is there.
    pub fn bytes_to_make_dense(&self) -> u64 {
        match &self.storage {
            Storage::Sparse(sparse) if sparse.dense.get().is_none() => (self.n_rows as u64)
                .saturating_mul(self.n_columns as u64)
                .saturating_mul(size_of::<f32>() as u64),
            _ => 0,
        }
    }

    /// The transpose, copied in blocks that fit the cache; it is dense.
    pub fn transposed(&self) -> Self {
        let values = match &self.storage {
            Storage::Dense(values) => transposed(values, self.n_rows, self.n_columns),
            Storage::Sparse(sparse) => sparse.cells.dense_columns(),
        };
        Self::from_rows(self.n_columns, self.n_rows, values)
    }

    /// The transpose, in the memory that the matrix has; it is dense.
    pub fn into_transposed(self) -> Self {
        let (n_rows, n_columns) = (self.n_rows, self.n_columns);
        let values = match self.storage {
            Storage::Dense(values) => {
                crate::transpose::transpose_in_place(values, n_rows, n_columns)
            }
            Storage::Sparse(sparse) => sparse.cells.dense_columns(),
        };
        Self::from_rows(n_columns, n_rows, values)
    }

    /// The chosen rows, in the given order. Of a sparse matrix they are sparse.
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        if let Storage::Sparse(sparse) = &self.storage {
            return Self::from_sparse(sparse.cells.select_rows(rows));
        }
        let mut values = Vec::with_capacity(rows.len() * self.n_columns);
        for &row in rows {
            values.extend_from_slice(self.row(row));
        }
        Self::from_rows(rows.len(), self.n_columns, values)
    }

    /// The chosen columns, in the given order. Of a sparse matrix they are sparse.
    pub fn select_columns(&self, columns: &[usize]) -> Self {
        if let Storage::Sparse(sparse) = &self.storage {
            return Self::from_sparse(sparse.cells.select_columns(columns));
        }
        let mut values = Vec::with_capacity(columns.len() * self.n_rows);
        for row in 0..self.n_rows {
            let cells = self.row(row);
            values.extend(columns.iter().map(|&column| cells[column]));
        }
        Self::from_rows(self.n_rows, columns.len(), values)
    }
}

/// The rows of a matrix: see [`Matrix::rows`].
pub struct Rows<'a>(RowsOf<'a>);

enum RowsOf<'a> {
    Dense(&'a Matrix),
    /// A column for every row.
    Sparse(SparseMatrix),
}

impl Rows<'_> {
    /// One row.
    pub fn row(&self, row: usize) -> Cow<'_, [f32]> {
        match &self.0 {
            RowsOf::Dense(matrix) => Cow::Borrowed(matrix.row(row)),
            RowsOf::Sparse(turned) => Cow::Owned(turned.dense_column(row)),
        }
    }
}

impl Sparse {
    #[cold]
    fn dense(&self) -> &[f32] {
        self.dense.get_or_init(|| self.cells.dense_rows())
    }

    fn take_dense(&mut self) -> Vec<f32> {
        let dense = self.dense.take();
        dense.unwrap_or_else(|| self.cells.dense_rows())
    }
}

impl PartialEq for Matrix {
    /// Equal shapes and values, however they are stored; NaN equals nothing.
    fn eq(&self, other: &Self) -> bool {
        if (self.n_rows, self.n_columns) != (other.n_rows, other.n_columns) {
            return false;
        }
        match (&self.storage, &other.storage) {
            (Storage::Dense(values), Storage::Dense(others)) => values == others,
            (Storage::Sparse(sparse), Storage::Sparse(other)) => sparse.cells == other.cells,
            _ => (0..self.n_columns).all(|column| self.column(column) == other.column(column)),
        }
    }
}

fn transposed(from: &[f32], n_rows: usize, n_columns: usize) -> Vec<f32> {
    const BLOCK: usize = 32;
    let mut values = vec![0.0; from.len()];
    for row_0 in (0..n_rows).step_by(BLOCK) {
        for column_0 in (0..n_columns).step_by(BLOCK) {
            for row in row_0..(row_0 + BLOCK).min(n_rows) {
                for column in column_0..(column_0 + BLOCK).min(n_columns) {
                    values[column * n_rows + row] = from[row * n_columns + column];
                }
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Matrix;
    use crate::sparse::SparseBuilder;

    #[test]
    fn transposing_twice_gives_the_same_matrix() {
        let matrix = Matrix::from_rows(70, 45, (0..70 * 45).map(|i| i as f32).collect());
        let transposed = matrix.transposed();
        assert_eq!(transposed.get(44, 69), matrix.get(69, 44));
        assert_eq!(transposed.transposed(), matrix);
    }

    #[test]
    fn rows_and_columns_are_selected_in_the_order_asked() {
        let matrix = Matrix::from_rows(2, 3, vec![1., 2., 3., 4., 5., 6.]);
        assert_eq!(matrix.select_columns(&[2, 0]).values(), &[3., 1., 6., 4.]);
        assert_eq!(matrix.select_rows(&[1]).values(), &[4., 5., 6.]);
    }

    /// The same numbers, sparse; the cells are put in by `step`, so that their order is another.
    fn sparse(dense: &Matrix, step: usize) -> Matrix {
        let (n_rows, n_columns) = (dense.n_rows(), dense.n_columns());
        let mut builder = SparseBuilder::new(n_rows, n_columns);
        let n = n_rows * n_columns;
        for first in 0..step {
            for at in (first..n).step_by(step) {
                let (row, column) = (at % n_rows, at / n_rows);
                builder.push(row as u32, column as u32, dense.get(row, column));
            }
        }
        Matrix::from_sparse(builder.finish().unwrap())
    }

    fn matrices() -> impl Strategy<Value = Matrix> {
        let value = prop_oneof![
            6 => Just(0.0_f32),
            3 => (1_u8..=255).prop_map(f32::from),
            1 => (0_u16..=u16::MAX).prop_map(f32::from),
        ];
        let odd = prop_oneof![Just(0.0_f32), Just(-2.5), Just(70_000.0), Just(0.125)];
        (0_usize..9, 0_usize..9, any::<bool>()).prop_flat_map(move |(rows, columns, is_odd)| {
            let value = if is_odd {
                odd.clone().boxed()
            } else {
                value.clone().boxed()
            };
            proptest::collection::vec(value, rows * columns)
                .prop_map(move |values| Matrix::from_rows(rows, columns, values))
        })
    }

    proptest! {
        #[test]
        fn a_sparse_matrix_answers_as_the_dense_one(
            dense in matrices(),
            step in 1_usize..5,
            chosen in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let held = sparse(&dense, step);
            prop_assert_eq!(&held, &dense);
            prop_assert_eq!(&dense, &held);
            prop_assert_eq!(held.has_negative(), dense.has_negative());
            for column in 0..dense.n_columns() {
                prop_assert_eq!(held.column(column), dense.column(column));
                let (mut found, mut expected) = (Vec::new(), Vec::new());
                held.for_each_nonzero(column, |row, value| found.push((row, value)));
                dense.for_each_nonzero(column, |row, value| expected.push((row, value)));
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(held.sparse().unwrap().cell(column).collect::<Vec<_>>(), expected);
                for row in 0..dense.n_rows() {
                    prop_assert_eq!(held.get(row, column), dense.get(row, column));
                }
            }
            let at = |n: usize| -> Vec<usize> {
                if n == 0 { Vec::new() } else { chosen.iter().map(|it| it.index(n)).collect() }
            };
            let (rows, columns) = (at(dense.n_rows()), at(dense.n_columns()));
            let by_rows = held.select_rows(&rows);
            prop_assert_eq!(&by_rows, &dense.select_rows(&rows));
            prop_assert!(by_rows.sparse().is_some());
            let by_columns = held.select_columns(&columns);
            prop_assert_eq!(&by_columns, &dense.select_columns(&columns));
            prop_assert!(by_columns.sparse().is_some());
            prop_assert_eq!(held.transposed(), dense.transposed());
            prop_assert_eq!(
                held.map_rows(&<[f32]>::to_vec).concat(),
                dense.map_rows(&<[f32]>::to_vec).concat()
            );
            prop_assert_eq!(held.dense_form_bytes(), 0);
            prop_assert!(held.bytes_to_make_dense() == 4 * (dense.values().len() as u64));
            prop_assert_eq!(held.values(), dense.values());
            prop_assert_eq!(held.bytes_to_make_dense(), 0);
            prop_assert_eq!(held.dense_form_bytes(), dense.memory_bytes());
            prop_assert_eq!(held.clone().into_transposed(), dense.transposed());
            prop_assert_eq!(held.clone().into_values(), dense.values());
            let mut written = held;
            written.values_mut().iter_mut().for_each(|value| *value += 1.0);
            prop_assert!(written.sparse().is_none());
            prop_assert!(dense.values().iter().map(|it| it + 1.0).eq(written.values().iter().copied()));
        }
    }
}
