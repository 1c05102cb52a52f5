//! A table of rows and columns: from its lines to its layout.

use serde_json::json;

use super::{
    Head, Sniffed,
    columns::count_columns,
    delimiter::guess_delimiter,
    header::{HeaderGuess, guess_header},
    kind::{KindEvidence, encoding_label},
    names, roles,
    style::{Tally, guess_style},
};
use cuvette_core::{
    parallel,
    report::{Finding, Severity},
};

use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, counted, finding, guess, on_line},
    kind::InputKind,
    layout::{Dialect, Layout, Role},
    options::Delimiter,
    text::{
        cell::{RawCell, split_line},
        lines::{Line, split_lines},
        missing::Missing,
        number::NumberStyle,
    },
};

/// A line of the head, cut into cells.
pub(crate) struct SampleRow<'a> {
    /// The line.
    pub line: Line<'a>,
    /// Its cells.
    pub cells: Vec<RawCell<'a>>,
}

/// Judges a head that is no format of its own.
pub(crate) fn sniff_table(head: &Head) -> Result<Sniffed, FormatError> {
    if head.text.trim_ascii().is_empty() {
        return Err(FormatError::new(head.file, FormatErrorKind::Empty));
    }
    let (delimiter, delimiter_guess) = guess_delimiter(head);
    let Some(delimiter) = delimiter.filter(|_| head.kind != Some(InputKind::GeneList)) else {
        return sniff_list(head);
    };
    let mut dialect = Dialect {
        delimiter,
        style: NumberStyle::PLAIN,
        encoding: head.encoding,
        missing: Missing::new(head.options.missing.as_deref().unwrap_or_default()),
    };
    let rows = sample_rows(head, delimiter);
    if let Some(list) = one_line_list(head, &rows) {
        return Ok(list);
    }
    let style = guess_style(
        &Tally::of(rows.get(1..).unwrap_or_default()),
        delimiter,
        head.options,
    );
    dialect.style = style.style;
    let header = guess_header(&rows, &dialect, head.options);
    let mut sniffed = judge_columns(head, &rows, dialect, &header)?;
    let mut guesses = vec![delimiter_guess];
    guesses.extend(style.guesses);
    guesses.append(&mut sniffed.guesses);
    sniffed.guesses = guesses;
    sniffed.findings.extend(style.finding);
    Ok(sniffed)
}

fn sample_rows<'a>(head: &Head<'a>, delimiter: Delimiter) -> Vec<SampleRow<'a>> {
    let byte = delimiter.byte();
    let mut lines = split_lines(head.text, byte, head.is_whole);
    if lines.is_empty() {
        lines = split_lines(head.text, byte, true);
    }
    lines.retain(|line| !line.is_blank(byte));
    parallel::map(lines.len(), &|at| SampleRow {
        line: lines[at],
        cells: split_line(lines[at].bytes, byte),
    })
}

fn judge_columns(
    head: &Head,
    rows: &[SampleRow],
    dialect: Dialect,
    header: &HeaderGuess,
) -> Result<Sniffed, FormatError> {
    let (above, below) = rows.split_at(header.n_preamble.min(rows.len()));
    let (header_rows, body) = below.split_at(header.n_header.min(below.len()));
    if header.n_fields == 0 || (body.is_empty() && header_rows.is_empty()) {
        return Err(no_table(head, "no line holds a cell"));
    }
    let headers = header_names(header_rows, header, &dialect);
    let stats = count_columns(body, header.n_fields, &dialect);
    let roles = roles::guess_roles(head.file, &headers, &stats, header.is_short, head.options)?;
    let row_names = row_names(body, &roles.roles, &dialect);
    let evidence = KindEvidence {
        headers: &headers,
        roles: &roles.roles,
        row_names: &row_names,
    };
    let (kind, kind_guess) = evidence.guess_kind(head.kind);
    let n_rows = estimated_rows(head, body);
    let (orientation, orientation_guess) =
        evidence.guess_orientation(n_rows, head.options.orientation);
    let mut findings = roles.findings;
    findings.extend(preamble_finding(above));
    let mut guesses = vec![kind_guess, header_guess(header, head)];
    if kind == InputKind::Matrix {
        guesses.push(orientation_guess);
        findings.extend(no_header_finding(header));
    }
    guesses.push(roles.guess);
    let format_label = format!(
        "{}{}",
        format_name(dialect.delimiter),
        encoding_label(dialect.encoding)
    );
    let layout = Layout {
        column_notes: column_notes(header_rows, header, &dialect),
        roles: roles_for(kind, roles.roles),
        names: headers,
        header_lines: header_rows.iter().map(|row| row.line.number).collect(),
        body_line: body.first().map_or(1, |row| row.line.number),
        body_start: body.first().map_or(head.text.len(), |row| row.line.start),
        orientation,
        promised_rows: None,
        row_step: 1,
        dialect,
    };
    Ok(Sniffed {
        kind,
        format_label,
        layout,
        guesses,
        findings,
        is_gtf: false,
    })
}

/// In a table of annotations numbers are annotations too.
fn roles_for(kind: InputKind, roles: Vec<Role>) -> Vec<Role> {
    if kind == InputKind::Matrix {
        return roles;
    }
    roles
        .into_iter()
        .map(|role| {
            if role == Role::Value {
                Role::Annotation
            } else {
                role
            }
        })
        .collect()
}

fn format_name(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => "Comma-separated text",
        Delimiter::Tab => "Tab-separated text",
        Delimiter::Semicolon => "Semicolon-separated text",
        Delimiter::Space => "Text with blanks between cells",
        Delimiter::Pipe => "Text with pipes between cells",
    }
}

fn header_names(header_rows: &[SampleRow], header: &HeaderGuess, dialect: &Dialect) -> Vec<String> {
    let shift = usize::from(header.is_short);
    let mut names = vec![String::new(); header.n_fields];
    match header_rows.first() {
        Some(row) => {
            for (position, cell) in row.cells.iter().enumerate() {
                if let Some(name) = names.get_mut(position + shift) {
                    *name = cell.text(dialect.encoding).0;
                }
            }
            if let Some(first) = names.first_mut() {
                *first = first.trim_start_matches('#').trim().into();
            }
        }
        None => {
            for (position, name) in names.iter_mut().enumerate().skip(1) {
                *name = format!("column_{}", position + 1);
            }
        }
    }
    names
}

fn column_notes(
    header_rows: &[SampleRow],
    header: &HeaderGuess,
    dialect: &Dialect,
) -> Vec<(String, Vec<String>)> {
    header_rows
        .iter()
        .enumerate()
        .skip(1)
        .map(|(position, row)| {
            let mut cells: Vec<String> = row
                .cells
                .iter()
                .map(|cell| cell.text(dialect.encoding).0)
                .collect();
            if header.is_short && cells.len() < header.n_fields {
                cells.insert(0, String::new());
            }
            cells.resize(header.n_fields, String::new());
            let name = match cells.first() {
                Some(name) if !name.is_empty() => name.clone(),
                _ => format!("header_{}", position + 1),
            };
            (name, cells)
        })
        .collect()
}

fn row_names(body: &[SampleRow], roles: &[Role], dialect: &Dialect) -> Vec<String> {
    let id = roles.iter().position(|&role| role == Role::Id).unwrap_or(0);
    body.iter()
        .take(3000)
        .filter_map(|row| row.cells.get(id))
        .map(|cell| cell.text(dialect.encoding).0)
        .collect()
}

/// Rows of the whole file: counted where the head is whole, else by the length of those seen.
fn estimated_rows(head: &Head, body: &[SampleRow]) -> u64 {
    let n_seen = body.len() as u64;
    let (Some(total), false) = (head.n_text_bytes, head.is_whole) else {
        return n_seen;
    };
    let Some(first) = body.first() else {
        return n_seen;
    };
    let start = first.line.start as u64;
    let seen = head.text.len() as u64 - start;
    total.saturating_sub(start) * n_seen / seen.max(1)
}

fn header_guess(header: &HeaderGuess, head: &Head) -> cuvette_core::report::Guess {
    let label = match header.n_header {
        0 => "none".to_string(),
        1 => "1 line".to_string(),
        n => format!("{n} lines"),
    };
    let mut chip = guess("header_rows", "Header", json!(header.n_header), &label);
    chip.sure = header.is_sure;
    chip.chosen = head.options.header_rows.is_some();
    chip.evidence.clone_from(&header.evidence);
    let (other, label, effect) = if header.n_header == 0 {
        (1, "1 line", "The first line becomes names")
    } else {
        (0, "none", "The first line is read as data")
    };
    chip.alternatives
        .push(crate::findings::alternative(json!(other), label, effect));
    chip
}

fn preamble_finding(above: &[SampleRow]) -> Option<Finding> {
    let first = above.first()?;
    let n = above.len() as u64;
    let title = format!("{} above the table left out", counted(n, "line", "lines"));
    let mut place = on_line(first.line.number);
    let text = String::from_utf8_lossy(first.line.bytes).into_owned();
    place.value = Some(text.chars().take(80).collect());
    Some(
        finding("lines_above", Severity::Note, title)
            .detail("They do not have the cells of the table.")
            .at(vec![place], n),
    )
}

fn no_header_finding(header: &HeaderGuess) -> Option<Finding> {
    if header.n_header > 0 || header.evidence == "As chosen" {
        return None;
    }
    Some(
        finding("no_header", Severity::Check, "No header line")
            .detail(format!(
                "{}. The columns are named column_2, column_3 and so on.",
                header.evidence
            ))
            .at(vec![on_line(1)], 1)
            .remedy("The first line is the header", "header_rows", json!(1)),
    )
}

/// One column: a gene list, or no table at all.
fn sniff_list(head: &Head) -> Result<Sniffed, FormatError> {
    let delimiter = Delimiter::Tab;
    let rows = sample_rows(head, delimiter);
    let n_words = rows.iter().map(|row| {
        row.line
            .bytes
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .count()
    });
    let longest = rows
        .iter()
        .map(|row| row.line.bytes.len())
        .max()
        .unwrap_or(0);
    let is_prose = n_words.sum::<usize>() > rows.len() * 3 || longest > 2000;
    if is_prose && head.kind != Some(InputKind::GeneList) {
        return Err(no_table(
            head,
            "no delimiter cuts the lines into equally many cells",
        ));
    }
    let mut sniffed = super::kind::sniff_without_columns(head);
    let n = rows.len() as u64;
    let kind = InputKind::GeneList;
    let mut chip = guess("as", "File", json!(kind), kind.label());
    chip.evidence = format!("{} of one name each", counted(n, "line", "lines"));
    chip.chosen = head.kind.is_some();
    chip.sure = rows
        .iter()
        .all(|row| !names::is_sample_id(&String::from_utf8_lossy(row.line.bytes)));
    sniffed.kind = kind;
    sniffed.format_label = "List of names".into();
    sniffed.guesses = vec![chip];
    Ok(sniffed)
}

/// A single line of names is a list as people paste it.
fn one_line_list(head: &Head, rows: &[SampleRow]) -> Option<Sniffed> {
    let [row] = rows else { return None };
    let is_name = |cell: &RawCell| {
        let cell = cell.trimmed();
        !cell.is_empty() && crate::text::number::parse_number(cell, NumberStyle::PLAIN).is_none()
    };
    let fits = head.is_whole && head.kind.is_none() && row.cells.iter().all(is_name);
    let sniffed = fits.then(|| {
        sniff_list(&Head {
            kind: Some(InputKind::GeneList),
            ..*head
        })
    });
    let mut sniffed = sniffed?.ok()?;
    for guess in &mut sniffed.guesses {
        guess.chosen = false;
        guess.sure = false;
        guess.evidence = format!("One line of {} names", row.cells.len());
    }
    Some(sniffed)
}

fn no_table(head: &Head, why: &str) -> FormatError {
    let why = why.to_string();
    FormatError::new(head.file, FormatErrorKind::NoTable { why }).on_line(1)
}
