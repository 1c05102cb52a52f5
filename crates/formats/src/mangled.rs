//! What spreadsheets make of gene names: dates, the numbers of days, E notation.
//!
//! Ziemann, Eren, El-Osta: Gene name errors are widespread in the scientific literature.
//! Genome Biology 2016, <https://doi.org/10.1186/s13059-016-1044-7>. Nothing is repaired: which
//! gene a date was is told as far as it is known, and left to the reader.

use cuvette_core::report::{Finding, Place, Severity};

use crate::findings::{Build, MAX_PLACES, counted, finding};

/// What a name looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mangled {
    /// `2-Sep`, `2023-09-02`, `02.09.2023`.
    Date(Day),
    /// `44256`: what a spreadsheet stores for 1 March 2021.
    SerialDay(Day),
    /// `2.31E+13`, made of the RIKEN id `2310009E13`.
    Exponent,
}

/// A day of any year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// 1 to 12.
    month: u32,
    /// 1 to 31.
    day: u32,
}

impl Mangled {
    fn words(self) -> &'static str {
        match self {
            Self::Date(_) => "a date",
            Self::SerialDay(_) => "the number of a day",
            Self::Exponent => "a number in E notation",
        }
    }

    fn candidates(self) -> Vec<String> {
        match self {
            Self::Date(day) | Self::SerialDay(day) => day.genes(),
            Self::Exponent => Vec::new(),
        }
    }
}

impl Day {
    /// Symbols that spreadsheets take for this day, with the names that HGNC gave them since.
    fn genes(self) -> Vec<String> {
        let n = self.day;
        match (self.month, n) {
            (3, 1 | 2) => vec![
                format!("MARCH{n} (now MARCHF{n})"),
                format!("MARC{n} (now MTARC{n})"),
            ],
            (3, 3..=11) => vec![format!("MARCH{n} (now MARCHF{n})")],
            (9, 1..=14) => vec![format!("SEPT{n} (now SEPTIN{n})")],
            (9, 15) => vec!["SEP15 (now SELENOF)".into()],
            (10, 1) => vec!["OCT1 (now POU2F1)".into()],
            (10, 4) => vec!["OCT4 (now POU5F1)".into()],
            (12, 1) => vec!["DEC1 (now DELEC1)".into()],
            (12, 2) => vec!["DEC2 (now BHLHE41)".into()],
            _ => Vec::new(),
        }
    }
}

/// What a spreadsheet may have done to a gene name; `None` for an innocent one.
pub(crate) fn mangled_name(name: &str) -> Option<Mangled> {
    if let Some(day) = date(name) {
        return Some(Mangled::Date(day));
    }
    is_exponent_number(name).then_some(Mangled::Exponent)
}

/// The mangled ones among names, by position. A number of five digits counts as a day where most
/// names begin with a letter; in a column of numbers it is an id like the others.
pub(crate) fn find_mangled(names: &[String]) -> Vec<(usize, Mangled)> {
    let begins_with_letter = |name: &&String| name.starts_with(|c: char| c.is_alphabetic());
    let are_symbols = names.iter().filter(begins_with_letter).count() * 2 > names.len();
    names
        .iter()
        .enumerate()
        .filter_map(|(position, name)| {
            let serial = || serial_day(name).filter(|_| are_symbols);
            let found = mangled_name(name).or_else(serial)?;
            Some((position, found))
        })
        .collect()
}

/// The finding about mangled names, each at its place. `what` is "gene name".
pub(crate) fn mangled_finding(
    what: &str,
    names: &[String],
    place: impl Fn(usize) -> Place,
) -> Option<Finding> {
    let mangled = find_mangled(names);
    let (_, first) = mangled.first()?;
    let all_alike = mangled
        .iter()
        .all(|(_, found)| found.words() == first.words());
    let alike = if all_alike {
        first.words()
    } else {
        "dates or numbers"
    };
    let count = mangled.len() as u64;
    let title = format!(
        "{} like {alike}",
        counted(count, &format!("{what} looks"), &format!("{what}s look"))
    );
    let places = mangled.iter().take(MAX_PLACES).map(|&(position, _)| Place {
        value: Some(names[position].clone()),
        ..place(position)
    });
    let guesses: Vec<String> = mangled
        .iter()
        .filter(|(_, found)| !found.candidates().is_empty())
        .take(MAX_PLACES)
        .map(|(position, found)| {
            let genes = found.candidates().join(" or ");
            format!("{} may have been {genes}", names[*position])
        })
        .collect();
    let guesses = if guesses.is_empty() {
        String::new()
    } else {
        format!("{}. ", guesses.join("; "))
    };
    Some(
        finding("excel_date", Severity::Check, title)
            .detail(format!(
                "A spreadsheet turns names such as SEPT2, MARCH1 or 2310009E13 into dates and numbers. {guesses}Kept as they stand: take the names from the original file, or rename the genes."
            ))
            .at(places.collect(), count),
    )
}

/// Months by the letters they begin with, in English, German and French.
const MONTHS: [(&str, u32); 23] = [
    ("jan", 1),
    ("janv", 1),
    ("feb", 2),
    ("févr", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrz", 3),
    ("mars", 3),
    ("apr", 4),
    ("avr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("juin", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("sept", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
];

fn month_word(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    MONTHS
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|&(_, month)| month)
}

/// A number of so many digits.
fn digits(text: &str, n: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let fits = n.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

/// The day in a name that a spreadsheet may have written.
fn date(name: &str) -> Option<Day> {
    // What programs that read workbooks write for a day.
    let name = name.strip_suffix(" 00:00:00").unwrap_or(name);
    let parts: Vec<&str> = name
        .split(['-', '.', '/', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let (month, day) = match parts.as_slice() {
        [a, b] => match (digits(a, 1..=2), digits(b, 1..=2)) {
            (Some(day), None) => (month_word(b)?, day),
            // A spreadsheet writes months in capitals; `sep-1` is a gene of a worm.
            (None, Some(day)) if name.contains('-') && a.starts_with(char::is_uppercase) => {
                (month_word(a)?, day)
            }
            _ => return None,
        },
        [a, b, c] => match (month_word(b), digits(a, 4..=4)) {
            (Some(month), _) => {
                digits(c, 2..=4)?;
                (month, digits(a, 1..=2)?)
            }
            (None, Some(_)) => (digits(b, 2..=2)?, digits(c, 2..=2)?),
            (None, None) => {
                digits(c, 4..=4).filter(|year| (1900..2100).contains(year))?;
                let (first, second) = (digits(a, 1..=2)?, digits(b, 1..=2)?);
                if name.contains('/') && first <= 12 {
                    (first, second)
                } else {
                    (second, first)
                }
            }
        },
        _ => return None,
    };
    let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
    is_day.then_some(Day { month, day })
}

/// The day a spreadsheet counts as this number from 1900, between 1998 and 2040, where a gene is
/// named like it.
fn serial_day(name: &str) -> Option<Mangled> {
    const FIRST: u32 = 35_796;
    const LAST: u32 = 51_501;
    let serial = digits(name, 5..=5).filter(|serial| (FIRST..=LAST).contains(serial))?;
    let day = civil_day(serial);
    (!day.genes().is_empty()).then_some(Mangled::SerialDay(day))
}

/// Month and day of a serial number, by the civil calendar counted in eras of 400 years that begin
/// on 1 March: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil_day(serial: u32) -> Day {
    // Day 0 of spreadsheets is 30 December 1899: 693,899 days after 1 March 0000.
    let days = serial + 693_899;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    Day {
        month: if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        },
        day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
    }
}

/// `2.31E+13`, made of the RIKEN id `2310009E13`.
fn is_exponent_number(name: &str) -> bool {
    let Some((mantissa, exponent)) = name.split_once(['E', 'e']) else {
        return false;
    };
    mantissa.contains(['.', ','])
        && exponent.starts_with('+')
        && mantissa
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && exponent[1..].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, month: u32, day: u32) {
        assert_eq!(date(name), Some(Day { month, day }), "{name}");
    }

    #[test]
    fn dates_that_were_genes_are_seen_as_spreadsheets_write_them() {
        check("2-Sep", 9, 2);
        check("1-Mar", 3, 1);
        check("Sep-02", 9, 2);
        check("Dec-01", 12, 1);
        check("02. Sep", 9, 2);
        check("1.Dez", 12, 1);
        check("01. Mrz", 3, 1);
        check("3-mars", 3, 3);
        check("9-Sept", 9, 9);
        check("01-Mar-2023", 3, 1);
        check("2023-09-02", 9, 2);
        check("2023-12-01 00:00:00", 12, 1);
        check("01.12.2023", 12, 1);
        check("3/1/2023", 3, 1);
        check("31/3/2023", 3, 31);
    }

    #[test]
    fn names_of_genes_are_no_dates() {
        for name in [
            "SEPT2",
            "MARCH1",
            "DEC1",
            "HLA-A",
            "H2-Ab1",
            "Mar",
            "NKX2-5",
            "SEP15",
            "MT-CO1",
            "sep-1",
            "dec-1",
            "1.1.99",
            "1.2.2023.4",
            "13.13.2023",
            "Mar-99",
        ] {
            assert_eq!(mangled_name(name), None, "{name}");
        }
    }

    #[test]
    fn riken_ids_in_e_notation_are_seen() {
        assert!(mangled_name("2.31E+13").is_some());
        assert!(mangled_name("2310009E13").is_none());
        assert!(mangled_name("2310009E13Rik").is_none());
    }

    #[test]
    fn days_are_counted_as_a_spreadsheet_does() {
        // =DATEVALUE("1998-01-01") and so on
        for (serial, month, day) in [
            (35_796, 1, 1),
            (36_585, 2, 29),
            (36_586, 3, 1),
            (44_256, 3, 1),
            (44_440, 9, 1),
            (45_261, 12, 1),
            (51_501, 12, 31),
        ] {
            assert_eq!(civil_day(serial), Day { month, day }, "{serial}");
        }
    }

    #[test]
    fn five_digits_are_a_day_among_symbols_and_an_id_among_numbers() {
        let names = |names: [&str; 4]| names.map(String::from).to_vec();
        let among_symbols = find_mangled(&names(["TP53", "44256", "MYC", "ALB"]));
        assert_eq!(among_symbols.len(), 1);
        assert_eq!(among_symbols[0].0, 1);
        assert!(find_mangled(&names(["7157", "44256", "4609", "10000"])).is_empty());
    }

    #[test]
    fn the_genes_that_a_date_may_have_been_are_told() {
        let names = ["TP53", "1-Mar", "44440", "MYC", "ALB"].map(String::from);
        let found = mangled_finding("gene name", &names, |_| Place::default()).unwrap();
        assert_eq!(found.title, "2 gene names look like dates or numbers");
        assert!(
            found.detail.contains("1-Mar may have been MARCH1 (now MARCHF1) or MARC1 (now MTARC1); 44440 may have been SEPT1 (now SEPTIN1)."),
            "{}",
            found.detail
        );
    }
}
