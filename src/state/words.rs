//! Numbers and sizes in words: true minus, thousands separators, p never 0.

use cuvette_core::table::NumberFormat;

/// A count with thousands separators: `6,169`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Rows and columns: `6,169 × 82`.
pub fn shape([rows, columns]: [usize; 2]) -> String {
    format!("{} × {}", count(rows as u64), count(columns as u64))
}

/// A whole number with its sign.
pub fn integer(value: i64) -> String {
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}", count(value.unsigned_abs()))
}

/// A number as a column shows it; empty where missing.
pub fn number(value: f64, format: NumberFormat) -> String {
    match format {
        _ if value.is_nan() => String::new(),
        NumberFormat::Fixed(decimals) => fixed(value, usize::from(decimals)),
        NumberFormat::Percent => format!("{} %", fixed(value * 100.0, 1)),
        NumberFormat::PValue => p_value(value),
        NumberFormat::General => general(value),
    }
}

/// A fixed number of decimals, with true minus and thousands separators.
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.into();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.into(), count);
    let is_zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Four significant digits; powers of ten outside 0.0001 to 1,000,000.
pub fn general(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".into()
    } else if !value.is_finite() {
        fixed(value, 0)
    } else if !(1e-4..1e6).contains(&size) {
        scientific(value, 3)
    } else {
        let decimals = (3 - size.log10().floor() as i32).clamp(0, 8) as usize;
        let text = fixed(value, decimals);
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').into()
        } else {
            text
        }
    }
}

/// Three decimals, or a power of ten below 0.001; below what can be told, a bound.
pub fn p_value(p: f64) -> String {
    if p < 1e-300 {
        "< 1e−300".into()
    } else if p < 0.001 {
        scientific(p, 1)
    } else {
        fixed(p, 3)
    }
}

fn scientific(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$e}").replace('-', "−")
}

/// A size in memory or on disk: `31 MB`.
pub fn bytes(value: u64) -> String {
    let value = value as f64;
    for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] {
        if value >= size {
            let decimals = usize::from(value < 10.0 * size);
            return format!("{} {unit}", fixed(value / size, decimals));
        }
    }
    format!("{value:.0} B")
}

/// Time left in words: `4 s left`, `2 min left`.
pub fn time_left(milliseconds: f64) -> String {
    let seconds = (milliseconds / 1000.0).ceil().max(1.0);
    if seconds < 100.0 {
        format!("{seconds:.0} s left")
    } else {
        format!("{:.0} min left", (seconds / 60.0).ceil())
    }
}

/// A name in a recipe or schema as words: `min_samples` becomes `Min samples`.
pub fn title(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_uppercase())
            .chain(letters)
            .collect()
    })
}

/// One or many: `1 gene`, `12 genes`.
pub fn plural(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n as u64), if n == 1 { one } else { many })
}

/// A typed or pasted list as names: by line, tab, comma or semicolon; one word with blanks stays.
pub fn pasted_names(text: &str) -> Vec<String> {
    let parts = text.split(['\n', '\r', '\t', ',', ';']);
    let trimmed = parts.map(|part| part.trim().trim_matches('"'));
    let mut names = Vec::new();
    for name in trimmed.filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_string());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_carry_a_true_minus() {
        let check = |found: String, expected: &str| assert_eq!(found, expected);
        check(count(0), "0");
        check(count(999), "999");
        check(count(6169), "6,169");
        check(count(1_234_567), "1,234,567");
        check(integer(-1234), "−1,234");
        check(fixed(-0.8791, 3), "−0.879");
        check(fixed(-0.0001, 2), "0.00");
        check(fixed(12345.678, 1), "12,345.7");
        check(general(0.12345), "0.1235");
        check(general(1500.0), "1,500");
        check(general(2.5), "2.5");
        check(general(1.5e-7), "1.500e−7");
    }

    #[test]
    fn a_p_value_is_never_zero() {
        let check = |p: f64, expected: &str| assert_eq!(p_value(p), expected);
        check(0.0, "< 1e−300");
        check(1e-299, "1.0e−299");
        check(0.0123, "0.012");
        check(1.0, "1.000");
    }

    #[test]
    fn a_missing_number_is_an_empty_cell() {
        assert_eq!(number(f64::NAN, NumberFormat::PValue), "");
    }

    #[test]
    fn sizes_and_times_have_units() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(1_300_000), "1.3 MB");
        assert_eq!(bytes(412_000_000), "412 MB");
        assert_eq!(time_left(3200.0), "4 s left");
        assert_eq!(time_left(150_000.0), "3 min left");
    }

    #[test]
    fn a_pasted_list_is_split_and_each_name_kept_once() {
        assert_eq!(
            pasted_names("SMP1\r\nCUP2, SMP1;\t\"PHO4\""),
            ["SMP1", "CUP2", "PHO4"]
        );
        assert!(pasted_names(" \n ").is_empty());
    }
}
