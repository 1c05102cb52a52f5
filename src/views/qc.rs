//! How the samples look: sizes, gaps, and how many verdicts there are.

use cuvette_core::analyses::qc::QcSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &QcSummary) -> Vec<Stat> {
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let none = || "none".to_owned();
    let sizes = summary.library_sizes;
    vec![
        stat(
            "n_samples",
            "Samples",
            words::count(summary.n_samples as u64),
            words::plural(summary.n_genes, "gene", "genes"),
        ),
        stat(
            "median_library_size",
            "Median library size",
            sizes.map_or_else(none, |sizes| words::general(sizes[1])),
            sizes.map_or_else(String::new, |[low, _, high]| {
                format!("{} to {}", words::general(low), words::general(high))
            }),
        ),
        stat(
            "median_detected",
            "Detected genes",
            summary.median_detected.map_or_else(none, words::general),
            "median of the samples".into(),
        ),
        stat(
            "n_missing",
            "Missing cells",
            words::count(summary.n_missing as u64),
            String::new(),
        ),
        stat(
            "n_verdicts",
            "Verdicts",
            words::count(summary.n_verdicts as u64),
            String::new(),
        ),
    ]
}
