//! From everything read to a data set with its report.

use std::sync::Arc;

use cuvette_core::{
    Matrix,
    dataset::{Annotations, Column, ColumnValues, Dataset},
    report::{Finding, Guess, Place, Severity},
};
use serde_json::json;

use super::{
    MatrixReader,
    columns::{Columns, column_findings},
    duplicates::make_unique,
    names::name_findings,
    report::{cell_findings, missing_guess, unreadable_error},
    summary::Ragged,
    value_kind::{guess_value_kind, value_label},
};
use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, counted, finding, grouped, on_line},
    layout::Role,
    options::{Orientation, SummaryRows, Unreadable},
    sniff::{looks_like_summary, looks_like_total, samples_left_out},
};

/// So many rows at the end of a table may be totals.
const ROWS_OF_TOTALS: usize = 6;

/// What was read from a matrix file.
pub(crate) struct FinishedMatrix {
    /// The data; its report is left empty.
    pub dataset: Dataset,
    /// Chips that need the numbers: values, missing.
    pub guesses: Vec<Guess>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Rows that were read.
    pub n_rows: u64,
    /// Rows that were not asked for.
    pub n_not_asked: u64,
}

/// Why the text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The file ends, and is to be read.
    Import,
    /// The file ends, and is looked at: a question is a finding, not an error.
    WholePreview,
    /// The head of the file ends, perhaps within a line.
    CutPreview,
}

impl MatrixReader {
    /// Ends the text.
    pub fn finish(mut self, ending: Ending) -> Result<FinishedMatrix, FormatError> {
        self.drain(ending != Ending::CutPreview)?;
        let mut findings = Vec::new();
        findings.extend(self.judge_ragged()?);
        findings.extend(self.judge_unreadable(ending)?);
        // Without rows, or where all of them are names alone.
        if self.ids.len() == self.tally.lone_lines.len() {
            let why = "no line below the header holds values".to_string();
            return Err(
                FormatError::new(&self.file, FormatErrorKind::NoTable { why })
                    .on_line(self.layout.body_line),
            );
        }
        self.values.shrink_to_fit();
        findings.extend(self.not_asked(ending));
        findings.extend(self.leave_out_lone_lines());
        findings.extend(self.leave_out_summaries());
        findings.extend(cell_findings(
            &self.tally,
            &self.layout,
            self.options.unreadable,
        ));
        findings.extend(self.promised_rows(ending));
        let column_names: Vec<String> = self
            .layout
            .columns(Role::Value)
            .map(|column| self.layout.names[column].clone())
            .collect();
        let what = match self.layout.orientation {
            Orientation::GenesInRows => "sample",
            Orientation::SamplesInRows => "gene",
        };
        let columns = Columns {
            names: &column_names,
            numbers: &self.value_numbers(),
            ignored: self.options.ignored_columns.as_ref(),
        };
        findings.extend(column_findings(&self.values, &self.tally, &columns, what));
        self.assemble(column_names, findings)
    }

    /// Number in the file of every column of values, from 1.
    fn value_numbers(&self) -> Vec<u32> {
        let columns = self.layout.columns(Role::Value);
        columns.map(|column| column as u32 + 1).collect()
    }

    fn judge_ragged(&self) -> Result<Option<Finding>, FormatError> {
        let ragged = &self.tally.ragged;
        if ragged.is_empty() {
            return Ok(None);
        }
        // A lone cell below the table is a remark; anything else is a damaged row.
        if ragged.iter().any(|row| row.n_filled > 1) || self.ids.is_empty() {
            return Err(self.ragged_error());
        }
        let n = ragged.len() as u64;
        Ok(Some(lines_below(
            ragged.iter().map(Ragged::place).collect(),
            n,
        )))
    }

    /// Takes single cells below the table out again, where short rows are filled up.
    fn leave_out_lone_lines(&mut self) -> Option<Finding> {
        let mut left_out = Vec::new();
        let mut lone_lines = self.tally.lone_lines.iter().rev().peekable();
        for row in (0..self.ids.len()).rev() {
            if lone_lines.next_if_eq(&&self.row_lines[row]).is_none() {
                break;
            }
            left_out.push(row);
        }
        left_out.reverse();
        let n = left_out.len();
        if n == 0 || n == self.ids.len() {
            return None;
        }
        let place = |&row: &usize| Place {
            value: Some(self.ids[row].clone()),
            ..on_line(self.row_lines[row])
        };
        let places: Vec<Place> = left_out.iter().map(place).collect();
        self.remove_rows(&left_out);
        self.tally.short_rows.take_out(&places);
        Some(lines_below(places, n as u64))
    }

    fn not_asked(&self, ending: Ending) -> Option<Finding> {
        let step = self.layout.row_step;
        let n_read = self.ids.len();
        let counts = (n_read, n_read + self.tally.n_not_asked as usize);
        (step > 1).then(|| samples_left_out(step, (ending != Ending::CutPreview).then_some(counts)))
    }

    fn judge_unreadable(&self, ending: Ending) -> Result<Option<Finding>, FormatError> {
        let asked = self.options.unreadable != Some(Unreadable::Missing);
        if !asked || self.tally.unreadable.count == 0 {
            return Ok(None);
        }
        let kind = unreadable_error(&self.tally, &self.layout, &self.options);
        let first = self
            .tally
            .unreadable
            .first
            .first()
            .cloned()
            .unwrap_or_default();
        let mut error = FormatError::new(&self.file, kind);
        if let (Some(line), Some(column)) = (first.line, first.column) {
            error = error.on_line(line).in_field(column);
        }
        // A preview shows the question among the other findings; only the import stops at it.
        match ending {
            Ending::Import => Err(error),
            Ending::WholePreview | Ending::CutPreview => Ok(Some(error.to_finding())),
        }
    }

    /// Takes out rows that sum up others: totals at the end, and what counters append.
    fn leave_out_summaries(&mut self) -> Option<Finding> {
        if self.options.summary_rows == Some(SummaryRows::Keep) {
            return None;
        }
        let n = self.ids.len();
        let left_out: Vec<usize> = (0..n)
            .filter(|&row| {
                let id = &self.ids[row];
                looks_like_summary(id)
                    || (row > 0 && row + ROWS_OF_TOTALS >= n && looks_like_total(id))
            })
            .collect();
        if left_out.is_empty() || left_out.len() == n {
            return None;
        }
        let places: Vec<Place> = left_out
            .iter()
            .map(|&row| {
                let mut place = on_line(self.row_lines[row]);
                place.name = Some(self.ids[row].clone());
                place
            })
            .collect();
        let count = left_out.len() as u64;
        self.remove_rows(&left_out);
        let title = format!("{} of totals left out", counted(count, "row", "rows"));
        Some(
            finding("summary_rows", Severity::Changed, title)
                .detail("Their names say that they sum up other rows, and are no genes.")
                .at(places, count)
                .remedy("Read them", "summary_rows", json!(SummaryRows::Keep)),
        )
    }

    fn remove_rows(&mut self, removed: &[usize]) {
        let n_values = self.layout.n_values();
        let is_kept = |row: usize| removed.binary_search(&row).is_err();
        let mut target = 0;
        for row in (0..self.ids.len()).filter(|&row| is_kept(row)) {
            let from = row * n_values;
            self.values
                .copy_within(from..from + n_values, target * n_values);
            target += 1;
        }
        self.values.truncate(target * n_values);
        keep(&mut self.ids, is_kept);
        keep(&mut self.row_lines, is_kept);
        for column in &mut self.annotations {
            keep(column, is_kept);
        }
        self.tally.recount_rows(&self.values, &self.row_lines);
    }

    fn promised_rows(&self, ending: Ending) -> Option<Finding> {
        let promised = self.layout.promised_rows?;
        let found = self.ids.len() as u64;
        if promised == found || ending == Ending::CutPreview {
            return None;
        }
        let title = format!(
            "Line 2 says {} genes, {} found",
            grouped(promised),
            grouped(found)
        );
        Some(
            finding("gct_counts", Severity::Check, title)
                .detail("The file may be cut short. What stands in the table was read.")
                .at(vec![on_line(2)], 1),
        )
    }

    fn assemble(
        self,
        column_names: Vec<String>,
        mut findings: Vec<Finding>,
    ) -> Result<FinishedMatrix, FormatError> {
        let n_columns = column_names.len();
        let n_rows = self.ids.len() as u64;
        let n_not_asked = self.tally.n_not_asked;
        let column_numbers = self.value_numbers();
        let matrix = Matrix::from_rows(self.ids.len(), n_columns, self.values);
        let (kind, kind_guess) = guess_value_kind(&matrix, &self.tally, &self.options);
        let row_notes = row_annotations(&self.layout, self.annotations);
        let column_notes = column_annotations(&self.layout);
        let row_ids = named_all(self.ids, "row");
        let column_ids = named_all(column_names, "column");
        findings.extend(match self.layout.orientation {
            Orientation::GenesInRows => {
                name_findings(&row_ids, &row_notes, |row| on_line(self.row_lines[row]))
            }
            Orientation::SamplesInRows => {
                name_findings(&column_ids, &column_notes, |column| Place {
                    line: self.layout.header_lines.first().copied(),
                    column: Some(column_numbers[column].into()),
                    ..Place::default()
                })
            }
        });
        let (row_policy, column_policy) = match self.layout.orientation {
            Orientation::GenesInRows => (
                ("gene", self.options.duplicate_genes),
                ("sample", self.options.duplicate_samples),
            ),
            Orientation::SamplesInRows => (
                ("sample", self.options.duplicate_samples),
                ("gene", self.options.duplicate_genes),
            ),
        };
        let rows = make_unique(&self.file, row_policy.0, row_ids, row_policy.1)?;
        let columns = make_unique(&self.file, column_policy.0, column_ids, column_policy.1)?;
        findings.extend(rows.finding);
        findings.extend(columns.finding);
        let (mut matrix, mut row_notes, mut column_notes) = (matrix, row_notes, column_notes);
        if let Some(kept) = &rows.kept {
            matrix = matrix.select_rows(kept);
            row_notes = row_notes.select(kept);
        }
        if let Some(kept) = &columns.kept {
            matrix = matrix.select_columns(kept);
            column_notes = column_notes.select(kept);
        }
        let mut dataset = match self.layout.orientation {
            Orientation::GenesInRows => {
                let mut dataset = Dataset::new(matrix, rows.names, columns.names);
                dataset.gene_annotations = row_notes;
                dataset.sample_annotations = column_notes;
                dataset
            }
            Orientation::SamplesInRows => {
                let mut dataset = Dataset::new(matrix.into_transposed(), columns.names, rows.names);
                dataset.gene_annotations = column_notes;
                dataset.sample_annotations = row_notes;
                dataset
            }
        };
        dataset.kind = kind;
        dataset.value_label = value_label(kind).into();
        Ok(FinishedMatrix {
            dataset,
            guesses: vec![kind_guess, missing_guess(&self.tally, &self.options)],
            findings,
            n_rows,
            n_not_asked,
        })
    }
}

fn lines_below(places: Vec<Place>, n: u64) -> Finding {
    let title = format!("{} below the table left out", counted(n, "line", "lines"));
    finding("lines_below", Severity::Changed, title)
        .detail("A single cell stands there, and no row follows.")
        .at(places, n)
}

fn keep<T>(items: &mut Vec<T>, is_kept: impl Fn(usize) -> bool) {
    let mut position = 0;
    items.retain(|_| {
        position += 1;
        is_kept(position - 1)
    });
}

/// A row or column without a name is called by its number.
fn named_all(names: Vec<String>, what: &str) -> Vec<String> {
    names
        .into_iter()
        .enumerate()
        .map(|(position, name)| {
            if name.is_empty() {
                format!("{what}_{}", position + 1)
            } else {
                name
            }
        })
        .collect()
}

fn row_annotations(layout: &crate::layout::Layout, columns: Vec<Vec<String>>) -> Annotations {
    let mut annotations = Annotations::default();
    for (column, cells) in layout.columns(Role::Annotation).zip(columns) {
        annotations.columns.push(Arc::new(Column {
            name: annotation_name(&layout.names[column], column),
            values: ColumnValues::from_text(cells),
        }));
    }
    annotations
}

fn column_annotations(layout: &crate::layout::Layout) -> Annotations {
    let mut annotations = Annotations::default();
    for (name, cells) in &layout.column_notes {
        let cells = layout
            .columns(Role::Value)
            .map(|column| cells[column].clone())
            .collect();
        annotations.columns.push(Arc::new(Column {
            name: name.clone(),
            values: ColumnValues::from_text(cells),
        }));
    }
    annotations
}

/// The header, or the place in the file where that is empty.
pub(crate) fn annotation_name(header: &str, column: usize) -> String {
    if header.is_empty() {
        format!("column_{}", column + 1)
    } else {
        header.into()
    }
}
