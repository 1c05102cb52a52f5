//! What the cells of each column are.

use std::collections::BTreeSet;

use cuvette_core::parallel;

use super::table::SampleRow;
use crate::{
    layout::Dialect,
    text::{missing::is_spreadsheet_error, number::parse_number},
};

/// So many cells tell whether the names of a column are unique.
const DISTINCT_LOOKED_AT: usize = 4000;

/// Counts over the body rows of the head.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnStats {
    /// Rows looked at.
    pub n_rows: u64,
    /// Cells that are numbers.
    pub n_numbers: u64,
    /// Numbers without fraction.
    pub n_whole: u64,
    /// Missing cells.
    pub n_missing: u64,
    /// All others.
    pub n_texts: u64,
    /// Texts that are ids of genes.
    pub n_gene_ids: u64,
    /// Different cells.
    pub n_distinct: u64,
    /// Cells compared for that.
    pub n_compared: u64,
    /// Length of the longest cell.
    pub max_length: usize,
    /// True when the cells count 0, 1, 2 … or 1, 2, 3 …
    pub is_sequence: bool,
}

impl ColumnStats {
    /// More numbers than texts, and at least one.
    pub fn is_numeric(&self) -> bool {
        self.n_numbers > 0 && self.n_numbers >= self.n_texts
    }

    /// Nothing but missing cells.
    pub fn is_empty(&self) -> bool {
        self.n_numbers + self.n_texts == 0
    }

    /// Share of cells that stand nowhere else in the column.
    pub fn unique_share(&self) -> f64 {
        self.n_distinct as f64 / self.n_compared.max(1) as f64
    }

    /// One or two letters, few different: detection calls like `P`, `A`, `M`.
    pub fn is_call(&self) -> bool {
        !self.is_numeric() && !self.is_empty() && self.max_length <= 2 && self.n_distinct <= 6
    }
}

/// Counts each of `n_columns` columns over the rows.
pub(crate) fn count_columns(
    rows: &[SampleRow],
    n_columns: usize,
    dialect: &Dialect,
) -> Vec<ColumnStats> {
    parallel::map(n_columns, &|column| count_column(rows, column, dialect))
}

fn count_column(rows: &[SampleRow], column: usize, dialect: &Dialect) -> ColumnStats {
    let mut stats = ColumnStats::default();
    let mut seen = BTreeSet::new();
    let mut first = None;
    let mut is_sequence = true;
    for (position, row) in rows.iter().enumerate() {
        let Some(cell) = row.cells.get(column) else {
            continue;
        };
        let cell = cell.trimmed();
        stats.n_rows += 1;
        stats.max_length = stats.max_length.max(cell.len());
        let number = parse_number(cell, dialect.style);
        if dialect.missing.contains(cell) || is_spreadsheet_error(cell) {
            stats.n_missing += 1;
        } else if let Some(number) = number {
            stats.n_numbers += 1;
            stats.n_whole += u64::from(number.fract() == 0.0);
        } else {
            stats.n_texts += 1;
            let is_gene_id = std::str::from_utf8(cell).is_ok_and(super::names::is_gene_id);
            stats.n_gene_ids += u64::from(is_gene_id);
        }
        let first = *first.get_or_insert(number);
        is_sequence &= matches!((number, first), (Some(number), Some(first))
            if (first == 0.0 || first == 1.0) && number == first + position as f32);
        // Fractions name nothing: to compare them would cost more than all the rest.
        let may_be_name = number.is_none_or(|number| number.fract() == 0.0);
        if may_be_name && seen.len() < DISTINCT_LOOKED_AT {
            seen.insert(cell);
            stats.n_compared += 1;
        }
    }
    stats.n_distinct = seen.len() as u64;
    stats.is_sequence = is_sequence && rows.len() > 1;
    stats
}
