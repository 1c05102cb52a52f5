//! A quick look at a file: its first and last rows, what they are, and what reading it will take.

use cuvette_core::report::ImportReport;
use serde::{Deserialize, Serialize};

use crate::{
    error::FormatError,
    estimate::{Estimate, rows_by_length},
    importer::{DecodedHead, FileInfo, HEAD, decode_head},
    kind::InputKind,
    layout::{Layout, Role},
    mangled::mangled_name,
    matrix::{Ending, MatrixReader},
    options::{Encoding, ImportOptions, ShortRows},
    sniff::{Head, Sniffed, column_letter, sniff},
    source::{Decoder, unpack_head},
    tables::read_table,
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

/// What a file is, as far as its ends tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// What the file is.
    pub kind: InputKind,
    /// "Semicolon-separated text", "GCT 1.3".
    pub format_label: String,
    /// Guesses, and findings among the rows looked at.
    pub report: ImportReport,
    /// First and last rows.
    pub grid: PreviewGrid,
    /// What reading it will give and take.
    pub estimate: Estimate,
}

impl Preview {
    /// Adds the finding that the file cannot be read within `available` bytes, if so; with a part
    /// of the samples that can. `options` are those it was looked at with.
    pub fn hold_within(&mut self, file: &FileInfo, available: u64, options: &ImportOptions) {
        if let Some(kind) = self.estimate.too_large(available, options.sample_step()) {
            let error = FormatError::new(&file.name, kind);
            self.report.findings.insert(0, error.to_finding());
        }
    }
}

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
    /// Number in the file, from 1: what import options call it.
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

/// Looks at the first bytes of a file (1 MiB is enough) and, of a file that is not compressed, at
/// its last (64 KiB).
///
/// # Errors
///
/// Where the file is no table at all. Damage within a table is a finding of severity `Error`.
pub fn preview(
    file: &FileInfo,
    head: &[u8],
    tail: Option<&[u8]>,
    kind: Option<InputKind>,
    options: &ImportOptions,
) -> Result<Preview, FormatError> {
    let (bytes, is_gzip) = unpack_head(&file.name, head, HEAD);
    let has_all = head.len() as u64 >= file.size_bytes && bytes.len() < HEAD;
    let decoded = decode_head(&file.name, &bytes, options.encoding)?;
    let text = whole_text(&decoded, &bytes, has_all);
    let is_plain = !is_gzip && matches!(decoded.encoding, Encoding::Utf8 | Encoding::Latin1);
    let sniffed = sniff(&Head {
        file: &file.name,
        text: &text,
        is_whole: has_all,
        n_text_bytes: is_plain.then_some(file.size_bytes),
        encoding: decoded.encoding,
        kind,
        options,
    })?;
    let look = Look {
        file,
        options,
        text: &text,
        has_all,
        n_text_bytes: text_size(file, head, &text, is_gzip),
        sniffed: &sniffed,
    };
    let (mut report, n_rows) = look.report();
    report.guesses.extend(decoded.guess);
    report.findings.sort_by_key(|finding| finding.severity);
    let tail = tail.filter(|_| is_plain && !has_all);
    let format_label = if is_gzip {
        format!("{}, compressed (gzip)", sniffed.format_label)
    } else {
        sniffed.format_label.clone()
    };
    Ok(Preview {
        kind: sniffed.kind,
        format_label,
        grid: look.grid(tail, n_rows.in_file),
        estimate: Estimate::of(&sniffed, n_rows.read, look.n_text_bytes, has_all),
        report,
    })
}

fn whole_text(decoded: &DecodedHead, bytes: &[u8], has_all: bool) -> Vec<u8> {
    if has_all {
        Decoder::new(decoded.encoding)
            .decode(bytes, true)
            .into_owned()
    } else {
        decoded.text.clone()
    }
}

/// About how many bytes the whole decoded text has.
fn text_size(file: &FileInfo, head: &[u8], text: &[u8], is_gzip: bool) -> u64 {
    let per_byte = text.len() as f64 / head.len().max(1) as f64;
    if is_gzip && head.len() as u64 >= file.size_bytes {
        // All of the file came, of which only the start was unpacked: text shrinks to about a third.
        return (text.len() as u64).max(file.size_bytes * 3);
    }
    (file.size_bytes as f64 * per_byte) as u64
}

/// Rows of the body.
#[derive(Clone, Copy)]
struct Rows {
    in_file: u64,
    read: u64,
}

struct Look<'a> {
    file: &'a FileInfo,
    options: &'a ImportOptions,
    text: &'a [u8],
    has_all: bool,
    n_text_bytes: u64,
    sniffed: &'a Sniffed,
}

impl Look<'_> {
    fn layout(&self) -> &Layout {
        &self.sniffed.layout
    }

    /// Guesses and findings, and the number of rows of the body.
    fn report(&self) -> (ImportReport, Rows) {
        let mut report = ImportReport {
            guesses: self.sniffed.guesses.clone(),
            findings: self.sniffed.findings.clone(),
        };
        let start = self.layout().body_start.min(self.text.len());
        let mut n_rows = self.rows();
        if self.sniffed.kind == InputKind::Matrix {
            let mut reader = MatrixReader::new(
                &self.file.name,
                self.layout().clone(),
                self.options.clone(),
                0,
            );
            let ending = if self.has_all {
                Ending::WholePreview
            } else {
                Ending::CutPreview
            };
            match reader
                .push(&self.text[start..])
                .and_then(|()| reader.finish(ending))
            {
                Ok(mut finished) => {
                    report.guesses.append(&mut finished.guesses);
                    report.findings.append(&mut finished.findings);
                    if self.has_all {
                        n_rows = Rows {
                            in_file: finished.n_rows + finished.n_not_asked,
                            read: finished.n_rows,
                        };
                    }
                }
                Err(error) => report.findings.push(error.to_finding()),
            }
        } else if self.has_all {
            match read_table(&self.file.name, self.text, self.sniffed) {
                Ok((_, mut findings)) => report.findings.append(&mut findings),
                Err(error) => report.findings.push(error.to_finding()),
            }
        }
        (report, n_rows)
    }

    /// Rows of the body: counted, or by their length in the head.
    fn rows(&self) -> Rows {
        let layout = self.layout();
        let in_file = if self.has_all {
            let body = &self.text[layout.body_start.min(self.text.len())..];
            let n_feeds = memchr::memchr_iter(b'\n', body).count() as u64;
            n_feeds + u64::from(body.last().is_some_and(|&byte| byte != b'\n'))
        } else {
            rows_by_length(layout, self.text, self.n_text_bytes)
        };
        Rows {
            in_file,
            read: in_file.div_ceil(layout.row_step),
        }
    }

    fn grid(&self, tail: Option<&[u8]>, n_rows: u64) -> PreviewGrid {
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
