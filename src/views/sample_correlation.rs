//! How alike the samples are: a heat map in the order of a tree, and the extremes.

use cuvette_core::analyses::sample_correlation::SampleCorrelationSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &SampleCorrelationSummary) -> Vec<Stat> {
    let coefficient = |at: usize| {
        let value = summary.range.map(|range| range[at]);
        value.map_or_else(|| "none".into(), |value| words::fixed(value, 3))
    };
    let pair = |pair: &Option<[String; 2]>| {
        let pair = pair.as_ref();
        pair.map_or_else(String::new, |[a, b]| format!("{a} and {b}"))
    };
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    vec![
        stat(
            "n_samples",
            "Samples",
            words::count(summary.n_samples as u64),
            words::plural(summary.n_pairs, "pair", "pairs"),
        ),
        stat("median_r", "Median", coefficient(1), "of all pairs".into()),
        stat(
            "max_r",
            "Most alike",
            coefficient(2),
            pair(&summary.most_alike),
        ),
        stat(
            "min_r",
            "Least alike",
            coefficient(0),
            pair(&summary.least_alike),
        ),
    ]
}
