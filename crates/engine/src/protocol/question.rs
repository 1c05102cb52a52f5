//! What the page asks.

use cuvette_core::figure::FigureRequest;
use cuvette_formats::{ImportOptions, InputKind};
use serde::{Deserialize, Serialize};

use crate::recipe::Recipe;

/// A question to the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Number of the question; every reply repeats it.
    pub id: u64,
    /// The question.
    pub body: RequestBody,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestBody {
    /// Look at the first and last bytes of a file; the handle travels beside the message.
    Preview {
        /// Name and size of the file.
        file: FileName,
        /// What it is, where the reader said so.
        kind: Option<InputKind>,
        /// What the reader chose so far.
        options: ImportOptions,
    },
    /// Read a file whole and keep it under a name; the handle travels beside the message.
    Open {
        /// Name of the input in the recipe.
        name: String,
        /// Name and size of the file.
        file: FileName,
        /// What it is, where the recipe says so.
        kind: Option<InputKind>,
        /// Overrides of the importer's guesses.
        options: ImportOptions,
    },
    /// SHA-256 of the bytes and of the numbers of an input that is open. Its file is read again,
    /// slice by slice, beside everything else; the handle travels beside the message.
    Fingerprint {
        /// Name of the input.
        name: String,
    },
    /// Bring every step of the recipe up to date; answers a [`ReplyBody::Step`](super::ReplyBody::Step) for each.
    Evaluate {
        /// The recipe.
        recipe: Recipe,
    },
    /// Rows and columns of a table or data set, for the part on the screen.
    Window {
        /// Which table.
        table: TableName,
        /// Which part.
        view: TableView,
    },
    /// Where names stand in the current order of a table: for search and pasted lists.
    Find {
        /// Which table.
        table: TableName,
        /// How it is sorted and filtered.
        view: TableView,
        /// Names as typed or pasted, one each.
        names: Vec<String>,
    },
    /// One picture of a step or of an input.
    Draw {
        /// Name of the step or input.
        of: String,
        /// Which picture.
        figure: FigureRequest,
    },
    /// A file to save: its bytes travel beside the reply.
    Export {
        /// What to export.
        what: ExportWhat,
    },
    /// The recipe as a link's fragment.
    Link {
        /// The recipe.
        recipe: Recipe,
        /// Name of the step that is shown.
        selected: String,
        /// How results are shown, as [`shown_text`](crate::shown_text) writes it.
        shown: String,
        /// True to leave file names out.
        without_file_names: bool,
    },
    /// The recipe in a link's fragment.
    Unlink {
        /// The fragment, with or without `#`.
        link: String,
    },
    /// What was done, step by step, as a paragraph.
    Methods {
        /// The recipe.
        recipe: Recipe,
    },
    /// Stop the work of another request.
    Cancel {
        /// Its number.
        request: u64,
    },
    /// Forget an input and give its memory back.
    Close {
        /// Name of the input.
        name: String,
    },
}

/// Name and size of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileName {
    /// Without folders.
    pub name: String,
    /// Bytes.
    pub size_bytes: u64,
}

/// A table of a step (`ID.TABLE`), or the values of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableName {
    /// Name of the step or input.
    pub of: String,
    /// Name of the table; `values` for the matrix of a data set, `samples` and `genes` for its
    /// annotations.
    pub table: String,
}

/// The part of a table that is shown, after sorting and filtering.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableView {
    /// First row shown.
    pub row: usize,
    /// Rows shown.
    pub n_rows: usize,
    /// First column shown, after the leading column of names, which always comes.
    pub column: usize,
    /// Columns shown.
    pub n_columns: usize,
    /// Column to sort by, and whether the largest comes first; missing values come last.
    pub sort: Option<Sort>,
    /// Only rows whose text holds this, without regard to case; several words must all be there.
    pub filter: String,
    /// Only these rows, by name; empty for all.
    pub names: Vec<String>,
}

/// Order of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// Name of the column.
    pub column: String,
    /// True for largest first.
    pub descending: bool,
}

/// What to export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportWhat {
    /// A whole table, numbers as they round-trip.
    Table {
        /// Which.
        table: TableName,
        /// How.
        format: TableFormat,
        /// Its order and filter; `row` and `column` ranges are ignored.
        view: TableView,
    },
    /// The data behind a picture.
    FigureData {
        /// Name of the step or input.
        of: String,
        /// Which picture.
        figure: FigureRequest,
        /// How.
        format: TableFormat,
    },
    /// The model that a step learned, as a file that an input can be opened from.
    Model {
        /// Name of the step.
        of: String,
    },
    /// The import report of an input as text.
    Report {
        /// Name of the input.
        of: String,
    },
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// Comma-separated.
    Csv,
    /// Tab-separated.
    Tsv,
}
