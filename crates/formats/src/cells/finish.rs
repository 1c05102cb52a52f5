//! From the members of an archive to a data set.

use std::sync::Arc;

use cuvette_core::{
    Dataset, Matrix,
    dataset::{Column, ColumnValues},
    report::{Finding, Guess, Severity},
    sparse::Duplicate,
};
use serde_json::json;

use crate::{
    error::FormatError,
    estimate::Estimate,
    findings::{Build, counted, finding, grouped, guess, named, some_of},
    kind::InputKind,
    matrix::{Tally, guess_value_kind, make_unique, value_label},
    options::ImportOptions,
};

use super::{
    members::{Members, Names},
    mtx::{Header, MtxReader},
    names::{Features, read_barcodes, read_features},
    refused,
};

/// More barcodes than any experiment has cells.
const MANY_BARCODES: usize = 100_000;

/// What an archive gave.
pub(crate) struct FinishedCells {
    pub dataset: Dataset,
    pub guesses: Vec<Guess>,
    pub findings: Vec<Finding>,
    /// "10x Matrix Market (v3)".
    pub format_label: String,
    pub estimate: Estimate,
}

/// Puts the members together.
pub(super) fn assemble(
    archive: &str,
    members: Members,
    options: &ImportOptions,
) -> Result<FinishedCells, FormatError> {
    members.check()?;
    let is_raw_by_name = members.found.iter().any(|(_, path)| path.contains("raw_"));
    let (Some(reader), Some(features_at), Some(barcodes_at)) =
        (members.matrix, members.features, members.barcodes)
    else {
        return Err(super::incomplete(archive));
    };
    let mut features = read_features(&features_at, true)?;
    let all_cells = read_barcodes(&barcodes_at, true)?;
    let at = reader.at.clone();
    let Some(header) = reader.header() else {
        return Err(super::incomplete(archive));
    };
    check_sizes(
        &at,
        &header,
        [&features_at, &barcodes_at],
        [features.ids.len(), all_cells.len()],
    )?;
    let cells: Vec<String> = all_cells
        .into_iter()
        .step_by(options.sample_step() as usize)
        .collect();
    let (matrix, tally) = matrix_of(reader, &features, &cells)?;
    let format_label = label(&features);
    let mut findings = Vec::new();
    let matrix = match features.genes() {
        None => matrix,
        Some(genes) => {
            findings.push(left_out(&features_at, &features, genes.len())?);
            features.ids = picked(&features.ids, &genes);
            features.symbols = picked(&features.symbols, &genes);
            features.kinds = picked(&features.kinds, &genes);
            matrix.select_rows(&genes)
        }
    };
    let (kind, kind_guess) = guess_value_kind(&matrix, &tally, options);
    findings.extend(about_zeros(&matrix, is_raw_by_name));
    let mut dataset = named_dataset(archive, matrix, features, cells, options, &mut findings)?;
    dataset.kind = kind;
    dataset.value_label = value_label(kind).into();
    Ok(FinishedCells {
        guesses: vec![file_guess(&header), kind_guess],
        dataset,
        findings,
        format_label,
        estimate: header.estimate(options.sample_step()),
    })
}

fn picked(texts: &[String], rows: &[usize]) -> Vec<String> {
    let there = rows.iter().filter_map(|&row| texts.get(row));
    there.cloned().collect()
}

/// "10x Matrix Market (v3)".
pub(super) fn label(features: &Features) -> String {
    let version = if features.kinds.is_empty() { 2 } else { 3 };
    format!("10x Matrix Market (v{version})")
}

/// The chip that says what the archive is.
pub(super) fn file_guess(header: &Header) -> Guess {
    let mut chip = guess(
        "as",
        "File",
        json!(InputKind::Matrix),
        InputKind::Matrix.label(),
    );
    chip.evidence = format!(
        "matrix.mtx holds {} of {} × {}, beside names of genes and cells",
        counted(header.n_entries, "value", "values"),
        counted(header.n_rows.into(), "gene", "genes"),
        counted(header.n_columns.into(), "cell", "cells"),
    );
    chip
}

fn check_sizes(
    at: &str,
    header: &Header,
    [features_at, barcodes_at]: [&Names; 2],
    [n_features, n_barcodes]: [usize; 2],
) -> Result<(), FormatError> {
    let (n_rows, n_columns) = (header.n_rows as usize, header.n_columns as usize);
    if (n_rows, n_columns) == (n_features, n_barcodes) {
        return Ok(());
    }
    if (n_rows, n_columns) == (n_barcodes, n_features) {
        let problem = format!(
            "the matrix is {n_rows} × {n_columns}, and there are {n_features} features and {n_barcodes} barcodes: it is transposed, its rows are cells"
        );
        let advice = "Write it with a row for each gene: in Python, scipy.io.mmwrite(\"matrix.mtx\", counts.T); in R, Matrix::writeMM(t(counts), \"matrix.mtx\")";
        return Err(refused(at, problem, advice.into()));
    }
    let (names, n_names, n, what) = if n_rows == n_features {
        (barcodes_at, n_barcodes, n_columns, "columns")
    } else {
        (features_at, n_features, n_rows, "rows")
    };
    let header_words = if n_names == n + 1 {
        ". Is its first line a header? It must not have one"
    } else {
        ""
    };
    let problem = format!(
        "{} names {}, and the matrix has {} {what}{header_words}",
        names.at,
        grouped(n_names as u64),
        grouped(n as u64)
    );
    let advice = "Take all three files from the same folder".into();
    Err(refused(at, problem, advice))
}

fn matrix_of(
    reader: MtxReader,
    features: &Features,
    cells: &[String],
) -> Result<(Matrix, Tally), FormatError> {
    let at = reader.at.clone();
    let Some((body, matrix)) = reader.into_matrix() else {
        return Err(super::incomplete(&at));
    };
    let matrix = matrix.map_err(|Duplicate { row, column }| {
        let name = |names: &[String], at: u32| names.get(at as usize).cloned().unwrap_or_default();
        let problem = format!(
            "{} (row {}) has two values in {}",
            name(&features.ids, row),
            row + 1,
            name(cells, column)
        );
        let advice = "Add them up, or take one of them out, where the matrix was written".into();
        refused(&at, problem, advice)
    })?;
    let n_places = matrix.n_rows() as u64 * matrix.n_columns() as u64;
    let n_held = matrix.sparse().map_or(0, |values| values.n_values() as u64);
    let (low, high) = body.range;
    let tally = Tally {
        range: if n_held < n_places {
            (low.min(0.0), high.max(0.0))
        } else {
            (low, high)
        },
        has_fraction: body.has_fraction,
        ..Tally::default()
    };
    Ok((matrix, tally))
}

fn left_out(at: &Names, features: &Features, n_genes: usize) -> Result<Finding, FormatError> {
    let others = features.other_kinds();
    let kinds = others
        .iter()
        .map(|(kind, n)| format!("{} {kind}", grouped(*n)));
    let kinds: Vec<String> = kinds.collect();
    if n_genes == 0 {
        let problem = format!(
            "no feature is of the kind Gene Expression: {}",
            some_of(&kinds)
        );
        let advice = "Take the matrix of gene expression, or leave the third column out where these are genes";
        return Err(refused(&at.at, problem, advice.into()));
    }
    let n = others.iter().map(|(_, n)| n).sum::<u64>();
    let title = format!("{} no genes", counted(n, "feature is", "features are"));
    let detail = format!(
        "{} left out: only features of the kind Gene Expression are read.",
        kinds.join(", ")
    );
    Ok(finding("other_features", Severity::Changed, title)
        .detail(detail)
        .at(Vec::new(), n))
}

/// Cells and genes without a single value.
fn about_zeros(matrix: &Matrix, is_raw_by_name: bool) -> Vec<Finding> {
    let Some(values) = matrix.sparse() else {
        return Vec::new();
    };
    let n_cells = values.n_columns();
    let mut is_seen = vec![false; values.n_rows()];
    let mut n_empty = 0;
    for cell in 0..n_cells {
        let rows = values.rows_of(cell);
        n_empty += u64::from(rows.is_empty());
        for &row in rows {
            is_seen[row as usize] = true;
        }
    }
    let n_unseen = is_seen.iter().filter(|seen| !**seen).count() as u64;
    let mut findings = Vec::new();
    let is_many = n_cells >= MANY_BARCODES && n_empty * 4 >= n_cells as u64;
    if is_many || is_raw_by_name {
        let title = format!("{} barcodes: raw, not filtered", grouped(n_cells as u64));
        let detail = format!(
            "{} hold no counts at all, and most of the others are no cells. Take the folder filtered_feature_bc_matrix, or keep barcodes with enough counts.",
            grouped(n_empty)
        );
        findings.push(finding("unfiltered_cells", Severity::Check, title).detail(detail));
    } else if n_empty > 0 {
        let title = format!("{} no counts", counted(n_empty, "cell has", "cells have"));
        let detail = "They are read like the others; select_samples leaves them out.";
        findings.push(
            finding("empty_cells", Severity::Check, title)
                .detail(detail)
                .at(empty_places(matrix), n_empty),
        );
    }
    if n_unseen > 0 {
        let title = format!(
            "{} no counts in any cell",
            counted(n_unseen, "gene has", "genes have")
        );
        findings.push(
            finding("empty_genes", Severity::Note, title)
                .detail("They are read like the others; filter_genes leaves them out.")
                .at(Vec::new(), n_unseen),
        );
    }
    findings
}

/// The first cells without counts, by their place.
fn empty_places(matrix: &Matrix) -> Vec<cuvette_core::report::Place> {
    let values = matrix.sparse();
    let is_empty = |&cell: &usize| values.is_some_and(|values| values.rows_of(cell).is_empty());
    let empty = (0..matrix.n_columns()).filter(is_empty);
    let first = empty.take(crate::findings::MAX_PLACES);
    first
        .map(|cell| named(&format!("column {}", cell + 1)))
        .collect()
}

fn named_dataset(
    archive: &str,
    mut matrix: Matrix,
    features: Features,
    cells: Vec<String>,
    options: &ImportOptions,
    findings: &mut Vec<Finding>,
) -> Result<Dataset, FormatError> {
    let genes = make_unique(archive, "gene", features.ids, options.duplicate_genes)?;
    let samples = make_unique(archive, "sample", cells, options.duplicate_samples)?;
    let (mut symbols, mut kinds) = (features.symbols, features.kinds);
    if let Some(kept) = &genes.kept {
        matrix = matrix.select_rows(kept);
        symbols = picked(&symbols, kept);
        kinds = picked(&kinds, kept);
    }
    if let Some(kept) = &samples.kept {
        matrix = matrix.select_columns(kept);
    }
    findings.extend(genes.finding);
    findings.extend(samples.finding);
    let mut dataset = Dataset::new(matrix, genes.names, samples.names);
    let columns = [
        ("symbol", ColumnValues::Text(symbols)),
        ("feature_type", ColumnValues::from_text(kinds)),
    ];
    for (name, values) in columns {
        if values.len() == dataset.n_genes() && !values.is_empty() {
            let name = name.into();
            dataset
                .gene_annotations
                .columns
                .push(Arc::new(Column { name, values }));
        }
    }
    Ok(dataset)
}
