//! Findings about the numbers and names of a matrix that has been read.

use cuvette_core::{
    dataset::Dataset,
    report::{Finding, Guess, Severity},
};
use serde_json::json;

use super::summary::Tally;
use crate::{
    error::{FormatErrorKind, remedy},
    findings::{Build, MAX_PLACES, counted, finding, grouped, guess, named, some_of},
    layout::Layout,
    options::{Orientation, ShortRows, Unreadable},
    sniff::mangled_name,
};

/// The error that asks about texts among the numbers.
pub(crate) fn unreadable_error(tally: &Tally, layout: &Layout) -> FormatErrorKind {
    let mut remedies = vec![remedy("Read as missing", "unreadable", json!("missing"))];
    if tally.n_other_decimal * 2 > tally.unreadable.count {
        let (label, sign) = if layout.dialect.style.decimal == b'.' {
            ("Read with a decimal comma", "comma")
        } else {
            ("Read with a decimal point", "point")
        };
        remedies.insert(0, remedy(label, "decimal", json!(sign)));
    }
    let columns: Vec<u64> = tally
        .unreadable_columns
        .iter()
        .filter(|&(_, &count)| count * 2 > tally.n_rows)
        .map(|(&column, _)| column)
        .collect();
    if !columns.is_empty() && columns.len() <= 20 {
        let label = if columns.len() == 1 {
            "Read the column as annotation"
        } else {
            "Read these columns as annotations"
        };
        remedies.push(remedy(label, "annotation_columns", json!(columns)));
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
    let mut findings = Vec::new();
    let is_told = unreadable == Some(Unreadable::Missing);
    if is_told && tally.unreadable.count > 0 {
        let n = tally.unreadable.count;
        findings.push(
            finding("unreadable_as_missing", Severity::Changed, format!("{} read as missing", counted(n, "text", "texts")))
                .detail("A number was expected there. They are read as missing because the import options say so.")
                .at(tally.unreadable.first.clone(), n)
                .remedy("Ask about them", "unreadable", json!(Unreadable::Error)),
        );
    }
    if tally.short_rows.count > 0 {
        let n = tally.short_rows.count;
        findings.push(
            finding("short_rows", Severity::Changed, format!("{} filled up with missing cells", counted(n, "short row", "short rows")))
                .detail("They end before the last columns. The cells that are not there are read as missing because the import options say so.")
                .at(tally.short_rows.first.clone(), n)
                .remedy("Refuse short rows", "short_rows", json!(ShortRows::Error)),
        );
    }
    if tally.infinite.count > 0 {
        let n = tally.infinite.count;
        findings.push(
            finding("infinite", Severity::Check, format!("{} or too large", counted(n, "value is infinite", "values are infinite")))
                .detail("They are kept as infinity. Logarithms of zero give such values; a pseudocount avoids them.")
                .at(tally.infinite.first.clone(), n),
        );
    }
    if tally.foreign_letters.count > 0 {
        let n = tally.foreign_letters.count;
        findings.push(
            finding(
                "mixed_encoding",
                Severity::Check,
                format!(
                    "{} with letters that are no UTF-8",
                    counted(n, "name", "names")
                ),
            )
            .detail("They are read as Latin-1, the rest of the file as UTF-8.")
            .at(tally.foreign_letters.first.clone(), n)
            .remedy("Read all as Latin-1", "encoding", json!("latin_1")),
        );
    }
    if tally.blank_lines.count > 0 {
        let n = tally.blank_lines.count;
        findings.push(
            finding(
                "blank_lines",
                Severity::Note,
                format!("{} left out", counted(n, "empty line", "empty lines")),
            )
            .detail("Nothing but delimiters stands there.")
            .at(tally.blank_lines.first.clone(), n),
        );
    }
    findings.extend(missing_finding(tally));
    findings.extend(row_findings(tally, layout));
    findings
}

fn missing_finding(tally: &Tally) -> Option<Finding> {
    if tally.n_missing == 0 {
        return None;
    }
    let n_spelled: u64 = tally.missing.values().sum();
    let n_empty = tally.n_missing
        - n_spelled.min(tally.n_missing)
        - tally
            .unreadable
            .count
            .min(tally.n_missing - n_spelled.min(tally.n_missing));
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
    let title = counted(tally.n_missing, "cell is missing", "cells are missing");
    Some(
        finding("missing_cells", Severity::Note, title)
            .detail(format!(
                "{}. No value was put in their place.",
                some_of(&spellings)
            ))
            .at(Vec::new(), tally.n_missing),
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
pub(crate) fn missing_guess(tally: &Tally, extra: Option<&Vec<String>>) -> Guess {
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
    chip.evidence = counted(tally.n_missing, "cell is missing", "cells are missing");
    chip
}

/// Findings about columns of the file: empty, constant, and equal to another.
pub(crate) fn column_findings(
    values: &[f32],
    tally: &Tally,
    names: &[String],
    what: &str,
) -> Vec<Finding> {
    let n = names.len();
    let mut findings = Vec::new();
    let empty: Vec<usize> = (0..n)
        .filter(|&c| tally.column_min[c] > tally.column_max[c])
        .collect();
    let zero: Vec<usize> = (0..n)
        .filter(|&c| tally.column_min[c] == 0.0 && tally.column_max[c] == 0.0)
        .collect();
    let constant: Vec<usize> = (0..n)
        .filter(|&c| {
            tally.column_min[c] == tally.column_max[c]
                && tally.column_min[c] != 0.0
                && tally.n_rows > 1
        })
        .collect();
    for (code, columns, phrase) in [
        ("empty_columns", empty, "without any value"),
        ("zero_columns", zero, "zero everywhere"),
        ("constant_columns", constant, "the same everywhere"),
    ] {
        if columns.is_empty() {
            continue;
        }
        let count = columns.len() as u64;
        let severity = if what == "sample" {
            Severity::Check
        } else {
            Severity::Note
        };
        let places = columns
            .iter()
            .take(MAX_PLACES)
            .map(|&c| named(&names[c]))
            .collect();
        let title = format!("{} {phrase}", counted(count, what, &format!("{what}s")));
        findings.push(
            finding(code, severity, title)
                .detail("Kept. Correlations with them are undefined.")
                .at(places, count),
        );
    }
    findings.extend(equal_columns(values, tally, names, what));
    findings
}

/// Columns that hold the same numbers, which is most often one pasted twice.
fn equal_columns(values: &[f32], tally: &Tally, names: &[String], what: &str) -> Option<Finding> {
    let n = names.len();
    let mut order: Vec<usize> = (0..n)
        .filter(|&c| tally.column_min[c] < tally.column_max[c])
        .collect();
    order.sort_by_key(|&column| tally.column_print[column]);
    let mut pairs: Vec<(usize, usize)> = order
        .chunk_by(|&a, &b| tally.column_print[a] == tally.column_print[b])
        .filter(|group| group.len() > 1)
        .flat_map(|group| group[1..].iter().map(|&column| (group[0], column)))
        .filter(|&(a, b)| {
            values.chunks_exact(n).all(|row| {
                row[a].to_bits() == row[b].to_bits() || (row[a].is_nan() && row[b].is_nan())
            })
        })
        .collect();
    pairs.sort_unstable();
    if pairs.is_empty() || tally.n_rows < 3 {
        return None;
    }
    let count = pairs.len() as u64;
    let (a, b) = pairs[0];
    let title = if count == 1 {
        format!("{} and {} hold the same numbers", names[a], names[b])
    } else {
        format!(
            "{} hold the same numbers as another",
            counted(count, what, &format!("{what}s"))
        )
    };
    let examples: Vec<String> = pairs
        .iter()
        .map(|&(a, b)| format!("{} = {}", names[a], names[b]))
        .collect();
    let severity = if what == "sample" {
        Severity::Check
    } else {
        Severity::Note
    };
    let ignored: Vec<&str> = pairs.iter().map(|&(_, b)| names[b].as_str()).collect();
    let found = finding("equal_columns", severity, title)
        .detail(format!(
            "All {} cells are equal: {}. It looks like one column pasted twice. All are kept.",
            grouped(tally.n_rows),
            some_of(&examples)
        ))
        .at(
            pairs.iter().map(|&(_, b)| named(&names[b])).collect(),
            count,
        );
    Some(if count <= 20 {
        let label = if count == 1 {
            format!("Leave out {}", ignored[0])
        } else {
            "Leave out the copies".into()
        };
        found.remedy(&label, "ignored_columns", json!(ignored))
    } else {
        found
    })
}

/// Findings about gene names: dates, E notation, version suffixes.
pub(crate) fn name_findings(dataset: &Dataset, row_lines: &[u64], layout: &Layout) -> Vec<Finding> {
    let mut findings = Vec::new();
    let genes_in_rows = layout.orientation == Orientation::GenesInRows;
    let mangled: Vec<usize> = (0..dataset.n_genes())
        .filter(|&gene| mangled_name(&dataset.genes[gene]).is_some())
        .collect();
    if let Some(&first) = mangled.first() {
        let count = mangled.len() as u64;
        let what = mangled_name(&dataset.genes[first]).unwrap_or_default();
        let title = format!(
            "{} like {what}",
            counted(count, "gene name looks", "gene names look")
        );
        let places = mangled
            .iter()
            .take(MAX_PLACES)
            .map(|&gene| {
                let mut place = named(&dataset.genes[gene]);
                place.value.clone_from(&place.name);
                place.line = row_lines.get(gene).copied().filter(|_| genes_in_rows);
                place
            })
            .collect();
        findings.push(
            finding("excel_date", Severity::Check, title)
                .detail("A spreadsheet turns names such as SEPT2, MARCH1 or 2310009E13 into dates and numbers. Kept as they stand: take the names from the original file, or rename the genes.")
                .at(places, count),
        );
    }
    findings.extend(mangled_annotations(dataset, row_lines));
    let versioned = |name: &String| {
        name.starts_with("ENS")
            && name.rsplit_once('.').is_some_and(|(_, version)| {
                !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit())
            })
    };
    let n_versioned = dataset.genes.iter().filter(|name| versioned(name)).count() as u64;
    if n_versioned > 0 {
        findings.push(
            finding("ensembl_versions", Severity::Note, format!("{} a version", counted(n_versioned, "Ensembl id carries", "Ensembl ids carry")))
                .detail("Kept. To match tables without versions, add the step collapse_genes with strip_version.")
                .at(dataset.genes.iter().filter(|name| versioned(name)).take(1).map(|name| named(name)).collect(), n_versioned),
        );
    }
    findings
}

/// Symbols beside the ids that a spreadsheet made dates of.
fn mangled_annotations(dataset: &Dataset, row_lines: &[u64]) -> Option<Finding> {
    for column in &dataset.gene_annotations.columns {
        let is_symbols = crate::sniff::is_gene_word(&column.name);
        let mangled: Vec<usize> = (0..column.values.len())
            .filter(|_| is_symbols)
            .filter(|&row| mangled_name(&column.values.text(row)).is_some())
            .collect();
        if mangled.is_empty() {
            continue;
        }
        let count = mangled.len() as u64;
        let places = mangled
            .iter()
            .take(MAX_PLACES)
            .map(|&row| {
                let mut place = named(&dataset.genes[row]);
                place.value = Some(column.values.text(row));
                place.line = row_lines.get(row).copied();
                place
            })
            .collect();
        let title = format!(
            "{} in {} like dates",
            counted(count, "cell looks", "cells look"),
            column.name
        );
        return Some(
            finding("excel_date", Severity::Check, title)
                .detail("A spreadsheet turns symbols such as SEPT2 or MARCH1 into dates. Kept as they stand.")
                .at(places, count),
        );
    }
    None
}
