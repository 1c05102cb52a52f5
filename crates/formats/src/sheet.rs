//! A sheet of a workbook that was written out as text: what the importer is told about it.
//!
//! Workbooks are read by a crate of their own, which a page loads only when it meets one. It turns
//! the chosen sheet into tab-separated text, row for row, and that text is imported like any other
//! file; what is known beyond the text comes along in [`SheetNotes`].

use cuvette_core::report::{Finding, Guess, ImportReport, Place, Severity};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    FormatError, FormatErrorKind, Preview,
    findings::{Build, alternative, counted, finding, guess, some_of},
    options::{Delimiter, Encoding, ImportOptions},
};

/// Bytes of a file that tell whether it is a workbook: the first parts of the archive.
pub const WORKBOOK_HEAD_BYTES: usize = 4096;

/// Whether a file may be a workbook: a ZIP archive whose name or first [`WORKBOOK_HEAD_BYTES`] say
/// so. An archive that is none is found damaged when it is read.
///
/// # Examples
///
/// ```
/// use cuvette_formats::is_workbook;
///
/// assert!(is_workbook("counts.XLSX", b"PK\x03\x04"));
/// assert!(is_workbook("counts", b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml"));
/// assert!(!is_workbook("counts.xlsx", b"gene\ta\tb\n"));
/// assert!(!is_workbook("arrays.npz", b"PK\x03\x04"));
/// ```
pub fn is_workbook(file_name: &str, head: &[u8]) -> bool {
    let name = file_name.to_ascii_lowercase();
    let says_name = [".xlsx", ".xlsm"].iter().any(|end| name.ends_with(end));
    let head = &head[..head.len().min(WORKBOOK_HEAD_BYTES)];
    let says_content = || head.windows(15).any(|bytes| bytes == b"xl/workbook.xml");
    head.starts_with(b"PK\x03\x04") && (says_name || says_content())
}

/// The finding that a sheet was chosen of a file that has none.
pub(crate) fn no_workbook() -> Finding {
    let title = "A sheet was chosen, and the file is no workbook";
    finding("no_workbook", Severity::Check, title).detail("It was read as the one table it is.")
}

/// What is known of a sheet beside its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetNotes {
    /// Format of the workbook: "Excel workbook (.xlsx)".
    pub format_label: String,
    /// Its sheets with cells, in the workbook's order.
    pub sheets: Vec<SheetShape>,
    /// Which of them was written out.
    pub taken: usize,
    /// True where the recipe or the reader named it.
    pub chosen: bool,
    /// Bytes of the text.
    pub n_text_bytes: u64,
    /// Formulas whose result the workbook does not hold; their cells are empty.
    pub formulas_without_result: Noted,
    /// Cells with line breaks, each of which became a blank: a row stays a line.
    pub line_breaks: Noted,
    /// Cells that are dates, written as `2021-03-01`.
    pub dates: Noted,
    /// Numbers that the sheet stores as text, written as they stand.
    pub numbers_as_text: Noted,
    /// What the sheet hides or merges.
    pub layout: SheetLayout,
}

/// What a sheet hides or merges, which its cells do not say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetLayout {
    /// Hidden rows with cells; a filter hides rows too.
    pub hidden_rows: Noted,
    /// Hidden columns, as far as there are cells.
    pub hidden_columns: Noted,
    /// Merged blocks, each at its first cell, with the block as `B2:D2`.
    pub merged: Noted,
}

/// A sheet, and the rectangle its cells fill, as counted from the first row and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetShape {
    /// Its name on the tab.
    pub name: String,
    /// Rows.
    pub n_rows: u64,
    /// Columns.
    pub n_columns: u64,
    /// True where the workbook hides it.
    pub hidden: bool,
}

/// Cells of one sort: the first few, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// The first few.
    pub places: Vec<Place>,
    /// All of them.
    pub count: u64,
}

/// Why no sheet of a workbook could be written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetError {
    /// The workbook is damaged, in the reader's words.
    Damaged {
        /// What is wrong.
        problem: String,
    },
    /// No sheet of that name.
    NoSuchSheet {
        /// The name asked for.
        name: String,
        /// The names there are.
        sheets: Vec<String>,
    },
    /// No sheet holds a cell.
    Empty,
    /// More than may be unpacked, or written as text.
    TooLarge {
        /// Bytes that there are at least.
        needed: u64,
        /// Bytes that may be.
        available: u64,
    },
}

impl From<SheetError> for FormatErrorKind {
    fn from(error: SheetError) -> Self {
        match error {
            SheetError::Damaged { problem } => Self::Workbook { problem },
            SheetError::NoSuchSheet { name, sheets } => Self::NoSuchSheet { name, sheets },
            SheetError::Empty => Self::Empty,
            SheetError::TooLarge { needed, available } => Self::LargeWorkbook { needed, available },
        }
    }
}

impl Noted {
    /// Counts one more, and keeps its place if it is among the first.
    pub fn add(&mut self, place: impl FnOnce() -> Place) {
        if self.places.len() < crate::findings::MAX_PLACES {
            self.places.push(place());
        }
        self.count += 1;
    }

    /// The finding about these cells, if there are any: its title for one and for many.
    fn finding(
        &self,
        code: &str,
        severity: Severity,
        [one, many]: [&str; 2],
        detail: &str,
    ) -> Option<Finding> {
        let title = counted(self.count, one, many);
        let finding = finding(code, severity, title).detail(detail);
        (self.count > 0).then(|| finding.at(self.places.clone(), self.count))
    }
}

impl SheetNotes {
    /// How the text is read: what is certain of it is not guessed.
    pub fn settle(&self, options: &mut ImportOptions) {
        options.delimiter = Some(Delimiter::Tab);
        options.encoding = Some(Encoding::Utf8);
    }

    /// Says of a preview of the text that it is of a sheet.
    pub fn annotate_preview(&self, preview: &mut Preview) {
        self.annotate(&mut preview.report, &mut preview.format_label);
    }

    /// Adds to an error about the text that the workbook has other sheets.
    pub fn blame(&self, mut error: FormatError) -> FormatError {
        let names = self.others().map(|sheet| sheet.name.clone());
        error.other_sheets = names.collect();
        error
    }

    fn others(&self) -> impl Iterator<Item = &SheetShape> + Clone {
        let others = self.sheets.iter().enumerate();
        others.filter_map(|(at, sheet)| (at != self.taken).then_some(sheet))
    }

    /// Says of a report that it is of a sheet.
    pub(crate) fn annotate(&self, report: &mut ImportReport, format_label: &mut String) {
        format_label.clone_from(&self.format_label);
        let is_of_text = |guess: &Guess| guess.option == "delimiter" || guess.option == "encoding";
        report.guesses.retain(|guess| !is_of_text(guess));
        report.guesses.insert(0, self.guess());
        report.findings.extend(self.findings());
        report.findings.sort_by_key(|finding| finding.severity);
    }

    fn guess(&self) -> Guess {
        let Some(taken) = self.sheets.get(self.taken) else {
            return guess("sheet", "Sheet", json!(null), "none");
        };
        let others = self.others();
        let mut guess = guess("sheet", "Sheet", json!(taken.name), &taken.name);
        guess.chosen = self.chosen;
        let visible = others.clone().filter(|sheet| !sheet.hidden);
        // Two tables of one size: the person knows which is meant.
        guess.sure = self.chosen
            || visible
                .clone()
                .all(|sheet| sheet.n_cells() < taken.n_cells());
        guess.evidence = match self.sheets.len() {
            1 => format!("the only sheet with cells: {}", taken.words()),
            n if self.chosen => format!("one of {n} sheets: {}", taken.words()),
            n => format!("the largest of {n} sheets: {}", taken.words()),
        };
        let describe =
            |sheet: &SheetShape| alternative(json!(sheet.name), &sheet.name, sheet.words());
        guess.alternatives = others.map(describe).collect();
        guess
    }

    fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        let layout = &self.layout;
        [
            formulas_without_result(&self.formulas_without_result),
            hidden_rows(&layout.hidden_rows),
            hidden_columns(&layout.hidden_columns),
            merged(&layout.merged),
            line_breaks(&self.line_breaks),
            dates(&self.dates),
            numbers_as_text(&self.numbers_as_text),
        ]
        .into_iter()
        .flatten()
        .chain(self.hidden_sheets())
    }

    fn hidden_sheets(&self) -> Option<Finding> {
        let hidden = self.sheets.iter().filter(|sheet| sheet.hidden);
        let names: Vec<String> = hidden.map(|sheet| sheet.name.clone()).collect();
        let n = names.len() as u64;
        let title = format!("{} hidden", counted(n, "sheet is", "sheets are"));
        (n > 0).then(|| {
            finding("hidden_sheets", Severity::Note, title).detail(format!(
                "{}: can be chosen like the others.",
                some_of(&names)
            ))
        })
    }
}

fn formulas_without_result(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "formula_without_result",
        Severity::Check,
        ["formula has no result", "formulas have no result"],
        "The program that wrote the workbook did not calculate them. Their cells are read as empty: open the workbook in a spreadsheet program, save it, and read it again.",
    )
}

fn hidden_rows(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "hidden_rows",
        Severity::Check,
        ["row is hidden", "rows are hidden"],
        "Hidden rows are read like the others; a filter hides rows too. To leave them out, copy the visible rows into a sheet of their own.",
    )
}

fn hidden_columns(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "hidden_columns",
        Severity::Check,
        ["column is hidden", "columns are hidden"],
        "Hidden columns are read like the others.",
    )
}

fn merged(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "merged_cells",
        Severity::Note,
        ["block of cells is merged", "blocks of cells are merged"],
        "The first cell of a block has its value; the others are read as empty.",
    )
}

fn line_breaks(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "line_breaks_in_cells",
        Severity::Changed,
        ["cell holds line breaks", "cells hold line breaks"],
        "Each line break is read as a blank.",
    )
}

fn dates(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "date_cells",
        Severity::Note,
        ["cell is a date", "cells are dates"],
        "Dates are read as year-month-day, whatever the sheet shows.",
    )
}

fn numbers_as_text(noted: &Noted) -> Option<Finding> {
    noted.finding(
        "numbers_as_text",
        Severity::Note,
        ["number is stored as text", "numbers are stored as text"],
        "They are read as the numbers they show where numbers are expected.",
    )
}

impl SheetShape {
    /// Cells of the rectangle.
    pub fn n_cells(&self) -> u64 {
        self.n_rows * self.n_columns
    }

    fn words(&self) -> String {
        format!(
            "{} × {}{}",
            counted(self.n_rows, "row", "rows"),
            counted(self.n_columns, "column", "columns"),
            if self.hidden { ", hidden" } else { "" }
        )
    }
}
