//! How strong the signal of each gene is, and how alike the samples are that have it.

use cuvette_core::analyses::gene_metrics::GeneMetricsSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &GeneMetricsSummary) -> Vec<Stat> {
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let median = |at: usize| {
        let value = summary.medians.map(|medians| medians[at]);
        value.map_or_else(|| "none".into(), |value| words::fixed(value, 3))
    };
    let window = format!("windows of {} samples", 2 * summary.half_window);
    vec![
        stat(
            "n_ranked",
            "Genes ranked",
            words::count(summary.n_ranked as u64),
            window,
        ),
        stat(
            "median_snr",
            "Signal to noise",
            median(0),
            "median of the genes".into(),
        ),
        stat(
            "median_mean_cosine",
            "Mean cosine",
            median(1),
            "median of the genes".into(),
        ),
        stat(
            "top",
            "Best co-rank",
            summary.top.clone().unwrap_or_else(|| "none".into()),
            "in both".into(),
        ),
    ]
}
