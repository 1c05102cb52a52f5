//! Which lines stand above the numbers: notes, the header, and further lines about the columns.

use std::collections::BTreeSet;

use cuvette_core::parallel;

use super::{names, table::SampleRow};
use crate::{
    layout::Dialect,
    options::{ImportOptions, ShortRows},
    text::number::parse_number,
};

/// Where the header stands among the rows of the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderGuess {
    /// Rows above it that are left out.
    pub n_preamble: usize,
    /// Rows of the header; 0 where there is none.
    pub n_header: usize,
    /// True when the header has one cell less than the rows: it names only the other columns.
    pub is_short: bool,
    /// Cells of a row.
    pub n_fields: usize,
    /// Why.
    pub evidence: String,
    /// False where it may be wrong.
    pub is_sure: bool,
}

/// Most header lines taken without being told.
const MAX_HEADER_ROWS: usize = 24;

/// Finds the header of a table.
pub(crate) fn guess_header(
    rows: &[SampleRow],
    dialect: &Dialect,
    options: &ImportOptions,
) -> HeaderGuess {
    let mut n_fields = body_width(rows);
    if options.short_rows == Some(ShortRows::Missing) {
        // Where most rows may be short, the header tells the width.
        let header = rows.iter().find(|row| row.cells.len() > 1);
        n_fields = n_fields.max(header.map_or(0, |row| row.cells.len()));
    }
    let n_preamble = if let Some(lines) = options.skip_rows {
        let above = rows.iter().take_while(|row| row.line.number <= lines);
        above.count()
    } else {
        let found = preamble(rows, n_fields);
        // The line that breaks a table is refused with its number when the table is read.
        if let Some(width) = width_of_table(&rows[..found], n_fields, dialect) {
            n_fields = width;
            preamble(rows, width)
        } else {
            found
        }
    };
    let rows = rows.get(n_preamble..).unwrap_or_default();
    let mut guess = HeaderGuess {
        n_preamble,
        n_header: 0,
        is_short: false,
        n_fields,
        evidence: String::new(),
        is_sure: true,
    };
    let Some(first) = rows.first() else {
        return guess;
    };
    guess.is_short =
        n_fields > 1 && first.cells.len() + 1 == n_fields && !ends_empty(rows, n_fields);
    if let Some(n) = options.header_rows {
        guess.n_header = n as usize;
        guess.evidence = "As chosen".into();
        return guess;
    }
    let (has_header, is_sure, evidence) = judge_first_row(rows, guess.is_short, dialect);
    guess.is_sure = is_sure;
    guess.evidence = evidence;
    if has_header {
        guess.n_header = 1 + n_notes(&rows[1..], dialect);
    }
    guess
}

/// Cells of most rows, looking at the lower half first: headers and notes stand above.
fn body_width(rows: &[SampleRow]) -> usize {
    let mut counts: Vec<usize> = rows[rows.len() / 3..]
        .iter()
        .map(|row| row.cells.len())
        .collect();
    counts.sort_unstable();
    counts
        .chunk_by(|a, b| a == b)
        .max_by_key(|run| (run.len(), run[0]))
        .map_or(0, |run| run[0])
}

/// Rows above the first that is as wide as the body, or one cell short of it.
fn preamble(rows: &[SampleRow], n_fields: usize) -> usize {
    if n_fields < 2 {
        return rows
            .iter()
            .take_while(|row| row.line.bytes.starts_with(b"#"))
            .count();
    }
    let is_wide = |row: &SampleRow| row.cells.len() == n_fields;
    let found = rows.iter().enumerate().position(|(position, row)| {
        let next_is_wide = rows.get(position + 1).is_some_and(is_wide);
        let is_comment = row.line.bytes.starts_with(b"#") && row.cells.len() < n_fields;
        let is_title = row
            .cells
            .iter()
            .skip(1)
            .all(|cell| cell.trimmed().is_empty())
            && rows.len() > position + 2
            && n_fields > 2;
        !is_comment
            && !is_title
            && (is_wide(row) || (row.cells.len() + 1 == n_fields && next_is_wide && n_fields > 2))
            || (row.cells.len() == 1 && n_fields == 2 && next_is_wide && !is_comment)
    });
    found.unwrap_or(0)
}

/// Width of the rows above, where they are no notes but numbers like those of a table: one that lost
/// or won a column half-way down, of which the larger part must not pass for the whole.
fn width_of_table(above: &[SampleRow], n_fields: usize, dialect: &Dialect) -> Option<usize> {
    let width = above.last()?.cells.len();
    let is_of_table = |row: &&SampleRow| {
        let values = row.cells.get(1..).unwrap_or_default();
        let n_numbers = values.iter().filter(|cell| {
            let cell = cell.trimmed();
            !cell.is_empty() && (is_number(cell, dialect) || dialect.missing.contains(cell))
        });
        row.cells.len() == width && n_numbers.count() * 2 > values.len()
    };
    let n_rows = above.iter().rev().take_while(is_of_table).count();
    // Notes may hold a few numbers, but are not wider than the table.
    let least = if width > n_fields { 2 } else { 8 };
    (width * 2 > n_fields && n_rows >= least).then_some(width)
}

/// Whether every row's last cell is empty: a delimiter at the end of each line.
fn ends_empty(rows: &[SampleRow], n_fields: usize) -> bool {
    rows.iter()
        .skip(1)
        .filter(|row| row.cells.len() == n_fields)
        .all(|row| {
            row.cells
                .last()
                .is_some_and(|cell| cell.trimmed().is_empty())
        })
}

fn is_number(cell: &[u8], dialect: &Dialect) -> bool {
    parse_number(cell, dialect.style).is_some()
}

/// Whether the first row names the columns, whether that is sure, and why.
fn judge_first_row(rows: &[SampleRow], is_short: bool, dialect: &Dialect) -> (bool, bool, String) {
    let first = &rows[0];
    if is_short {
        let evidence =
            "The first line has one cell less than the others: it names the columns behind the ids";
        return (true, true, evidence.into());
    }
    let body = &rows[1..rows.len().min(60)];
    if body.is_empty() {
        return (true, false, "There is one line only".into());
    }
    let mut n_named = 0;
    let mut n_numeric = 0;
    for (column, cell) in first.cells.iter().enumerate().skip(1) {
        let below = body.iter().filter(|row| {
            row.cells
                .get(column)
                .is_some_and(|cell| is_number(cell.trimmed(), dialect))
        });
        let half = body.len().div_ceil(2);
        if below.take(half).count() == half {
            n_numeric += 1;
            let cell = cell.trimmed();
            n_named += usize::from(!is_number(cell, dialect) && !dialect.missing.contains(cell));
        }
    }
    let first_text = first.cells[0].text(dialect.encoding).0;
    let id_header = first_text.trim_start_matches('#').trim();
    if n_numeric > 0 && n_named > 0 {
        let evidence = format!("{n_named} of the {n_numeric} columns of numbers begin with a text");
        return (true, n_named * 2 >= n_numeric, evidence);
    }
    if names::is_id_word(id_header) {
        let evidence = format!("The first cell is {id_header:?}");
        return (true, n_numeric == 0 || !id_header.is_empty(), evidence);
    }
    if let Some(word) = text_found_nowhere_below(first, body, dialect) {
        let evidence = format!("{word:?} of the first line occurs nowhere below");
        return (true, false, evidence);
    }
    if n_numeric > 0 {
        return (
            false,
            true,
            "The first line holds numbers like the others".into(),
        );
    }
    judge_text_table(first, body, dialect)
}

/// A text of the first row above a column of few different texts, among which it is not.
fn text_found_nowhere_below(
    first: &SampleRow,
    body: &[SampleRow],
    dialect: &Dialect,
) -> Option<String> {
    const FEW: usize = 6;
    if body.len() < 2 * FEW {
        return None;
    }
    let position = (1..first.cells.len()).find(|&column| {
        let head = first.cells[column].trimmed();
        let below: BTreeSet<&[u8]> = body
            .iter()
            .filter_map(|row| row.cells.get(column))
            .map(|cell| cell.trimmed())
            .collect();
        let is_text = !head.is_empty() && !is_number(head, dialect);
        is_text && below.len() <= FEW && !below.contains(head)
    })?;
    Some(first.cells[position].text(dialect.encoding).0)
}

/// A table of texts: the header is what does not look like, or occur, below.
fn judge_text_table(
    first: &SampleRow,
    body: &[SampleRow],
    dialect: &Dialect,
) -> (bool, bool, String) {
    let text = |row: &SampleRow, column: usize| {
        row.cells
            .get(column)
            .map(|cell| cell.text(dialect.encoding).0)
            .unwrap_or_default()
    };
    for column in 0..first.cells.len() {
        let head = text(first, column);
        let n_ids = body
            .iter()
            .filter(|row| names::is_gene_id(&text(row, column)));
        let is_column_of_ids = n_ids.count() * 2 >= body.len();
        if is_column_of_ids && names::is_gene_id(&head) {
            let evidence = format!("The first line holds an id like the others: {head:?}");
            return (false, true, evidence);
        }
        let occurs_below = !head.is_empty() && body.iter().any(|row| text(row, column) == head);
        if column > 0 && occurs_below && !names::is_id_word(&head) {
            let evidence = format!("{head:?} of the first line occurs again below");
            return (false, false, evidence);
        }
    }
    let is_sure = (0..first.cells.len()).any(|column| names::is_id_word(&text(first, column)));
    (true, is_sure, "The first line is unlike the others".into())
}

/// Rows below the first that hold texts where the others hold numbers.
fn n_notes(rows: &[SampleRow], dialect: &Dialect) -> usize {
    let n_numbers: Vec<usize> = parallel::map(rows.len().min(60), &|row| {
        let cells = rows[row].cells.iter().skip(1);
        let numbers = cells.filter(|cell| is_number(cell.trimmed(), dialect));
        numbers.count()
    });
    let mut sorted = n_numbers.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
    if usual < 2 {
        return 0;
    }
    let has_text = |row: &SampleRow| {
        let texts = row
            .cells
            .iter()
            .skip(1)
            .filter(|cell| !dialect.missing.contains(cell.trimmed()));
        texts.count() * 2 > usual
    };
    n_numbers
        .iter()
        .zip(rows)
        .take_while(|&(&n, row)| n * 10 < usual && has_text(row))
        .take(MAX_HEADER_ROWS)
        .count()
}
