//! Why a file could not be read: what was found, where, what was expected, what to do.

mod words;

use std::fmt;

use cuvette_core::report::{Finding, Place, Remedy, Severity};
use serde_json::json;

use crate::{
    findings::{grouped, some_of},
    options::ShortRows,
};
use words::{first_value, memory_words, quoted, shape_words};

/// A place in a file. What is not known is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column of the table, from 1.
    pub field: Option<u64>,
    /// Bytes before the place, in the file as it is stored.
    pub byte: Option<u64>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        if let Some(field) = self.field {
            write!(f, "column {field}, ")?;
        }
        if let Some(byte) = self.byte {
            write!(f, "byte {byte}, ")?;
        }
        write!(f, "{}", self.file)
    }
}

/// A file that cannot be read as it stands.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{kind} ({at})")]
pub struct FormatError {
    /// Where.
    pub at: Box<Location>,
    /// What.
    pub kind: Box<FormatErrorKind>,
    /// Of a workbook, the sheets that were not looked at.
    pub other_sheets: Vec<String>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatErrorKind {
    /// Nothing in it.
    #[error("the file is empty, a table was expected")]
    Empty,
    /// Another format, recognized by its content.
    #[error("this looks like {what}, which Cuvette does not read")]
    NotATable {
        /// What it looks like: "a PDF document".
        what: String,
        /// What to do instead.
        advice: String,
    },
    /// Text, but no table.
    #[error("no table found: {why}")]
    NoTable {
        /// What was seen.
        why: String,
    },
    /// The compressed stream is damaged or cut short.
    #[error("the compressed data {problem}; {n_bytes} bytes were unpacked before that")]
    Compressed {
        /// "end too early", or the decoder's words.
        problem: String,
        /// Bytes unpacked until then.
        n_bytes: u64,
    },
    /// A workbook that its reader cannot read.
    #[error("the workbook cannot be read: {problem}")]
    Workbook {
        /// The reader's words.
        problem: String,
    },
    /// A saved forest that cannot be read.
    #[error("the saved forest cannot be read: {problem}")]
    ForestModel {
        /// What is wrong with it.
        problem: String,
    },
    /// Weights of a model that cannot be read.
    #[error("the weights cannot be read: {problem}")]
    Weights {
        /// What is wrong with them.
        problem: String,
    },
    /// Sizes of a model that cannot be read.
    #[error("the configuration cannot be read: {problem}")]
    Config {
        /// What is wrong with them.
        problem: String,
    },
    /// A dictionary of genes that cannot be read.
    #[error("the dictionary cannot be read: {problem}")]
    Dictionary {
        /// What is wrong with it.
        problem: String,
    },
    /// A pickle that names something of Python which no dictionary needs.
    #[error("the pickle asks for {name}, which makes no dictionary; nothing of it was executed")]
    RefusedPickle {
        /// Module and name: `os.system`.
        name: String,
    },
    /// A sheet that the workbook does not have.
    #[error("the workbook has no sheet {name:?}; it has {}", some_of(.sheets))]
    NoSuchSheet {
        /// The name asked for.
        name: String,
        /// The sheets with cells.
        sheets: Vec<String>,
    },
    /// A workbook that unpacks to more than may be unpacked.
    #[error("the workbook holds {} when unpacked, at most {} can be read", memory_words(*.needed), memory_words(*.available))]
    LargeWorkbook {
        /// Bytes of what it holds, or of the text of the sheet.
        needed: u64,
        /// Bytes that can be read.
        available: u64,
    },
    /// A row with another number of cells.
    #[error("{found} cells found, {expected} expected; the line begins {}", quoted(.first_cells))]
    RaggedRow {
        /// Cells in this row.
        found: u64,
        /// Cells in the other rows.
        expected: u64,
        /// The first few cells.
        first_cells: Vec<String>,
    },
    /// More than the memory holds.
    #[error("reading this table takes {} {} of memory, {} are free{}",
        if .shape.is_some() { "about" } else { "more than" }, memory_words(*.needed), memory_words(*.available), shape_words(*.shape))]
    TooLarge {
        /// Bytes that reading takes.
        needed: u64,
        /// Bytes that there are.
        available: u64,
        /// Genes and samples, where estimated beforehand.
        shape: Option<[u64; 2]>,
        /// To be read instead: the first of every so many samples. `None` where no part fits.
        every: Option<u32>,
    },
    /// A quotation mark that never closes.
    #[error("a quotation mark opens here and is not closed")]
    OpenQuote,
    /// Text where numbers are expected: to be answered.
    #[error("{count} {} where a number was expected; the first is {}",
        if *.count == 1 { "cell holds text" } else { "cells hold text" }, first_value(.places))]
    Unreadable {
        /// How many cells.
        count: u64,
        /// The first of them.
        places: Vec<Place>,
        /// How many of them could be read with the other decimal sign.
        n_other_decimal: u64,
        /// Columns that hold nothing but text from some line on, by number.
        remedies: Vec<Remedy>,
    },
    /// Names that stand twice, where the options forbid it.
    #[error("{count} {what} names occur more than once; the first is {first:?}")]
    Duplicate {
        /// "gene" or "sample".
        what: &'static str,
        /// How many names.
        count: u64,
        /// The first of them.
        first: String,
    },
    /// An option that does not fit the file.
    #[error("import option {option}: {problem}")]
    Option {
        /// Its name in the recipe.
        option: &'static str,
        /// What does not fit.
        problem: String,
    },
    /// Counts in single cells that cannot be read, or that are not all there.
    #[error("{problem}")]
    Cells {
        /// What was found, and what was expected.
        problem: String,
        /// What to do instead.
        advice: String,
    },
    /// A cell of an annotation of a genome that cannot be read.
    #[error("{problem}")]
    Annotation {
        /// What was found, and what was expected.
        problem: String,
    },
    /// The header of the format contradicts the content.
    #[error("{problem}")]
    Header {
        /// What was found, and what was expected.
        problem: String,
    },
}

impl FormatError {
    /// An error of that kind somewhere in `file`.
    pub fn new(file: &str, kind: FormatErrorKind) -> Self {
        let at = Location {
            file: file.into(),
            ..Location::default()
        };
        Self {
            at: Box::new(at),
            kind: Box::new(kind),
            other_sheets: Vec::new(),
        }
    }

    pub(crate) fn on_line(mut self, line: u64) -> Self {
        self.at.line = Some(line);
        self
    }

    pub(crate) fn in_field(mut self, field: u64) -> Self {
        self.at.field = Some(field);
        self
    }

    pub(crate) fn at_byte(mut self, byte: u64) -> Self {
        self.at.byte = Some(byte);
        self
    }

    /// A stable word for the kind: `ragged_row`.
    pub fn code(&self) -> &'static str {
        match *self.kind {
            FormatErrorKind::Empty => "empty_file",
            FormatErrorKind::NotATable { .. } => "not_a_table",
            FormatErrorKind::NoTable { .. } => "no_table",
            FormatErrorKind::Compressed { .. } => "damaged_compression",
            FormatErrorKind::Workbook { .. } => "damaged_workbook",
            FormatErrorKind::ForestModel { .. } => "damaged_model",
            FormatErrorKind::Weights { .. } => "damaged_weights",
            FormatErrorKind::Config { .. } => "damaged_config",
            FormatErrorKind::Dictionary { .. } => "damaged_dictionary",
            FormatErrorKind::RefusedPickle { .. } => "refused_pickle",
            FormatErrorKind::NoSuchSheet { .. } => "no_such_sheet",
            FormatErrorKind::LargeWorkbook { .. } => "large_workbook",
            FormatErrorKind::RaggedRow { .. } => "ragged_row",
            FormatErrorKind::TooLarge { .. } => "too_large",
            FormatErrorKind::OpenQuote => "open_quote",
            FormatErrorKind::Unreadable { .. } => "unreadable_number",
            FormatErrorKind::Duplicate { .. } => "duplicate_name",
            FormatErrorKind::Option { .. } => "import_option",
            FormatErrorKind::Header { .. } => "format_header",
            FormatErrorKind::Cells { .. } => "cells_archive",
            FormatErrorKind::Annotation { .. } => "gtf_line",
        }
    }

    /// What to do, in a sentence.
    pub fn hint(&self) -> String {
        match &*self.kind {
            FormatErrorKind::Empty => "Export the table again, and check that the copy is complete".into(),
            FormatErrorKind::NotATable { advice, .. } | FormatErrorKind::Cells { advice, .. } => {
                advice.clone()
            }
            FormatErrorKind::NoTable { .. } => format!("{WHAT_IS_READ}. If this is one, choose its delimiter"),
            FormatErrorKind::Compressed { .. } => "Copy or download the file again: it is cut short or damaged".into(),
            FormatErrorKind::Workbook { .. } => "Open it in a spreadsheet program: if that succeeds, save the sheet as CSV and read that".into(),
            FormatErrorKind::ForestModel { .. } => "Save the model again from the forest that learned it".into(),
            FormatErrorKind::Weights { .. } => "Download model.safetensors of a BERT encoder again, whole".into(),
            FormatErrorKind::Config { .. } => "Take the config.json that lies beside the weights".into(),
            FormatErrorKind::Dictionary { .. } => "Download the dictionary again, or write it as JSON: a gene and its number each".into(),
            FormatErrorKind::RefusedPickle { .. } => "Do not open it in Python either unless you trust where it comes from. Dictionaries are also read as JSON".into(),
            FormatErrorKind::NoSuchSheet { .. } => "Choose one of its sheets, or leave the choice out to have the largest".into(),
            FormatErrorKind::LargeWorkbook { .. } => "Save the sheet as CSV in a spreadsheet program, and read that: it is read block by block".into(),
            FormatErrorKind::RaggedRow { found, expected, .. } if found > expected => {
                "Put quotation marks around cells that contain the delimiter, or choose another delimiter".into()
            }
            FormatErrorKind::RaggedRow { .. } => {
                "Read the cells that are not there as missing, or complete or remove the line".into()
            }
            FormatErrorKind::TooLarge { every: Some(_), .. } => {
                "Read a part of the samples, or close other inputs".into()
            }
            FormatErrorKind::TooLarge { .. } => {
                "Close other inputs, or take genes that are not needed out of the file".into()
            }
            FormatErrorKind::OpenQuote => "Close the quotation mark, or take it out".into(),
            FormatErrorKind::Unreadable { .. } => {
                "Read these cells as missing, or say with `missing` which spellings are missing values".into()
            }
            FormatErrorKind::Duplicate { .. } => "Keep all under different names (suffix), or the first alone (first)".into(),
            FormatErrorKind::Option { .. } => "Take the option out to have it guessed, or name another value".into(),
            FormatErrorKind::Annotation { .. } => "Correct or take out the line, or download the annotation again".into(),
            FormatErrorKind::Header { .. } => "Export the table again, or correct its first lines".into(),
        }
    }

    /// Import options that would let the file be read.
    pub fn remedies(&self) -> Vec<Remedy> {
        match &*self.kind {
            FormatErrorKind::Unreadable { remedies, .. } => remedies.clone(),
            FormatErrorKind::Duplicate { what, .. } => {
                let option = format!("duplicate_{what}s");
                vec![
                    remedy("Keep all under different names", &option, json!("suffix")),
                    remedy("Keep the first alone", &option, json!("first")),
                ]
            }
            FormatErrorKind::RaggedRow {
                found, expected, ..
            } if found < expected => {
                let label =
                    "Read short rows as lacking their last cells; wrong where another is gone";
                vec![remedy(label, "short_rows", json!(ShortRows::Missing))]
            }
            FormatErrorKind::TooLarge {
                every: Some(every), ..
            } => {
                let label = format!("Read 1 of every {} samples", grouped((*every).into()));
                vec![remedy(&label, "samples", json!({ "every": every }))]
            }
            FormatErrorKind::NoSuchSheet { sheets, .. } => read_sheets(sheets),
            _ => read_sheets(&self.other_sheets),
        }
    }

    /// The error as a finding, for a preview that shows it among the others.
    pub fn to_finding(&self) -> Finding {
        let (places, count) = if let FormatErrorKind::Unreadable { places, count, .. } = &*self.kind
        {
            (places.clone(), *count)
        } else {
            let place = Place {
                line: self.at.line,
                column: self.at.field,
                ..Place::default()
            };
            (vec![place], 1)
        };
        Finding {
            code: self.code().into(),
            severity: Severity::Error,
            title: capitalized(&self.kind.to_string()),
            detail: format!("{}.", self.hint()),
            places,
            count,
            remedies: self.remedies(),
        }
    }
}

/// The first few sheets, each to be read instead.
fn read_sheets(sheets: &[String]) -> Vec<Remedy> {
    const SHOWN: usize = 5;
    let read = |name: &String| remedy(&format!("Read the sheet {name}"), "sheet", json!(name));
    sheets.iter().take(SHOWN).map(read).collect()
}

/// What Cuvette reads, for messages about what it does not.
pub(crate) const WHAT_IS_READ: &str = "Cuvette reads tables as text (CSV, TSV, semicolons or blanks, also .gz), sheets of Excel workbooks (.xlsx), counts in single cells as 10x writes them (matrix.mtx with its features and barcodes, in a folder, .tar, .tar.gz or .zip), GCT, GMT, CLS, GTF, sample and gene tables, gene lists, saved forests, and the files of a Geneformer model (safetensors, config.json, dictionaries)";

pub(crate) fn remedy(label: &str, option: &str, value: serde_json::Value) -> Remedy {
    Remedy {
        label: label.into(),
        option: option.into(),
        value,
    }
}

pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_uppercase())
            .chain(letters)
            .collect()
    })
}
