//! Files of a model that are no text: weights and pickles.

use std::sync::Arc;

use cuvette_core::{
    analyses::Data,
    report::{Finding, Guess, ImportReport, Severity},
};
use serde_json::json;

use super::{
    dictionary::{data_of_entries, kind_of},
    header::{LENGTH_BYTES, MAX_HEADER, Planned, is_safetensors, read_header},
    weights::{WeightsReader, kept_bytes},
};
use crate::{
    error::{FormatError, FormatErrorKind},
    estimate::Estimate,
    findings::{Build, alternative, counted, finding, guess, some_of},
    importer::FileInfo,
    kind::InputKind,
    layout::Role,
    pickle::{
        Entries, Entry, MAX_BYTES, PickleError, Problem, is_pickle, peek_pickle, read_pickle,
    },
    preview::{ColumnRole, GridRow, Preview, PreviewGrid, RowRole},
    sniff::column_letter,
};

/// Bytes that an entry of a dictionary takes in memory, about.
const ENTRY_BYTES: u64 = 100;

/// Rows of a preview.
const SHOWN_ROWS: usize = 10;

/// A format that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    /// Tensors in safetensors.
    Weights,
    /// A Python pickle.
    Pickle,
}

impl Binary {
    /// The format that the first bytes of a file show. What they show stays so however many follow.
    pub fn of(head: &[u8]) -> Option<Self> {
        if is_safetensors(head) {
            Some(Self::Weights)
        } else if is_pickle(head) {
            Some(Self::Pickle)
        } else {
            None
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Weights => "Safetensors",
            Self::Pickle => "Python pickle",
        }
    }
}

/// Reads a file of such a format.
pub(crate) enum BinaryReader {
    /// Tensors, kept as they come.
    Weights(Box<WeightsReader>),
    /// All of a pickle, which is read at its end, and how many bytes may be kept.
    Pickle(Vec<u8>, Option<u64>),
}

/// What was read.
pub(crate) struct BinaryRead {
    /// What it is.
    pub kind: InputKind,
    /// Its format in words.
    pub format_label: String,
    /// The data.
    pub data: Data,
    /// What was guessed and found.
    pub report: ImportReport,
}

impl BinaryReader {
    /// A reader that keeps no more than that many bytes.
    pub fn new(binary: Binary, file: &str, memory_limit: Option<u64>) -> Self {
        match binary {
            Binary::Weights => Self::Weights(Box::new(WeightsReader::new(file, memory_limit))),
            Binary::Pickle => Self::Pickle(Vec::new(), memory_limit),
        }
    }

    /// Takes the next block.
    pub fn push(&mut self, file: &str, block: &[u8]) -> Result<(), FormatError> {
        match self {
            Self::Weights(reader) => reader.push(block),
            Self::Pickle(bytes, memory_limit) => {
                let n_bytes = bytes.len() + block.len();
                if n_bytes > MAX_BYTES {
                    let problem = format!("it has more than {} MB", MAX_BYTES >> 20);
                    return Err(dictionary_error(file, problem));
                }
                let needed = n_bytes as u64;
                if let Some(available) = memory_limit.filter(|&limit| needed > limit) {
                    let kind = FormatErrorKind::TooLarge {
                        needed,
                        available,
                        shape: None,
                        every: None,
                    };
                    return Err(FormatError::new(file, kind));
                }
                bytes.extend_from_slice(block);
                Ok(())
            }
        }
    }

    /// Ends the file; `kind` is what the recipe says it is.
    pub fn finish(self, file: &str, kind: Option<InputKind>) -> Result<BinaryRead, FormatError> {
        match self {
            Self::Weights(reader) => {
                refuse_other(file, kind)?;
                let checkpoint = reader.finish()?;
                let findings = left_out_finding(&checkpoint.left_out);
                Ok(BinaryRead {
                    kind: InputKind::Checkpoint,
                    format_label: Binary::Weights.label().into(),
                    data: Data::Checkpoint(Arc::new(checkpoint)),
                    report: ImportReport {
                        guesses: vec![weights_guess()],
                        findings: findings.into_iter().collect(),
                    },
                })
            }
            Self::Pickle(bytes, _) => {
                let entries = read_pickle(&bytes).map_err(|error| pickle_error(file, error))?;
                let (kind, guess) = dictionary_guess(&entries, kind);
                let (data, findings) = data_of_entries(entries, kind)
                    .map_err(|problem| dictionary_error(file, problem))?;
                Ok(BinaryRead {
                    kind,
                    format_label: Binary::Pickle.label().into(),
                    data,
                    report: ImportReport {
                        guesses: vec![guess],
                        findings,
                    },
                })
            }
        }
    }
}

fn dictionary_error(file: &str, problem: String) -> FormatError {
    FormatError::new(file, FormatErrorKind::Dictionary { problem })
}

fn pickle_error(file: &str, PickleError { byte, problem }: PickleError) -> FormatError {
    let kind = match problem {
        Problem::Refused(name) => FormatErrorKind::RefusedPickle { name },
        Problem::Cut => FormatErrorKind::Dictionary {
            problem: "the pickle is cut short".into(),
        },
        Problem::Damaged(problem) => FormatErrorKind::Dictionary { problem },
    };
    FormatError::new(file, kind).at_byte(byte as u64)
}

fn refuse_other(file: &str, kind: Option<InputKind>) -> Result<(), FormatError> {
    match kind {
        Some(other) if other != InputKind::Checkpoint => {
            let problem = format!("they cannot be read as {}", other.label());
            Err(FormatError::new(file, FormatErrorKind::Weights { problem }))
        }
        _ => Ok(()),
    }
}

fn weights_guess() -> Guess {
    let kind = InputKind::Checkpoint;
    let mut chip = guess("as", "File", json!(kind), kind.label());
    chip.evidence = "The file begins with the header of safetensors".into();
    chip
}

fn left_out_finding(names: &[String]) -> Option<Finding> {
    if names.is_empty() {
        return None;
    }
    let title = counted(names.len() as u64, "tensor is", "tensors are");
    let found = finding(
        "left_out_tensors",
        Severity::Note,
        format!("{title} left out"),
    )
    .detail(format!(
        "Heads and buffers that the encoder has no use for: {}.",
        some_of(names)
    ))
    .at(Vec::new(), names.len() as u64);
    Some(found)
}

/// What a dictionary is, and why.
fn dictionary_guess(entries: &Entries, chosen: Option<InputKind>) -> (InputKind, Guess) {
    let found = kind_of(entries);
    let taken = chosen.unwrap_or(found);
    let mut chip = guess("as", "File", json!(taken), taken.label());
    chip.chosen = chosen.is_some();
    chip.evidence = match found {
        InputKind::GeneTable => "A dictionary whose values are texts",
        InputKind::MedianDictionary => "A dictionary whose values are numbers, not all whole",
        _ => "A dictionary whose values are whole numbers",
    }
    .into();
    for (other, effect) in [
        (
            InputKind::TokenDictionary,
            "The numbers are tokens of genes",
        ),
        (
            InputKind::MedianDictionary,
            "The numbers are medians of genes",
        ),
    ] {
        if other != taken && found != InputKind::GeneTable {
            chip.alternatives
                .push(alternative(json!(other), other.label(), effect));
        }
    }
    (taken, chip)
}

/// A quick look at the start of such a file.
pub(crate) fn preview_binary(
    binary: Binary,
    file: &FileInfo,
    head: &[u8],
    has_all: bool,
    kind: Option<InputKind>,
) -> Preview {
    match binary {
        Binary::Weights => preview_weights(file, head),
        Binary::Pickle => preview_pickle(file, head, has_all, kind),
    }
}

fn preview_weights(file: &FileInfo, head: &[u8]) -> Preview {
    let header = head.split_first_chunk::<LENGTH_BYTES>();
    let text = header.and_then(|(length, rest)| {
        let length = u64::from_le_bytes(*length);
        rest.get(..usize::try_from(length.min(MAX_HEADER)).ok()?)
    });
    let mut findings = Vec::new();
    let tensors = match text.map(read_header) {
        // The header goes on behind the head: it is read with the file.
        None => Vec::new(),
        Some(Ok(tensors)) => tensors,
        Some(Err(problem)) => {
            let error = FormatError::new(&file.name, FormatErrorKind::Weights { problem });
            findings.push(error.to_finding());
            Vec::new()
        }
    };
    let cells = |tensor: &Planned| {
        let shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        vec![
            tensor.name.clone(),
            tensor.type_name.clone(),
            shape.join(" × "),
            tensor.n_bytes.to_string(),
        ]
    };
    Preview {
        kind: InputKind::Checkpoint,
        format_label: Binary::Weights.label().into(),
        report: ImportReport {
            guesses: vec![weights_guess()],
            findings,
        },
        grid: grid(
            &["tensor", "type", "shape", "bytes"],
            tensors.iter().take(SHOWN_ROWS).map(cells).collect(),
            tensors.len() as u64,
        ),
        estimate: Estimate {
            memory_bytes: kept_bytes(&tensors),
            exact: !tensors.is_empty(),
            ..Estimate::default()
        },
    }
}

fn preview_pickle(
    file: &FileInfo,
    head: &[u8],
    has_all: bool,
    chosen: Option<InputKind>,
) -> Preview {
    let mut findings = Vec::new();
    let entries = if has_all {
        read_pickle(head).unwrap_or_else(|error| {
            findings.push(pickle_error(&file.name, error).to_finding());
            Vec::new()
        })
    } else {
        peek_pickle(head)
    };
    let (kind, guess) = dictionary_guess(&entries, chosen);
    let share = file.size_bytes as f64 / head.len().max(1) as f64;
    let n_entries = if has_all {
        entries.len() as u64
    } else {
        (entries.len() as f64 * share) as u64
    };
    let cells = |(name, entry): &(Arc<str>, Entry)| {
        let value = match entry {
            Entry::Integer(whole) => whole.to_string(),
            Entry::Number(number) => number.to_string(),
            Entry::Text(text) => text.to_string(),
        };
        vec![name.to_string(), value]
    };
    let headers = match kind {
        InputKind::TokenDictionary => ["gene", "token"],
        InputKind::MedianDictionary => ["gene", "median"],
        _ => ["gene_name", "ensembl_id"],
    };
    Preview {
        kind,
        format_label: Binary::Pickle.label().into(),
        report: ImportReport {
            guesses: vec![guess],
            findings,
        },
        grid: grid(
            &headers,
            entries.iter().take(SHOWN_ROWS).map(cells).collect(),
            n_entries,
        ),
        estimate: Estimate {
            n_genes: n_entries,
            memory_bytes: file.size_bytes + ENTRY_BYTES * n_entries,
            exact: has_all,
            ..Estimate::default()
        },
    }
}

/// Rows of cells as a preview shows them.
fn grid(headers: &[&str], cells: Vec<Vec<String>>, n_rows: u64) -> PreviewGrid {
    let columns = headers
        .iter()
        .enumerate()
        .map(|(column, header)| ColumnRole {
            number: column as u32 + 1,
            letter: column_letter(column),
            header: (*header).to_owned(),
            role: if column == 0 {
                Role::Id
            } else {
                Role::Annotation
            },
        });
    let row = |role: RowRole, cells: Vec<String>| GridRow {
        line: None,
        role,
        cells,
        flagged: Vec::new(),
    };
    let n_left_out = n_rows.saturating_sub(cells.len() as u64);
    let names = headers.iter().map(|header| (*header).to_owned()).collect();
    let mut rows = vec![row(RowRole::Names, names)];
    rows.extend(cells.into_iter().map(|cells| row(RowRole::Body, cells)));
    PreviewGrid {
        columns: columns.collect(),
        n_columns: headers.len() as u64,
        gap_at: (n_left_out > 0).then_some(rows.len() as u64),
        rows,
        n_left_out,
    }
}
