//! Files to save: whole tables, the data behind pictures, import reports.

use std::{fmt::Write as _, sync::Arc};

use cuvette_core::{
    Table,
    figure::FigureRequest,
    report::{Finding, ImportReport, Severity},
    table::{TableColumn, TableValues},
};
use cuvette_formats::{Delimiter, write};

use crate::{
    Engine, EngineError, figure_data,
    protocol::{ExportWhat, TableFormat, TableName},
    session::dense,
    window::{self, Grid, View},
};

/// A file to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Name to save under.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Makes a file.
pub fn export(engine: &Engine, what: &ExportWhat) -> Result<ExportedFile, EngineError> {
    match what {
        ExportWhat::Table {
            table,
            format,
            view,
        } => {
            let view = window::view(engine.session(), table, view)?;
            let rows = rows_of(&view);
            if let Grid::Values(dataset) = &rows {
                dense::refuse_long_text(&table.of, dataset, engine.free_memory())?;
            }
            Ok(table_file(&table_stem(table), &rows, *format))
        }
        ExportWhat::FigureData { of, figure, format } => {
            let whole = FigureRequest {
                window: None,
                all_points: true,
                ..figure.clone()
            };
            let figure = engine.figure(of, &whole)?;
            let stem = format!("{of}.{}", figure.name);
            let data = Grid::Table(Arc::new(figure_data::figure_data(&figure)?));
            Ok(table_file(&stem, &data, *format))
        }
        ExportWhat::Model { of } => Ok(ExportedFile {
            name: format!("{of}.model.json"),
            media_type: "application/json",
            bytes: engine.model(of)?.into_bytes(),
        }),
        ExportWhat::Report { of } => {
            let input = engine.session().input(of)?;
            Ok(ExportedFile {
                name: format!("{of}.report.txt"),
                media_type: "text/plain;charset=utf-8",
                bytes: report_text(&input.file, &input.report).into_bytes(),
            })
        }
    }
}

/// `ID.tsv` for the values of a data set, `ID.TABLE.tsv` for other tables.
fn table_stem(table: &TableName) -> String {
    if table.table == "values" {
        table.of.clone()
    } else {
        format!("{}.{}", table.of, table.table)
    }
}

fn table_file(stem: &str, grid: &Grid, format: TableFormat) -> ExportedFile {
    let (delimiter, extension, media_type) = match format {
        TableFormat::Csv => (Delimiter::Comma, "csv", "text/csv;charset=utf-8"),
        TableFormat::Tsv => (
            Delimiter::Tab,
            "tsv",
            "text/tab-separated-values;charset=utf-8",
        ),
    };
    let mut bytes = Vec::new();
    // INVARIANT: writing to a vector cannot fail.
    let _ = match grid {
        Grid::Table(table) => write::write_table(table, delimiter, &mut bytes),
        Grid::Values(dataset) => write::write_dataset(dataset, delimiter, &mut bytes),
    };
    ExportedFile {
        name: format!("{stem}.{extension}"),
        media_type,
        bytes,
    }
}

/// The rows of a view, in its order, as a grid of their own.
fn rows_of(view: &View) -> Grid {
    if view.is_whole() {
        return view.grid.clone();
    }
    let rows = view.rows();
    match &view.grid {
        Grid::Values(dataset) => Grid::Values(Arc::new(dataset.select_genes(&rows))),
        Grid::Table(table) => {
            let columns = table.columns.iter().map(|column| TableColumn {
                values: selected(&column.values, &rows),
                ..column.clone()
            });
            Grid::Table(Arc::new(Table {
                columns: columns.collect(),
                ..Table::new(&table.name, &table.title)
            }))
        }
    }
}

fn selected(values: &TableValues, rows: &[usize]) -> TableValues {
    match values {
        TableValues::Text(cells) => {
            TableValues::Text(rows.iter().map(|&row| cells[row].clone()).collect())
        }
        TableValues::Number(cells) => {
            TableValues::Number(rows.iter().map(|&row| cells[row]).collect())
        }
        TableValues::Integer(cells) => {
            TableValues::Integer(rows.iter().map(|&row| cells[row]).collect())
        }
    }
}

/// The import report as text, for a mail or a notebook.
pub fn report_text(file: &str, report: &ImportReport) -> String {
    let mut text = format!("Import report of {file}\n\nRead as\n");
    for guess in &report.guesses {
        let doubt = if guess.sure || guess.chosen {
            ""
        } else {
            " (check)"
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "- {}: {}{doubt}. {}",
            guess.label, guess.value_label, guess.evidence
        );
    }
    text.push_str("\nFindings\n");
    if report.findings.is_empty() {
        text.push_str("- none\n");
    }
    for finding in &report.findings {
        add_finding(&mut text, finding);
    }
    text
}

fn add_finding(text: &mut String, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Check => "check",
        Severity::Changed => "changed",
        Severity::Note => "note",
    };
    let _ = writeln!(text, "- {severity}: {}. {}", finding.title, finding.detail);
    for place in &finding.places {
        let line = place.line.map(|line| format!("line {line}"));
        let column = place.column.map(|column| format!("column {column}"));
        let value = place.value.as_ref().map(|value| format!("{value:?}"));
        let parts = [line, column, place.name.clone(), value];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let _ = writeln!(text, "  - {}", parts.join(", "));
    }
    if !finding.places.is_empty() && finding.count > finding.places.len() as u64 {
        let _ = writeln!(text, "  - {} places in all", finding.count);
    }
}
