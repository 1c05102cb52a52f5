//! Which sheet of a workbook is read.

use std::io::{Read, Seek};

use calamine::{DataRef, Reader, Sheet, SheetType, SheetVisible, Xlsx};
use cuvette_formats::{SheetError, SheetShape};

use crate::damaged;

/// The sheets with cells, and which of them is read.
pub struct Choice {
    pub sheets: Vec<SheetShape>,
    pub taken: usize,
}

/// Takes the sheet of that name, or else the largest that is not hidden: the first of equals.
pub fn choose<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    asked: Option<&str>,
) -> Result<Choice, SheetError> {
    let all: Vec<Sheet> = workbook.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    for sheet in all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let shape = shape(workbook, sheet)?;
        // One that was asked for is read even so, and found empty.
        if shape.n_cells() > 0 || asked == Some(sheet.name.as_str()) {
            sheets.push(shape);
        }
    }
    let taken = match asked {
        Some(name) => sheets.iter().position(|sheet| sheet.name == name),
        None => largest(&sheets),
    };
    match (taken, asked) {
        (Some(taken), _) => Ok(Choice { sheets, taken }),
        (None, None) => Err(SheetError::Empty),
        (None, Some(name)) => Err(SheetError::NoSuchSheet {
            name: name.into(),
            sheets: sheets.into_iter().map(|sheet| sheet.name).collect(),
        }),
    }
}

fn largest(sheets: &[SheetShape]) -> Option<usize> {
    let size = |&at: &usize| {
        (
            !sheets[at].hidden,
            sheets[at].n_cells(),
            std::cmp::Reverse(at),
        )
    };
    (0..sheets.len()).max_by_key(size)
}

/// The rectangle from the first row and column to the last with a value. Counted: what a sheet says
/// of its size includes cells that are only formatted, up to a whole sheet of them.
fn shape<R: Read + Seek>(workbook: &mut Xlsx<R>, sheet: &Sheet) -> Result<SheetShape, SheetError> {
    let mut cells = workbook
        .worksheet_cells_reader(&sheet.name)
        .map_err(damaged)?;
    let (mut n_rows, mut n_columns) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        if *cell.get_value() != DataRef::Empty {
            let (row, column) = cell.get_position();
            n_rows = n_rows.max(u64::from(row) + 1);
            n_columns = n_columns.max(u64::from(column) + 1);
        }
    }
    Ok(SheetShape {
        name: sheet.name.clone(),
        n_rows,
        n_columns,
        hidden: sheet.visible != SheetVisible::Visible,
    })
}
