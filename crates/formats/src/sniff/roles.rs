//! What each column of a table is: ids, annotations, values, or nothing to read.

use cuvette_core::report::{Finding, Guess, Severity};
use serde_json::json;

use super::{columns::ColumnStats, names};
use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, alternative, counted, finding, guess, named, some_of},
    layout::Role,
    options::{ColumnRef, ImportOptions},
};

/// Roles with their evidence.
pub(crate) struct RoleGuess {
    /// One per column.
    pub roles: Vec<Role>,
    /// Chip of the id column.
    pub guess: Guess,
    /// Columns left out.
    pub findings: Vec<Finding>,
}

/// Decides on the roles of all columns of a matrix.
pub(crate) fn guess_roles(
    file: &str,
    headers: &[String],
    stats: &[ColumnStats],
    is_short: bool,
    options: &ImportOptions,
) -> Result<RoleGuess, FormatError> {
    let (id, is_sure, evidence) = match &options.id_column {
        Some(column) => (
            resolve(file, "id_column", column, headers)?,
            true,
            "As chosen".into(),
        ),
        None => guess_id(headers, stats, is_short),
    };
    let mut roles: Vec<Role> = (0..stats.len())
        .map(|column| guess_role(column, id, headers, stats))
        .collect();
    if options.annotation_columns.is_none() {
        annotate_between_texts(&mut roles, stats, id);
    }
    let mut findings = leave_out_calls(&mut roles, headers, stats);
    if id == 1 && stats[0].is_sequence && headers[0].is_empty() {
        roles[0] = Role::Ignored;
    }
    findings.extend(empty_columns(&roles, headers, stats));
    for column in options.annotation_columns.iter().flatten() {
        roles[resolve(file, "annotation_columns", column, headers)?] = Role::Annotation;
    }
    for column in options.ignored_columns.iter().flatten() {
        roles[resolve(file, "ignored_columns", column, headers)?] = Role::Ignored;
    }
    roles[id] = Role::Id;
    let mut guess = guess(
        "id_column",
        "Id column",
        json!(id + 1),
        &column_label(id, headers),
    );
    guess.sure = is_sure;
    guess.chosen = options.id_column.is_some();
    guess.evidence = evidence;
    for (column, stats) in stats.iter().enumerate() {
        if column != id && roles[column] == Role::Annotation && stats.unique_share() > 0.5 {
            let effect = counted(stats.n_distinct, "different name", "different names");
            guess.alternatives.push(alternative(
                json!(column + 1),
                &column_label(column, headers),
                effect,
            ));
        }
    }
    Ok(RoleGuess {
        roles,
        guess,
        findings,
    })
}

/// "column A, `gene_id`"
fn column_label(column: usize, headers: &[String]) -> String {
    let header = &headers[column];
    let letter = column_letter(column);
    if header.is_empty() {
        format!("column {letter}")
    } else {
        format!("column {letter}, {header}")
    }
}

/// The name a spreadsheet gives to a column: A, B, … Z, AA.
pub(crate) fn column_letter(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + digit as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn resolve(
    file: &str,
    option: &'static str,
    column: &ColumnRef,
    headers: &[String],
) -> Result<usize, FormatError> {
    let found = match column {
        ColumnRef::Number(number) => (*number as usize)
            .checked_sub(1)
            .filter(|&column| column < headers.len()),
        ColumnRef::Name(name) => headers.iter().position(|header| header == name),
    };
    found.ok_or_else(|| {
        let problem = match column {
            ColumnRef::Number(number) => {
                format!(
                    "there is no column {number}, the table has {}",
                    headers.len()
                )
            }
            ColumnRef::Name(name) => format!(
                "there is no column {name:?}; the first are {}",
                some_of(headers)
            ),
        };
        FormatError::new(file, FormatErrorKind::Option { option, problem })
    })
}

/// The column that names the rows, whether that is sure, and why.
fn guess_id(headers: &[String], stats: &[ColumnStats], is_short: bool) -> (usize, bool, String) {
    if is_short {
        return (
            0,
            true,
            "The header leaves the first column without a name".into(),
        );
    }
    let mut best = (f64::NEG_INFINITY, 0);
    for (column, stats) in stats.iter().enumerate() {
        let score = id_score(column, &headers[column], stats);
        if score > best.0 {
            best = (score, column);
        }
    }
    let (score, column) = best;
    let chosen = &stats[column];
    let evidence = format!(
        "{} of {} names looked at are different{}",
        chosen.n_distinct,
        chosen.n_compared,
        if chosen.n_gene_ids * 2 > chosen.n_rows {
            format!(", {} are gene ids", chosen.n_gene_ids)
        } else {
            String::new()
        }
    );
    (column, score >= 1.5, evidence)
}

/// How well a column would name the rows.
fn id_score(column: usize, header: &str, stats: &ColumnStats) -> f64 {
    if stats.is_empty() {
        return -10.0;
    }
    let is_fraction = stats.is_numeric() && stats.n_whole < stats.n_numbers;
    if is_fraction || (stats.is_numeric() && stats.n_whole == 0) {
        return -5.0;
    }
    let mut score = 2.0 * stats.unique_share() - 0.2 * (column as f64).min(8.0);
    if stats.unique_share() < 0.5 {
        score -= 1.0;
    }
    if stats.n_gene_ids * 2 > stats.n_rows {
        score += 2.0;
    }
    if stats.is_numeric() {
        score -= if names::is_id_word(header) && !header.is_empty() {
            0.5
        } else {
            1.0
        };
        if stats.is_sequence && column == 0 && header.is_empty() {
            score -= 0.2;
        }
        if column > 0 && !names::is_id_word(header) {
            score -= 5.0;
        }
    }
    if names::is_id_word(header) && !header.is_empty() {
        score += 0.4;
    }
    score
}

fn guess_role(column: usize, id: usize, headers: &[String], stats: &[ColumnStats]) -> Role {
    let found = &stats[column];
    let header = &headers[column];
    if column == id {
        Role::Id
    } else if found.is_empty() {
        let between_values = column > id && !header.is_empty();
        if between_values {
            Role::Value
        } else {
            Role::Ignored
        }
    } else if !found.is_numeric()
        || names::is_note_word(header)
        || (column < id && header.is_empty())
    {
        Role::Annotation
    } else {
        Role::Value
    }
}

/// Numbers between texts at the left are annotations: `Chr Start End Strand Length`.
fn annotate_between_texts(roles: &mut [Role], stats: &[ColumnStats], id: usize) {
    let first_value = roles.iter().position(|&role| role == Role::Value);
    let n_values = roles.iter().filter(|&&role| role == Role::Value).count();
    let last_text = (0..roles.len())
        .rfind(|&column| roles[column] == Role::Annotation && !stats[column].is_call());
    let (Some(first), Some(last)) = (first_value, last_text) else {
        return;
    };
    // Annotations behind the values stay there: only a short mixed run at the left is meant.
    let run_is_short = last > first && last - first <= 6;
    let n_between = (first..last)
        .filter(|&column| roles[column] == Role::Value)
        .count();
    if run_is_short && first <= id + 6 && n_between * 2 < n_values && last < roles.len() / 2 {
        for role in &mut roles[first..last] {
            if *role == Role::Value {
                *role = Role::Annotation;
            }
        }
    }
}

/// Columns of detection calls beside the values are left out, and told.
fn leave_out_calls(roles: &mut [Role], headers: &[String], stats: &[ColumnStats]) -> Vec<Finding> {
    let calls: Vec<usize> = (1..roles.len())
        .filter(|&column| {
            roles[column] == Role::Annotation
                && stats[column].is_call()
                && roles[column - 1] == Role::Value
        })
        .collect();
    let n_values = roles.iter().filter(|&&role| role == Role::Value).count();
    if calls.len() < 2 || calls.len() * 2 < n_values {
        return Vec::new();
    }
    for &column in &calls {
        roles[column] = Role::Ignored;
    }
    let title = format!(
        "{} hold calls beside the values",
        counted(calls.len() as u64, "column", "columns")
    );
    let names: Vec<_> = calls
        .iter()
        .map(|&column| named(&headers[column]))
        .collect();
    let found = finding("call_columns", Severity::Changed, title)
        .detail("Each column of numbers is followed by one of single letters (as P, M, A). The letters are left out, the numbers kept.")
        .at(names, calls.len() as u64);
    vec![found]
}

fn empty_columns(roles: &[Role], headers: &[String], stats: &[ColumnStats]) -> Vec<Finding> {
    let empty: Vec<usize> = (0..roles.len())
        .filter(|&column| roles[column] == Role::Ignored && stats[column].is_empty())
        .filter(|&column| headers[column].is_empty())
        .collect();
    if empty.is_empty() {
        return Vec::new();
    }
    let title = format!(
        "{} left out",
        counted(empty.len() as u64, "empty column", "empty columns")
    );
    let found = finding("empty_columns", Severity::Note, title)
        .detail("No name and no value stands there.")
        .at(
            empty
                .iter()
                .map(|&column| named(&format!("column {}", column_letter(column))))
                .collect(),
            empty.len() as u64,
        );
    vec![found]
}

#[cfg(test)]
mod tests {
    use super::column_letter;

    #[test]
    fn columns_are_named_as_in_a_spreadsheet() {
        assert_eq!(column_letter(0), "A");
        assert_eq!(column_letter(25), "Z");
        assert_eq!(column_letter(26), "AA");
        assert_eq!(column_letter(701), "ZZ");
    }
}
