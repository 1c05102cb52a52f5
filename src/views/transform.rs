//! A step that changes a data set: what went in, what came out, and how the values lie.

use cuvette_core::analyses::TransformSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &TransformSummary) -> Vec<Stat> {
    let change = |before: usize, after: usize| {
        let count = |n: usize| words::count(n as u64);
        match before.checked_sub(after) {
            Some(0) => "all kept".to_string(),
            Some(dropped) => format!("{} of {} dropped", count(dropped), count(before)),
            None => format!("{} before", count(before)),
        }
    };
    let [genes, samples] = summary.after;
    let cells = (genes as f64 * samples as f64).max(1.0);
    let share = summary.n_missing as f64 / cells * 100.0;
    let range = summary.range.map_or_else(
        || "none".into(),
        |[low, high]| format!("{} to {}", words::general(low), words::general(high)),
    );
    vec![
        Stat {
            name: "n_genes",
            label: "Genes".into(),
            value: words::count(genes as u64),
            detail: change(summary.before[0], genes),
        },
        Stat {
            name: "n_samples",
            label: "Samples".into(),
            value: words::count(samples as u64),
            detail: change(summary.before[1], samples),
        },
        Stat {
            name: "range",
            label: "Values".into(),
            value: range,
            detail: summary.kind.label().into(),
        },
        Stat {
            name: "n_missing",
            label: "Missing cells".into(),
            value: words::count(summary.n_missing),
            detail: format!("{} %", words::fixed(share, 2)),
        },
    ]
}
