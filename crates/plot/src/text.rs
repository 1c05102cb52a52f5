//! How wide text is: one table of glyph widths for every backend, so that layouts are equal.
//!
//! The widths are those of Liberation Sans, which has the widths of Arial and Helvetica. They
//! are written for a font size of [`UNITS_PER_EM`]. A backend is never asked.

/// Weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Labels.
    Regular,
    /// Titles.
    Bold,
}

/// Font size at which the widths below hold.
const UNITS_PER_EM: f64 = 2048.0;
/// Width of a sign the table does not know: a wide capital, so that nothing is cut.
const UNKNOWN: u16 = 1479;
/// Width of Chinese, Japanese and Korean signs, which fill the em square.
const IDEOGRAPH: u16 = 2048;
/// The scripts whose signs fill the em square.
const IDEOGRAPHS: [std::ops::RangeInclusive<char>; 3] = [
    '\u{1100}'..='\u{11ff}',
    '\u{2e80}'..='\u{ffef}',
    '\u{1f000}'..='\u{3ffff}',
];
/// What ends a text that was shortened.
const ELLIPSIS: char = '…';

/// Width of `text` on one line, in the unit of `size`.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let units: u32 = text
        .chars()
        .map(|sign| u32::from(units(sign, weight)))
        .sum();
    f64::from(units) * size / UNITS_PER_EM
}

/// `text` where it fits into `room`, else its beginning and an ellipsis; empty where not even
/// the ellipsis fits.
pub fn shortened(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut left = room / size * UNITS_PER_EM - f64::from(units(ELLIPSIS, weight));
    if left < 0.0 {
        return String::new();
    }
    let mut short: String = text
        .chars()
        .take_while(|&sign| {
            left -= f64::from(units(sign, weight));
            left >= 0.0
        })
        .collect();
    short.truncate(short.trim_end().len());
    short.push(ELLIPSIS);
    short
}

/// `text` broken at spaces into at most `max_lines` lines no wider than `room`; what does not fit
/// into the last line is shortened.
pub fn wrapped(text: &str, size: f64, weight: Weight, room: f64, max_lines: usize) -> Vec<String> {
    let fits = |line: &str| width(line, size, weight) <= room;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_last = lines.len() == max_lines;
        match lines.last_mut() {
            Some(line) if is_last || fits(&format!("{line} {word}")) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    for line in &mut lines {
        *line = shortened(line, size, weight, room);
    }
    lines
}

fn units(sign: char, weight: Weight) -> u16 {
    let (ascii, latin) = match weight {
        Weight::Regular => (&REGULAR, &REGULAR_LATIN),
        Weight::Bold => (&BOLD, &BOLD_LATIN),
    };
    let code = sign as usize;
    if let Some(&units) = code.checked_sub(0x20).and_then(|at| ascii.get(at)) {
        return units;
    }
    if let Some(&units) = code.checked_sub(0xa0).and_then(|at| latin.get(at)) {
        return units;
    }
    if let Ok(at) = SIGNS.binary_search_by_key(&sign, |&(known, ..)| known) {
        // INVARIANT: the search gave an index of the table.
        let (_, regular, bold) = SIGNS[at];
        return match weight {
            Weight::Regular => regular,
            Weight::Bold => bold,
        };
    }
    if IDEOGRAPHS.iter().any(|range| range.contains(&sign)) {
        return IDEOGRAPH;
    }
    UNKNOWN
}

/// Widths of U+0020 to U+007E, regular.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    569, 569, 727, 1139, 1139, 1821, 1366, 391, 682, 682, 797, 1196, 569, 682, 569, 569,
    1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 569, 569, 1196, 1196, 1196, 1139,
    2079, 1366, 1366, 1479, 1479, 1366, 1251, 1593, 1479, 569, 1024, 1366, 1139, 1706, 1479, 1593,
    1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251, 569, 569, 569, 961, 1139,
    682, 1139, 1139, 1024, 1139, 1139, 569, 1139, 1139, 455, 455, 1024, 455, 1706, 1139, 1139,
    1139, 1139, 682, 1024, 569, 1139, 1024, 1479, 1024, 1024, 1024, 684, 532, 684, 1196,
];

/// Widths of U+00A0 to U+00FF, regular.
#[rustfmt::skip]
const REGULAR_LATIN: [u16; 96] = [
    569, 682, 1139, 1139, 1139, 1139, 532, 1139, 682, 1509, 758, 1139, 1196, 682, 1509, 1131,
    819, 1124, 682, 682, 682, 1180, 1100, 569, 682, 682, 748, 1139, 1708, 1708, 1708, 1251,
    1366, 1366, 1366, 1366, 1366, 1366, 2048, 1479, 1366, 1366, 1366, 1366, 569, 569, 569, 569,
    1479, 1479, 1593, 1593, 1593, 1593, 1593, 1196, 1593, 1479, 1479, 1479, 1479, 1366, 1366, 1251,
    1139, 1139, 1139, 1139, 1139, 1139, 1821, 1024, 1139, 1139, 1139, 1139, 569, 569, 569, 569,
    1139, 1139, 1139, 1139, 1139, 1139, 1139, 1124, 1251, 1139, 1139, 1139, 1139, 1024, 1139, 1024,
];

/// Widths of U+0020 to U+007E, bold.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    569, 682, 971, 1139, 1139, 1821, 1479, 487, 682, 682, 797, 1196, 569, 682, 569, 569,
    1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 682, 682, 1196, 1196, 1196, 1251,
    1997, 1479, 1479, 1479, 1479, 1366, 1251, 1593, 1479, 569, 1139, 1479, 1251, 1706, 1479, 1593,
    1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251, 682, 569, 682, 1196, 1139,
    682, 1139, 1251, 1139, 1251, 1139, 682, 1251, 1251, 569, 569, 1139, 569, 1821, 1251, 1251,
    1251, 1251, 797, 1139, 682, 1251, 1139, 1593, 1139, 1139, 1024, 797, 573, 797, 1196,
];

/// Widths of U+00A0 to U+00FF, bold.
#[rustfmt::skip]
const BOLD_LATIN: [u16; 96] = [
    569, 682, 1139, 1139, 1139, 1139, 573, 1139, 682, 1509, 758, 1139, 1196, 682, 1509, 1131,
    819, 1124, 682, 682, 682, 1180, 1139, 569, 682, 682, 748, 1139, 1708, 1708, 1708, 1251,
    1479, 1479, 1479, 1479, 1479, 1479, 2048, 1479, 1366, 1366, 1366, 1366, 569, 569, 569, 569,
    1479, 1479, 1593, 1593, 1593, 1593, 1593, 1196, 1593, 1479, 1479, 1479, 1479, 1366, 1366, 1251,
    1139, 1139, 1139, 1139, 1139, 1139, 1821, 1139, 1139, 1139, 1139, 1139, 569, 569, 569, 569,
    1251, 1251, 1251, 1251, 1251, 1251, 1251, 1124, 1251, 1251, 1251, 1251, 1251, 1139, 1251, 1139,
];

/// Other signs with their regular and bold widths, ascending.
#[rustfmt::skip]
const SIGNS: [(char, u16, u16); 81] = [
    ('ı', 569, 569),
    ('Ł', 1139, 1251),
    ('ł', 455, 569),
    ('Œ', 2048, 2048),
    ('œ', 1933, 1933),
    ('Š', 1366, 1366),
    ('š', 1024, 1139),
    ('Ÿ', 1366, 1366),
    ('Ž', 1251, 1251),
    ('ž', 1024, 1024),
    ('Α', 1366, 1479),
    ('Β', 1366, 1479),
    ('Γ', 1128, 1231),
    ('Δ', 1368, 1472),
    ('Θ', 1593, 1593),
    ('Λ', 1368, 1366),
    ('Ξ', 1331, 1318),
    ('Π', 1479, 1479),
    ('Σ', 1266, 1229),
    ('Φ', 1634, 1681),
    ('Ψ', 1711, 1657),
    ('Ω', 1531, 1642),
    ('α', 1184, 1259),
    ('β', 1178, 1250),
    ('γ', 1024, 1139),
    ('δ', 1140, 1242),
    ('ε', 913, 972),
    ('ζ', 903, 943),
    ('η', 1139, 1251),
    ('θ', 1139, 1107),
    ('ι', 455, 569),
    ('κ', 1024, 1142),
    ('λ', 1024, 1139),
    ('μ', 1180, 1253),
    ('ν', 1024, 1139),
    ('ξ', 917, 912),
    ('ο', 1139, 1251),
    ('π', 1413, 1568),
    ('ρ', 1165, 1267),
    ('ς', 987, 1065),
    ('σ', 1264, 1401),
    ('τ', 809, 914),
    ('υ', 1120, 1192),
    ('φ', 1328, 1465),
    ('χ', 1075, 1179),
    ('ψ', 1460, 1543),
    ('ω', 1599, 1730),
    ('–', 1139, 1139),
    ('—', 2048, 2048),
    ('‘', 455, 569),
    ('’', 455, 569),
    ('‚', 455, 569),
    ('“', 682, 1024),
    ('”', 682, 1024),
    ('„', 682, 1024),
    ('†', 1139, 1139),
    ('‡', 1139, 1139),
    ('•', 717, 717),
    ('…', 2048, 2048),
    ('‰', 2048, 2048),
    ('′', 384, 491),
    ('″', 725, 981),
    ('⁄', 342, 342),
    ('€', 1139, 1139),
    ('™', 2048, 2048),
    ('←', 2048, 2048),
    ('↑', 1024, 1024),
    ('→', 2048, 2048),
    ('↓', 1024, 1024),
    ('∂', 1012, 1012),
    ('∆', 1253, 1253),
    ('∏', 1686, 1686),
    ('∑', 1460, 1460),
    ('−', 1196, 1196),
    ('√', 1124, 1124),
    ('∞', 1460, 1460),
    ('∫', 561, 561),
    ('≈', 1124, 1124),
    ('≠', 1124, 1124),
    ('≤', 1124, 1124),
    ('≥', 1124, 1124),
];

#[cfg(test)]
mod tests {
    use super::{SIGNS, Weight, shortened, width, wrapped};
    use proptest::prelude::*;

    #[test]
    fn widths_are_those_of_the_published_arial_metrics() {
        // The Adobe metrics of Helvetica: M 833, i 222, space 278 and digits 556 per 1000.
        let check = |text: &str, per_mille: f64| {
            assert!(
                (width(text, 1000.0, Weight::Regular) - per_mille).abs() < 1.0,
                "{text}"
            );
        };
        check("M", 833.0);
        check("i", 222.0);
        check(" ", 278.0);
        check("7", 556.0);
        check("−", 584.0);
        check("é", 556.0);
    }

    #[test]
    fn the_table_of_signs_is_sorted() {
        assert!(SIGNS.is_sorted_by_key(|&(sign, ..)| sign));
    }

    #[test]
    fn short_text_is_left_alone_and_long_text_ends_in_an_ellipsis() {
        assert_eq!(shortened("YBR182C", 12.0, Weight::Regular, 80.0), "YBR182C");
        assert_eq!(
            shortened("YBR182C deletion", 12.0, Weight::Regular, 66.0),
            "YBR182C…"
        );
        assert_eq!(shortened("YBR182C", 12.0, Weight::Regular, 3.0), "");
    }

    #[test]
    fn lines_break_at_spaces_and_the_last_is_shortened() {
        let lines = wrapped("one two three four five", 10.0, Weight::Regular, 45.0, 2);
        assert_eq!(lines, ["one two", "three fo…"]);
    }

    proptest! {
        #[test]
        fn a_shortened_text_fits(text in "\\PC{0,40}", room in 0.0..300.0) {
            for weight in [Weight::Regular, Weight::Bold] {
                prop_assert!(width(&shortened(&text, 12.0, weight, room), 12.0, weight) <= room + 1e-9);
                for line in wrapped(&text, 12.0, weight, room, 2) {
                    prop_assert!(width(&line, 12.0, weight) <= room + 1e-9);
                }
            }
        }
    }
}
