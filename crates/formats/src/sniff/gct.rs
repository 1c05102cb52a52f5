//! GCT 1.2 and 1.3, the matrix formats of gene set and perturbation studies.
//!
//! <https://software.broadinstitute.org/cancer/software/gsea/wiki/index.php/Data_formats>
//! (1.2) and <https://clue.io/connectopedia/gct_format> (1.3). Beyond them: tabs at the end of
//! lines, and counts in line 2 that are wrong (reported).

use cuvette_core::report::{Finding, Severity};
use serde_json::json;

use super::{Head, Sniffed};
use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, finding, guess, on_line},
    kind::InputKind,
    layout::{Dialect, Layout, Role},
    options::{Delimiter, Orientation},
    text::{
        cell::split_line,
        lines::{Line, split_lines},
        missing::Missing,
        number::NumberStyle,
    },
};

/// Whether the text begins with a GCT version line.
pub(crate) fn is_gct(text: &[u8]) -> bool {
    text.starts_with(b"#1.2") || text.starts_with(b"#1.3")
}

/// Line 2: numbers of rows, columns, and of annotations of each.
struct Counts {
    genes: u64,
    samples: usize,
    row_notes: usize,
    column_notes: usize,
}

/// Reads the header lines of a GCT file.
pub(crate) fn sniff_gct(head: &Head) -> Result<Sniffed, FormatError> {
    let lines = split_lines(head.text, b'\t', head.is_whole);
    let is_1_3 = head.text.starts_with(b"#1.3");
    let counts = parse_counts(head, lines.get(1), is_1_3)?;
    let n_header = 3 + counts.column_notes;
    if lines.len() < n_header {
        let problem = format!("the header needs {n_header} lines, {} found", lines.len());
        return Err(header_error(head, problem).on_line(lines.len() as u64));
    }
    let cells_of = |line: &Line| -> Vec<String> {
        split_line(line.bytes, b'\t')
            .iter()
            .map(|cell| cell.text(head.encoding).0)
            .collect()
    };
    let mut names = cells_of(&lines[2]);
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let first_value = 1 + counts.row_notes;
    let n_found = names.len().saturating_sub(first_value);
    if n_found == 0 {
        let problem = format!(
            "the line of names holds {} cells, {} expected",
            names.len(),
            first_value + counts.samples
        );
        return Err(header_error(head, problem).on_line(3));
    }
    let column_notes = lines[3..n_header]
        .iter()
        .map(|line| {
            let mut cells = cells_of(line);
            cells.resize(names.len(), String::new());
            (cells[0].clone(), cells)
        })
        .collect();
    let mut roles = vec![Role::Annotation; first_value];
    roles[0] = Role::Id;
    roles.resize(names.len(), Role::Value);
    let body = lines.get(n_header);
    let layout = Layout {
        dialect: Dialect {
            delimiter: Delimiter::Tab,
            style: NumberStyle::PLAIN,
            encoding: head.encoding,
            missing: Missing::new(head.options.missing.as_deref().unwrap_or_default()),
        },
        roles,
        names,
        header_lines: lines[2..n_header].iter().map(|line| line.number).collect(),
        column_notes,
        body_line: lines[n_header - 1].number + 1,
        body_start: body.map_or(
            lines[n_header - 1].start + lines[n_header - 1].bytes.len() + 1,
            |line| line.start,
        ),
        orientation: Orientation::GenesInRows,
        promised_rows: Some(counts.genes),
        row_step: 1,
    };
    let version = if is_1_3 { "1.3" } else { "1.2" };
    let kind = InputKind::Matrix;
    let mut chip = guess("as", "File", json!(kind), kind.label());
    chip.evidence = format!("The first line is #{version}");
    Ok(Sniffed {
        kind,
        format_label: format!("GCT {version}"),
        layout,
        guesses: vec![chip],
        findings: wrong_columns(&counts, n_found).into_iter().collect(),
        is_gtf: false,
    })
}

fn parse_counts(head: &Head, line: Option<&Line>, is_1_3: bool) -> Result<Counts, FormatError> {
    let n_wanted = if is_1_3 { 4 } else { 2 };
    let numbers: Vec<u64> = line
        .map(|line| split_line(line.bytes, b'\t'))
        .unwrap_or_default()
        .iter()
        .map_while(|cell| std::str::from_utf8(cell.trimmed()).ok()?.parse().ok())
        .collect();
    match (numbers.as_slice(), is_1_3) {
        (&[n_rows, n_columns, n_row_notes, n_column_notes, ..], true)
            if n_row_notes < 10_000 && n_column_notes < 10_000 =>
        {
            Ok(Counts {
                genes: n_rows,
                samples: n_columns as usize,
                row_notes: n_row_notes as usize,
                column_notes: n_column_notes as usize,
            })
        }
        (&[n_rows, n_columns, ..], false) => Ok(Counts {
            genes: n_rows,
            samples: n_columns as usize,
            row_notes: 1,
            column_notes: 0,
        }),
        _ => {
            let problem = format!(
                "line 2 of a GCT file holds {n_wanted} whole numbers, {} found",
                numbers.len()
            );
            Err(header_error(head, problem).on_line(2))
        }
    }
}

fn header_error(head: &Head, problem: String) -> FormatError {
    FormatError::new(head.file, FormatErrorKind::Header { problem })
}

fn wrong_columns(counts: &Counts, n_found: usize) -> Option<Finding> {
    if n_found == counts.samples {
        return None;
    }
    let title = format!("Line 2 says {} samples, {n_found} found", counts.samples);
    Some(
        finding("gct_counts", Severity::Check, title)
            .detail("The numbers in line 2 are often wrong. What stands in the table was read.")
            .at(vec![on_line(2)], 1),
    )
}
