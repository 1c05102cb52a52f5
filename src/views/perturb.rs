//! Genes knocked out of cells: sequences, what becomes of other genes, and what the shift of ranks does.

use cuvette_core::analyses::{
    compare_modes::CompareModesSummary, perturb::PerturbSummary, rank_encode::RankEncodeSummary,
};

use crate::{
    state::words,
    ui::result::parts::{Stat, Urgency, VerdictParts},
};

fn stat(name: &'static str, label: &str, value: String, detail: String) -> Stat {
    Stat {
        name,
        label: label.into(),
        value,
        detail,
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn or_none(value: Option<String>) -> String {
    value.unwrap_or_else(|| "none".into())
}

/// The key figures of `rank_encode`.
pub fn sequence_stats(summary: &RankEncodeSummary) -> Vec<Stat> {
    let share = summary.share_of_counts.map(percent);
    let [n_genes, n_matched] = summary.n_genes.map(|n| words::count(n as u64));
    let medians = if summary.has_own_medians {
        "medians of these data"
    } else {
        "medians of a dictionary"
    };
    vec![
        stat(
            "n_cells",
            "Cells",
            words::count(summary.n_cells as u64),
            medians.into(),
        ),
        stat(
            "n_genes_matched",
            "Genes with a token",
            n_matched,
            format!("of {n_genes}"),
        ),
        stat(
            "share_of_counts_matched",
            "Counts they hold",
            or_none(share),
            "share of all counts".into(),
        ),
        stat(
            "median_length",
            "Median length",
            or_none(summary.median_length.map(|length| words::fixed(length, 0))),
            format!("{} cells cut", words::count(summary.n_truncated as u64)),
        ),
    ]
}

/// The key figures of `perturb`.
pub fn stats(summary: &PerturbSummary) -> Vec<Stat> {
    let [perturbed, affected] = match &summary.first {
        Some([perturbed, affected]) => [perturbed.clone(), affected.clone()],
        None => ["none", "none"].map(String::from),
    };
    let mut stats = vec![
        stat(
            "n_perturbed",
            "Perturbations",
            words::count(summary.n_perturbed as u64),
            summary.how.clone(),
        ),
        stat(
            "n_cells",
            "Cells",
            words::count(summary.n_cells as u64),
            format!("{} of them have {perturbed}", summary.n_cells_of_first),
        ),
        stat(
            "most_affected",
            "Most affected",
            affected,
            match summary.largest {
                Some(largest) => format!("by {perturbed}: {} {largest:.2e}", summary.measure),
                None => "by no gene".into(),
            },
        ),
    ];
    if let Some(n_shifting) = summary.n_shifting {
        stats.push(stat(
            "n_shifting",
            "Shift cells",
            words::count(n_shifting as u64),
            "adjusted p < 0.05".into(),
        ));
    }
    stats
}

/// The key figures of `compare_modes`.
pub fn mode_stats(summary: &CompareModesSummary) -> Vec<Stat> {
    let factor =
        |mode: usize| or_none(summary.jump_factors[mode].map(|factor| format!("× {factor:.2}")));
    vec![
        stat(
            "jump_delete",
            "Jump by deletion",
            factor(0),
            format!(
                "{} genes, {} knock-outs",
                words::count(summary.n_genes as u64),
                words::count(summary.n_knock_outs as u64)
            ),
        ),
        stat(
            "jump_mask",
            "By mask token",
            factor(1),
            "at the perturbed rank".into(),
        ),
        stat(
            "jump_attention_mask",
            "By attention mask",
            factor(2),
            "at the perturbed rank".into(),
        ),
        stat(
            "positional_share",
            "Shift alone",
            or_none(summary.positional_share.map(percent)),
            "of the effect of a deletion".into(),
        ),
    ]
}

/// What `compare_modes` says of itself.
pub fn verdict(summary: &CompareModesSummary) -> VerdictParts {
    let has_step = summary.share_called.is_some_and(|share| share >= 0.5);
    VerdictParts {
        code: "compare_modes".into(),
        urgency: if has_step { Urgency::Warn } else { Urgency::Ok },
        title: if has_step {
            "A deletion moves later genes, and that shows".into()
        } else {
            "No step at the deleted rank".into()
        },
        sentence: summary.verdict.clone(),
        evidence: Vec::new(),
        n_more: 0,
        actions: Vec::new(),
    }
}
