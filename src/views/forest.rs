//! How well a forest knows the labels, and what chance would have given.

use cuvette_core::analyses::forest::ForestSummary;

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &ForestSummary) -> Vec<Stat> {
    let stat = |name, label: &str, value, detail| Stat {
        name,
        label: label.into(),
        value,
        detail,
    };
    let [n_labelled, n_predicted] = summary.n_samples.map(|n| words::count(n as u64));
    let predicted = |who: &str| stat("n_predicted", "Predicted", n_predicted, who.into());
    let Some(tested) = &summary.tested else {
        let learned = format!("learned from {n_labelled} other samples; not tested on these");
        return vec![
            predicted("samples, all of the data, by the saved model"),
            stat(
                "model",
                "Labels of the model",
                words::count(summary.n_labels as u64),
                learned,
            ),
        ];
    };
    let learned = format!("{} labels, {n_labelled} samples", summary.n_labels);
    let [score, low, high] = tested.score;
    let names = if summary.is_single {
        ["Accuracy", "Mean recall of labels"]
    } else {
        ["Samples F1", "Mean F1 of labels"]
    };
    let chance = match tested.chance {
        Some((p_value, n)) => format!("p = {p_value:.3} by {n} forests on shuffled labels"),
        None => "the most frequent label for every sample".into(),
    };
    vec![
        stat(
            "score",
            names[0],
            format!("{score:.3}"),
            format!("95 % interval {low:.3} to {high:.3}"),
        ),
        stat(
            "majority",
            "Most frequent label",
            format!("{:.3}", tested.majority),
            chance,
        ),
        stat(
            "mean_of_labels",
            names[1],
            format!("{:.3}", tested.mean_of_labels),
            learned,
        ),
        predicted("samples without a label"),
        stat(
            "top_gene",
            "First by importance",
            tested.top_gene.clone().unwrap_or_else(|| "none".into()),
            "by the fall of impurity".into(),
        ),
    ]
}
