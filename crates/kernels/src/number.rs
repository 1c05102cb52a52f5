//! Decimal text to numbers: one cell, or all cells of a line in one pass.
//!
//! How this works: a cell of plain digits with at most one decimal sign becomes an integer and is
//! divided by a power of ten. Both are exact in `f64` while the integer is at most 2^53 and the
//! power at most 10^22, so the quotient is the correctly rounded value (Clinger 1990,
//! <https://doi.org/10.1145/93542.93557>). `row` finds the cells; `words`, `avx2` and `simd128` read
//! one of them without branches. Every other spelling, exponents above all, goes the slow way
//! through `fast-float2`, which rounds correctly too.

// A call for each cell takes a tenth of its time; the compiler does not see that by itself.
#![allow(clippy::inline_always)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
mod lanes;
mod quotient;
mod row;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod words;

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
    /// Number of cells of this call before it, all of them filled in.
    pub index: usize,
    /// First byte of the cell in the line.
    pub start: usize,
    /// One past its last byte: the next delimiter, or the end of the line.
    pub end: usize,
}

/// Parses the cells of `line`, without its line ending, and fills `out` with one `f32` each from
/// its start on; returns how many. A line of more cells than `out` has room for gives a larger
/// number, and what stands beyond is not looked at.
///
/// A value is the `f64` nearest to the decimal text, rounded to the nearest `f32`: what
/// `numpy.float32(float(text))` gives. An empty cell, or one of spaces alone, is missing: NaN.
/// Spaces around a number are passed over. An empty line is one empty cell, and a delimiter at
/// the end is followed by one more empty cell.
///
/// # Errors
///
/// The first cell that is no number; the cells before it are filled in. To go on, put a value in
/// its place and, where `end < line.len()`, call again with `&line[end + 1..]`.
///
/// # Examples
///
/// ```
/// use cuvette_kernels::number::{NumberDialect, parse_row};
///
/// let dialect = NumberDialect { delimiter: b'\t', decimal: b'.' };
/// let mut values = [0.0; 3];
/// assert_eq!(parse_row(b"12.5\t-3\t4e-1", dialect, &mut values), Ok(3));
/// assert_eq!(values, [12.5, -3.0, 0.4]);
///
/// let bad = parse_row(b"1\tNA\t2", dialect, &mut values).unwrap_err();
/// assert_eq!((bad.index, bad.start, bad.end), (1, 2, 4));
/// ```
pub fn parse_row(line: &[u8], dialect: NumberDialect, out: &mut [f32]) -> Result<usize, BadCell> {
    #[cfg(target_arch = "x86_64")]
    if avx2::is_there() {
        // SAFETY: the processor has been asked whether it can.
        return unsafe { avx2::fill_row(line, dialect, out) };
    }
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return simd128::fill_row(line, dialect, out);
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    words::fill_row(line, dialect, out)
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
    use proptest::prelude::*;

    use super::{BadCell, NumberDialect, parse_number, parse_row, words};

    const TAB: NumberDialect = NumberDialect {
        delimiter: b'\t',
        decimal: b'.',
    };
    const COMMA: NumberDialect = NumberDialect {
        delimiter: b';',
        decimal: b',',
    };

    type Way = fn(&[u8], NumberDialect, &mut [f32]) -> Result<usize, BadCell>;

    /// What this processor does, and what every other one does.
    const WAYS: [Way; 2] = [parse_row, words::fill_row];

    /// What one way finds, with room to spare.
    fn parse(way: usize, line: &[u8], dialect: NumberDialect) -> (Vec<f32>, Option<BadCell>) {
        let mut found = vec![7.0; line.len() + 1];
        let parsed = WAYS[way](line, dialect, &mut found);
        found.truncate(*parsed.as_ref().unwrap_or_else(|bad| &bad.index));
        (found, parsed.err())
    }

    /// Bits, so that NaN equals NaN and -0 differs from 0.
    fn bits(values: &[f32]) -> Vec<u32> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    fn check(line: &str, dialect: NumberDialect, expected: &[f32]) {
        for way in 0..WAYS.len() {
            let (found, bad) = parse(way, line.as_bytes(), dialect);
            assert_eq!(bad, None, "{line:?}");
            assert_eq!(bits(&found), bits(expected), "{line:?}");
        }
    }

    fn check_bad(line: &str, index: usize, cell: &str) {
        let start = line.find(cell).expect("the cell is in the line");
        let end = start + cell.len();
        for way in 0..WAYS.len() {
            let (_, bad) = parse(way, line.as_bytes(), TAB);
            assert_eq!(bad, Some(BadCell { index, start, end }), "{line:?}");
        }
    }

    #[test]
    fn a_line_of_more_cells_than_there_is_room_for_says_so() {
        for way in WAYS {
            let mut room = [0.0; 2];
            assert_eq!(way(b"1\t2", TAB, &mut room), Ok(2));
            assert_eq!(way(b"1\t2\tNA", TAB, &mut room), Ok(3));
            assert_eq!(way(b"1\t2\t3\t4", TAB, &mut room), Ok(3));
            assert_eq!(way(b"", TAB, &mut []), Ok(1));
            assert_eq!(room, [1.0, 2.0]);
        }
    }

    #[test]
    fn a_cell_longer_than_what_is_looked_at_at_once_is_one_cell() {
        let long = format!("0.{}", "25".repeat(60));
        check(
            &format!("1\t{long}\t{long}"),
            TAB,
            &[1.0, 25.0 / 99.0, 25.0 / 99.0],
        );
        check_bad(&format!("1\t{}\t2", "x".repeat(100)), 1, &"x".repeat(100));
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
                for n_before in 0..30 {
                    let line = format!("{}-{cell}\t{cell}", "12\t".repeat(n_before));
                    let mut all = vec![12.0; n_before];
                    all.extend([-expected, expected]);
                    check(&line, TAB, &all);
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
            for way in 0..WAYS.len() {
                let (found, bad) = parse(way, cells.join("\t").as_bytes(), TAB);
                prop_assert_eq!(bad, None);
                prop_assert_eq!(bits(&found), bits(&expected));
            }
        }

        /// Neither what stands before a cell nor what follows it matters.
        #[test]
        fn a_cell_of_any_bytes_is_what_the_standard_library_reads(
            before in "([0-9]{0,9}\t){0,8}",
            cell in proptest::collection::vec(any_byte(), 0..20),
            after in "[0-9.\t-]{0,90}",
        ) {
            let cell: Vec<u8> = cell.into_iter().filter(|&byte| byte != b'\t').collect();
            let is_plain = cell.iter().enumerate().all(|(at, byte)| {
                byte.is_ascii_digit() || *byte == b'.' || (at == 0 && *byte == b'-')
            });
            let text = std::str::from_utf8(&cell).ok().filter(|_| is_plain);
            let expected = text.and_then(|text| text.parse::<f64>().ok()).map(|value| value as f32);
            let line = [before.as_bytes(), b"\t", &cell, b"\t", after.as_bytes()].concat();
            let index = before.matches('\t').count() + 1;
            for way in 0..WAYS.len() {
                let (found, bad) = parse(way, &line, TAB);
                let is_bad = bad.is_some_and(|bad| bad.index == index);
                match expected {
                    Some(value) => prop_assert_eq!(found[index].to_bits(), value.to_bits()),
                    None if is_plain && !cell.is_empty() => prop_assert!(is_bad),
                    None => {}
                }
            }
        }

        #[test]
        fn no_bytes_panic_and_every_way_finds_the_same(
            line in proptest::collection::vec(any_byte(), 0..200),
        ) {
            let n_delimiters = memchr::memchr_iter(b'\t', &line).count();
            let (found, bad) = parse(0, &line, TAB);
            match bad {
                None => prop_assert_eq!(found.len(), n_delimiters + 1),
                Some(bad) => {
                    let before = memchr::memchr_iter(b'\t', &line[..bad.start]).count();
                    prop_assert_eq!(before, bad.index);
                    prop_assert!(!line[bad.start..bad.end].contains(&b'\t'));
                }
            }
            let (also_found, also_bad) = parse(1, &line, TAB);
            prop_assert_eq!(bits(&found), bits(&also_found));
            prop_assert_eq!(bad, also_bad);
        }
    }

    fn any_byte() -> impl Strategy<Value = u8> {
        prop_oneof![
            4 => b'0'..=b'9',
            2 => Just(b'\t'),
            1 => prop_oneof![Just(b'.'), Just(b'-'), Just(b'e'), Just(b' '), any::<u8>()],
        ]
    }
}
