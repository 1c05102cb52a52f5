//! Parsing some whole lines on one thread.
//!
//! The usual line (names, then plain numbers, then perhaps names) goes through
//! [`cuvette_kernels::number::parse_row`] in one pass. Quoted, missing and odd cells are looked at
//! one by one.

use cuvette_core::report::Place;
use cuvette_kernels::number::{NumberDialect, parse_row};
use memchr::{memchr, memchr_iter, memrchr};

use super::summary::{Ragged, Tally};
use crate::{
    layout::{Layout, Role},
    options::{Delimiter, ImportOptions, ShortRows},
    text::{
        cell::{RawCell, next_cell, split_line},
        lines::{LineEnd, line_end},
        missing::is_spreadsheet_error,
        number::{NumberStyle, parse_number},
    },
};

/// Where the values stand in a line.
pub(crate) struct RowPlan {
    /// Roles of the columns before the first value.
    lead: Vec<Role>,
    /// Number of values, when they stand side by side; else 0.
    n_adjacent: usize,
    /// Roles of the columns behind the last value.
    trail: Vec<Role>,
    /// Whether cells that a line lacks at its end are read as missing.
    fills_short_rows: bool,
}

impl RowPlan {
    /// The plan for a layout.
    pub fn new(layout: &Layout, options: &ImportOptions) -> Self {
        let fills_short_rows = options.short_rows == Some(ShortRows::Missing);
        let first = layout.columns(Role::Value).next();
        let last = layout.columns(Role::Value).last();
        let (Some(first), Some(last)) = (first, last) else {
            return Self {
                lead: layout.roles.clone(),
                n_adjacent: 0,
                trail: Vec::new(),
                fills_short_rows,
            };
        };
        let is_adjacent = layout.n_values() == last + 1 - first;
        let has_runs = layout.dialect.delimiter == Delimiter::Space;
        Self {
            lead: layout.roles[..first].to_vec(),
            n_adjacent: if is_adjacent && !has_runs {
                last + 1 - first
            } else {
                0
            },
            trail: layout.roles[last + 1..].to_vec(),
            fills_short_rows,
        }
    }
}

/// What was read from some lines; line numbers count from 0 at the start of the chunk.
pub(crate) struct Chunk {
    /// Values, row after row.
    pub values: Vec<f32>,
    /// Names of the rows.
    pub ids: Vec<String>,
    /// Annotations, column by column.
    pub annotations: Vec<Vec<String>>,
    /// Line of each row.
    pub lines: Vec<u64>,
    /// Lines between the first of the body and the first of the chunk.
    n_before: u64,
    /// Line feeds in the chunk.
    pub n_lines: u64,
    /// Rows with another number of cells.
    pub ragged: Vec<Ragged>,
    /// Whether a good row follows a ragged one.
    pub has_row_after_ragged: bool,
    /// What was counted.
    pub tally: Tally,
}

/// What is done with a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// It quotes a cell, where it opens one.
    Read,
    /// Nothing is read: the text may have been cut inside a quoted cell.
    Refused,
}

/// Parses whole lines; `n_before` lines of the body stand before them. `None` where there is a
/// quotation mark that is refused.
pub(crate) fn parse_chunk(
    text: &[u8],
    n_before: u64,
    quotes: Quotes,
    layout: &Layout,
    plan: &RowPlan,
) -> Option<Chunk> {
    let has_quotes = memchr(b'"', text).is_some();
    if has_quotes && quotes == Quotes::Refused {
        return None;
    }
    let n_values = layout.n_values();
    let mut chunk = Chunk {
        values: Vec::with_capacity(text.len() / 6 + n_values),
        ids: Vec::new(),
        annotations: vec![Vec::new(); layout.columns(Role::Annotation).count()],
        lines: Vec::new(),
        n_before,
        n_lines: 0,
        ragged: Vec::new(),
        has_row_after_ragged: false,
        tally: Tally::new(n_values),
    };
    let delimiter = layout.dialect.delimiter.byte();
    let mut start = 0;
    while start < text.len() {
        let end = if has_quotes {
            match line_end(text, start, delimiter) {
                LineEnd::At(end) => end,
                LineEnd::Unfinished | LineEnd::OpenQuote(_) => text.len(),
            }
        } else {
            memchr(b'\n', &text[start..]).map_or(text.len(), |offset| start + offset)
        };
        let line = &text[start..end];
        let bytes = line.strip_suffix(b"\r").unwrap_or(line);
        parse_line(&mut chunk, bytes, layout, plan);
        chunk.n_lines += u64::from(end < text.len());
        if has_quotes {
            chunk.n_lines += memchr_iter(b'\n', line).count() as u64;
        }
        start = end + 1;
    }
    Some(chunk)
}

fn parse_line(chunk: &mut Chunk, line: &[u8], layout: &Layout, plan: &RowPlan) {
    let delimiter = layout.dialect.delimiter.byte();
    let is_blank = |byte: &u8| *byte == delimiter || byte.is_ascii_whitespace();
    if line.first().is_none_or(is_blank) && line.iter().all(is_blank) {
        chunk.tally.add_blank(chunk.n_lines);
        return;
    }
    if layout.row_step > 1 && !(chunk.n_before + chunk.n_lines).is_multiple_of(layout.row_step) {
        chunk.tally.n_not_asked += 1;
        return;
    }
    let before = chunk.values.len();
    let fits = if plan.n_adjacent > 0 {
        parse_adjacent(chunk, line, layout, plan)
    } else {
        false
    };
    if !fits {
        chunk.values.truncate(before);
        let mut cells = split_line(line, delimiter);
        if !cells_fit(&cells, layout.n_fields()) {
            let row = Ragged::new(chunk.n_lines, &cells, layout.dialect.encoding);
            if !plan.fills_short_rows || cells.len() > layout.n_fields() {
                chunk.ragged.push(row);
                return;
            }
            cells.resize(layout.n_fields(), RawCell::EMPTY);
            chunk.tally.add_short(&row);
        }
        read_cells(chunk, &cells, layout);
    }
    chunk.has_row_after_ragged |= !chunk.ragged.is_empty();
    chunk.lines.push(chunk.n_lines);
    chunk.tally.add_row(&chunk.values[before..], chunk.n_lines);
}

/// Whether a line has the cells of the table, delimiters at its end aside.
fn cells_fit(cells: &[RawCell], n_fields: usize) -> bool {
    cells.len() >= n_fields
        && cells[n_fields..]
            .iter()
            .all(|cell| cell.trimmed().is_empty())
}

/// Reads a line whose values stand side by side; false where it does not fit, with the values
/// then to be taken back by the caller.
fn parse_adjacent(chunk: &mut Chunk, line: &[u8], layout: &Layout, plan: &RowPlan) -> bool {
    let delimiter = layout.dialect.delimiter.byte();
    let mut lead = Vec::with_capacity(plan.lead.len());
    let mut position = 0;
    for _ in &plan.lead {
        let (cell, end) = next_cell(line, position, delimiter);
        if end >= line.len() {
            return false;
        }
        lead.push(cell);
        position = end + 1;
    }
    let Some((numbers, trail)) = split_trail(&line[position..], plan.trail.len(), delimiter) else {
        return false;
    };
    let mark = chunk.tally.mark();
    if !parse_numbers(chunk, numbers, layout, plan) {
        chunk.tally.take_back(mark);
        return false;
    }
    let trail = if plan.trail.is_empty() {
        Vec::new()
    } else {
        split_line(trail, delimiter)
    };
    keep_texts(chunk, plan.lead.iter().zip(&lead), layout);
    keep_trail(chunk, &trail, layout, plan);
    true
}

/// Cuts the last `n` cells off; `None` where quotes make that a matter of the careful way.
fn split_trail(line: &[u8], n: usize, delimiter: u8) -> Option<(&[u8], &[u8])> {
    if n == 0 {
        return Some((line, &[]));
    }
    if memchr(b'"', line).is_some() {
        return None;
    }
    let mut end = line.len();
    for _ in 0..n {
        end = memrchr(delimiter, &line[..end])?;
    }
    Some((&line[..end], &line[end + 1..]))
}

/// Appends the numbers of a line, and whether they are as many as there should be; odd cells are
/// looked at one by one.
fn parse_numbers(chunk: &mut Chunk, numbers: &[u8], layout: &Layout, plan: &RowPlan) -> bool {
    let style = layout.dialect.style;
    let dialect = NumberDialect {
        delimiter: layout.dialect.delimiter.byte(),
        decimal: style.decimal,
    };
    let mut next = chunk.values.len();
    let end_of_row = next + plan.n_adjacent;
    chunk.values.resize(end_of_row, f32::NAN);
    let mut rest = numbers;
    loop {
        let bad = match parse_row(rest, dialect, &mut chunk.values[next..]) {
            Ok(n) => return next + n == end_of_row,
            Err(bad) => bad,
        };
        next += bad.index;
        let (cell, end) = if rest[bad.start..].trim_ascii_start().starts_with(b"\"") {
            next_cell(rest, bad.start, dialect.delimiter)
        } else {
            let bytes = &rest[bad.start..bad.end];
            let cell = RawCell {
                bytes,
                quoted: false,
            };
            (cell, bad.end)
        };
        let column = plan.lead.len() + plan.n_adjacent + 1 - (end_of_row - next);
        chunk.values[next] = read_value(chunk, cell, layout, column as u64);
        next += 1;
        if end >= rest.len() {
            return next == end_of_row;
        }
        rest = &rest[end + 1..];
    }
}

/// The number in an odd cell; NaN, and counted, where there is none.
fn read_value(chunk: &mut Chunk, cell: RawCell, layout: &Layout, column: u64) -> f32 {
    let bytes = cell.trimmed();
    if bytes.is_empty() {
        return f32::NAN;
    }
    if let Some(value) = parse_number(bytes, layout.dialect.style) {
        if value.is_infinite() {
            chunk
                .tally
                .infinite
                .add(|| place(chunk.n_lines, column, cell, layout));
        }
        return value;
    }
    if layout.dialect.missing.contains(bytes) {
        chunk.tally.add_missing(bytes);
    } else if is_spreadsheet_error(bytes) {
        chunk.tally.add_missing(bytes);
        chunk
            .tally
            .spreadsheet_errors
            .add(|| place(chunk.n_lines, column, cell, layout));
    } else {
        let other = NumberStyle {
            decimal: if layout.dialect.style.decimal == b'.' {
                b','
            } else {
                b'.'
            },
            thousands: None,
        };
        chunk.tally.n_other_decimal += u64::from(parse_number(bytes, other).is_some());
        chunk
            .tally
            .unreadable
            .add(|| place(chunk.n_lines, column, cell, layout));
        *chunk.tally.unreadable_columns.entry(column).or_default() += 1;
    }
    f32::NAN
}

fn place(line: u64, column: u64, cell: RawCell, layout: &Layout) -> Place {
    let name = layout.names.get(column as usize - 1);
    let value = cell.text(layout.dialect.encoding).0;
    Place {
        line: Some(line),
        column: Some(column),
        name: name.filter(|name| !name.is_empty()).cloned(),
        value: Some(value.chars().take(40).collect()),
    }
}

/// Reads a line cell by cell, by the role of each column.
fn read_cells(chunk: &mut Chunk, cells: &[RawCell], layout: &Layout) {
    for (column, (role, cell)) in layout.roles.iter().zip(cells).enumerate() {
        if *role == Role::Value {
            let value = read_value(chunk, *cell, layout, column as u64 + 1);
            chunk.values.push(value);
        }
    }
    keep_texts(chunk, layout.roles.iter().zip(cells), layout);
}

fn keep_trail(chunk: &mut Chunk, trail: &[RawCell], layout: &Layout, plan: &RowPlan) {
    let n_before = plan
        .lead
        .iter()
        .filter(|&&role| role == Role::Annotation)
        .count();
    keep_texts_from(chunk, plan.trail.iter().zip(trail), layout, n_before);
}

fn keep_texts<'a>(
    chunk: &mut Chunk,
    cells: impl Iterator<Item = (&'a Role, &'a RawCell<'a>)>,
    layout: &Layout,
) {
    keep_texts_from(chunk, cells, layout, 0);
}

/// Stores names and annotations; the first annotation among `cells` is number `annotation`.
fn keep_texts_from<'a>(
    chunk: &mut Chunk,
    cells: impl Iterator<Item = (&'a Role, &'a RawCell<'a>)>,
    layout: &Layout,
    mut annotation: usize,
) {
    for (role, cell) in cells {
        if !matches!(role, Role::Id | Role::Annotation) {
            continue;
        }
        let (text, was_latin) = cell.text(layout.dialect.encoding);
        if was_latin {
            let line = chunk.n_lines;
            chunk.tally.foreign_letters.add(|| Place {
                line: Some(line),
                value: Some(text.chars().take(40).collect()),
                ..Place::default()
            });
        }
        if *role == Role::Id {
            chunk.ids.push(text);
        } else {
            chunk.annotations[annotation].push(text);
            annotation += 1;
        }
    }
}
