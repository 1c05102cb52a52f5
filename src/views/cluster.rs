//! Trees of genes and samples, and the heat map in their order.

use cuvette_core::analyses::cluster::ClusterSummary;
use leptos::prelude::*;

use super::Shown;
use crate::ui::erased::view;
use crate::{
    state::words,
    ui::result::parts::{Head, Segmented, Stat, Stats},
};

/// The key figures.
pub fn stats(summary: &ClusterSummary) -> Vec<Stat> {
    let root = |name, label: &str, n: usize, what: &str, height: Option<f64>| Stat {
        name,
        label: label.into(),
        value: height.map_or_else(|| "none".into(), words::general),
        detail: words::plural(n, what, &format!("{what}s")),
    };
    let [n_genes, n_samples] = summary.shape;
    let [rows, columns] = summary.heights;
    let mut stats = vec![
        root("row_height", "Root of the genes", n_genes, "gene", rows),
        root(
            "column_height",
            "Root of the samples",
            n_samples,
            "sample",
            columns,
        ),
    ];
    if summary.cut > 0 {
        stats.push(Stat {
            name: "cut",
            label: "Clusters".into(),
            value: words::count(summary.cut as u64),
            detail: "of each tree".into(),
        });
    }
    stats
}

/// Head with the choice of z-scores or values, then as plain views.
pub fn view(shown: Shown, is_scored: bool) -> AnyView {
    let (title, question) = shown.words();
    let proposed = if is_scored { "z_score" } else { "value" };
    let statistic = shown.statistic();
    let chosen = Signal::derive(move || statistic.get().unwrap_or_else(|| proposed.to_owned()));
    let stats = move || shown.result.with(|result| super::stats(&result.summary));
    let options = vec![("z_score", "z-score per gene"), ("value", "Value")];
    view! {
        <Head title question=Signal::stored(question)>
            <Segmented label="Colors show" options chosen choose=shown.choose_statistic() />
        </Head>
        {move || view! { <Stats stats=stats() /> }}
        {shown.figures(Signal::derive(move || Some(chosen.get())))}
        {shown.tables()}
        {shown.notes()}
    }
}
