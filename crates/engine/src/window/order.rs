//! Which rows are shown, and in which order.

use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

use cuvette_core::table::TableValues;

use super::{Grid, Windows, natural};
use crate::{
    EngineError,
    hash::Hash,
    protocol::{Sort, TableName, TableView},
};

/// Everything an order follows from.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderKey {
    hash: Hash,
    table: String,
    sort: Option<Sort>,
    filter: String,
    names: Vec<String>,
}

/// A table with its rows in the order asked for.
#[derive(Debug)]
pub struct View {
    /// The table.
    pub grid: Grid,
    /// Rows in order; `None` for all as they stand.
    order: Option<Arc<Vec<u32>>>,
}

impl View {
    /// Sorts and filters, or takes the order that was made for the same question before.
    pub fn new(
        windows: &Windows,
        grid: Grid,
        hash: Hash,
        name: &TableName,
        view: &TableView,
    ) -> Result<Self, EngineError> {
        let sort = match &view.sort {
            Some(sort) => Some((sort_column(&grid, name, sort)?, sort.descending)),
            None => None,
        };
        if sort.is_none() && view.filter.trim().is_empty() && view.names.is_empty() {
            return Ok(Self { grid, order: None });
        }
        let key = OrderKey {
            hash,
            table: name.table.clone(),
            sort: view.sort.clone(),
            filter: view.filter.clone(),
            names: view.names.clone(),
        };
        let order = windows.order(key, || {
            let mut rows = filtered_rows(&grid, view);
            if let Some((column, descending)) = sort {
                sort_rows(&mut rows, &grid.values(column), descending);
            }
            rows
        });
        Ok(Self {
            grid,
            order: Some(order),
        })
    }

    /// True where all rows stand as in the table.
    pub fn is_whole(&self) -> bool {
        self.order.is_none()
    }

    /// Rows after the filter.
    pub fn n_rows(&self) -> usize {
        self.order
            .as_ref()
            .map_or(self.grid.n_rows(), |order| order.len())
    }

    /// The row of the table that stands at a place of the view, below [`Self::n_rows`].
    pub fn row(&self, position: usize) -> usize {
        self.order
            .as_ref()
            .map_or(position, |order| order[position] as usize)
    }

    /// All rows in order.
    pub fn rows(&self) -> Vec<usize> {
        (0..self.n_rows())
            .map(|position| self.row(position))
            .collect()
    }
}

fn sort_column(grid: &Grid, name: &TableName, sort: &Sort) -> Result<usize, EngineError> {
    grid.column(&sort.column)
        .ok_or_else(|| EngineError::NotThere {
            of: format!("{}.{}", name.of, name.table),
            what: "column",
            name: sort.column.clone(),
            available: (0..=grid.n_columns().min(19))
                .map(|column| grid.column_name(column).to_string())
                .collect(),
        })
}

fn filtered_rows(grid: &Grid, view: &TableView) -> Vec<u32> {
    let names: BTreeSet<&str> = view.names.iter().map(String::as_str).collect();
    let words: Vec<String> = view
        .filter
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    (0..grid.n_rows())
        .filter(|&row| names.is_empty() || names.contains(grid.row_name(row).as_ref()))
        .filter(|&row| words.is_empty() || grid.row_holds(row, &words))
        .map(|row| row as u32)
        .collect()
}

/// Sorts rows by a column: equal cells keep their order, and missing ones come last either way.
fn sort_rows(rows: &mut [u32], values: &TableValues, descending: bool) {
    match values {
        TableValues::Text(cells) => sort_by(
            rows,
            descending,
            |row| Some(&cells[row]).filter(|cell| !cell.is_empty()),
            |a, b| natural::compare(a, b),
        ),
        TableValues::Number(cells) => sort_by(
            rows,
            descending,
            |row| Some(cells[row]).filter(|value| !value.is_nan()),
            |a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal),
        ),
        TableValues::Integer(cells) => sort_by(rows, descending, |row| cells[row], Ord::cmp),
    }
}

fn sort_by<T>(
    rows: &mut [u32],
    descending: bool,
    cell: impl Fn(usize) -> Option<T>,
    compare: impl Fn(&T, &T) -> Ordering,
) {
    rows.sort_by(|&a, &b| match (cell(a as usize), cell(b as usize)) {
        (Some(x), Some(y)) if descending => compare(&y, &x),
        (Some(x), Some(y)) => compare(&x, &y),
        (x, y) => x.is_none().cmp(&y.is_none()),
    });
}

#[cfg(test)]
mod tests {
    use cuvette_core::table::TableValues;

    use super::sort_rows;

    fn check(values: &TableValues, ascending: &[u32], descending: &[u32]) {
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        sort_rows(&mut rows, values, false);
        assert_eq!(rows, ascending);
        rows.sort_unstable();
        sort_rows(&mut rows, values, true);
        assert_eq!(rows, descending);
    }

    #[test]
    fn missing_cells_come_last_and_equal_ones_keep_their_order() {
        let numbers = vec![2.0, f64::NAN, -1.0, 2.0, f64::NEG_INFINITY];
        check(
            &TableValues::Number(numbers),
            &[4, 2, 0, 3, 1],
            &[0, 3, 2, 4, 1],
        );
        let whole = vec![None, Some(3), Some(1), None];
        check(&TableValues::Integer(whole), &[2, 1, 0, 3], &[1, 2, 0, 3]);
        let words = ["s10", "", "s9", "S9"].map(String::from).to_vec();
        check(&TableValues::Text(words), &[3, 2, 0, 1], &[0, 2, 3, 1]);
    }
}
