//! The table: medians, ratios, agreement, memory.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::Result;
use serde_json::{Value, json};

use super::{Measured, machine::Machine, rows::Row};
use crate::{size, workspace::root};

/// Prints the table and writes it to `bench-results/latest.json` and `docs/benchmarks.md`.
pub fn write(
    rows: &[Row],
    results: &BTreeMap<usize, Vec<Measured>>,
    machine: &Machine,
) -> Result<()> {
    let mut text = String::from(HEADING);
    let _ = writeln!(text, "{}.\n", machine.line());
    let mut stored = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let measured = results.get(&index).map_or(&[][..], Vec::as_slice);
        write_row(&mut text, row, measured);
        stored.push(row_as_json(row, measured));
    }
    text.push_str(&weight());
    println!("\n{text}");
    fs::create_dir_all(root().join("bench-results"))?;
    let json = json!({ "machine": machine.line(), "rows": stored });
    fs::write(
        root().join("bench-results/latest.json"),
        serde_json::to_string_pretty(&json)?,
    )?;
    // A run of some rows must not throw away the others' figures.
    if rows.iter().any(|row| row.name == "parse") && rows.len() > 3 {
        fs::write(root().join("docs/benchmarks.md"), text)?;
    }
    Ok(())
}

/// What a person downloads, where the page was built.
fn weight() -> String {
    match size::weigh(|_, _| {}) {
        Ok(weight) if weight.page > 0 => format!(
            "## Weight after Brotli (goal: 1.0 MB with one engine)\n\n\
             - page and engine with threads: {} kB\n- page and engine without threads: {} kB\n\
             - second half of the engine, fetched behind them: {} kB\n",
            (weight.page + weight.threads) / 1000,
            (weight.page + weight.single) / 1000,
            weight.steps / 1000
        ),
        _ => String::new(),
    }
}

const HEADING: &str = "\
# Benchmarks

Written by `cargo xtask bench`: every contestant on the same generated input, in one run, in turns; \
medians, with the fastest and the slowest round. Answers are compared before a time is believed. \
Memory is what a round took beyond the input.

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

fn write_row(text: &mut String, row: &Row, measured: &[Measured]) {
    let _ = writeln!(
        text,
        "## {}\n\n| who | time | memory | answer |\n|---|---|---|---|",
        row.title
    );
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
    text.push('\n');
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
    text.push('\n');
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
