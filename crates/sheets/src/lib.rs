//! Sheets of workbooks as text: what core facilities send, made readable for the importer.
//!
//! A crate of its own, because the reader of workbooks is large and rarely needed: the page loads it
//! when it meets a workbook. A sheet is written out row for row, from its first row, so that a line
//! of the text is the row of that number in the sheet, and every message of the importer names the
//! place a person finds in the spreadsheet. What the text cannot say is in
//! [`SheetNotes`]: the other sheets, formulas without a result, dates, what is hidden.

mod cells;
mod choose;
mod layout;
mod package;
mod text;

use std::io::Cursor;

use calamine::{Xlsx, XlsxError};
use cuvette_formats::{SheetError, SheetNotes};

use choose::Choice;
use package::Package;

/// Bytes of the shortest entry in the list of texts: `<si/>`.
const MIN_TEXT_BYTES: u64 = 5;

/// A sheet, written out.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetText {
    /// Tab-separated UTF-8. Every line has as many cells as the widest row of the sheet, save that
    /// an empty row is an empty line.
    pub text: Vec<u8>,
    /// What is known beside it.
    pub notes: SheetNotes,
}

/// Writes out one sheet of an Excel workbook (.xlsx, .xlsm): the one of that name, else the largest
/// that is not hidden.
///
/// Numbers are written so that reading them gives the same `f64`; dates as `2021-03-01`, with the
/// time where there is one; errors as `#N/A`; formulas by the result that the workbook holds.
///
/// All parts of the workbook may have `limit` bytes together when unpacked, and so may the text.
///
/// # Errors
///
/// A damaged workbook, a name that no sheet has, a workbook without cells, more than `limit`.
///
/// # Examples
///
/// ```
/// use cuvette_sheets::read;
///
/// assert!(read(b"gene\ta\tb\n", None, 1_000_000).is_err());
/// ```
pub fn read(bytes: &[u8], sheet: Option<&str>, limit: u64) -> Result<SheetText, SheetError> {
    let mut package = Package::open(bytes)?;
    // A few bytes can unpack to any number of them.
    let n_unpacked_bytes = package.n_unpacked_bytes()?;
    hold_within(n_unpacked_bytes, limit)?;
    let n_texts = package.n_announced_texts()?;
    if n_texts > n_unpacked_bytes / MIN_TEXT_BYTES {
        let problem = format!("it announces {n_texts} texts, more than it has room for");
        return Err(SheetError::Damaged { problem });
    }
    let mut workbook: Xlsx<_> = open_workbook(bytes)?;
    let Choice { sheets, taken } = choose::choose(&mut workbook, sheet)?;
    let written = cells::write_out(&mut workbook, &sheets[taken].name, limit)?;
    let layout = layout::of_sheet(&mut package, &sheets[taken])?;
    let notes = SheetNotes {
        format_label: "Excel workbook (.xlsx)".into(),
        chosen: sheet.is_some(),
        n_text_bytes: written.text.len() as u64,
        formulas_without_result: written.formulas_without_result,
        line_breaks: written.line_breaks,
        dates: written.dates,
        numbers_as_text: written.numbers_as_text,
        layout,
        sheets,
        taken,
    };
    Ok(SheetText {
        text: written.text,
        notes,
    })
}

fn open_workbook(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, SheetError> {
    calamine::Reader::new(Cursor::new(bytes)).map_err(damaged)
}

fn hold_within(needed: u64, available: u64) -> Result<(), SheetError> {
    if needed > available {
        return Err(SheetError::TooLarge { needed, available });
    }
    Ok(())
}

#[allow(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn damaged(error: XlsxError) -> SheetError {
    problem(&error)
}

fn problem(error: &impl std::fmt::Display) -> SheetError {
    SheetError::Damaged {
        problem: error.to_string(),
    }
}
