//! Round numbers along an axis, and how they are written.

/// Multiples of a power of ten that a step may be, the roundest first.
const ROUND: [f64; 3] = [1.0, 2.0, 5.0];
/// Further multiples, taken where the roundest give too many or too few ticks.
const NEXT_ROUND: [f64; 2] = [4.0, 2.5];
/// Ticks wanted on an axis, where its length allows.
const WANTED: std::ops::RangeInclusive<usize> = 4..=6;
/// A step is compared with its range up to this part of itself, since 0.1 has no exact value.
const TOLERANCE: f64 = 1e-9;
/// From here on, and below its inverse, numbers are written with an exponent.
const LARGE: f64 = 1e7;
/// Smallest step written with decimals.
const SMALL: f64 = 1e-5;

/// Ticks of one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// Where, ascending.
    pub values: Vec<f64>,
    /// What is written there.
    pub labels: Vec<String>,
}

/// What an axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Ticks anywhere.
    Real,
    /// Ticks at whole numbers alone: counts, ranks.
    Whole,
}

/// Round ticks within `low` to `high`: four to six where a step of 1, 2, 5 (else 4, 2.5) times a
/// power of ten gives so many, never more than `most`. None on a range without length.
pub fn ticks(low: f64, high: f64, numbers: Numbers, most: usize) -> Ticks {
    let span = high - low;
    if !(span.is_finite() && span > 0.0 && low.is_finite()) || most == 0 {
        return Ticks::none();
    }
    let exponent = span.log10().floor() as i32;
    let candidates = [&ROUND[..], &NEXT_ROUND[..]].map(|multiples| {
        (exponent - 2..=exponent + 1)
            .flat_map(|power| multiples.iter().map(move |&multiple| (multiple, power)))
            .filter(|&(multiple, power)| is_allowed(multiple, power, numbers))
            .map(|(multiple, power)| values_on_step(low, high, multiple, power))
            .filter(|ticks| !ticks.values.is_empty() && ticks.values.len() <= most)
            .collect::<Vec<_>>()
    });
    let [round, next_round] = candidates;
    best(round.iter(), true)
        .or_else(|| best(next_round.iter(), true))
        .or_else(|| best(round.iter().chain(&next_round), false))
        .cloned()
        .unwrap_or_else(Ticks::none)
}

/// The ticks nearest to five, rather more than fewer; `strict` takes none outside of [`WANTED`].
fn best<'a>(candidates: impl Iterator<Item = &'a Ticks>, strict: bool) -> Option<&'a Ticks> {
    candidates
        .filter(|ticks| !strict || WANTED.contains(&ticks.values.len()))
        .min_by_key(|ticks| {
            let n = ticks.values.len();
            (n.abs_diff(5), std::cmp::Reverse(n))
        })
}

fn is_allowed(multiple: f64, power: i32, numbers: Numbers) -> bool {
    match numbers {
        Numbers::Real => true,
        Numbers::Whole => power > 0 || (power == 0 && multiple.fract() == 0.0),
    }
}

/// The multiples of `multiple * 10^power` within the range. Each is computed from whole numbers,
/// so that 0.3 is 0.3 and not 0.30000000000000004.
fn values_on_step(low: f64, high: f64, multiple: f64, power: i32) -> Ticks {
    let scale = 10_f64.powi(power.abs());
    let at = |index: f64| {
        if power < 0 {
            index * multiple / scale
        } else {
            index * multiple * scale
        }
    };
    let step = at(1.0);
    let first = (low / step - TOLERANCE).ceil();
    let last = (high / step + TOLERANCE).floor();
    let n = if last - first < 100.0 {
        (last - first + 1.0).max(0.0) as usize
    } else {
        0
    };
    let values: Vec<f64> = (0..n).map(|index| at(first + index as f64)).collect();
    let largest = values
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    let labels = values
        .iter()
        .map(|&value| tick_label(value, step, largest))
        .collect();
    Ticks { values, labels }
}

/// A tick's number: a true minus, thousands separators, as few decimals as it needs.
fn tick_label(value: f64, step: f64, largest: f64) -> String {
    if largest >= LARGE || step < SMALL {
        return exponent_label(value, step);
    }
    let decimals = (2.0 - step.log10()).ceil().clamp(0.0, 7.0) as usize;
    let fixed = format!("{:.decimals$}", value.abs());
    let trimmed = if fixed.contains('.') {
        fixed.trim_end_matches('0').trim_end_matches('.')
    } else {
        &fixed
    };
    with_sign_and_separators(value < 0.0 && trimmed != "0", trimmed)
}

/// `2.5e7`, `−1e−300`: as many digits as tell neighbors apart.
fn exponent_label(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let digits = (value.abs().log10().floor() - step.log10().floor() + 1.0).clamp(0.0, 15.0);
    let text = format!("{:.*e}", digits as usize, value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = if mantissa.contains('.') {
        mantissa.trim_end_matches('0').trim_end_matches('.')
    } else {
        mantissa
    };
    format!("{mantissa}e{exponent}").replace('-', "−")
}

/// A number for reading, with at most `digits` significant digits: "−0.0667", "12,431".
pub fn number(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "missing"
        } else if value > 0.0 {
            "∞"
        } else {
            "−∞"
        }
        .into();
    }
    let size = value.abs();
    if size >= LARGE || (size > 0.0 && size < SMALL) {
        return exponent_label(value, size * 10_f64.powi(2 - digits as i32));
    }
    let before = if size < 1.0 {
        0
    } else {
        size.log10().floor() as usize + 1
    };
    let small = if size > 0.0 && size < 1.0 {
        -size.log10().ceil() as usize
    } else {
        0
    };
    let decimals = (digits + small).saturating_sub(before);
    let fixed = format!("{size:.decimals$}");
    let trimmed = if decimals > 0 {
        fixed.trim_end_matches('0').trim_end_matches('.')
    } else {
        &fixed
    };
    with_sign_and_separators(value < 0.0 && trimmed != "0", trimmed)
}

/// A count: "12,431".
pub fn count(value: u64) -> String {
    with_sign_and_separators(false, &value.to_string())
}

fn with_sign_and_separators(negative: bool, digits: &str) -> String {
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::from(if negative { "−" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

impl Ticks {
    fn none() -> Self {
        Self {
            values: Vec::new(),
            labels: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, count, number, ticks};
    use proptest::prelude::*;

    fn check(low: f64, high: f64, numbers: Numbers, labels: &[&str]) {
        assert_eq!(
            ticks(low, high, numbers, 7).labels,
            labels,
            "{low} to {high}"
        );
    }

    #[test]
    fn ticks_are_round_and_have_a_true_minus() {
        check(-1.0, 1.0, Numbers::Real, &["−1", "−0.5", "0", "0.5", "1"]);
        check(0.0, 12.7, Numbers::Whole, &["0", "4", "8", "12"]);
        check(0.0, 3.2, Numbers::Whole, &["0", "1", "2", "3"]);
        check(0.0, 1.4, Numbers::Whole, &["0", "1"]);
        check(
            -0.31,
            0.33,
            Numbers::Real,
            &["−0.3", "−0.2", "−0.1", "0", "0.1", "0.2", "0.3"],
        );
        check(
            0.0,
            5200.0,
            Numbers::Real,
            &["0", "1,000", "2,000", "3,000", "4,000", "5,000"],
        );
        check(
            0.0,
            0.08,
            Numbers::Real,
            &["0", "0.02", "0.04", "0.06", "0.08"],
        );
        check(0.0, 4e9, Numbers::Real, &["0", "1e9", "2e9", "3e9", "4e9"]);
        check(
            -2e-9,
            2e-9,
            Numbers::Real,
            &["−2e−9", "−1e−9", "0", "1e−9", "2e−9"],
        );
        check(1.0, 1.0, Numbers::Real, &[]);
        check(f64::NAN, 1.0, Numbers::Real, &[]);
    }

    #[test]
    fn numbers_read_as_a_person_writes_them() {
        assert_eq!(number(-0.066_666, 3), "−0.0667");
        assert_eq!(number(12_431.0, 4), "12,431");
        assert_eq!(number(0.5, 3), "0.5");
        assert_eq!(number(9.999_9, 3), "10");
        assert_eq!(number(1e-300, 3), "1e−300");
        assert_eq!(number(f64::NAN, 3), "missing");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    proptest! {
        #[test]
        fn ticks_stand_within_the_range_in_even_steps_and_differ_in_words(
            low in -1e6_f64..1e6, exponent in -6_i32..9, mantissa in 1.0_f64..10.0, most in 2_usize..8,
        ) {
            let span = mantissa * 10_f64.powi(exponent);
            let found = ticks(low, low + span, Numbers::Real, most);
            prop_assert!(found.values.len() <= most);
            prop_assert!(!found.values.is_empty() || most < 4);
            for &value in &found.values {
                prop_assert!(value >= low - span * 1e-6 && value <= low + span * (1.0 + 1e-6));
            }
            for pair in found.labels.windows(2) {
                prop_assert_ne!(&pair[0], &pair[1]);
            }
            if most >= 7 {
                prop_assert!(found.values.len() >= 3);
            }
        }

        #[test]
        fn whole_ticks_are_whole(high in 1.0_f64..1e6) {
            for value in ticks(0.0, high, Numbers::Whole, 6).values {
                prop_assert_eq!(value.fract(), 0.0);
            }
        }
    }
}
