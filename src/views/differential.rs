//! Which genes differ between two groups: how many, and which first.

use cuvette_core::analyses::differential::{DifferentialSummary, N_SIGNIFICANT_AT};

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &DifferentialSummary) -> Vec<Stat> {
    let [a, b] = &summary.groups;
    let [n_a, n_b] = summary.n_samples;
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let called = format!("q below {N_SIGNIFICANT_AT}");
    vec![
        stat(
            "n_tested",
            "Genes tested",
            words::count(summary.n_tested as u64),
            format!("{b} (n = {n_b}) against the reference {a} (n = {n_a})"),
        ),
        stat(
            "n_up",
            &format!("Higher in {b}"),
            words::count(summary.n_up as u64),
            called.clone(),
        ),
        stat(
            "n_down",
            &format!("Lower in {b}"),
            words::count(summary.n_down as u64),
            called,
        ),
        stat(
            "top",
            "Smallest p",
            summary.top.clone().unwrap_or_else(|| "none".into()),
            "of the genes tested".into(),
        ),
    ]
}
