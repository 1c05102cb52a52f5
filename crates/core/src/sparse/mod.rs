//! A sparse matrix, column after column: the storage of counts in single cells.
//!
//! Of each column the rows of its values that are not zero are held, in ascending order, and the
//! values as the smallest of `u8`, `u16`, `u32` and `f32` that holds all of them: 5 bytes for each
//! count up to 255, where a dense matrix takes 4 for every zero.

mod builder;
mod values;

use std::ops::Range;

pub use builder::{Duplicate, SparseBuilder};
use values::Values;

/// Numbers in rows (genes) and columns (cells), most of them zero.
#[derive(Debug, Clone)]
pub struct SparseMatrix {
    n_rows: usize,
    /// Where each column begins, and where the last ends.
    starts: Vec<usize>,
    rows: Vec<u32>,
    values: Values,
}

impl SparseMatrix {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of values that are held: all that are not zero.
    pub fn n_values(&self) -> usize {
        self.rows.len()
    }

    /// The values of a column that are not zero, with their rows, in the order of the rows.
    pub fn cell(&self, column: usize) -> impl ExactSizeIterator<Item = (u32, f32)> + Clone + '_ {
        let range = self.range(column);
        range.map(move |at| (self.rows[at], self.values.get(at)))
    }

    /// Rows of the values of a column, ascending.
    pub fn rows_of(&self, column: usize) -> &[u32] {
        &self.rows[self.range(column)]
    }

    /// One value, found by halving.
    pub fn get(&self, row: usize, column: usize) -> f32 {
        assert!(row < self.n_rows, "row {row} of {}", self.n_rows);
        let range = self.range(column);
        let found = self.rows[range.clone()].binary_search(&(row as u32));
        found.map_or(0.0, |at| self.values.get(range.start + at))
    }

    /// Calls `visit` with row and value of all that is not zero in a column.
    pub fn for_each(&self, column: usize, mut visit: impl FnMut(u32, f32)) {
        let range = self.range(column);
        let rows = &self.rows[range.clone()];
        match &self.values {
            Values::U8(values) => {
                for (&row, &value) in rows.iter().zip(&values[range]) {
                    visit(row, f32::from(value));
                }
            }
            values => {
                for (&row, at) in rows.iter().zip(range) {
                    visit(row, values.get(at));
                }
            }
        }
    }

    /// All values that are not zero, in the order of columns and rows.
    pub fn values(&self) -> impl Iterator<Item = f32> + '_ {
        (0..self.rows.len()).map(|at| self.values.get(at))
    }

    /// Bytes that it holds.
    pub fn memory_bytes(&self) -> u64 {
        let of_values = (self.values.value_bytes() + size_of::<u32>()) * self.rows.len();
        (of_values + size_of_val(self.starts.as_slice())) as u64
    }

    /// All cells, row after row.
    pub(crate) fn dense_rows(&self) -> Vec<f32> {
        let n_columns = self.n_columns();
        let mut dense = vec![0.0; self.n_rows * n_columns];
        for column in 0..n_columns {
            self.for_each(column, |row, value| {
                dense[row as usize * n_columns + column] = value;
            });
        }
        dense
    }

    /// All cells, column after column.
    pub(crate) fn dense_columns(&self) -> Vec<f32> {
        let mut dense = vec![0.0; self.n_rows * self.n_columns()];
        for (column, cells) in dense.chunks_exact_mut(self.n_rows.max(1)).enumerate() {
            self.for_each(column, |row, value| cells[row as usize] = value);
        }
        dense
    }

    /// Rows for columns, still sparse.
    pub(crate) fn transposed(&self) -> Self {
        let mut starts = vec![0; self.n_rows + 1];
        for &row in &self.rows {
            starts[row as usize + 1] += 1;
        }
        for row in 0..self.n_rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut places = vec![(0_u32, 0_usize); self.rows.len()];
        for column in 0..self.n_columns() {
            for at in self.range(column) {
                let to = &mut next[self.rows[at] as usize];
                places[*to] = (column as u32, at);
                *to += 1;
            }
        }
        let mut values = self.values.empty_like(places.len());
        values.append(&self.values, places.iter().map(|&(_, at)| at));
        Self {
            n_rows: self.n_columns(),
            starts,
            rows: places.into_iter().map(|(column, _)| column).collect(),
            values,
        }
    }

    /// One column with its zeros.
    pub(crate) fn dense_column(&self, column: usize) -> Vec<f32> {
        let mut values = vec![0.0; self.n_rows];
        self.for_each(column, |row, value| values[row as usize] = value);
        values
    }

    /// The chosen columns, in the given order.
    pub(crate) fn select_columns(&self, columns: &[usize]) -> Self {
        let n_values = columns.iter().map(|&it| self.range(it).len()).sum();
        let mut selected = self.empty_like(self.n_rows, columns.len(), n_values);
        for &column in columns {
            let range = self.range(column);
            selected.rows.extend_from_slice(&self.rows[range.clone()]);
            selected.values.append(&self.values, range);
            selected.starts.push(selected.rows.len());
        }
        selected
    }

    /// The chosen rows, in the given order; a row may be chosen twice.
    pub(crate) fn select_rows(&self, rows: &[usize]) -> Self {
        let chosen = Chosen::new(rows, self.n_rows);
        let mut selected = self.empty_like(rows.len(), self.n_columns(), 0);
        let mut kept: Vec<(u32, u32)> = Vec::new();
        for column in 0..self.n_columns() {
            let range = self.range(column);
            kept.clear();
            for (at, &row) in self.rows[range.clone()].iter().enumerate() {
                let new = chosen.of(row as usize);
                kept.extend(new.iter().map(|&(_, new)| (new, at as u32)));
            }
            if !chosen.is_ascending {
                kept.sort_unstable();
            }
            selected.rows.extend(kept.iter().map(|&(new, _)| new));
            let places = kept.iter().map(|&(_, at)| range.start + at as usize);
            selected.values.append(&self.values, places);
            selected.starts.push(selected.rows.len());
        }
        selected.rows.shrink_to_fit();
        selected.values.shrink();
        selected
    }

    fn empty_like(&self, n_rows: usize, n_columns: usize, n_values: usize) -> Self {
        let mut starts = Vec::with_capacity(n_columns + 1);
        starts.push(0);
        Self {
            n_rows,
            starts,
            rows: Vec::with_capacity(n_values),
            values: self.values.empty_like(n_values),
        }
    }

    fn range(&self, column: usize) -> Range<usize> {
        self.starts[column]..self.starts[column + 1]
    }
}

impl PartialEq for SparseMatrix {
    /// Equal values in equal places, however wide they are held; NaN equals nothing.
    fn eq(&self, other: &Self) -> bool {
        self.n_rows == other.n_rows
            && self.starts == other.starts
            && self.rows == other.rows
            && self.values().eq(other.values())
    }
}

/// Where rows that were chosen go: pairs of old and new place, by the old.
struct Chosen {
    pairs: Vec<(u32, u32)>,
    starts: Vec<u32>,
    is_ascending: bool,
}

impl Chosen {
    fn new(rows: &[usize], n_rows: usize) -> Self {
        let pair = |(new, &old): (usize, &usize)| (old as u32, new as u32);
        let mut pairs: Vec<(u32, u32)> = rows.iter().enumerate().map(pair).collect();
        let is_ascending = rows.is_sorted();
        pairs.sort_unstable();
        let mut starts = vec![0; n_rows + 1];
        for &(old, _) in &pairs {
            starts[old as usize + 1] += 1;
        }
        for row in 0..n_rows {
            starts[row + 1] += starts[row];
        }
        Self {
            pairs,
            starts,
            is_ascending,
        }
    }

    fn of(&self, row: usize) -> &[(u32, u32)] {
        &self.pairs[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}
