//! What is measured of forests beside their speed.

use super::rows::{Row, Who, entry};

/// What the step takes beyond the data, which are as large as any that are met. Without a peer:
/// scikit-learn alone would hold the data a second time.
pub fn largest() -> Row {
    let task = |label: &str, task| entry(label, Who::Native, task);
    Row {
        name: "forest_largest".into(),
        title: "The step forest on 60,000 genes × 5,000 samples (goal: 1 GB beyond the data)"
            .into(),
        entries: vec![
            task("Cuvette, native, out of the bag", "forest_largest"),
            task(
                "Cuvette, native, a third held out",
                "forest_largest_hold_out",
            ),
        ],
        goals: Vec::new(),
        tolerance: 0.02,
    }
}
