//! One cell as a number, read with care: groups of digits, infinities, a typeset minus.
//!
//! Plain cells go through [`cuvette_kernels::number::parse_row`]; this is for the others.

/// How numbers are written in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberStyle {
    /// Decimal sign.
    pub decimal: u8,
    /// Sign between groups of three digits.
    pub thousands: Option<u8>,
}

impl NumberStyle {
    /// A decimal point, no grouping.
    pub const PLAIN: Self = Self {
        decimal: b'.',
        thousands: None,
    };
}

/// The number in a trimmed cell, as `f64` nearest to the text and then `f32`; infinities are read,
/// "nan" is not.
pub(crate) fn parse_number(cell: &[u8], style: NumberStyle) -> Option<f32> {
    let (is_negative, unsigned) = match cell.strip_prefix("\u{2212}".as_bytes()) {
        Some(rest) => (true, rest),
        None => (false, cell),
    };
    let value = match style.thousands {
        Some(sign) if has_groups_of_three(unsigned, sign, style.decimal) => {
            let digits: Vec<u8> = unsigned.iter().copied().filter(|&b| b != sign).collect();
            cuvette_kernels::number::parse_number(&digits, style.decimal)
        }
        _ => cuvette_kernels::number::parse_number(unsigned, style.decimal),
    };
    let value = match value {
        Some(value) => value as f32,
        None => parse_infinity(unsigned)?,
    };
    Some(if is_negative { -value } else { value })
}

fn parse_infinity(cell: &[u8]) -> Option<f32> {
    let (sign, word) = match cell.first()? {
        b'-' => (-1.0, &cell[1..]),
        b'+' => (1.0, &cell[1..]),
        _ => (1.0, cell),
    };
    let is_infinity = word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"infinity");
    is_infinity.then_some(sign * f32::INFINITY)
}

/// Whether `sign` cuts the whole part into one to three digits, then groups of exactly three.
pub(crate) fn has_groups_of_three(cell: &[u8], sign: u8, decimal: u8) -> bool {
    let digits = cell.strip_prefix(b"-").unwrap_or(cell);
    let whole = match digits.iter().position(|&byte| byte == decimal) {
        Some(end) if decimal != sign => &digits[..end],
        _ => digits,
    };
    let mut groups = whole.split(|&byte| byte == sign);
    let is_digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let first_fits = groups
        .next()
        .is_some_and(|group| matches!(group.len(), 1..=3) && is_digits(group) && group != b"0");
    let mut n_groups = 0;
    first_fits
        && groups.all(|group| {
            n_groups += 1;
            group.len() == 3 && is_digits(group)
        })
        && n_groups > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: NumberStyle = NumberStyle {
        decimal: b',',
        thousands: Some(b'.'),
    };

    fn check(cell: &str, style: NumberStyle, expected: Option<f32>) {
        assert_eq!(parse_number(cell.as_bytes(), style), expected, "{cell:?}");
    }

    #[test]
    fn careful_reading_takes_signs_exponents_groups_and_infinities() {
        check("1.5", NumberStyle::PLAIN, Some(1.5));
        check("-1e-3", NumberStyle::PLAIN, Some(-0.001));
        check("+2", NumberStyle::PLAIN, Some(2.0));
        check("\u{2212}2.5", NumberStyle::PLAIN, Some(-2.5));
        check("4.812,5", COMMA, Some(4812.5));
        check("3,207", COMMA, Some(3.207));
        check("3.2", COMMA, None);
        check("-Inf", NumberStyle::PLAIN, Some(f32::NEG_INFINITY));
        check("1,2", NumberStyle::PLAIN, None);
        check("2-Sep", NumberStyle::PLAIN, None);
        check("nan", NumberStyle::PLAIN, None);
        check("\u{2212}", NumberStyle::PLAIN, None);
        check("", NumberStyle::PLAIN, None);
        check("-", NumberStyle::PLAIN, None);
    }
}
