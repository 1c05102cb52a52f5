//! A quick look at a file: its first and last rows, what they are, and what reading it will take.

mod grid;

use cuvette_core::report::ImportReport;
use serde::{Deserialize, Serialize};

use crate::{
    cells::{archive_of, preview_cells},
    error::FormatError,
    estimate::{Estimate, rows_by_length},
    head::{DecodedHead, HEAD, decode_head},
    importer::FileInfo,
    kind::InputKind,
    layout::Layout,
    matrix::{Ending, MatrixReader},
    model::{Binary, preview_binary},
    options::{Encoding, ImportOptions},
    sniff::{Head, Sniffed, sniff},
    source::{Decoder, unpack_head},
    tables::read_table,
};

pub use grid::{ColumnRole, GridRow, PreviewGrid, RowRole};

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
    if let Some(archive) = archive_of(head) {
        let has_all = head.len() as u64 >= file.size_bytes;
        return Ok(preview_cells(file, head, archive, has_all, options));
    }
    let (bytes, is_gzip) = unpack_head(&file.name, head, HEAD);
    let has_all = head.len() as u64 >= file.size_bytes && bytes.len() < HEAD;
    if let Some(archive) = archive_of(&bytes) {
        let mut preview = preview_cells(file, &bytes, archive, has_all, options);
        preview.format_label.push_str(", compressed (gzip)");
        return Ok(preview);
    }
    if let Some(binary) = Binary::of(&bytes) {
        let mut preview = preview_binary(binary, file, &bytes, has_all, kind);
        if is_gzip {
            preview.format_label.push_str(", compressed (gzip)");
        }
        return Ok(preview);
    }
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
            let mut reader =
                MatrixReader::new(&self.file.name, self.layout().clone(), self.options.clone());
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
}
