//! Anything with rows and columns that can be shown: a table, or the values of a data set.

use std::{borrow::Cow, sync::Arc};

use cuvette_core::{
    Dataset, Table,
    table::{NumberFormat, TableValues},
};

use crate::protocol::{WindowColumn, WindowValues};

/// Rows and columns; column 0 names the rows.
#[derive(Debug, Clone)]
pub enum Grid {
    /// A table of results or annotations.
    Table(Arc<Table>),
    /// The values of a data set: genes in rows, samples in columns.
    Values(Arc<Dataset>),
}

impl Grid {
    /// Rows.
    pub fn n_rows(&self) -> usize {
        match self {
            Self::Table(table) => table.n_rows(),
            Self::Values(dataset) => dataset.n_genes(),
        }
    }

    /// Columns after the leading one.
    pub fn n_columns(&self) -> usize {
        match self {
            Self::Table(table) => table.columns.len().saturating_sub(1),
            Self::Values(dataset) => dataset.n_samples(),
        }
    }

    /// Name of a column; the leading one of values is `gene`.
    pub fn column_name(&self, column: usize) -> &str {
        match self {
            Self::Table(table) => table.columns.get(column).map_or("", |column| &column.name),
            Self::Values(_) if column == 0 => "gene",
            Self::Values(dataset) => dataset.samples.get(column - 1).map_or("", String::as_str),
        }
    }

    /// Place of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        (0..=self.n_columns()).find(|&column| self.column_name(column) == name)
    }

    /// All cells of a column.
    pub fn values(&self, column: usize) -> Cow<'_, TableValues> {
        match self {
            Self::Table(table) => match table.columns.get(column) {
                Some(column) => Cow::Borrowed(&column.values),
                None => Cow::Owned(TableValues::Text(Vec::new())),
            },
            Self::Values(dataset) if column == 0 => {
                Cow::Owned(TableValues::Text(dataset.genes.to_vec()))
            }
            Self::Values(dataset) => {
                let values = dataset.matrix.column(column - 1);
                Cow::Owned(TableValues::Number(
                    values.into_iter().map(f64::from).collect(),
                ))
            }
        }
    }

    /// Name of a row: its leading cell as text.
    pub fn row_name(&self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Table(table) => table
                .columns
                .first()
                .map_or(Cow::Borrowed(""), |column| cell_text(&column.values, row)),
            Self::Values(dataset) => Cow::Borrowed(&dataset.genes[row]),
        }
    }

    /// True where every word stands somewhere in the text of the row; words are in lower case.
    pub fn row_holds(&self, row: usize, words: &[String]) -> bool {
        let text = self.row_text(row).to_lowercase();
        words.iter().all(|word| text.contains(word))
    }

    /// The cells that the page shows of a column.
    pub fn window_column(&self, column: usize, rows: &[usize]) -> WindowColumn {
        match self {
            Self::Table(table) => match table.columns.get(column) {
                Some(column) => WindowColumn {
                    name: column.name.clone(),
                    label: column.label.clone(),
                    format: column.format,
                    values: WindowValues::of(&column.values, rows),
                },
                None => column_of("", "", WindowValues::Text(Vec::new())),
            },
            Self::Values(dataset) if column == 0 => {
                let genes = rows.iter().map(|&row| dataset.genes[row].clone());
                column_of("gene", "Gene", WindowValues::Text(genes.collect()))
            }
            Self::Values(dataset) => {
                let cells = rows.iter().map(|&row| {
                    let value = dataset.matrix.get(row, column - 1);
                    (!value.is_nan()).then_some(f64::from(value))
                });
                let name = self.column_name(column);
                column_of(name, name, WindowValues::Number(cells.collect()))
            }
        }
    }

    /// All words of a row, one cell each line.
    fn row_text(&self, row: usize) -> String {
        let mut text = String::from(self.row_name(row));
        let mut add = |cell: &str| {
            text.push('\n');
            text.push_str(cell);
        };
        match self {
            Self::Table(table) => {
                for column in table.columns.iter().skip(1) {
                    if let TableValues::Text(cells) = &column.values {
                        add(&cells[row]);
                    }
                }
            }
            Self::Values(dataset) => {
                for column in &dataset.gene_annotations.columns {
                    add(&column.values.text(row));
                }
            }
        }
        text
    }
}

fn column_of(name: &str, label: &str, values: WindowValues) -> WindowColumn {
    WindowColumn {
        name: name.into(),
        label: label.into(),
        format: NumberFormat::General,
        values,
    }
}

/// A cell as text, numbers as they round-trip; missing is empty.
fn cell_text(values: &TableValues, row: usize) -> Cow<'_, str> {
    match values {
        TableValues::Text(cells) => Cow::Borrowed(&cells[row]),
        TableValues::Number(cells) if cells[row].is_nan() => Cow::Borrowed(""),
        TableValues::Number(cells) => Cow::Owned(cells[row].to_string()),
        TableValues::Integer(cells) => {
            Cow::Owned(cells[row].map_or_else(String::new, |whole| whole.to_string()))
        }
    }
}
