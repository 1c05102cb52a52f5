//! A map of samples: of how many, and with which neighborhoods.

use cuvette_core::analyses::embed::EmbedSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &EmbedSummary) -> Vec<Stat> {
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let [n_samples, n_genes] = summary.shape;
    let (label, decimals) = if summary.is_umap {
        ("Neighbors", 0)
    } else {
        ("Perplexity", 1)
    };
    vec![
        stat(
            "n_samples",
            "Samples",
            words::count(n_samples as u64),
            words::plural(n_genes, "gene", "genes"),
        ),
        stat(
            "neighborhood",
            label,
            words::fixed(summary.neighborhood, decimals),
            "of each sample".into(),
        ),
        stat(
            "n_components",
            "Components",
            words::count(summary.n_components as u64),
            "before the map".into(),
        ),
    ]
}
