//! Tables of results: what is shown, sorted, and exported.

use serde::{Deserialize, Serialize};

/// A named table of equally long columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Name in the recipe and of the exported file: `profiles`.
    pub name: String,
    /// Title on the page: "Profiles".
    pub title: String,
    /// The columns, in order; the first names the rows.
    pub columns: Vec<TableColumn>,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Header of the exported file: `pearson_r`.
    pub name: String,
    /// Header on the page, with the unit: "Pearson r".
    pub label: String,
    /// The values.
    pub values: TableValues,
    /// How numbers are shown on the page; exports always round-trip.
    pub format: NumberFormat,
}

/// Values of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TableValues {
    /// Words; missing is empty.
    Text(Vec<String>),
    /// Real numbers; missing is NaN.
    Number(Vec<f64>),
    /// Whole numbers; missing is `None`.
    Integer(Vec<Option<i64>>),
}

/// How a column of numbers is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// Up to four significant digits.
    #[default]
    General,
    /// That many decimals.
    Fixed(u8),
    /// A p-value: three significant digits, never 0.
    PValue,
    /// A share of one, shown in per cent with one decimal.
    Percent,
}

impl TableValues {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Integer(values) => values.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// An empty table, to be filled with [`Table::text`], [`Table::number`] and [`Table::integer`].
    pub fn new(name: &str, title: &str) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            columns: Vec::new(),
        }
    }

    /// Adds a column of words.
    pub fn text(self, name: &str, label: &str, values: Vec<String>) -> Self {
        self.column(
            name,
            label,
            TableValues::Text(values),
            NumberFormat::General,
        )
    }

    /// Adds a column of real numbers.
    pub fn number(self, name: &str, label: &str, format: NumberFormat, values: Vec<f64>) -> Self {
        self.column(name, label, TableValues::Number(values), format)
    }

    /// Adds a column of whole numbers.
    pub fn integer(self, name: &str, label: &str, values: Vec<Option<i64>>) -> Self {
        self.column(
            name,
            label,
            TableValues::Integer(values),
            NumberFormat::General,
        )
    }

    fn column(
        mut self,
        name: &str,
        label: &str,
        values: TableValues,
        format: NumberFormat,
    ) -> Self {
        debug_assert!(
            self.columns
                .iter()
                .all(|column| column.values.len() == values.len())
        );
        self.columns.push(TableColumn {
            name: name.into(),
            label: label.into(),
            values,
            format,
        });
        self
    }

    /// The same columns under another name and title.
    pub fn renamed(self, name: &str, title: &str) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            ..self
        }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }
}
