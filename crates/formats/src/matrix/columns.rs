//! Findings about whole columns: empty, constant, and equal to another.

use cuvette_core::report::{Finding, Severity};
use serde_json::json;

use super::summary::Tally;
use crate::{
    findings::{Build, MAX_PLACES, counted, finding, grouped, named, some_of},
    options::{ColumnRef, with_columns},
};

/// The columns of values.
pub(crate) struct Columns<'a> {
    /// Their headers.
    pub names: &'a [String],
    /// Their numbers in the file, from 1.
    pub numbers: &'a [u32],
    /// Columns that the options leave out already.
    pub ignored: Option<&'a Vec<ColumnRef>>,
}

/// Findings about columns of the file: empty, constant, and equal to another.
pub(crate) fn column_findings(
    values: &[f32],
    tally: &Tally,
    columns: &Columns,
    what: &str,
) -> Vec<Finding> {
    let names = columns.names;
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
    for (code, found, phrase) in [
        ("empty_columns", empty, "without any value"),
        ("zero_columns", zero, "zero everywhere"),
        ("constant_columns", constant, "the same everywhere"),
    ] {
        if found.is_empty() {
            continue;
        }
        let count = found.len() as u64;
        let severity = if what == "sample" {
            Severity::Check
        } else {
            Severity::Note
        };
        let places = found
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
    findings.extend(equal_columns(values, tally, columns, what));
    findings
}

/// Columns that hold the same numbers, which is most often one pasted twice.
fn equal_columns(values: &[f32], tally: &Tally, columns: &Columns, what: &str) -> Option<Finding> {
    let names = columns.names;
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
    let copies: Vec<u32> = pairs.iter().map(|&(_, b)| columns.numbers[b]).collect();
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
            format!("Leave out {}", names[pairs[0].1])
        } else {
            "Leave out the copies".into()
        };
        let ignored = with_columns(columns.ignored, &copies);
        found.remedy(&label, "ignored_columns", json!(ignored))
    } else {
        found
    })
}
