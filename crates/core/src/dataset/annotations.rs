//! Typed columns beside the genes or the samples.

use std::sync::Arc;

use cuvette_kernels::number::parse_number;
use serde::{Deserialize, Serialize};

/// Columns of equal length, one row per gene or per sample, in the order of the matrix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotations {
    /// The columns, in the order of the file.
    pub columns: Vec<Arc<Column>>,
}

/// One named annotation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// As in the header of the file.
    pub name: String,
    /// One value per gene or sample.
    pub values: ColumnValues,
}

/// Values of one annotation, by type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ColumnValues {
    /// Few distinct words: level index per row, `None` is missing. Levels in order of appearance.
    Category {
        /// The distinct words.
        levels: Vec<String>,
        /// Index into `levels`, one per row.
        codes: Vec<Option<u32>>,
    },
    /// Numbers; missing is NaN.
    Number(Vec<f64>),
    /// Free text; missing is empty.
    Text(Vec<String>),
}

impl ColumnValues {
    /// Numbers where every cell that is not empty is one; categories where words repeat; else text.
    ///
    /// `NA`, `NaN` and empty cells are missing. A number is what it is in a matrix with decimal points
    /// ([`parse_number`]), spaces around it aside: `inf` is a word, and so are `0x10` and `1_000`.
    pub fn from_text(cells: Vec<String>) -> Self {
        let is_missing = |cell: &str| matches!(cell.trim(), "" | "NA" | "NaN" | "nan" | "#N/A");
        let n_present = cells.iter().filter(|cell| !is_missing(cell)).count();
        let numbers: Vec<Option<f64>> = cells
            .iter()
            .map(|cell| {
                if is_missing(cell) {
                    Some(f64::NAN)
                } else {
                    parse_number(cell.trim().as_bytes(), b'.')
                }
            })
            .collect();
        if n_present > 0 && numbers.iter().all(Option::is_some) {
            return Self::Number(numbers.into_iter().flatten().collect());
        }
        let mut index = std::collections::BTreeMap::new();
        let mut levels: Vec<String> = Vec::new();
        let codes: Vec<Option<u32>> = cells
            .iter()
            .map(|cell| {
                (!is_missing(cell)).then(|| {
                    *index.entry(cell.as_str()).or_insert_with(|| {
                        levels.push(cell.clone());
                        levels.len() as u32 - 1
                    })
                })
            })
            .collect();
        if levels.len() <= 64 && levels.len() * 2 <= n_present.max(1) + 1 {
            return Self::Category { levels, codes };
        }
        Self::Text(cells)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Category { codes, .. } => codes.len(),
            Self::Number(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell as text; missing is empty.
    pub fn text(&self, row: usize) -> String {
        match self {
            Self::Category { levels, codes } => {
                codes[row].map_or_else(String::new, |code| levels[code as usize].clone())
            }
            Self::Number(values) if values[row].is_nan() => String::new(),
            Self::Number(values) => values[row].to_string(),
            Self::Text(values) => values[row].clone(),
        }
    }

    /// The chosen rows, in the given order.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Category { levels, codes } => Self::Category {
                levels: levels.clone(),
                codes: rows.iter().map(|&row| codes[row]).collect(),
            },
            Self::Number(values) => Self::Number(rows.iter().map(|&row| values[row]).collect()),
            Self::Text(values) => Self::Text(rows.iter().map(|&row| values[row].clone()).collect()),
        }
    }
}

impl Annotations {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .map(AsRef::as_ref)
            .find(|column| column.name == name)
    }

    /// Names of all columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Adds a column, or replaces the one of the same name in its place.
    pub fn set(&mut self, column: Column) {
        match self.columns.iter_mut().find(|old| old.name == column.name) {
            Some(old) => *old = Arc::new(column),
            None => self.columns.push(Arc::new(column)),
        }
    }

    /// The chosen rows of every column, in the given order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let columns = self
            .columns
            .iter()
            .map(|column| {
                Arc::new(Column {
                    name: column.name.clone(),
                    values: column.values.select(rows),
                })
            })
            .collect();
        Self { columns }
    }
}

#[cfg(test)]
mod tests {
    use super::ColumnValues;

    fn from(cells: &[&str]) -> ColumnValues {
        ColumnValues::from_text(cells.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_column_of_numbers_with_gaps_is_numeric() {
        assert!(matches!(from(&["1", "NA", "2.5", ""]), ColumnValues::Number(v) if v[1].is_nan()));
    }

    #[test]
    fn odd_spellings_are_numbers_as_in_a_matrix() {
        let number = |text: &str, value: f64| match from(&[text, "2"]) {
            ColumnValues::Number(read) => assert_eq!(read, [value, 2.0], "{text}"),
            other => panic!("{text}: {other:?}"),
        };
        for text in ["1e5", "1E-3", "+1", "-0", ".5", "5.", "007", "1e400"] {
            number(text, text.parse().unwrap());
        }
        number(" 1", 1.0);
        number("1\t", 1.0);
        // The standard library reads the first four of these.
        for text in [
            "inf", "-inf", "Infinity", "NAN", "0x10", "1_000", "1,5", "1 000", "1e", "+", ".",
        ] {
            let read = from(&[text, "2"]);
            assert!(!matches!(read, ColumnValues::Number(_)), "{text}: {read:?}");
        }
    }

    #[test]
    fn repeated_words_are_categories_in_order_of_appearance() {
        let ColumnValues::Category { levels, codes } = from(&["b", "a", "b", "a", ""]) else {
            panic!("expected categories")
        };
        assert_eq!(levels, ["b", "a"]);
        assert_eq!(codes, [Some(0), Some(1), Some(0), Some(1), None]);
    }

    #[test]
    fn words_that_never_repeat_are_text() {
        assert!(matches!(from(&["a", "b", "c", "d"]), ColumnValues::Text(_)));
    }
}
