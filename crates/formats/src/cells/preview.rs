//! A look at an archive of cells: the first cells × genes, and what reading it will take.

use cuvette_core::report::{Finding, ImportReport, Severity};

use crate::{
    error::FormatError,
    estimate::Estimate,
    findings::{Build, finding},
    importer::FileInfo,
    kind::InputKind,
    layout::Role,
    options::ImportOptions,
    preview::{ColumnRole, GridRow, Preview, PreviewGrid, RowRole},
    sniff::column_letter,
};

use super::{
    ArchiveKind, CellsReader, FinishedCells,
    finish::{file_guess, label},
    names::{Features, read_barcodes, read_features},
};

const SHOWN_CELLS: usize = 8;
const FIRST_GENES: usize = 6;
const LAST_GENES: usize = 4;
/// No experiment has more; a header may say anything.
const MOST_COLUMNS: u32 = 20_000_000;
/// About so many bytes of a packed file, and of a text, hold one value.
const PACKED_ENTRY_BYTES: u64 = 3;
/// Bytes that a value takes while it is read.
const ENTRY_BYTES: u64 = 6;

/// The look at an archive, from its unpacked start.
pub(crate) fn preview_cells(
    file: &FileInfo,
    bytes: &[u8],
    kind: ArchiveKind,
    has_all: bool,
    options: &ImportOptions,
) -> Preview {
    let mut reader = CellsReader::new(&file.name, kind, options);
    let pushed = reader.push(bytes);
    let preview = match (pushed, has_all) {
        (Ok(()), true) => reader.finish().map(of_all),
        (pushed, false) => Ok(of_start(file, reader, pushed.err().as_ref())),
        (Err(error), true) => Err(error),
    };
    let mut preview = preview.unwrap_or_else(|error| empty(file, Some(told(&error))));
    preview
        .report
        .findings
        .sort_by_key(|finding| finding.severity);
    preview
}

fn empty(file: &FileInfo, found: Option<Finding>) -> Preview {
    Preview {
        kind: InputKind::Matrix,
        format_label: "10x Matrix Market".into(),
        report: ImportReport {
            guesses: Vec::new(),
            findings: found.into_iter().collect(),
        },
        grid: PreviewGrid::default(),
        estimate: Estimate {
            memory_bytes: file.size_bytes / PACKED_ENTRY_BYTES * ENTRY_BYTES,
            ..Estimate::default()
        },
    }
}

fn of_all(finished: FinishedCells) -> Preview {
    let data = &finished.dataset;
    let symbols = data.gene_annotations.column("symbol");
    let shown = Shown {
        genes: &data.genes,
        symbol: &|gene| symbols.map(|column| column.values.text(gene)),
        cells: &data.samples,
        n_known: data.n_samples(),
        n_genes: data.n_genes(),
        n_cells: data.n_samples(),
        value: &|gene, cell| data.matrix.get(gene, cell),
    };
    Preview {
        kind: InputKind::Matrix,
        grid: shown.grid(true),
        estimate: Estimate {
            n_genes: data.n_genes() as u64,
            n_samples: data.n_samples() as u64,
            ..finished.estimate
        },
        format_label: finished.format_label,
        report: ImportReport {
            guesses: finished.guesses,
            findings: finished.findings,
        },
    }
}

/// What the start of an archive tells, whose end did not come.
fn of_start(file: &FileInfo, mut reader: CellsReader, error: Option<&FormatError>) -> Preview {
    let members = &mut reader.members;
    members.cut();
    let mut findings: Vec<Finding> = error.map(told).into_iter().collect();
    let mut preview = empty(file, None);
    let is_cut = members.is_at_names();
    let features = members
        .features
        .as_ref()
        .map(|names| read_features(names, !is_cut));
    let cells = members
        .barcodes
        .as_ref()
        .map(|names| read_barcodes(names, !is_cut));
    let features: Features = noted(features, &mut findings);
    let mut cells: Vec<String> = noted(cells, &mut findings);
    let step = reader.options.sample_step();
    cells = cells.into_iter().step_by(step as usize).collect();
    if !features.ids.is_empty() {
        preview.format_label = label(&features);
    }
    let Some(mut matrix) = members.matrix.take() else {
        let title = "The matrix stands further back in the archive";
        findings.push(
            finding("matrix_not_seen", Severity::Note, title)
                .detail("Its size and its values are known once the archive is read."),
        );
        preview.estimate.n_genes = features.ids.len() as u64;
        preview.estimate.n_samples = cells.len() as u64;
        preview.report.findings = findings;
        return preview;
    };
    let cut = matrix.cut();
    findings.extend(
        cut.err()
            .filter(|_| error.is_none())
            .map(|error| told(&error)),
    );
    if let Some(header) = matrix.header() {
        preview.estimate = header.estimate(step);
        preview.report.guesses.push(file_guess(&header));
        if let Some(genes) = features.genes() {
            preview.estimate.n_genes = genes.len() as u64;
        }
        let n_complete = matrix.n_complete_columns();
        // What the header says is taken for true where names say the same.
        let fits = features.ids.len() == header.n_rows as usize
            && n_complete <= cells.len()
            && header.n_columns <= MOST_COLUMNS;
        let values = fits.then(|| matrix.first_columns(SHOWN_CELLS.min(n_complete)));
        if let Some(values) = values.flatten() {
            let shown = Shown {
                genes: &features.ids,
                symbol: &|gene| features.symbols.get(gene).cloned(),
                cells: &cells,
                n_known: values.n_columns(),
                n_genes: header.n_rows as usize,
                n_cells: preview.estimate.n_samples as usize,
                value: &|gene, cell| values.get(gene, cell),
            };
            preview.grid = shown.grid(false);
        }
    }
    preview.report.findings = findings;
    preview
}

/// The error as a finding that names the member, too.
fn told(error: &FormatError) -> Finding {
    let found = error.to_finding();
    let detail = format!("In {}. {}", error.at.file, found.detail);
    found.detail(detail)
}

/// What was read; what could not be read is told.
fn noted<T: Default>(read: Option<Result<T, FormatError>>, findings: &mut Vec<Finding>) -> T {
    let read = read.unwrap_or_else(|| Ok(T::default()));
    read.unwrap_or_else(|error| {
        findings.push(told(&error));
        T::default()
    })
}

/// The corner of a table that is shown.
struct Shown<'a> {
    genes: &'a [String],
    symbol: &'a dyn Fn(usize) -> Option<String>,
    cells: &'a [String],
    /// Cells whose values are known, from the first on.
    n_known: usize,
    n_genes: usize,
    n_cells: usize,
    value: &'a dyn Fn(usize, usize) -> f32,
}

impl Shown<'_> {
    fn grid(&self, has_all: bool) -> PreviewGrid {
        let with_symbols = (self.symbol)(0).is_some();
        let n_shown = self.n_known.min(SHOWN_CELLS);
        let leading: &[(&str, Role)] = if with_symbols {
            &[("gene", Role::Id), ("symbol", Role::Annotation)]
        } else {
            &[("gene", Role::Id)]
        };
        let names = self.cells.iter().take(n_shown).map(String::as_str);
        let headers = leading
            .iter()
            .copied()
            .chain(names.map(|name| (name, Role::Value)));
        let columns: Vec<ColumnRole> = headers
            .enumerate()
            .map(|(at, (header, role))| ColumnRole {
                number: 0,
                letter: column_letter(at),
                header: header.into(),
                role,
            })
            .collect();
        let mut rows = vec![GridRow {
            line: None,
            role: RowRole::Names,
            cells: columns.iter().map(|column| column.header.clone()).collect(),
            flagged: Vec::new(),
        }];
        let n_first = self.genes.len().min(FIRST_GENES);
        let n_last = if has_all {
            (self.genes.len() - n_first).min(LAST_GENES)
        } else {
            0
        };
        let body = (0..n_first).chain(self.genes.len() - n_last..self.genes.len());
        rows.extend(body.map(|gene| self.row(gene, with_symbols, n_shown)));
        let n_left_out = (self.n_genes - n_first - n_last) as u64;
        PreviewGrid {
            columns,
            n_columns: (leading.len() + self.n_cells) as u64,
            rows,
            gap_at: (n_left_out > 0).then_some(1 + n_first as u64),
            n_left_out,
        }
    }

    fn row(&self, gene: usize, with_symbols: bool, n_shown: usize) -> GridRow {
        let symbol = with_symbols.then(|| (self.symbol)(gene).unwrap_or_default());
        let values = (0..n_shown).map(|cell| (self.value)(gene, cell).to_string());
        let id = std::iter::once(self.genes[gene].clone());
        GridRow {
            line: None,
            role: RowRole::Body,
            cells: id.chain(symbol).chain(values).collect(),
            flagged: Vec::new(),
        }
    }
}
