//! How far each profile's values lie apart: which samples are quiet, which are disruptive.

use cuvette_core::analyses::spread::{SpreadSummary, THRESHOLDS};

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &SpreadSummary) -> Vec<Stat> {
    const NAMES: [&str; 4] = ["beyond_0", "beyond_1", "beyond_2", "beyond_3"];
    let extremes = summary.extremes.as_ref();
    let detail = extremes.map_or_else(String::new, |[quiet, loud]| format!("{quiet} to {loud}"));
    let first = [
        Stat {
            name: "n_profiles",
            label: "Profiles".into(),
            value: words::count(summary.n_profiles as u64),
            detail,
        },
        Stat {
            name: "median_iqr",
            label: "Median IQR".into(),
            value: summary
                .median_iqr
                .map_or_else(|| "none".into(), words::general),
            detail: "of the profiles".into(),
        },
    ];
    let shares = summary.shares_beyond.unwrap_or_default();
    let beyond = NAMES.into_iter().zip(THRESHOLDS).zip(shares);
    let beyond = beyond.map(|((name, threshold), share)| Stat {
        name,
        label: format!("|value| above {threshold}"),
        value: format!("{} %", words::fixed(share * 100.0, 1)),
        detail: "of all values".into(),
    });
    first.into_iter().chain(beyond).collect()
}
