//! Lines of a Matrix Market file: row, column, value.

use cuvette_kernels::number::parse_number;

use super::mtx::Header;

/// What stands in some lines.
pub(super) struct Entries {
    /// Row and column, from 0, and value.
    pub values: Vec<(u32, u32, f32)>,
    pub n_lines: u64,
    /// Smallest and largest value.
    pub range: (f32, f32),
    pub has_fraction: bool,
    /// The first line that cannot be read; those before it are there.
    pub problem: Option<Problem>,
}

/// A line that cannot be read.
pub(super) struct Problem {
    /// Its number among the lines, from 1.
    pub line: u64,
    pub words: String,
}

/// Parses whole lines. Blank lines are passed over.
pub(super) fn parse_entries(text: &[u8], header: &Header) -> Entries {
    // A line has at least some eight bytes.
    let mut found = Entries {
        values: Vec::with_capacity(text.len() / 8),
        n_lines: 0,
        range: (f32::INFINITY, f32::NEG_INFINITY),
        has_fraction: false,
        problem: None,
    };
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..end].trim_ascii_end();
        rest = rest.get(end + 1..).unwrap_or_default();
        found.n_lines += 1;
        if line.is_empty() {
            continue;
        }
        match parse_entry(line, header) {
            Ok(entry) => {
                let (_, _, value) = entry;
                found.range.0 = found.range.0.min(value);
                found.range.1 = found.range.1.max(value);
                found.has_fraction |= value.fract() != 0.0;
                found.values.push(entry);
            }
            Err(words) => {
                let line = found.n_lines;
                found.problem = Some(Problem { line, words });
                break;
            }
        }
    }
    found
}

fn parse_entry(line: &[u8], header: &Header) -> Result<(u32, u32, f32), String> {
    let mut at = 0;
    let row = next_number(line, &mut at);
    let column = next_number(line, &mut at);
    let (Some(row), Some(column)) = (row, column) else {
        return Err(format!(
            "{:?} was found where row, column and value are expected",
            shown(line)
        ));
    };
    let row = index_of(row, header.n_rows, "row")?;
    let column = index_of(column, header.n_columns, "column")?;
    let cell = line.get(at..).unwrap_or_default().trim_ascii();
    let value = value_of(cell).ok_or_else(|| {
        format!(
            "{:?} was found where one number is expected as the value",
            shown(cell)
        )
    })?;
    if header.is_integer && value.fract() != 0.0 {
        return Err(format!(
            "the header promises whole numbers, found {}",
            shown(cell)
        ));
    }
    Ok((row, column, value))
}

/// The next word of digits; `at` goes behind it.
fn next_number(line: &[u8], at: &mut usize) -> Option<u64> {
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
    while line.get(*at).is_some_and(|&byte| is_blank(byte)) {
        *at += 1;
    }
    let start = *at;
    let mut value = 0_u64;
    while let Some(digit) = line.get(*at).filter(|byte| byte.is_ascii_digit()) {
        value = value * 10 + u64::from(digit - b'0');
        *at += 1;
        if *at - start > 18 {
            return None;
        }
    }
    let ends = line.get(*at).is_none_or(|&byte| is_blank(byte));
    (ends && *at > start).then_some(value)
}

/// The index from 0.
fn index_of(written: u64, n: u32, what: &str) -> Result<u32, String> {
    if (1..=u64::from(n)).contains(&written) {
        return Ok((written - 1) as u32);
    }
    let range = if n == 0 {
        format!("the matrix has no {what}")
    } else {
        format!("{what}s are numbered from 1 to {n}")
    };
    Err(format!("{what} {written} does not exist: {range}"))
}

fn value_of(cell: &[u8]) -> Option<f32> {
    let is_short = (1..=7).contains(&cell.len());
    if is_short && cell.iter().all(u8::is_ascii_digit) {
        let digits = cell.iter().map(|byte| u32::from(byte - b'0'));
        return Some(digits.fold(0, |value, digit| value * 10 + digit) as f32);
    }
    let value = parse_number(cell, b'.')? as f32;
    value.is_finite().then_some(value)
}

/// The beginning of a text, for messages.
fn shown(text: &[u8]) -> String {
    const LONGEST: usize = 40;
    String::from_utf8_lossy(text)
        .chars()
        .take(LONGEST)
        .collect()
}
