//! What the page and the engine say to each other: one closed enum each way.
//!
//! Messages are JSON text; long bytes (rasters, exported files) travel beside them as transferable
//! buffers, and files as handles. In a browser a message to the engine is the JavaScript object
//! `{ message: "<Request as JSON>", file?: File }`, and a message from it is
//! `{ message: "<Reply as JSON>", bytes?: ArrayBuffer }` with the buffer transferred.
//!
//! A request is answered by any number of [`ReplyBody::Progress`],
//! [`ReplyBody::Step`] and [`ReplyBody::Warning`], then by exactly one of `Done`, `Failed` or
//! `Cancelled`. The first message is the engine's [`ReplyBody::Ready`]; what the page posts before
//! it is dropped by the browser, so the page queues.

use cuvette_core::{
    AnalysisError, Warning,
    analyses::Summary,
    figure::{Figure, FigureInfo, FigureRequest},
    report::{ImportReport, Remedy},
    table::{NumberFormat, TableValues},
};
use cuvette_formats::{ImportOptions, InputKind, Preview};
use serde::{Deserialize, Serialize};

use crate::recipe::{Fingerprint, Recipe};

/// The version of these messages; page and engine are built together and refuse a mismatch.
pub const VERSION: u32 = 1;

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
    /// SHA-256 of the bytes and of the numbers of an input that is open; may take a second.
    Fingerprint {
        /// Name of the input.
        name: String,
    },
    /// Bring every step of the recipe up to date; answers a [`ReplyBody::Step`] for each.
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

/// An answer of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Number of the question; 0 for `Ready`.
    pub id: u64,
    /// The answer.
    pub body: ReplyBody,
}

/// What can be answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyBody {
    /// The engine is up.
    Ready {
        /// [`VERSION`] of the engine.
        protocol: u32,
        /// Version and commit of the build.
        build: String,
        /// Threads that work.
        threads: usize,
        /// All analyses, for the list of steps and the forms.
        catalogue: Vec<CatalogueEntry>,
    },
    /// How far the work is.
    Progress {
        /// Step at work, or name of the input being read.
        of: String,
        /// Units finished.
        done: u64,
        /// Units in all; 0 when unknown.
        total: u64,
        /// What a unit is, in the plural.
        unit: String,
    },
    /// A step is up to date, or failed; more may follow.
    Step(Box<StepState>),
    /// A recoverable trouble outside any step.
    Warning(Warning),
    /// What the engine holds, whenever that changed much; sent under the number 0.
    Memory {
        /// Bytes of the engine's memory.
        bytes: u64,
    },
    /// Finished.
    Done(Box<Answer>),
    /// Gave no result. Under the number 0 and with the code `engine_died`, the engine itself broke:
    /// end the worker, start another, open the files again and go on.
    Failed(ErrorReport),
    /// Stopped as asked.
    Cancelled,
}

/// One analysis of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// Name in recipes.
    pub id: String,
    /// Name on the page.
    pub title: String,
    /// What it answers or does.
    pub help: String,
    /// Heading in the list of steps.
    pub group: cuvette_core::analyses::Group,
    /// What each data set it reads is called.
    pub reads: Vec<String>,
    /// True where later steps can read what it gives.
    pub is_transform: bool,
    /// JSON schema of the parameters.
    pub schema: serde_json::Value,
}

/// The results of requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To [`RequestBody::Preview`].
    Preview(Preview),
    /// To [`RequestBody::Open`].
    Opened(InputState),
    /// To [`RequestBody::Fingerprint`].
    Fingerprint(Fingerprint),
    /// To [`RequestBody::Evaluate`]: every step was reported.
    Evaluated {
        /// Steps computed anew; the others were known.
        n_computed: usize,
    },
    /// To [`RequestBody::Window`].
    Window(TableWindow),
    /// To [`RequestBody::Find`]: position of each name in the view, where it stands there.
    Found {
        /// One per name asked for.
        rows: Vec<Option<usize>>,
        /// Names that were not found, with the nearest there are.
        unknown: Vec<(String, Vec<String>)>,
    },
    /// To [`RequestBody::Draw`]; pixels travel beside it.
    Figure(Figure),
    /// To [`RequestBody::Export`]; the bytes travel beside it.
    File {
        /// Name to save under: `agreement.profiles.tsv`.
        name: String,
        /// Media type.
        media_type: String,
    },
    /// To [`RequestBody::Link`].
    Link {
        /// `#c1.…`
        link: String,
        /// Every file name and sample name the link holds, to be shown before it is sent.
        reveals: Vec<String>,
    },
    /// To [`RequestBody::Unlink`].
    Recipe {
        /// The recipe.
        recipe: Recipe,
        /// Name of the step that was shown.
        selected: String,
    },
    /// To [`RequestBody::Methods`].
    Text(String),
    /// To requests without a result.
    Nothing,
}

/// An input as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputState {
    /// Name in the recipe.
    pub name: String,
    /// What it is.
    pub kind: InputKind,
    /// Rows and columns.
    pub shape: [usize; 2],
    /// What was found in the file.
    pub report: ImportReport,
    /// Tables to show.
    pub tables: Vec<TableInfo>,
    /// Pictures to draw.
    pub figures: Vec<FigureInfo>,
    /// Names of the sample annotations, for forms.
    pub sample_columns: Vec<String>,
    /// Names of the gene annotations, for forms.
    pub gene_columns: Vec<String>,
    /// Bytes it holds in memory.
    pub memory_bytes: u64,
}

/// A step as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepState {
    /// Name in the recipe.
    pub id: String,
    /// How it stands.
    pub status: StepStatus,
    /// True where nothing had to be computed.
    pub cached: bool,
    /// Warnings it raised.
    pub warnings: Vec<Warning>,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Up to date.
    Ready(Box<StepResult>),
    /// Gave no result.
    Failed(ErrorReport),
    /// Waits for inputs that are not open, or for a step that failed.
    Blocked {
        /// Their names.
        by: Vec<String>,
    },
    /// Switched off.
    Off,
}

/// What a step gave, without its long data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// Rows and columns of the data set or of the first table.
    pub shape: [usize; 2],
    /// Hash of what made it: equal hash, equal result.
    pub hash: String,
    /// The typed small part.
    pub summary: Summary,
    /// Named numbers and words.
    pub scalars: serde_json::Map<String, serde_json::Value>,
    /// Tables to show.
    pub tables: Vec<TableInfo>,
    /// Pictures to draw.
    pub figures: Vec<FigureInfo>,
    /// What was done, with n.
    pub note: String,
    /// Names of the sample annotations after it, for forms; empty unless a transform.
    pub sample_columns: Vec<String>,
    /// Names of the gene annotations after it.
    pub gene_columns: Vec<String>,
}

/// A table that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Name, as in [`TableName::table`].
    pub name: String,
    /// Title of its tab.
    pub title: String,
    /// Rows.
    pub n_rows: usize,
    /// Columns after the leading one, which names the rows.
    pub n_columns: usize,
}

/// Part of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableWindow {
    /// Rows after the filter.
    pub n_rows: usize,
    /// Rows before the filter.
    pub n_rows_all: usize,
    /// Columns after the leading one.
    pub n_columns: usize,
    /// First row here.
    pub row: usize,
    /// First column here.
    pub column: usize,
    /// The leading column, then those asked for.
    pub columns: Vec<WindowColumn>,
}

/// One column of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowColumn {
    /// Name, to sort by.
    pub name: String,
    /// Header.
    pub label: String,
    /// How to show numbers.
    pub format: NumberFormat,
    /// The cells of the rows asked for.
    pub values: WindowValues,
}

/// Cells of one column; like [`TableValues`], with missing numbers as `None`, since JSON has no NaN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowValues {
    /// Words.
    Text(Vec<String>),
    /// Real numbers.
    Number(Vec<Option<f64>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
}

impl WindowValues {
    /// The chosen rows of a column.
    pub fn of(values: &TableValues, rows: &[usize]) -> Self {
        let number = |value: f64| (!value.is_nan()).then_some(value);
        match values {
            TableValues::Text(cells) => {
                Self::Text(rows.iter().map(|&row| cells[row].clone()).collect())
            }
            TableValues::Number(cells) => {
                Self::Number(rows.iter().map(|&row| number(cells[row])).collect())
            }
            TableValues::Integer(cells) => {
                Self::Integer(rows.iter().map(|&row| cells[row]).collect())
            }
        }
    }
}

/// An error as the page and the command line show it: found, where, expected, what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// Stable word.
    pub code: String,
    /// What was found and expected.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The parameter it concerns, to show it at its field.
    pub field: Option<String>,
    /// File, line and column, where it is about a file.
    pub location: Option<String>,
    /// Buttons: import options that would answer it.
    pub remedies: Vec<Remedy>,
}

impl From<&AnalysisError> for ErrorReport {
    fn from(error: &AnalysisError) -> Self {
        let field = match error {
            AnalysisError::Param(param) => Some(param.field.clone()),
            _ => None,
        };
        Self {
            code: error.code().into(),
            message: error.to_string(),
            hint: error.hint().map(Into::into),
            field,
            location: None,
            remedies: Vec::new(),
        }
    }
}
