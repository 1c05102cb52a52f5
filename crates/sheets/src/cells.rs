//! The cells of a sheet, row for row, as lines of text.

use std::io::{Read, Seek};

use calamine::{DataRef, Xlsx};
use cuvette_core::report::Place;
use cuvette_formats::{Noted, SheetError};

use crate::{damaged, hold_within, text};

/// A sheet has no more.
const MAX_ROWS: u32 = 1 << 20;
const MAX_COLUMNS: u32 = 1 << 14;

/// A sheet as text, and what the text does not say.
#[derive(Default)]
pub struct Written {
    pub text: Vec<u8>,
    pub formulas_without_result: Noted,
    pub line_breaks: Noted,
    pub dates: Noted,
    pub numbers_as_text: Noted,
}

/// Lines of cells, as long as each row goes.
#[derive(Default)]
struct Lines {
    /// The cells of all lines, with tabs between those of one line.
    cells: Vec<u8>,
    /// For each line, where its cells end and how many they are.
    ends: Vec<(usize, u32)>,
    /// Cells of the line that is being written.
    n_cells: u32,
}

/// Writes out a sheet.
pub fn write_out<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    name: &str,
    limit: u64,
) -> Result<Written, SheetError> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let mut written = Written::default();
    let mut lines = Lines::default();
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
        let (row, column) = cell.pos;
        if matches!(cell.value, DataRef::Empty) {
            if cell.formula.is_some() {
                let place = || place(row, column, "");
                written.formulas_without_result.add(place);
            }
            continue;
        }
        lines.go_to(row, column)?;
        let start = lines.cells.len();
        text::push(&cell.value, &mut lines.cells);
        let value = || String::from_utf8_lossy(&lines.cells[start..]).into_owned();
        if matches!(cell.value, DataRef::DateTime(_) | DataRef::DateTimeIso(_)) {
            written.dates.add(|| place(row, column, &value()));
        }
        if text::is_number_as_text(&cell.value) {
            written.numbers_as_text.add(|| place(row, column, &value()));
        }
        if text::has_line_break(&cell.value) {
            written.line_breaks.add(|| place(row, column, &value()));
        }
        lines.hold_within(limit)?;
    }
    written.text = lines.into_text(limit)?;
    Ok(written)
}

fn place(row: u32, column: u32, value: &str) -> Place {
    Place {
        line: Some(u64::from(row) + 1),
        column: Some(u64::from(column) + 1),
        name: None,
        value: (!value.is_empty()).then(|| value.into()),
    }
}

impl Lines {
    /// Ends lines and cells up to the given cell, both from 0.
    fn go_to(&mut self, row: u32, column: u32) -> Result<(), SheetError> {
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            let (row, column) = (u64::from(row) + 1, u64::from(column) + 1);
            let problem = format!("a cell in row {row}, column {column}, where no sheet has one");
            return Err(SheetError::Damaged { problem });
        }
        let backwards = || SheetError::Damaged {
            problem: format!("row {} comes after a later one", u64::from(row) + 1),
        };
        let ahead = (row as usize)
            .checked_sub(self.ends.len())
            .ok_or_else(backwards)?;
        for _ in 0..ahead {
            self.end_line();
        }
        if self.n_cells > column {
            return Err(backwards());
        }
        // A line of n cells has n - 1 tabs.
        let n_tabs = column + 1 - self.n_cells - u32::from(self.n_cells == 0);
        self.cells
            .extend(std::iter::repeat_n(b'\t', n_tabs as usize));
        self.n_cells = column + 1;
        Ok(())
    }

    fn end_line(&mut self) {
        self.ends.push((self.cells.len(), self.n_cells));
        self.n_cells = 0;
    }

    fn hold_within(&self, limit: u64) -> Result<(), SheetError> {
        let needed = self.cells.len() as u64 + self.ends.len() as u64 * 16;
        hold_within(needed, limit)
    }

    /// All lines, each filled up to the widest.
    fn into_text(mut self, limit: u64) -> Result<Vec<u8>, SheetError> {
        self.end_line();
        let width = self.ends.iter().map(|&(_, n_cells)| n_cells).max();
        let width = width.unwrap_or(0);
        let missing = |&(_, n_cells): &(usize, u32)| match n_cells {
            0 => 0,
            n_cells => (width - n_cells) as usize,
        };
        let n_tabs: usize = self.ends.iter().map(missing).sum();
        let n_bytes = self.cells.len() + n_tabs + self.ends.len();
        hold_within(n_bytes as u64, limit)?;
        let mut text = Vec::with_capacity(n_bytes);
        let mut start = 0;
        for line in &self.ends {
            text.extend_from_slice(&self.cells[start..line.0]);
            text.extend(std::iter::repeat_n(b'\t', missing(line)));
            text.push(b'\n');
            start = line.0;
        }
        Ok(text)
    }
}
