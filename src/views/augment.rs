//! Whether a rare label is recognized better with help, and with which.

use cuvette_core::analyses::augment::{AugmentSummary, Verdict};

use crate::{
    state::words,
    ui::result::parts::{Stat, Urgency, VerdictParts},
};

/// What is to be said of the GAN, in a sentence.
pub fn verdict(summary: &AugmentSummary) -> VerdictParts {
    VerdictParts {
        code: "augment".into(),
        urgency: match summary.outcome {
            Verdict::Helped => Urgency::Ok,
            Verdict::NoBenefit => Urgency::Check,
            Verdict::Harmed => Urgency::Warn,
        },
        title: format!(
            "GAN against the best cheap way: {}",
            summary.outcome.words().to_lowercase()
        ),
        sentence: summary.verdict.clone(),
        evidence: Vec::new(),
        n_more: 0,
        actions: Vec::new(),
    }
}

/// The key figures.
pub fn stats(summary: &AugmentSummary) -> Vec<Stat> {
    let stat = |name, label: &str, value, detail: String| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let [n_rare, n_learned, n_held_out] = summary.n_rare;
    let [none, cheap, gan] = summary.rare_f1.map(|f1| format!("{f1:.3}"));
    vec![
        stat(
            "rare_f1",
            "F1 without help",
            none,
            format!(
                "{}: {n_rare} samples, {n_learned} learned from and {n_held_out} held out",
                summary.rare
            ),
        ),
        stat(
            "best_cheap",
            "Best cheap way",
            cheap,
            format!("F1 with {}", summary.best_cheap),
        ),
        stat("gan", "GAN", gan, "F1 with its samples".into()),
        stat(
            "n_synthetic",
            "Synthetic",
            words::count(summary.n_synthetic as u64),
            "samples in the data that later steps read".into(),
        ),
    ]
}
