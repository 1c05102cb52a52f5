//! Decimal text to numbers: one cell, or all cells of a line in one pass.
//!
//! How this works: a cell of plain digits with at most one decimal sign is read eight bytes at a
//! time into an integer and divided by a power of ten. Both are exact in `f64` while the integer is at most
//! 2^53 and the power at most 10^22, so the quotient is the correctly rounded value (Clinger
//! 1990, <https://doi.org/10.1145/93542.93557>). Every other spelling, exponents above all, goes
//! the slow way through `fast-float2`, which rounds correctly too. Reading eight bytes at once
//! without branches was tried and is no faster.

/// Powers of ten that `f64` holds exactly and a mantissa of 19 digits can need.
const EXACT_POWERS_OF_TEN: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19,
];

/// Powers of ten up to the largest in a `u64`.
const WHOLE_POWERS_OF_TEN: [u64; 20] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    100_000_000_000,
    1_000_000_000_000,
    10_000_000_000_000,
    100_000_000_000_000,
    1_000_000_000_000_000,
    10_000_000_000_000_000,
    100_000_000_000_000_000,
    1_000_000_000_000_000_000,
    10_000_000_000_000_000_000,
];

/// Every integer up to here is exact in `f64`.
const MAX_EXACT_INTEGER: u64 = 1 << 53;

/// So many decimal digits never overflow a `u64`.
const MAX_MANTISSA_DIGITS: usize = 19;

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
    let mut n_cells = 0;
    let mut start = 0;
    loop {
        let (value, end) = match scan_plain_number(line, start, dialect) {
            Some((value, end)) => (value as f32, end),
            None => scan_any_cell(line, start, dialect).map_err(|end| BadCell {
                index: n_cells,
                start,
                end,
            })?,
        };
        out.push(value);
        n_cells += 1;
        if end == line.len() {
            return Ok(n_cells);
        }
        start = end + 1;
    }
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

/// Value and end of a cell `-?digits[.digits]` that is exact in `f64`; `None` for all others.
#[inline]
fn scan_plain_number(line: &[u8], start: usize, dialect: NumberDialect) -> Option<(f64, usize)> {
    let mut at = start;
    let is_negative = line.get(at) == Some(&b'-');
    at += usize::from(is_negative);
    let (mut mantissa, integer_end) = scan_digits(line, at);
    let mut n_digits = integer_end - at;
    let mut n_fraction_digits = 0;
    at = integer_end;
    if line.get(at) == Some(&dialect.decimal) {
        let (fraction, end) = scan_digits(line, at + 1);
        n_fraction_digits = end - at - 1;
        let shift = WHOLE_POWERS_OF_TEN
            .get(n_fraction_digits)
            .copied()
            .unwrap_or(0);
        mantissa = mantissa.wrapping_mul(shift).wrapping_add(fraction);
        n_digits += n_fraction_digits;
        at = end;
    }
    let ends_here = at == line.len() || line[at] == dialect.delimiter;
    // The mantissa has wrapped if there are too many digits; then it is not looked at.
    if !ends_here || n_digits == 0 || n_digits > MAX_MANTISSA_DIGITS || mantissa > MAX_EXACT_INTEGER
    {
        return None;
    }
    let value = mantissa as f64 / EXACT_POWERS_OF_TEN[n_fraction_digits];
    Some((if is_negative { -value } else { value }, at))
}

/// Reads digits from `at` on; returns their value and the index of the first other byte.
///
/// Eight bytes at a time where the line is long enough, so that short numbers of any length cost
/// the same and no branch has to guess where they end.
#[inline]
fn scan_digits(line: &[u8], at: usize) -> (u64, usize) {
    let Some(bytes) = line.get(at..).and_then(<[u8]>::first_chunk::<8>) else {
        return scan_digits_one_by_one(line, at, 0);
    };
    let (value, n_digits) = leading_digits(u64::from_le_bytes(*bytes));
    if n_digits == 8 {
        return scan_digits_one_by_one(line, at + 8, value);
    }
    (value, at + n_digits)
}

/// Value and number of the digits that eight bytes, the first one lowest, begin with.
///
/// The value is put together in pairs, fours and eights (Lemire 2018,
/// <https://lemire.me/blog/2018/10/03/quickly-parsing-eight-digits/>).
#[inline]
fn leading_digits(bytes: u64) -> (u64, usize) {
    let digits = bytes ^ 0x3030_3030_3030_3030;
    // The high bit of a byte above 9 is set; a carry out of it touches only the bytes behind it.
    let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    let n_digits = (others.trailing_zeros() / 8) as usize;
    if n_digits == 0 {
        return (0, 0);
    }
    // Zeros move in before the first digit, and the bytes behind the last one out.
    let pairs = digits << (64 - 8 * n_digits);
    let pairs = pairs.wrapping_mul(10).wrapping_add(pairs >> 8);
    let upper = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let lower = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    (upper.wrapping_add(lower) >> 32, n_digits)
}

/// Reads digits from `at` on into `mantissa`; returns it and the index of the first other byte.
#[inline]
fn scan_digits_one_by_one(line: &[u8], mut at: usize, mut mantissa: u64) -> (u64, usize) {
    while let Some(byte) = line.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (mantissa, at)
}

/// Value and end of any other cell; the end alone, as an error, where it is no number for `f32`.
#[cold]
fn scan_any_cell(line: &[u8], start: usize, dialect: NumberDialect) -> Result<(f32, usize), usize> {
    let rest = &line[start..];
    let end = start + memchr::memchr(dialect.delimiter, rest).unwrap_or(rest.len());
    let cell = line[start..end].trim_ascii();
    if cell.is_empty() {
        return Ok((f32::NAN, end));
    }
    match parse_number(cell, dialect.decimal).map(|value| value as f32) {
        Some(value) if value.is_finite() => Ok((value, end)),
        _ => Err(end),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        BadCell, NumberDialect, parse_number, parse_row, scan_digits, scan_digits_one_by_one,
    };
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
    fn digits_are_read_alike_eight_at_a_time_and_one_by_one() {
        let line = b"12345678901234567890123\t7.25\t\xff\xfe9\t000123456789.5\t:/0099";
        for at in 0..line.len() {
            for end in at..=line.len() {
                assert_eq!(
                    scan_digits(&line[..end], at),
                    scan_digits_one_by_one(&line[..end], at, 0),
                    "{at}..{end}"
                );
            }
        }
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
