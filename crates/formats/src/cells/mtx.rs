//! A Matrix Market file as its text comes: header, then one value a line.
//!
//! Format: <https://math.nist.gov/MatrixMarket/formats.html>; of its kinds the one that holds counts
//! of genes in cells: `coordinate`, `integer` or `real`, `general`.

use cuvette_core::{
    Matrix, parallel,
    sparse::{Duplicate, SparseBuilder},
};

use super::{
    body::{Entries, Problem, parse_entries},
    refused,
};
use crate::{
    error::{FormatError, FormatErrorKind},
    estimate::Estimate,
    findings::{counted, grouped},
};

/// So much text is parsed at once, by all threads.
const WINDOW: usize = 4 << 20;
/// So much of it makes a unit of work for a thread.
const CHUNK: usize = 128 << 10;
/// A header is no longer than this.
const LONGEST_HEADER: usize = 1 << 20;
/// Text, parsed pieces and unpacked bytes beside the values.
const WINDOWS: u64 = 24 << 20;
/// Bytes of a name of a gene or a cell, with its annotations.
const NAME_BYTES: u64 = 96;

/// What the first lines say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub is_integer: bool,
    pub n_rows: u32,
    pub n_columns: u32,
    pub n_entries: u64,
}

impl Header {
    /// What reading takes where one of every `step` cells is read.
    pub fn estimate(&self, step: u32) -> Estimate {
        let entry_bytes: u64 = if self.is_integer { 6 } else { 8 };
        let n_columns = u64::from(self.n_columns);
        let n_samples = n_columns.div_ceil(step.into());
        let per_sample = entry_bytes * self.n_entries / n_columns.max(1) + NAME_BYTES;
        Estimate {
            n_genes: self.n_rows.into(),
            n_samples,
            memory_bytes: per_sample * n_samples + NAME_BYTES * u64::from(self.n_rows) + WINDOWS,
            bytes_per_sample: per_sample,
            exact: true,
        }
    }
}

/// Reads one file block by block.
pub(super) struct MtxReader {
    /// The member, for messages.
    pub at: String,
    step: u32,
    memory_limit: Option<u64>,
    /// Text that was not yet parsed.
    pending: Vec<u8>,
    /// Lines that were.
    n_lines: u64,
    body: Option<Body>,
}

/// What was read below the header.
pub(super) struct Body {
    pub header: Header,
    builder: SparseBuilder,
    n_found: u64,
    /// Smallest and largest value; the first above the second where there is none.
    pub range: (f32, f32),
    pub has_fraction: bool,
    /// Column of the last value: those before it are complete as long as columns come in order.
    last_column: u32,
    is_ordered: bool,
}

impl MtxReader {
    pub fn new(at: &str, step: u32, memory_limit: Option<u64>) -> Self {
        Self {
            at: at.into(),
            step,
            memory_limit,
            pending: Vec::new(),
            n_lines: 0,
            body: None,
        }
    }

    pub fn push(&mut self, text: &[u8]) -> Result<(), FormatError> {
        self.pending.extend_from_slice(text);
        if self.body.is_none() {
            self.read_header(false)?;
        }
        if self.body.is_some() && self.pending.len() >= WINDOW {
            self.parse(false)?;
        }
        Ok(())
    }

    /// Takes the end of the file.
    pub fn end(&mut self) -> Result<(), FormatError> {
        if self.body.is_none() {
            self.read_header(true)?;
        }
        self.parse(true)?;
        let Some(body) = &self.body else {
            return Err(self.error("the file ends before its sizes".into()));
        };
        let (found, promised) = (body.n_found, body.header.n_entries);
        if found < promised {
            let problem = format!(
                "the header promises {}, and the file ends after {}",
                counted(promised, "value", "values"),
                grouped(found)
            );
            return Err(self.cut_short(problem));
        }
        Ok(())
    }

    /// Parses the lines that have wholly come of a file that is cut.
    pub fn cut(&mut self) -> Result<(), FormatError> {
        if self.body.is_some() {
            self.parse(false)?;
        }
        Ok(())
    }

    pub fn header(&self) -> Option<Header> {
        self.body.as_ref().map(|body| body.header)
    }

    /// Columns whose values have all come, from the first on.
    pub fn n_complete_columns(&self) -> usize {
        let body = self.body.as_ref().filter(|body| body.is_ordered);
        body.map_or(0, |body| body.last_column.div_ceil(self.step) as usize)
    }

    /// The first columns of what has come.
    pub fn first_columns(self, n: usize) -> Option<Matrix> {
        let body = self.body?;
        let columns: Vec<usize> = (0..n).collect();
        let matrix = body.builder.finish().ok()?;
        Some(Matrix::from_sparse(matrix).select_columns(&columns))
    }

    /// The matrix, with what is known of its values.
    pub fn into_matrix(self) -> Option<(Body, Result<Matrix, Duplicate>)> {
        let mut body = self.body?;
        let builder = std::mem::replace(&mut body.builder, SparseBuilder::new(0, 0));
        Some((body, builder.finish().map(Matrix::from_sparse)))
    }

    fn error(&self, problem: String) -> FormatError {
        let error = FormatError::new(&self.at, FormatErrorKind::Header { problem });
        match self.n_lines {
            0 => error,
            line => error.on_line(line),
        }
    }

    fn cut_short(&self, problem: String) -> FormatError {
        let advice = "Copy or download the file again: it is cut short".into();
        refused(&self.at, problem, advice).on_line(self.n_lines)
    }

    /// Takes lines from the pending text until the sizes are known.
    fn read_header(&mut self, is_end: bool) -> Result<(), FormatError> {
        let pending = std::mem::take(&mut self.pending);
        let mut start = 0;
        let mut is_integer = None;
        let mut n_lines = 0;
        while self.body.is_none() {
            let rest = &pending[start..];
            let end = match memchr::memchr(b'\n', rest) {
                Some(end) => end,
                None if is_end && !rest.is_empty() => rest.len(),
                None => break,
            };
            let line = rest[..end].trim_ascii();
            start += (end + 1).min(rest.len());
            n_lines += 1;
            self.n_lines = n_lines;
            match is_integer {
                None => is_integer = Some(self.read_banner(line)?),
                Some(_) if line.is_empty() || line.starts_with(b"%") => {}
                Some(is_integer) => self.begin_body(line, is_integer)?,
            }
        }
        if self.body.is_some() {
            self.pending = pending[start..].to_vec();
        } else {
            // All of it is read again once more has come.
            self.n_lines = 0;
            if pending.len() > LONGEST_HEADER {
                return Err(self.error("no line of sizes among the first lines".into()));
            }
            self.pending = pending;
        }
        Ok(())
    }

    /// Whether the first line promises whole numbers.
    fn read_banner(&self, line: &[u8]) -> Result<bool, FormatError> {
        let line = String::from_utf8_lossy(line).to_ascii_lowercase();
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let not_read = |what: &str, why: &str| {
            let advice = "Write it as counts of genes in cells: in Python, scipy.io.mmwrite(\"matrix.mtx\", counts.tocoo()); in R, Matrix::writeMM(counts, \"matrix.mtx\")";
            let problem = format!("a Matrix Market file of the kind {what} is not read: {why}");
            Err(refused(&self.at, problem, advice.into()).on_line(1))
        };
        let [banner, object, format, field, symmetry] = words[..] else {
            return Err(self.error(format!(
                "the first line is {line:?}; %%MatrixMarket matrix coordinate integer general was expected"
            )));
        };
        if banner != "%%matrixmarket" {
            return Err(self.error(format!(
                "the first line begins with {banner:?}, %%MatrixMarket was expected"
            )));
        }
        match (object, format, field, symmetry) {
            ("matrix", "coordinate", "integer", "general") => Ok(true),
            ("matrix", "coordinate", "real" | "double", "general") => Ok(false),
            ("matrix", "array", ..) => not_read("array", "it holds every zero"),
            ("matrix", _, "pattern", _) => {
                not_read("pattern", "it says where values are and not which")
            }
            ("matrix", _, "complex", _) => not_read("complex", "its values are pairs of numbers"),
            ("matrix", _, _, "symmetric" | "skew-symmetric" | "hermitian") => not_read(
                symmetry,
                "it holds one half, and genes × cells has no second",
            ),
            _ => not_read(
                &words[1..].join(" "),
                "matrix coordinate integer general was expected",
            ),
        }
    }

    fn begin_body(&mut self, line: &[u8], is_integer: bool) -> Result<(), FormatError> {
        let text = String::from_utf8_lossy(line);
        let sizes: Vec<Option<u64>> = text
            .split_ascii_whitespace()
            .map(|word| word.parse().ok())
            .collect();
        let [Some(n_rows), Some(n_columns), Some(n_entries)] = sizes[..] else {
            return Err(self.error(format!(
                "the line of sizes is {text:?}; rows, columns and number of values were expected"
            )));
        };
        let (Ok(rows), Ok(columns)) = (u32::try_from(n_rows), u32::try_from(n_columns)) else {
            return Err(self.error(format!(
                "{n_rows} × {n_columns} is more than {} rows or columns",
                grouped(u32::MAX.into())
            )));
        };
        if n_entries > u32::MAX.into() {
            return Err(self.error(format!(
                "{} values are more than can be read, {}",
                grouped(n_entries),
                grouped(u32::MAX.into())
            )));
        }
        if n_entries > n_rows * n_columns {
            return Err(self.error(format!(
                "{} values are promised for {n_rows} × {n_columns} places",
                grouped(n_entries)
            )));
        }
        let header = Header {
            is_integer,
            n_rows: rows,
            n_columns: columns,
            n_entries,
        };
        let estimate = header.estimate(self.step);
        if let Some(available) = self.memory_limit
            && let Some(kind) = estimate.too_large(available, self.step)
        {
            return Err(FormatError::new(&self.at, kind));
        }
        let n_kept = columns.div_ceil(self.step);
        let mut builder = SparseBuilder::new(rows as usize, n_kept as usize);
        let n_values = usize::try_from(n_entries / u64::from(self.step)).unwrap_or(usize::MAX);
        // Whoever only looks does not say how much memory there is, and takes no room for all.
        if self.memory_limit.is_some() && !builder.try_reserve(n_values) {
            let kind = FormatErrorKind::TooLarge {
                needed: estimate.memory_bytes,
                available: self.memory_limit.unwrap_or(0),
                shape: Some([n_rows, n_columns]),
                every: None,
            };
            return Err(FormatError::new(&self.at, kind));
        }
        self.body = Some(Body {
            header,
            builder,
            n_found: 0,
            range: (f32::INFINITY, f32::NEG_INFINITY),
            has_fraction: false,
            last_column: 0,
            is_ordered: true,
        });
        Ok(())
    }

    /// Parses the pending text, but for a last line that has not wholly come.
    fn parse(&mut self, is_end: bool) -> Result<(), FormatError> {
        let Some(body) = &mut self.body else {
            return Ok(());
        };
        let end = if is_end {
            self.pending.len()
        } else {
            memchr::memrchr(b'\n', &self.pending).map_or(0, |at| at + 1)
        };
        let chunks = chunks_of(&self.pending[..end]);
        let header = body.header;
        let parsed = parallel::map(chunks.len(), &|at| parse_entries(chunks[at], &header));
        let mut failed = None;
        for (chunk, entries) in chunks.iter().zip(parsed) {
            if let Some(at) = body.take(&entries, self.step) {
                let words = format!(
                    "there are more values than the {} that the header promises",
                    grouped(header.n_entries)
                );
                failed = Some((self.n_lines + line_of_entry(chunk, at), words));
                break;
            }
            if let Some(Problem { line, words }) = entries.problem {
                failed = Some((self.n_lines + line, words));
                break;
            }
            self.n_lines += entries.n_lines;
        }
        if let Some((line, words)) = failed {
            let advice = "Write or download the file again".into();
            return Err(refused(&self.at, words, advice).on_line(line));
        }
        self.pending.drain(..end);
        Ok(())
    }
}

impl Body {
    /// Adds what stands in one chunk; gives the first entry that is more than was promised.
    fn take(&mut self, entries: &Entries, step: u32) -> Option<usize> {
        let room = self.header.n_entries - self.n_found;
        if entries.values.len() as u64 > room {
            return Some(room as usize);
        }
        self.n_found += entries.values.len() as u64;
        self.range.0 = self.range.0.min(entries.range.0);
        self.range.1 = self.range.1.max(entries.range.1);
        self.has_fraction |= entries.has_fraction;
        for &(row, column, value) in &entries.values {
            if column != self.last_column {
                self.is_ordered &= column > self.last_column;
                self.last_column = column;
            }
            if step == 1 {
                self.builder.push(row, column, value);
            } else if column.is_multiple_of(step) {
                self.builder.push(row, column / step, value);
            }
        }
        None
    }
}

/// The line, from 1, of an entry of a chunk.
fn line_of_entry(chunk: &[u8], entry: usize) -> u64 {
    let lines = (1..).zip(chunk.split(|&byte| byte == b'\n'));
    let mut filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    filled.nth(entry).map_or(1, |(line, _)| line)
}

/// Whole lines, cut into pieces at line ends.
fn chunks_of(mut text: &[u8]) -> Vec<&[u8]> {
    let mut chunks = Vec::new();
    while !text.is_empty() {
        let from = text.len().min(CHUNK);
        let end = memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at + 1);
        let (chunk, rest) = text.split_at(end);
        chunks.push(chunk);
        text = rest;
    }
    chunks
}
