//! Along which directions samples differ: shares of variance, and the genes that make the first.

use cuvette_core::analyses::pca::PcaSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &PcaSummary) -> Vec<Stat> {
    let share = |value: f64| format!("{} %", words::fixed(100.0 * value, 1));
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let [n_samples, n_genes] = summary.shape;
    let shares = &summary.shares;
    let first = shares.first().copied().unwrap_or(f64::NAN);
    let second = shares
        .get(1)
        .map_or_else(|| "none".into(), |&value| share(value));
    vec![
        stat(
            "n_samples",
            "Samples",
            words::count(n_samples as u64),
            words::plural(n_genes, "gene", "genes"),
        ),
        stat("share_1", "PC1", share(first), summary.top_genes.join(", ")),
        stat("share_2", "PC2", second, "of the variance".into()),
        stat(
            "share_all",
            "All given",
            share(shares.iter().sum()),
            words::plural(shares.len(), "component", "components"),
        ),
    ]
}
