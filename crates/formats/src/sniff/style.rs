//! Decimal sign and grouping of digits, by counting how the numbers of the head are written.

use cuvette_core::{
    parallel,
    report::{Finding, Guess, Place, Severity},
};
use serde_json::json;

use super::table::SampleRow;
use crate::{
    findings::{Build, MAX_PLACES, alternative, counted, finding, grouped, guess},
    options::{DecimalSign, Delimiter, ImportOptions, Thousands},
    text::number::{NumberStyle, has_groups_of_three},
};

/// How many cells are written in which way.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tally {
    /// Digits alone.
    pub n_whole: u64,
    /// One point that can only be decimal: `1.5`, `0.125`.
    pub n_point: u64,
    /// One point before exactly three digits: `1.250` may be 1250.
    pub n_point_or_group: u64,
    /// One comma that can only be decimal.
    pub n_comma: u64,
    /// One comma before exactly three digits.
    pub n_comma_or_group: u64,
    /// Several commas in groups of three, or commas before a point.
    pub n_comma_groups: u64,
    /// Several points in groups of three, or points before a comma.
    pub n_point_groups: u64,
    /// First cells whose comma could be either.
    pub doubtful: Vec<Place>,
}

impl Tally {
    /// Counts the cells behind the first column of the given rows.
    pub fn of(rows: &[SampleRow]) -> Self {
        let counted = parallel::map(rows.len(), &|row| {
            let row = &rows[row];
            let mut tally = Self::default();
            for (column, cell) in row.cells.iter().enumerate().skip(1) {
                tally.add(cell.trimmed(), row.line.number, column as u64 + 1);
            }
            tally
        });
        counted.into_iter().fold(Self::default(), Self::followed_by)
    }

    /// The counts of these rows and of later ones.
    fn followed_by(mut self, later: Self) -> Self {
        self.n_whole += later.n_whole;
        self.n_point += later.n_point;
        self.n_point_or_group += later.n_point_or_group;
        self.n_comma += later.n_comma;
        self.n_comma_or_group += later.n_comma_or_group;
        self.n_comma_groups += later.n_comma_groups;
        self.n_point_groups += later.n_point_groups;
        self.doubtful.extend(later.doubtful);
        self.doubtful.truncate(MAX_PLACES);
        self
    }

    fn add(&mut self, cell: &[u8], line: u64, column: u64) {
        let unsigned = cell.strip_prefix(b"-").unwrap_or(cell);
        let starts_as_number = unsigned
            .first()
            .is_some_and(|&byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        if !starts_as_number {
            return;
        }
        let (mut n_points, mut n_commas) = (0, 0);
        for byte in unsigned {
            match byte {
                b'.' => n_points += 1,
                b',' => n_commas += 1,
                b'0'..=b'9' | b'e' | b'E' | b'-' | b'+' => {}
                _ => return,
            }
        }
        let groups = |sign, decimal| has_groups_of_three(unsigned, sign, decimal);
        match (n_points, n_commas) {
            (0, 0) => self.n_whole += 1,
            (1, 0) if groups(b'.', b'.') => self.n_point_or_group += 1,
            (1, 0) => self.n_point += 1,
            (0, 1) if groups(b',', b',') => {
                self.n_comma_or_group += 1;
                if self.doubtful.len() < MAX_PLACES {
                    self.doubtful.push(Place {
                        line: Some(line),
                        column: Some(column),
                        name: None,
                        value: Some(String::from_utf8_lossy(cell).into_owned()),
                    });
                }
            }
            (0, 1) => self.n_comma += 1,
            (_, 1) if groups(b'.', b',') => self.n_point_groups += 1,
            (1, _) if groups(b',', b'.') => self.n_comma_groups += 1,
            (_, 0) if groups(b'.', b',') => self.n_point_groups += 1,
            (0, _) if groups(b',', b'.') => self.n_comma_groups += 1,
            _ => {}
        }
    }

    fn with_comma(&self) -> u64 {
        self.n_comma + self.n_comma_or_group
    }

    fn with_point(&self) -> u64 {
        self.n_point + self.n_point_or_group
    }

    /// Cells that are numbers when the decimal sign is a comma.
    fn read_by_comma(&self) -> u64 {
        self.n_whole + self.with_comma() + self.n_point_groups + self.n_point_or_group
    }

    /// Cells that are numbers when the decimal sign is a point.
    fn read_by_point(&self) -> u64 {
        self.n_whole + self.with_point() + self.n_comma_groups + self.n_comma_or_group
    }
}

/// The style taken, its guesses, and a finding where commas leave a doubt.
pub(crate) struct StyleGuess {
    /// The style.
    pub style: NumberStyle,
    /// Chips: decimal sign, and grouping where there is any.
    pub guesses: Vec<Guess>,
    /// A doubt.
    pub finding: Option<Finding>,
}

/// Decides on how numbers are written.
pub(crate) fn guess_style(
    tally: &Tally,
    delimiter: Delimiter,
    options: &ImportOptions,
) -> StyleGuess {
    let (decimal, thousands, is_sure) = decide(tally, delimiter);
    let decimal = options.decimal.unwrap_or(decimal);
    let thousands = options.thousands.unwrap_or(match (decimal, thousands) {
        (DecimalSign::Comma, Thousands::Comma) | (DecimalSign::Point, Thousands::Point) => {
            Thousands::None
        }
        (_, thousands) => thousands,
    });
    let is_sure = is_sure || options.decimal.is_some() || options.thousands.is_some();
    let mut guesses = vec![decimal_guess(tally, decimal, is_sure, options)];
    if thousands != Thousands::None || options.thousands.is_some() {
        guesses.push(thousands_guess(tally, thousands, is_sure, options));
    }
    StyleGuess {
        style: NumberStyle {
            decimal: decimal.byte(),
            thousands: thousands.byte(),
        },
        guesses,
        finding: doubt(tally, decimal, thousands, options),
    }
}

fn decide(tally: &Tally, delimiter: Delimiter) -> (DecimalSign, Thousands, bool) {
    use DecimalSign::{Comma, Point};
    let point_groups = if tally.n_point_groups > 0 {
        Thousands::Point
    } else {
        Thousands::None
    };
    if delimiter == Delimiter::Comma && tally.n_comma == 0 {
        let groups = tally.n_comma_groups + tally.n_comma_or_group > 0;
        let thousands = if groups {
            Thousands::Comma
        } else {
            Thousands::None
        };
        return (Point, thousands, true);
    }
    if tally.n_point_groups > tally.n_comma_groups {
        return (Comma, Thousands::Point, true);
    }
    if tally.n_comma_groups > 0 {
        return (Point, Thousands::Comma, true);
    }
    if tally.n_comma > tally.n_point {
        let thousands = if tally.n_point_or_group > 0 && tally.n_point == 0 {
            Thousands::Point
        } else {
            point_groups
        };
        return (Comma, thousands, tally.with_point() == 0);
    }
    if tally.n_comma_or_group > 0 && tally.n_comma == 0 {
        // Only "1,234": a fraction of three digits, or a group.
        // Semicolons stand between cells where the comma is the decimal sign, even beside "1.234".
        return if tally.n_point == 0 && delimiter == Delimiter::Semicolon {
            let thousands = if tally.n_point_or_group > 0 {
                Thousands::Point
            } else {
                Thousands::None
            };
            (Comma, thousands, false)
        } else {
            (Point, Thousands::Comma, false)
        };
    }
    (Point, Thousands::None, tally.n_comma == 0)
}

fn decimal_guess(
    tally: &Tally,
    decimal: DecimalSign,
    is_sure: bool,
    options: &ImportOptions,
) -> Guess {
    let mut guess = guess("decimal", "Decimal sign", json!(decimal), decimal.label());
    guess.sure = is_sure;
    guess.chosen = options.decimal.is_some();
    guess.evidence = format!(
        "Of the first numbers {} hold a decimal point, {} a decimal comma, {} are whole",
        grouped(tally.with_point() + tally.n_comma_groups),
        grouped(tally.with_comma() + tally.n_point_groups),
        grouped(tally.n_whole)
    );
    let (other, n_fail) = match decimal {
        DecimalSign::Point => (
            DecimalSign::Comma,
            tally.read_by_point().saturating_sub(tally.read_by_comma()) + tally.n_point,
        ),
        DecimalSign::Comma => (
            DecimalSign::Point,
            tally.read_by_comma().saturating_sub(tally.read_by_point()) + tally.n_comma,
        ),
    };
    let effect = format!(
        "{} of the first ones fail",
        counted(n_fail, "cell", "cells")
    );
    guess
        .alternatives
        .push(alternative(json!(other), other.label(), effect));
    guess
}

fn thousands_guess(
    tally: &Tally,
    thousands: Thousands,
    is_sure: bool,
    options: &ImportOptions,
) -> Guess {
    let mut guess = guess(
        "thousands",
        "Thousands",
        json!(thousands),
        thousands.label(),
    );
    guess.sure = is_sure;
    guess.chosen = options.thousands.is_some();
    let n = match thousands {
        Thousands::Comma => tally.n_comma_groups + tally.n_comma_or_group,
        Thousands::Point => tally.n_point_groups + tally.n_point_or_group,
        _ => 0,
    };
    guess.evidence = format!(
        "{} of the first numbers group their digits by a {}",
        grouped(n),
        thousands.label()
    );
    guess.alternatives.push(alternative(
        json!(Thousands::None),
        "none",
        format!("{} of the first ones fail", counted(n, "cell", "cells")),
    ));
    guess
}

/// A finding where three digits follow a comma and it could be either sign.
fn doubt(
    tally: &Tally,
    decimal: DecimalSign,
    thousands: Thousands,
    options: &ImportOptions,
) -> Option<Finding> {
    let is_told = options.decimal.is_some() || options.thousands.is_some();
    if tally.n_comma_or_group == 0 || is_told {
        return None;
    }
    let n = tally.n_comma_or_group;
    let title = match decimal {
        DecimalSign::Comma => "Decimal comma, with a doubt",
        DecimalSign::Point => "Comma between thousands, with a doubt",
    };
    let (taken, because) = match decimal {
        DecimalSign::Comma if tally.n_comma > 0 => (
            "a decimal comma",
            format!(
                "because {} other cells have another number of digits there",
                grouped(tally.n_comma)
            ),
        ),
        DecimalSign::Comma => (
            "a decimal comma",
            "because semicolons stand between the cells".into(),
        ),
        DecimalSign::Point if thousands == Thousands::Comma => (
            "a sign between thousands",
            "because no cell has another number of digits there".into(),
        ),
        DecimalSign::Point => return None,
    };
    let found = finding("doubtful_decimal", Severity::Check, title)
        .detail(format!(
            "In {} among the first rows exactly three digits follow the comma: read as {taken}, {because}.",
            counted(n, "cell", "cells")
        ))
        .at(tally.doubtful.clone(), n);
    Some(match decimal {
        DecimalSign::Comma => found
            .remedy("Read as thousands", "decimal", json!(DecimalSign::Point))
            .remedy("Confirm", "decimal", json!(decimal)),
        DecimalSign::Point => found
            .remedy(
                "Read as a decimal comma",
                "decimal",
                json!(DecimalSign::Comma),
            )
            .remedy("Confirm", "thousands", json!(thousands)),
    })
}
