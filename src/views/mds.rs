//! Samples by their distances: how much of these a plane shows.

use cuvette_core::analyses::mds::MdsSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &MdsSummary) -> Vec<Stat> {
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
        stat("share_1", "MDS1", share(first), "of all eigenvalues".into()),
        stat("share_2", "MDS2", second, "of all eigenvalues".into()),
        stat(
            "share_all",
            "All given",
            share(shares.iter().sum()),
            words::plural(shares.len(), "dimension", "dimensions"),
        ),
    ]
}
