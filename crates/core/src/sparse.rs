//! A sparse matrix, column after column: the storage of counts in single cells.
//!
//! Of each column the rows of its values that are not zero are held, in ascending order, and the
//! values as the smallest of `u8`, `u16`, `u32` and `f32` that holds all of them: 5 bytes for each
//! count up to 255, where a dense matrix takes 4 for every zero.

use std::ops::Range;

/// Numbers in rows (genes) and columns (cells), most of them zero.
#[derive(Debug, Clone)]
pub struct SparseMatrix {
    n_rows: usize,
    /// Where each column begins, and where the last ends.
    starts: Vec<usize>,
    rows: Vec<u32>,
    values: Values,
}

/// Two values for one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// Row of both, from 0.
    pub row: u32,
    /// Column of both, from 0.
    pub column: u32,
}

/// Values as narrow as they can be.
#[derive(Debug, Clone)]
enum Values {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    F32(Vec<f32>),
}

/// Does the same with the vector of any width.
macro_rules! of_any_width {
    ($values:expr, $found:ident => $work:expr) => {
        match $values {
            Values::U8($found) => $work,
            Values::U16($found) => $work,
            Values::U32($found) => $work,
            Values::F32($found) => $work,
        }
    };
}

impl Values {
    fn empty_like(&self, capacity: usize) -> Self {
        match self {
            Self::U8(_) => Self::U8(Vec::with_capacity(capacity)),
            Self::U16(_) => Self::U16(Vec::with_capacity(capacity)),
            Self::U32(_) => Self::U32(Vec::with_capacity(capacity)),
            Self::F32(_) => Self::F32(Vec::with_capacity(capacity)),
        }
    }

    fn get(&self, at: usize) -> f32 {
        match self {
            Self::U8(values) => f32::from(values[at]),
            Self::U16(values) => f32::from(values[at]),
            Self::U32(values) => values[at] as f32,
            Self::F32(values) => values[at],
        }
    }

    fn value_bytes(&self) -> usize {
        match self {
            Self::U8(_) => 1,
            Self::U16(_) => 2,
            Self::U32(_) | Self::F32(_) => 4,
        }
    }

    /// Adds a value, and makes all wider where it does not fit.
    fn push(&mut self, value: f32) {
        let fits = |most: f32| value >= 0.0 && value <= most && value.trunc() == value;
        match self {
            Self::U8(values) if fits(255.0) => values.push(value as u8),
            Self::U16(values) if fits(65_535.0) => values.push(value as u16),
            // The largest whole number below 2³² that an `f32` holds.
            Self::U32(values) if fits(4_294_967_040.0) => values.push(value as u32),
            Self::F32(values) => values.push(value),
            _ => {
                self.widen();
                self.push(value);
            }
        }
    }

    fn widen(&mut self) {
        // The vector keeps its room: it was made for all values to come.
        fn wider<A: Copy, B>(narrow: &[A], room: usize, widen: impl Fn(A) -> B) -> Vec<B> {
            let mut wide = Vec::with_capacity(room);
            wide.extend(narrow.iter().map(|&value| widen(value)));
            wide
        }
        *self = match self {
            Self::U8(values) => Self::U16(wider(values, values.capacity(), u16::from)),
            Self::U16(values) => Self::U32(wider(values, values.capacity(), u32::from)),
            Self::U32(values) => Self::F32(wider(values, values.capacity(), |it| it as f32)),
            Self::F32(_) => return,
        };
    }

    /// Adds values of `other`, which is as wide, by their places.
    fn append(&mut self, other: &Self, places: impl Iterator<Item = usize>) {
        match (self, other) {
            (Self::U8(to), Self::U8(from)) => to.extend(places.map(|at| from[at])),
            (Self::U16(to), Self::U16(from)) => to.extend(places.map(|at| from[at])),
            (Self::U32(to), Self::U32(from)) => to.extend(places.map(|at| from[at])),
            (Self::F32(to), Self::F32(from)) => to.extend(places.map(|at| from[at])),
            (to, from) => places.for_each(|at| to.push(from.get(at))),
        }
    }

    fn shrink(&mut self) {
        of_any_width!(self, values => values.shrink_to_fit());
    }

    /// Puts the values of a range in the order of `places`.
    fn reorder(&mut self, range: Range<usize>, places: &[(u32, u32)]) {
        fn put<T: Copy>(values: &mut [T], places: &[(u32, u32)]) {
            let copy = values.to_vec();
            for (value, &(_, from)) in values.iter_mut().zip(places) {
                *value = copy[from as usize];
            }
        }
        of_any_width!(self, values => put(&mut values[range], places));
    }
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
        let values = of_any_width!(&mut self.values, values => values.try_reserve_exact(n_values));
        values.is_ok() && self.rows.try_reserve_exact(n_values).is_ok()
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
