//! One cell as text.

use calamine::{DataRef, ExcelDateTime};

/// Appends a cell as the importer reads it back.
pub fn push(value: &DataRef, text: &mut Vec<u8>) {
    match value {
        DataRef::Empty => {}
        DataRef::Int(number) => push_words(&number.to_string(), text),
        DataRef::Float(number) => push_number(*number, text),
        DataRef::Bool(true) => push_words("TRUE", text),
        DataRef::Bool(false) => push_words("FALSE", text),
        DataRef::DateTime(day) if day.is_datetime() => push_date(day, text),
        DataRef::DateTime(duration) => push_number(duration.as_f64(), text),
        DataRef::Error(error) => push_words(&error.to_string(), text),
        DataRef::String(words) | DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => {
            push_words(words, text);
        }
        DataRef::SharedString(words) => push_words(words, text),
    }
}

/// Whether a cell has more than one line.
pub fn has_line_break(value: &DataRef) -> bool {
    words_of(value).is_some_and(|words| words.contains(['\n', '\r']))
}

/// Whether a cell holds the digits of a number as words.
pub fn is_number_as_text(value: &DataRef) -> bool {
    let is_number = |words: &str| {
        words.ends_with(|last: char| last.is_ascii_digit() || last == '.')
            && fast_float2::parse::<f64, _>(words.trim_start()).is_ok()
    };
    words_of(value).is_some_and(is_number)
}

fn words_of<'a>(value: &'a DataRef) -> Option<&'a str> {
    match value {
        DataRef::String(words) => Some(words),
        DataRef::SharedString(words) => Some(words),
        _ => None,
    }
}

/// The shortest digits that give the same number again.
fn push_number(number: f64, text: &mut Vec<u8>) {
    let digits = format!("{number:?}");
    push_words(digits.strip_suffix(".0").unwrap_or(&digits), text);
}

/// `2021-03-01`, and the time behind it where it is not midnight.
fn push_date(day: &ExcelDateTime, text: &mut Vec<u8>) {
    let (year, month, day, hour, minute, second, _) = day.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let words = match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    };
    push_words(&words, text);
}

/// Words in quotation marks where they hold what ends a cell, and on one line.
fn push_words(words: &str, text: &mut Vec<u8>) {
    let one_line: String = words.replace("\r\n", " ").replace(['\n', '\r'], " ");
    if !one_line.contains(['\t', '"']) {
        text.extend_from_slice(one_line.as_bytes());
        return;
    }
    text.push(b'"');
    text.extend_from_slice(one_line.replace('"', "\"\"").as_bytes());
    text.push(b'"');
}
