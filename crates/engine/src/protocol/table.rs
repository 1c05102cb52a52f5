//! Tables on their way to the page.

use cuvette_core::table::{NumberFormat, TableValues};
use serde::{Deserialize, Serialize};

/// Part of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableWindow {
    /// Rows after the filter.
    pub n_rows: usize,
    /// Rows before the filter.
    pub n_rows_all: usize,
    /// Columns after the leading one.
    pub n_columns: usize,
    /// First row here.
    pub row: usize,
    /// First column here.
    pub column: usize,
    /// The leading column, then those asked for.
    pub columns: Vec<WindowColumn>,
}

/// One column of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowColumn {
    /// Name, to sort by.
    pub name: String,
    /// Header.
    pub label: String,
    /// How to show numbers.
    pub format: NumberFormat,
    /// The cells of the rows asked for.
    pub values: WindowValues,
}

/// Cells of one column; like [`TableValues`], with missing numbers as `None`, since JSON has no NaN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowValues {
    /// Words.
    Text(Vec<String>),
    /// Real numbers.
    Number(Vec<Option<f64>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
}

impl WindowValues {
    /// The chosen rows of a column.
    pub fn of(values: &TableValues, rows: &[usize]) -> Self {
        let number = |value: f64| (!value.is_nan()).then_some(value);
        match values {
            TableValues::Text(cells) => {
                Self::Text(rows.iter().map(|&row| cells[row].clone()).collect())
            }
            TableValues::Number(cells) => {
                Self::Number(rows.iter().map(|&row| number(cells[row])).collect())
            }
            TableValues::Integer(cells) => {
                Self::Integer(rows.iter().map(|&row| cells[row]).collect())
            }
        }
    }
}
