//! The first and last rows of a file, cell by cell, with the role of each.

use serde::{Deserialize, Serialize};

use super::Look;
use crate::{
    layout::Role,
    mangled::mangled_name,
    options::ShortRows,
    sniff::column_letter,
    source::Decoder,
    text::{
        cell::{RawCell, split_line},
        lines::{Line, split_lines},
        number::parse_number,
    },
};

const COLUMNS_AT_LEFT: usize = 20;
const COLUMNS_AT_RIGHT: usize = 4;
const ROWS_ABOVE: usize = 2;
const FIRST_ROWS: usize = 6;
const LAST_ROWS: usize = 4;
const LONGEST_CELL: usize = 60;

/// First and last rows of a file, cell by cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewGrid {
    /// The columns shown: all, or those at both sides.
    pub columns: Vec<ColumnRole>,
    /// Columns of the file.
    pub n_columns: u64,
    /// The rows shown.
    pub rows: Vec<GridRow>,
    /// Rows are left out before this position of `rows`.
    pub gap_at: Option<u64>,
    /// How many rows are left out there, about.
    pub n_left_out: u64,
}

/// A column of the preview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnRole {
    /// Number in the file, from 1: what import options call it. 0 where nothing can be chosen for it.
    pub number: u32,
    /// Name as in a spreadsheet: A, B, … AA.
    pub letter: String,
    /// Text of the header.
    pub header: String,
    /// What the column holds.
    pub role: Role,
}

/// A row of the preview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridRow {
    /// Line of the file, from 1, where known.
    pub line: Option<u64>,
    /// What the row is.
    pub role: RowRole,
    /// One text per column shown.
    pub cells: Vec<String>,
    /// Positions among `cells` that want a look.
    pub flagged: Vec<u32>,
}

/// What a row of the file is. With the role of the column it says what a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRole {
    /// Above the table, not read.
    Above,
    /// Names of the columns.
    Names,
    /// Something about the columns.
    Notes,
    /// A row of the table.
    Body,
    /// Below the table, not read.
    Below,
}

impl Look<'_> {
    pub(super) fn grid(&self, tail: Option<&[u8]>, n_rows: u64) -> PreviewGrid {
        let delimiter = self.layout().dialect.delimiter.byte();
        let lines = split_lines(self.text, delimiter, self.has_all);
        let widest = lines
            .iter()
            .take(20)
            .map(|line| split_line(line.bytes, delimiter).len())
            .max()
            .unwrap_or(0);
        let n_columns = if self.layout().roles.is_empty() {
            widest
        } else {
            self.layout().n_fields()
        };
        let shown = shown_columns(n_columns);
        let is_body = |line: &Line| line.number >= self.layout().body_line;
        let (body, above): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(is_body);
        let is_above = |line: &&Line| !self.layout().header_lines.contains(&line.number);
        let mut rows: Vec<GridRow> = above
            .iter()
            .filter(is_above)
            .take(ROWS_ABOVE)
            .chain(above.iter().filter(|line| !is_above(line)))
            .map(|line| self.row(line.bytes, Some(line.number), &shown))
            .collect();
        let n_first = if self.has_all && body.len() <= FIRST_ROWS + LAST_ROWS {
            body.len()
        } else {
            FIRST_ROWS
        };
        rows.extend(
            body.iter()
                .take(n_first)
                .map(|line| self.row(line.bytes, Some(line.number), &shown)),
        );
        let last = self.last_rows(&body, n_first, tail, &shown);
        let gap_at = (!self.has_all || !last.is_empty()).then_some(rows.len() as u64);
        let n_left_out = n_rows.saturating_sub((n_first + last.len()) as u64);
        rows.extend(last);
        PreviewGrid {
            columns: self.column_roles(&shown),
            n_columns: n_columns as u64,
            rows,
            gap_at,
            n_left_out,
        }
    }

    fn last_rows(
        &self,
        body: &[Line],
        n_first: usize,
        tail: Option<&[u8]>,
        shown: &[usize],
    ) -> Vec<GridRow> {
        if self.has_all {
            let from = body.len().saturating_sub(LAST_ROWS).max(n_first);
            let last = body.get(from..).unwrap_or_default();
            return last
                .iter()
                .map(|line| self.row(line.bytes, Some(line.number), shown))
                .collect();
        }
        let Some(tail) = tail else {
            return Vec::new();
        };
        // The tail begins somewhere in a line.
        let tail = Decoder::new(self.layout().dialect.encoding)
            .decode(tail, true)
            .into_owned();
        let start = memchr::memchr(b'\n', &tail).map_or(tail.len(), |end| end + 1);
        let lines = split_lines(&tail[start..], self.layout().dialect.delimiter.byte(), true);
        let from = lines.len().saturating_sub(LAST_ROWS);
        lines[from..]
            .iter()
            .map(|line| self.row(line.bytes, None, shown))
            .collect()
    }

    fn column_roles(&self, shown: &[usize]) -> Vec<ColumnRole> {
        shown
            .iter()
            .map(|&column| ColumnRole {
                number: column as u32 + 1,
                letter: column_letter(column),
                header: self.layout().names.get(column).cloned().unwrap_or_default(),
                role: self.layout().roles.get(column).copied().unwrap_or(Role::Id),
            })
            .collect()
    }

    fn row(&self, line: &[u8], number: Option<u64>, shown: &[usize]) -> GridRow {
        let dialect = &self.layout().dialect;
        let cells = split_line(line, dialect.delimiter.byte());
        let role = self.row_role(number, cells.len());
        let is_short_header = role == RowRole::Names && cells.len() + 1 == self.layout().n_fields();
        let text = |column: usize| {
            let position = column.checked_sub(usize::from(is_short_header))?;
            let (text, _) = cells.get(position)?.text(dialect.encoding);
            Some(text.chars().take(LONGEST_CELL).collect::<String>())
        };
        let flagged = (0..shown.len())
            .filter(|&position| role == RowRole::Body && self.is_doubtful(shown[position], &cells))
            .map(|position| position as u32)
            .collect();
        GridRow {
            line: number,
            role,
            cells: shown
                .iter()
                .map(|&column| text(column).unwrap_or_default())
                .collect(),
            flagged,
        }
    }

    fn row_role(&self, number: Option<u64>, n_cells: usize) -> RowRole {
        let layout = self.layout();
        let fills_short_rows = self.options.short_rows == Some(ShortRows::Missing);
        match number {
            Some(line) if layout.header_lines.first() == Some(&line) => RowRole::Names,
            Some(line) if layout.header_lines.contains(&line) => RowRole::Notes,
            Some(line) if line < layout.body_line => RowRole::Above,
            _ if n_cells < layout.n_fields() && !fills_short_rows => RowRole::Below,
            _ => RowRole::Body,
        }
    }

    fn is_doubtful(&self, column: usize, cells: &[RawCell]) -> bool {
        let layout = self.layout();
        let (Some(role), Some(cell)) = (layout.roles.get(column), cells.get(column)) else {
            return false;
        };
        let bytes = cell.trimmed();
        match role {
            Role::Value => {
                !layout.dialect.missing.contains(bytes)
                    && parse_number(bytes, layout.dialect.style).is_none_or(f32::is_infinite)
            }
            Role::Id | Role::Annotation => {
                mangled_name(&cell.text(layout.dialect.encoding).0).is_some()
            }
            Role::Ignored | Role::NotAsked => false,
        }
    }
}

/// All columns, or those at both sides.
fn shown_columns(n_columns: usize) -> Vec<usize> {
    if n_columns <= COLUMNS_AT_LEFT + COLUMNS_AT_RIGHT {
        return (0..n_columns).collect();
    }
    (0..COLUMNS_AT_LEFT)
        .chain(n_columns - COLUMNS_AT_RIGHT..n_columns)
        .collect()
}
