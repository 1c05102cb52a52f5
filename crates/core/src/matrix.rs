//! A dense matrix of `f32`, row after row: the storage of bulk expression data.

/// Numbers in rows and columns, `f32`, row-major; a missing value is NaN.
///
/// Values are stored as `f32`; statistics are computed in `f64` on those values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    n_rows: usize,
    n_columns: usize,
    values: Vec<f32>,
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
            values,
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

    /// One row as a slice of `n_columns` values.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.n_columns..(row + 1) * self.n_columns]
    }

    /// One row, to write.
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.values[row * self.n_columns..(row + 1) * self.n_columns]
    }

    /// One cell.
    pub fn get(&self, row: usize, column: usize) -> f32 {
        self.row(row)[column]
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values, to write.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Gives the values back without a copy.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// One column, copied.
    pub fn column(&self, column: usize) -> Vec<f32> {
        (0..self.n_rows).map(|row| self.get(row, column)).collect()
    }

    /// The transpose, copied in blocks that fit the cache.
    pub fn transposed(&self) -> Self {
        const BLOCK: usize = 32;
        let mut values = vec![0.0; self.values.len()];
        for row_0 in (0..self.n_rows).step_by(BLOCK) {
            for column_0 in (0..self.n_columns).step_by(BLOCK) {
                for row in row_0..(row_0 + BLOCK).min(self.n_rows) {
                    for column in column_0..(column_0 + BLOCK).min(self.n_columns) {
                        values[column * self.n_rows + row] =
                            self.values[row * self.n_columns + column];
                    }
                }
            }
        }
        Self::from_rows(self.n_columns, self.n_rows, values)
    }

    /// The transpose, in the memory that the matrix has.
    pub fn into_transposed(self) -> Self {
        let (n_rows, n_columns) = (self.n_rows, self.n_columns);
        let values = crate::transpose::transpose_in_place(self.values, n_rows, n_columns);
        Self::from_rows(n_columns, n_rows, values)
    }

    /// The chosen rows, in the given order.
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let mut values = Vec::with_capacity(rows.len() * self.n_columns);
        for &row in rows {
            values.extend_from_slice(self.row(row));
        }
        Self::from_rows(rows.len(), self.n_columns, values)
    }

    /// The chosen columns, in the given order.
    pub fn select_columns(&self, columns: &[usize]) -> Self {
        let mut values = Vec::with_capacity(columns.len() * self.n_rows);
        for row in 0..self.n_rows {
            let cells = self.row(row);
            values.extend(columns.iter().map(|&column| cells[column]));
        }
        Self::from_rows(self.n_rows, columns.len(), values)
    }
}

#[cfg(test)]
mod tests {
    use super::Matrix;

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
}
