//! Decimal text to numbers: one cell, or all cells of a line in one pass.
//!
//! How this works: a cell of plain digits with at most one decimal sign becomes an integer and is
//! divided by a power of ten. Both are exact in `f64` while the integer is at most 2^53 and the
//! power at most 10^22, so the quotient is the correctly rounded value (Clinger 1990,
//! <https://doi.org/10.1145/93542.93557>). `plain` does that without branches. Every other
//! spelling, exponents above all, goes the slow way through `fast-float2`, which rounds correctly
//! too.

// A call for each cell takes a tenth of its time; the compiler does not see that by itself.
#![allow(clippy::inline_always)]

mod plain;

use std::ops::Range;

use plain::Patterns;

/// Delimiters are looked for in so many bytes at once.
const BLOCK: usize = 64;

/// The two bytes that tell cells and fractions apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberDialect {
    /// Stands between cells: tab, comma, semicolon. Neither a digit nor the decimal sign.
    pub delimiter: u8,
    /// Stands before the fraction: `.` or `,`.
    pub decimal: u8,
}

/// A cell that [`parse_row`] leaves to its caller: `line[start..end]`.
///
/// It is a word (a spelling of a missing value, `inf`, text), a quoted cell, or a number too
/// large for `f32`, which [`parse_number`] tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadCell {
    /// Number of cells of this call before it, all of them appended.
    pub index: usize,
    /// First byte of the cell in the line.
    pub start: usize,
    /// One past its last byte: the next delimiter, or the end of the line.
    pub end: usize,
}

/// Parses the cells of `line`, without its line ending, and appends one `f32` each to `out`;
/// returns how many.
///
/// A value is the `f64` nearest to the decimal text, rounded to the nearest `f32`: what
/// `numpy.float32(float(text))` gives. An empty cell, or one of spaces alone, is missing: NaN.
/// Spaces around a number are passed over. An empty line is one empty cell, and a delimiter at
/// the end is followed by one more empty cell.
///
/// # Errors
///
/// The first cell that is no number; the cells before it stay appended. To go on, push a value
/// for it and, where `end < line.len()`, call again with `&line[end + 1..]`.
///
/// # Examples
///
/// ```
/// use cuvette_kernels::number::{NumberDialect, parse_row};
///
/// let dialect = NumberDialect { delimiter: b'\t', decimal: b'.' };
/// let mut values = Vec::new();
/// assert_eq!(parse_row(b"12.5\t-3\t4e-1", dialect, &mut values), Ok(3));
/// assert_eq!(values, [12.5, -3.0, 0.4]);
///
/// let bad = parse_row(b"1\tNA\t2", dialect, &mut values).unwrap_err();
/// assert_eq!((bad.index, bad.start, bad.end), (1, 2, 4));
/// ```
pub fn parse_row(
    line: &[u8],
    dialect: NumberDialect,
    out: &mut Vec<f32>,
) -> Result<usize, BadCell> {
    let n_before = out.len();
    match push_cells(line, dialect, out) {
        Ok(()) => Ok(out.len() - n_before),
        Err(cell) => Err(BadCell {
            index: out.len() - n_before,
            start: cell.start,
            end: cell.end,
        }),
    }
}

/// Appends the values of all cells; an error with the place of the first that is no number.
fn push_cells(line: &[u8], dialect: NumberDialect, out: &mut Vec<f32>) -> Result<(), Range<usize>> {
    let patterns = Patterns::new(dialect);
    let mut start = 0;
    for block_start in (0..line.len()).step_by(BLOCK) {
        let rest = &line[block_start..];
        let mut delimiters = match rest.first_chunk() {
            Some(block) => patterns.delimiters(block),
            None => patterns.delimiters(&padded(rest)),
        };
        while delimiters != 0 {
            let end = block_start + delimiters.trailing_zeros() as usize;
            delimiters &= delimiters - 1;
            push_cell(line, start..end, patterns, dialect.decimal, out)?;
            start = end + 1;
        }
    }
    push_cell(line, start..line.len(), patterns, dialect.decimal, out)
}

/// The end of a line, filled up with what is no delimiter.
fn padded(end: &[u8]) -> [u8; BLOCK] {
    let mut block = [b'0'; BLOCK];
    block[..end.len()].copy_from_slice(end);
    block
}

/// Parses one cell: the `f64` nearest to the decimal text, or `None` where it is no number.
///
/// A number is an optional sign, digits with at most one decimal sign among, before or after
/// them, and an optional exponent (`e` or `E`). Words (`inf`, `nan`, `NA`), hexadecimal numbers,
/// digit groups (`1,000`) and spaces are none. Text beyond the range of `f64` gives an infinity.
///
/// ```
/// use cuvette_kernels::number::parse_number;
///
/// assert_eq!(parse_number(b"-1.25e2", b'.'), Some(-125.0));
/// assert_eq!(parse_number(b"0,5", b','), Some(0.5));
/// assert_eq!(parse_number(b"NaN", b'.'), None);
/// ```
pub fn parse_number(cell: &[u8], decimal: u8) -> Option<f64> {
    let unsigned = match cell {
        [b'-' | b'+', rest @ ..] => rest,
        _ => cell,
    };
    // `fast-float2` also reads the words `inf` and `nan`.
    let first = *unsigned.first()?;
    if !first.is_ascii_digit() && first != decimal {
        return None;
    }
    if decimal == b'.' {
        return fast_float2::parse(cell).ok();
    }
    if cell.contains(&b'.') {
        return None;
    }
    let with_point: Vec<u8> = cell
        .iter()
        .map(|&byte| if byte == decimal { b'.' } else { byte })
        .collect();
    fast_float2::parse(with_point).ok()
}

/// Appends the value of one cell; an error where it is no number for `f32`.
#[inline(always)]
fn push_cell(
    line: &[u8],
    cell: Range<usize>,
    patterns: Patterns,
    decimal: u8,
    out: &mut Vec<f32>,
) -> Result<(), Range<usize>> {
    let value = match patterns.number(line, cell.start, cell.end) {
        Some(value) => value as f32,
        None => any_number(&line[cell.clone()], decimal).ok_or(cell)?,
    };
    out.push(value);
    Ok(())
}

/// The value of any other cell; `None` where it is no number for `f32`.
#[inline(never)]
fn any_number(cell: &[u8], decimal: u8) -> Option<f32> {
    let cell = cell.trim_ascii();
    if cell.is_empty() {
        return Some(f32::NAN);
    }
    let value = parse_number(cell, decimal)? as f32;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{BadCell, NumberDialect, parse_number, parse_row};
    use proptest::prelude::*;

    const TAB: NumberDialect = NumberDialect {
        delimiter: b'\t',
        decimal: b'.',
    };
    const COMMA: NumberDialect = NumberDialect {
        delimiter: b';',
        decimal: b',',
    };

    /// Bits, so that NaN equals NaN and -0 differs from 0.
    fn check(line: &str, dialect: NumberDialect, expected: &[f32]) {
        let mut found = vec![7.0];
        let n = parse_row(line.as_bytes(), dialect, &mut found);
        assert_eq!(n, Ok(expected.len()), "{line:?}");
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found[1..]), bits(expected), "{line:?}");
    }

    fn check_bad(line: &str, index: usize, cell: &str) {
        let mut found = Vec::new();
        let start = line.find(cell).expect("the cell is in the line");
        let end = start + cell.len();
        let expected = Err(BadCell { index, start, end });
        assert_eq!(
            parse_row(line.as_bytes(), TAB, &mut found),
            expected,
            "{line:?}"
        );
        assert_eq!(found.len(), index);
    }

    #[test]
    fn every_usual_spelling_is_a_number() {
        check("12.3456\t0\t-7", TAB, &[12.3456, 0.0, -7.0]);
        check("1e+05\t1E-3\t+2.5", TAB, &[1e5, 1e-3, 2.5]);
        check(".5\t5.\t-0", TAB, &[0.5, 5.0, -0.0]);
        check(" 1.5 \t2 ", TAB, &[1.5, 2.0]);
        check("1,5;-0,25;3", COMMA, &[1.5, -0.25, 3.0]);
    }

    #[test]
    fn empty_cells_are_missing() {
        check("", TAB, &[f32::NAN]);
        check("\t", TAB, &[f32::NAN, f32::NAN]);
        check(
            "1\t\t \t2\t",
            TAB,
            &[1.0, f32::NAN, f32::NAN, 2.0, f32::NAN],
        );
    }

    #[test]
    fn a_cell_that_is_no_number_is_left_to_the_caller() {
        check_bad("1\tNA\t2", 1, "NA");
        check_bad("nan", 0, "nan");
        check_bad("1\t2\tInf", 2, "Inf");
        check_bad("\"1\"\t2", 0, "\"1\"");
        check_bad("1\t1.2.3", 1, "1.2.3");
        check_bad("1,5\t2", 0, "1,5");
        check_bad("0x10", 0, "0x10");
        check_bad("5\t-", 1, "-");
        check_bad("5\t.", 1, ".");
        check_bad("5\t1e", 1, "1e");
        check_bad("5\t1 2", 1, "1 2");
    }

    #[test]
    fn a_number_too_large_for_f32_is_reported_not_made_infinite() {
        check_bad("1\t1e39", 1, "1e39");
        assert_eq!(parse_number(b"1e39", b'.'), Some(1e39));
        check("3.4028234e38", TAB, &[f32::MAX]);
    }

    #[test]
    fn cells_of_every_length_and_place_in_the_line_are_read_alike() {
        for integer in 0..12 {
            for fraction in 0..12 {
                let digits = "987654321012";
                let cell = format!("{}.{}", &digits[..integer], &digits[..fraction]);
                let Ok(expected) = cell.parse::<f32>() else {
                    continue;
                };
                for padding in ["", "\t1", "\t1\t2\t3\t4\t5"] {
                    let mut found = Vec::new();
                    let line = format!("-{cell}\t{cell}{padding}");
                    parse_row(line.as_bytes(), TAB, &mut found).expect("numbers");
                    assert_eq!(found[..2], [-expected, expected], "{line:?}");
                }
            }
        }
    }

    #[test]
    fn a_point_is_no_number_where_the_decimal_sign_is_a_comma() {
        assert_eq!(parse_number(b"1.234,5", b','), None);
        assert_eq!(parse_number(b"1.5", b','), None);
    }

    #[test]
    fn long_mantissas_are_rounded_as_the_standard_library_does() {
        for text in [
            "9007199254740993",
            "0.7049372258061764",
            "12345678901234567890123",
            "0.00000000000000000000000123",
            "1.17549435e-38",
            "18446744073709551616.5",
        ] {
            check(text, TAB, &[text.parse::<f64>().expect("a number") as f32]);
            assert_eq!(parse_number(text.as_bytes(), b'.'), text.parse().ok());
        }
    }

    proptest! {
        #[test]
        fn any_f64_printed_is_read_back(value in proptest::num::f64::NORMAL) {
            prop_assert_eq!(parse_number(value.to_string().as_bytes(), b'.'), Some(value));
            prop_assert_eq!(parse_number(format!("{value:e}").as_bytes(), b'.'), Some(value));
        }

        #[test]
        fn a_row_equals_its_cells_parsed_by_the_standard_library(
            cells in proptest::collection::vec("-?[0-9]{1,21}(\\.[0-9]{0,9})?(e-?[0-9])?", 1..40),
        ) {
            let expected: Vec<f32> = cells
                .iter()
                .map(|cell| cell.parse::<f64>().expect("a number") as f32)
                .collect();
            let mut found = Vec::new();
            let line = cells.join("\t");
            prop_assert_eq!(parse_row(line.as_bytes(), TAB, &mut found), Ok(cells.len()));
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_bytes_panic_and_cells_are_counted_by_delimiters(
            line in proptest::collection::vec(prop_oneof![
                Just(b'\t'), Just(b'.'), Just(b'-'), Just(b'e'), Just(b' '), b'0'..=b'9', any::<u8>()
            ], 0..60),
        ) {
            let mut found = Vec::new();
            let n_delimiters = memchr::memchr_iter(b'\t', &line).count();
            match parse_row(&line, TAB, &mut found) {
                Ok(n) => prop_assert_eq!(n, n_delimiters + 1),
                Err(bad) => {
                    prop_assert_eq!(found.len(), bad.index);
                    let before = memchr::memchr_iter(b'\t', &line[..bad.start]).count();
                    prop_assert_eq!(before, bad.index);
                    prop_assert!(!line[bad.start..bad.end].contains(&b'\t'));
                }
            }
        }
    }
}
