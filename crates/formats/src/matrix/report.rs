//! Findings about the cells and lines of a matrix that has been read.

use cuvette_core::report::{Finding, Guess, Severity};
use serde_json::json;

use super::summary::{Places, Tally};
use crate::{
    error::{FormatErrorKind, remedy},
    findings::{Build, counted, finding, guess, some_of},
    layout::Layout,
    options::{ImportOptions, Orientation, ShortRows, Unreadable, with_columns},
};

/// The error that asks about texts among the numbers.
pub(crate) fn unreadable_error(
    tally: &Tally,
    layout: &Layout,
    options: &ImportOptions,
) -> FormatErrorKind {
    let mut remedies = vec![remedy("Read as missing", "unreadable", json!("missing"))];
    if tally.n_other_decimal * 2 > tally.unreadable.count {
        let (label, sign) = if layout.dialect.style.decimal == b'.' {
            ("Read with a decimal comma", "comma")
        } else {
            ("Read with a decimal point", "point")
        };
        remedies.insert(0, remedy(label, "decimal", json!(sign)));
    }
    let columns: Vec<u32> = tally
        .unreadable_columns
        .iter()
        .filter(|&(_, &count)| count * 2 > tally.n_rows)
        .map(|(&column, _)| column as u32)
        .collect();
    if !columns.is_empty() && columns.len() <= 20 {
        let label = if columns.len() == 1 {
            "Read the column as annotation"
        } else {
            "Read these columns as annotations"
        };
        let all = with_columns(options.annotation_columns.as_ref(), &columns);
        remedies.push(remedy(label, "annotation_columns", json!(all)));
    }
    FormatErrorKind::Unreadable {
        count: tally.unreadable.count,
        places: tally.unreadable.first.clone(),
        n_other_decimal: tally.n_other_decimal,
        remedies,
    }
}

/// Findings about cells and lines.
pub(crate) fn cell_findings(
    tally: &Tally,
    layout: &Layout,
    unreadable: Option<Unreadable>,
) -> Vec<Finding> {
    let is_told = unreadable == Some(Unreadable::Missing);
    let texts = texts_as_missing(tally).filter(|_| is_told);
    [
        texts,
        spreadsheet_errors(tally),
        short_rows(tally),
        infinite(tally),
        foreign_letters(tally),
        blank_lines(tally),
        missing_finding(tally, is_told),
    ]
    .into_iter()
    .flatten()
    .chain(row_findings(tally, layout))
    .collect()
}

/// A finding at these places; none where there are none. `title` takes their number.
fn at_places(
    places: &Places,
    code: &str,
    severity: Severity,
    title: impl FnOnce(u64) -> String,
) -> Option<Finding> {
    let n = places.count;
    (n > 0).then(|| finding(code, severity, title(n)).at(places.first.clone(), n))
}

fn texts_as_missing(tally: &Tally) -> Option<Finding> {
    let title = |n| format!("{} read as missing", counted(n, "text", "texts"));
    let found = at_places(
        &tally.unreadable,
        "unreadable_as_missing",
        Severity::Changed,
        title,
    )?;
    Some(
        found
            .detail("A number was expected there. They are read as missing because the import options say so.")
            .remedy("Ask about them", "unreadable", json!(Unreadable::Error)),
    )
}

fn spreadsheet_errors(tally: &Tally) -> Option<Finding> {
    let title = |n| {
        let cells = counted(n, "cell holds an error", "cells hold errors");
        format!("{cells} of a spreadsheet")
    };
    let found = at_places(
        &tally.spreadsheet_errors,
        "spreadsheet_errors",
        Severity::Check,
        title,
    )?;
    Some(found.detail("A formula gave no number there. Read as missing: look at the formulas in the original file."))
}

fn short_rows(tally: &Tally) -> Option<Finding> {
    let title = |n| {
        let rows = counted(n, "short row", "short rows");
        format!("{rows} filled up with missing cells")
    };
    let found = at_places(&tally.short_rows, "short_rows", Severity::Changed, title)?;
    Some(
        found
            .detail("They end before the last columns. The cells that are not there are read as missing because the import options say so.")
            .remedy("Refuse short rows", "short_rows", json!(ShortRows::Error)),
    )
}

fn infinite(tally: &Tally) -> Option<Finding> {
    let title = |n| {
        let values = counted(n, "value is infinite", "values are infinite");
        format!("{values} or too large")
    };
    let found = at_places(&tally.infinite, "infinite", Severity::Check, title)?;
    Some(found.detail("They are kept as infinity. Logarithms of zero give such values; a pseudocount avoids them."))
}

fn foreign_letters(tally: &Tally) -> Option<Finding> {
    let title = |n| {
        let names = counted(n, "name", "names");
        format!("{names} with letters that are no UTF-8")
    };
    let found = at_places(
        &tally.foreign_letters,
        "mixed_encoding",
        Severity::Check,
        title,
    )?;
    Some(
        found
            .detail("They are read as Latin-1, the rest of the file as UTF-8.")
            .remedy("Read all as Latin-1", "encoding", json!("latin_1")),
    )
}

fn blank_lines(tally: &Tally) -> Option<Finding> {
    let title = |n| format!("{} left out", counted(n, "empty line", "empty lines"));
    let found = at_places(&tally.blank_lines, "blank_lines", Severity::Note, title)?;
    Some(found.detail("Nothing but delimiters stands there."))
}

/// Cells without a value; texts that are asked about are not yet among them.
fn n_missing(tally: &Tally, is_told: bool) -> u64 {
    let n_asked = if is_told { 0 } else { tally.unreadable.count };
    tally.n_missing.saturating_sub(n_asked)
}

fn missing_finding(tally: &Tally, is_told: bool) -> Option<Finding> {
    let n_missing = n_missing(tally, is_told);
    if n_missing == 0 {
        return None;
    }
    let n_spelled: u64 = tally.missing.values().sum();
    let n_texts = if is_told { tally.unreadable.count } else { 0 };
    let n_empty = n_missing.saturating_sub(n_spelled + n_texts);
    let mut spellings: Vec<String> = tally
        .missing
        .iter()
        .map(|(spelling, count)| {
            format!(
                "“{}” {}",
                String::from_utf8_lossy(spelling),
                counted(*count, "time", "times")
            )
        })
        .collect();
    if n_empty > 0 {
        spellings.push(format!("empty {}", counted(n_empty, "time", "times")));
    }
    if n_texts > 0 {
        spellings.push(counted(n_texts, "text", "texts"));
    }
    let title = counted(n_missing, "cell is missing", "cells are missing");
    Some(
        finding("missing_cells", Severity::Note, title)
            .detail(format!(
                "{}. No value was put in their place.",
                some_of(&spellings)
            ))
            .at(Vec::new(), n_missing),
    )
}

fn row_findings(tally: &Tally, layout: &Layout) -> Vec<Finding> {
    let (row, rows) = match layout.orientation {
        Orientation::GenesInRows => ("gene", "genes"),
        Orientation::SamplesInRows => ("sample", "samples"),
    };
    let kinds = [
        (
            "zero_rows",
            &tally.zero_rows,
            "zero everywhere",
            Severity::Note,
        ),
        (
            "constant_rows",
            &tally.constant_rows,
            "the same everywhere",
            Severity::Note,
        ),
        (
            "empty_rows",
            &tally.empty_rows,
            "without any value",
            Severity::Check,
        ),
    ];
    kinds
        .into_iter()
        .filter(|(_, places, ..)| places.count > 0)
        .map(|(code, places, what, severity)| {
            let verb = match (places.count, code) {
                (_, "empty_rows") => "",
                (1, _) => "is ",
                _ => "are ",
            };
            let title = format!("{} {verb}{what}", counted(places.count, row, rows));
            finding(code, severity, title)
                .detail("Kept. Correlations with them are undefined.")
                .at(places.first.clone(), places.count)
        })
        .collect()
}

/// The chip of missing values.
pub(crate) fn missing_guess(tally: &Tally, options: &ImportOptions) -> Guess {
    let extra = options.missing.as_ref();
    let is_told = options.unreadable == Some(Unreadable::Missing);
    let mut words: Vec<String> = tally
        .missing
        .keys()
        .map(|spelling| String::from_utf8_lossy(spelling).into_owned())
        .collect();
    let n_spelled: u64 = tally.missing.values().sum();
    if tally.n_missing > n_spelled + tally.unreadable.count {
        words.push("empty".into());
    }
    let label = if words.is_empty() {
        "none".into()
    } else {
        some_of(&words)
    };
    let mut chip = guess(
        "missing",
        "Missing",
        json!(extra.cloned().unwrap_or_default()),
        &label,
    );
    chip.chosen = extra.is_some();
    chip.evidence = counted(
        n_missing(tally, is_told),
        "cell is missing",
        "cells are missing",
    );
    chip
}
