//! The table: medians, ratios, agreement, memory.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    BROWSERS, Measured,
    machine::Machine,
    rows::{self, Row},
};
use crate::workspace::root;

/// Prints the table and writes it to `bench-results/latest.json`. In `docs/benchmarks.md` the rows of
/// this run take the place of what was there of them; the others stay, each with its own day and
/// commit.
pub fn write(
    rows: &[Row],
    results: &BTreeMap<usize, Vec<Measured>>,
    machine: &Machine,
) -> Result<()> {
    let mut sections = BTreeMap::new();
    let mut stored = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let measured = results.get(&index).map_or(&[][..], Vec::as_slice);
        let text = format!("{}\n{}.\n", row_as_text(row, measured), machine.line());
        println!("\n## {}\n\n{text}", row.title);
        sections.insert(row.title.clone(), text);
        stored.push(row_as_json(row, measured));
    }
    fs::create_dir_all(root().join("bench-results"))?;
    let json = json!({ "machine": machine.line(), "rows": stored });
    fs::write(
        root().join("bench-results/latest.json"),
        serde_json::to_string_pretty(&json)?,
    )?;
    let path = root().join("docs/benchmarks.md");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let titles: Vec<String> = rows::all(&BROWSERS.map(String::from))
        .into_iter()
        .map(|row| row.title)
        .collect();
    fs::write(path, merged(&before, sections, &titles))?;
    Ok(())
}

/// The page with the new sections in it, in the order of `titles`; what has another title goes.
fn merged(before: &str, new: BTreeMap<String, String>, titles: &[String]) -> String {
    let mut sections: BTreeMap<String, String> = before
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once("\n\n"))
        .map(|(title, text)| (title.to_owned(), format!("{}\n", text.trim_end())))
        .collect();
    sections.extend(new);
    let mut text = String::from(HEADING);
    for title in titles {
        if let Some(section) = sections.get(title) {
            let _ = write!(text, "\n## {title}\n\n{section}");
        }
    }
    text
}

const HEADING: &str = "\
# Benchmarks

Written by `cargo xtask bench`: every contestant on the same generated input, in one run, in turns; \
medians, with the fastest and the slowest round. Answers are compared before a time is believed. \
Memory is what the first round took beyond the input. The last line of each table tells the machine, \
the day and the commit. What a person downloads is weighed by `cargo xtask build`.
";

/// `0.213 s (0.209 to 0.220)`, or why there is no time.
pub fn spread(measured: &Measured) -> String {
    if let Some(trouble) = &measured.trouble {
        return format!("not measured: {trouble}");
    }
    let (low, median, high) = low_median_high(&measured.seconds);
    format!("{median:.3} s ({low:.3} to {high:.3})")
}

fn low_median_high(seconds: &[f64]) -> (f64, f64, f64) {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    (
        at(0),
        at(sorted.len() / 2),
        at(sorted.len().saturating_sub(1)),
    )
}

/// Median of a contestant's rounds.
fn median(measured: Option<&Measured>) -> f64 {
    measured.map_or(f64::NAN, |measured| low_median_high(&measured.seconds).1)
}

fn row_as_text(row: &Row, measured: &[Measured]) -> String {
    let mut text = String::from("| who | time | memory | answer |\n|---|---|---|---|\n");
    for (entry, one) in row.entries.iter().zip(measured) {
        let memory = match one.peak_bytes {
            0 => String::new(),
            bytes => format!("{} MB", bytes / 1_000_000),
        };
        let agreement = agreement(row, measured, one);
        let _ = writeln!(
            text,
            "| {} | {} | {memory} | {agreement} |",
            entry.label,
            spread(one)
        );
    }
    if !row.goals.is_empty() {
        text.push('\n');
    }
    for goal in &row.goals {
        let ratio = median(measured.get(goal.peer)) / median(measured.get(goal.ours));
        let label = |index: usize| row.entries.get(index).map_or("", |entry| &entry.label);
        let verdict = if ratio >= goal.at_least {
            "reached"
        } else {
            "not reached"
        };
        let _ = writeln!(
            text,
            "- {} is **{ratio:.2} ×** as fast as {}; goal {} ×: {verdict}",
            label(goal.ours),
            label(goal.peer),
            goal.at_least
        );
    }
    text
}

/// How far an answer is from the first contestant's that has one.
fn agreement(row: &Row, measured: &[Measured], one: &Measured) -> String {
    let Some(reference) = measured.iter().find(|other| !other.answer.is_empty()) else {
        return String::new();
    };
    if one.answer.is_empty() {
        return String::new();
    }
    if one.answer.len() != reference.answer.len() {
        return format!(
            "**differs**: {} numbers, expected {}",
            one.answer.len(),
            reference.answer.len()
        );
    }
    let difference = one
        .answer
        .iter()
        .zip(&reference.answer)
        .map(|(x, y)| (x - y).abs() / y.abs().max(1e-3))
        .fold(0.0, f64::max);
    if difference <= row.tolerance {
        format!("agrees ({difference:.0e})")
    } else {
        format!("**differs** by {difference:.1e}")
    }
}

fn row_as_json(row: &Row, measured: &[Measured]) -> Value {
    let entries: Vec<Value> = row
        .entries
        .iter()
        .zip(measured)
        .map(|(entry, one)| {
            json!({
                "who": entry.label,
                "seconds": one.seconds,
                "peak_bytes": one.peak_bytes,
                "answer": agreement(row, measured, one),
                "trouble": one.trouble,
            })
        })
        .collect();
    json!({ "name": row.name, "title": row.title, "entries": entries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_the_middle_of_the_sorted_times() {
        assert_eq!(low_median_high(&[3.0, 1.0, 2.0]), (1.0, 2.0, 3.0));
    }

    #[test]
    fn a_run_of_some_rows_leaves_the_others_as_they_were() {
        let titles = ["one", "two", "three"].map(String::from);
        let section = |words: &str| format!("| {words} |\n\n- a goal\n");
        let both = [("three", "old three"), ("one", "old one")];
        let both = both.map(|(title, words)| (title.to_owned(), section(words)));
        let before = merged("", BTreeMap::from(both), &titles);
        let two = ("two".to_owned(), section("new two"));
        let three = ("three".to_owned(), section("new three"));
        let after = merged(&before, BTreeMap::from([two, three]), &titles);
        let tables: Vec<&str> = after.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(tables, ["| old one |", "| new two |", "| new three |"]);
        assert_eq!(merged(&after, BTreeMap::new(), &titles), after);
        let without = merged(&after, BTreeMap::new(), &titles[1..]);
        assert!(!without.contains("old one"), "{without}");
    }

    #[test]
    fn an_answer_off_by_more_than_the_tolerance_is_called_different() {
        let row = &super::super::rows::all(&[])[0];
        let measured = |answer: f64| Measured {
            answer: vec![answer],
            ..Measured::default()
        };
        let all = [measured(1.0), measured(1.0 + 1e-9), measured(1.1)];
        assert!(agreement(row, &all, &all[1]).starts_with("agrees"));
        assert!(agreement(row, &all, &all[2]).starts_with("**differs**"));
    }
}
