//! Making a sparse matrix of values that come in any order.

use super::{SparseMatrix, Values};

/// Two values for one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// Row of both, from 0.
    pub row: u32,
    /// Column of both, from 0.
    pub column: u32,
}

/// Collects values in any order, and makes them a [`SparseMatrix`].
///
/// Cheapest where all values of a column come together, as files have them that were written column
/// by column.
///
/// ```
/// use cuvette_core::{Matrix, sparse::SparseBuilder};
///
/// let mut builder = SparseBuilder::new(3, 2);
/// builder.push(2, 1, 7.0);
/// builder.push(0, 0, 1.0);
/// let matrix = Matrix::from_sparse(builder.finish()?);
/// assert_eq!(matrix.values(), &[1.0, 0.0, 0.0, 0.0, 0.0, 7.0]);
/// # Ok::<(), cuvette_core::sparse::Duplicate>(())
/// ```
#[derive(Debug, Clone)]
pub struct SparseBuilder {
    n_rows: usize,
    n_columns: usize,
    /// Column and number of the values that came together.
    runs: Vec<(u32, u32)>,
    rows: Vec<u32>,
    values: Values,
}

impl SparseBuilder {
    /// A builder of a matrix of zeros.
    ///
    /// # Panics
    ///
    /// When a count does not fit `u32`: the caller's mistake.
    pub fn new(n_rows: usize, n_columns: usize) -> Self {
        let fits = |n: usize| u32::try_from(n).is_ok();
        assert!(fits(n_rows) && fits(n_columns), "at most 2³² rows, columns");
        Self {
            n_rows,
            n_columns,
            runs: Vec::new(),
            rows: Vec::new(),
            values: Values::U8(Vec::new()),
        }
    }

    /// Makes room for so many values; false where the memory does not have it.
    pub fn try_reserve(&mut self, n_values: usize) -> bool {
        self.values.try_reserve(n_values) && self.rows.try_reserve_exact(n_values).is_ok()
    }

    /// Adds a value. Zeros are left out.
    ///
    /// # Panics
    ///
    /// When row or column are out of range: the caller's mistake.
    pub fn push(&mut self, row: u32, column: u32, value: f32) {
        assert!((row as usize) < self.n_rows && (column as usize) < self.n_columns);
        if value == 0.0 {
            return;
        }
        match self.runs.last_mut() {
            Some((last, n)) if *last == column && *n < u32::MAX => *n += 1,
            _ => self.runs.push((column, 1)),
        }
        self.rows.push(row);
        self.values.push(value);
    }

    /// The matrix.
    ///
    /// # Errors
    ///
    /// Where a place has two values: the first such column, and in it the first such row.
    pub fn finish(self) -> Result<SparseMatrix, Duplicate> {
        let mut matrix = self.grouped();
        let mut order: Vec<(u32, u32)> = Vec::new();
        for column in 0..matrix.n_columns() {
            let range = matrix.range(column);
            let rows = &mut matrix.rows[range.clone()];
            if !rows.is_sorted() {
                order.clear();
                order.extend((0..).zip(rows.iter()).map(|(at, &row)| (row, at)));
                order.sort_unstable();
                for (row, &(sorted, _)) in rows.iter_mut().zip(&order) {
                    *row = sorted;
                }
                matrix.values.reorder(range.clone(), &order);
            }
            let mut neighbors = matrix.rows[range].windows(2);
            if let Some(both) = neighbors.find(|both| both[0] == both[1]) {
                return Err(Duplicate {
                    row: both[0],
                    column: column as u32,
                });
            }
        }
        Ok(matrix)
    }

    /// The values column by column, in each in the order they came.
    fn grouped(self) -> SparseMatrix {
        let mut starts = vec![0; self.n_columns + 1];
        for &(column, n) in &self.runs {
            starts[column as usize + 1] += n as usize;
        }
        for column in 0..self.n_columns {
            starts[column + 1] += starts[column];
        }
        let (mut rows, mut values) = (self.rows, self.values);
        if !self.runs.is_sorted_by_key(|&(column, _)| column) {
            let places = places_by_column(&self.runs, &starts, rows.len());
            let ordered = places.iter().map(|&at| rows[at as usize]).collect();
            let mut moved = values.empty_like(rows.len());
            moved.append(&values, places.iter().map(|&at| at as usize));
            (rows, values) = (ordered, moved);
        }
        rows.shrink_to_fit();
        values.shrink();
        SparseMatrix {
            n_rows: self.n_rows,
            starts,
            rows,
            values,
        }
    }
}

/// For each place in the order of columns, where its value came.
fn places_by_column(runs: &[(u32, u32)], starts: &[usize], n_values: usize) -> Vec<u32> {
    let mut next = starts.to_vec();
    let mut places = vec![0; n_values];
    let mut at = 0;
    for &(column, n) in runs {
        let to = &mut next[column as usize];
        for place in &mut places[*to..*to + n as usize] {
            *place = at;
            at += 1;
        }
        *to += n as usize;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::{Duplicate, SparseBuilder, SparseMatrix};

    fn built(entries: &[(u32, u32, f32)]) -> Result<SparseMatrix, Duplicate> {
        let mut builder = SparseBuilder::new(4, 3);
        for &(row, column, value) in entries {
            builder.push(row, column, value);
        }
        builder.finish()
    }

    #[test]
    fn values_are_held_as_narrow_as_they_can_be() {
        let check = |values: &[f32], bytes: usize| {
            let entries: Vec<(u32, u32, f32)> =
                (0..).zip(values).map(|(r, &v)| (r, 0, v)).collect();
            let matrix = built(&entries).unwrap();
            assert_eq!(matrix.values.value_bytes(), bytes, "{values:?}");
            assert_eq!(matrix.values().collect::<Vec<_>>(), values);
        };
        check(&[1.0, 255.0], 1);
        check(&[1.0, 256.0, 3.0], 2);
        check(&[65_536.0, 2.0], 4);
        check(&[4e9, 1.0, 1e30], 4);
        check(&[3.0, 0.5], 4);
        check(&[3.0, -1.0], 4);
    }

    #[test]
    fn a_place_with_two_values_is_an_error() {
        let found = built(&[(1, 2, 1.0), (0, 1, 1.0), (3, 1, 2.0), (0, 1, 5.0)]);
        assert_eq!(found, Err(Duplicate { row: 0, column: 1 }));
    }

    #[test]
    fn any_order_gives_the_same_and_zeros_are_left_out() {
        let sorted = built(&[(0, 0, 1.0), (2, 0, 2.0), (1, 2, 300.0)]).unwrap();
        let other = built(&[(1, 2, 300.0), (2, 0, 2.0), (3, 1, 0.0), (0, 0, 1.0)]).unwrap();
        assert_eq!(sorted, other);
        assert_eq!(sorted.n_values(), 3);
        assert_eq!(sorted.cell(0).collect::<Vec<_>>(), [(0, 1.0), (2, 2.0)]);
        assert_eq!(sorted.cell(1).len(), 0);
    }
}
