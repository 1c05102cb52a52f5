//! Building findings and guesses.

use cuvette_core::report::{Alternative, Finding, Guess, Place, Remedy, Severity};
use serde_json::Value;

/// So many places are kept of any one finding.
pub(crate) const MAX_PLACES: usize = 5;

/// A finding to be filled by the methods of [`Build`].
pub(crate) fn finding(code: &str, severity: Severity, title: impl Into<String>) -> Finding {
    Finding {
        code: code.into(),
        severity,
        title: title.into(),
        detail: String::new(),
        places: Vec::new(),
        count: 1,
        remedies: Vec::new(),
    }
}

/// Filling a finding part by part.
pub(crate) trait Build {
    /// What was seen and what was done.
    fn detail(self, detail: impl Into<String>) -> Self;
    /// Where, and how often in all.
    fn at(self, places: Vec<Place>, count: u64) -> Self;
    /// What can be done.
    fn remedy(self, label: &str, option: &str, value: Value) -> Self;
}

impl Build for Finding {
    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn at(mut self, mut places: Vec<Place>, count: u64) -> Self {
        places.truncate(MAX_PLACES);
        self.places = places;
        self.count = count;
        self
    }

    fn remedy(mut self, label: &str, option: &str, value: Value) -> Self {
        self.remedies.push(Remedy {
            label: label.into(),
            option: option.into(),
            value,
        });
        self
    }
}

/// A guess without alternatives; `chosen` where the recipe said so.
pub(crate) fn guess(option: &str, label: &str, value: Value, value_label: &str) -> Guess {
    Guess {
        option: option.into(),
        label: label.into(),
        value,
        value_label: value_label.into(),
        sure: true,
        chosen: false,
        evidence: String::new(),
        alternatives: Vec::new(),
    }
}

/// Another value for a guess.
pub(crate) fn alternative(value: Value, label: &str, effect: impl Into<String>) -> Alternative {
    Alternative {
        value,
        label: label.into(),
        effect: effect.into(),
    }
}

/// A line alone as a place.
pub(crate) fn on_line(line: u64) -> Place {
    Place {
        line: Some(line),
        ..Place::default()
    }
}

/// A named row or column as a place.
pub(crate) fn named(name: &str) -> Place {
    Place {
        name: Some(name.into()),
        ..Place::default()
    }
}

/// Digits in groups of three: 18,214.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 cell`, `2 cells`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// The first few names, with what is left said: `a, b and 3 more`.
pub(crate) fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {} more", grouped(more as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(18214), "18,214");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
