//! Which perturbations have an impact on cells, as Geneformer's mixture model tells them apart.

use super::output::{Perturbed, SequencePerturbation};
use crate::{
    stats::mixture::{MixtureOptions, fit_mixture},
    table::{NumberFormat, Table},
};

/// Fewer perturbations are no two groups.
const LEAST: usize = 10;

/// The table of Geneformer's `mixture_model`: a mixture of two normal distributions over the mean
/// cosine of every perturbation, and which part of its cells belongs to the lower one. None of fewer
/// than ten perturbations.
///
/// The component with the impact is that of the lower mean, which Geneformer takes for granted and
/// scikit-learn does not promise. Cosines near 1 lie closer together than the least width that
/// scikit-learn gives a component (a variance of 1e-6): then the two are told apart by their means
/// alone.
pub fn impact_table(output: &SequencePerturbation) -> Option<Table> {
    if output.perturbed.len() < LEAST {
        return None;
    }
    let means: Vec<f64> = output
        .perturbed
        .iter()
        .map(|one| 1.0 - one.mean())
        .collect();
    let mixture = fit_mixture(&means, MixtureOptions::default())?;
    let mut order: Vec<usize> = (0..means.len()).collect();
    order.sort_by(|&a, &b| {
        let [x, y] = [a, b].map(|at| mixture.is_impact(means[at]));
        y.cmp(&x).then(means[a].total_cmp(&means[b]))
    });
    let rows: Vec<(&Perturbed, f64)> = order
        .into_iter()
        .map(|at| (&output.perturbed[at], means[at]))
        .collect();
    let text = |of: &dyn Fn(&Perturbed) -> String| rows.iter().map(|row| of(row.0)).collect();
    let percent = |one: &Perturbed| {
        let cosines: Vec<f64> = one.cells.iter().map(|effect| 1.0 - effect).collect();
        mixture.impact_percent(&cosines)
    };
    let component = |row: &(&Perturbed, f64)| Some(i64::from(mixture.is_impact(row.1)));
    let n_cells = |row: &(&Perturbed, f64)| Some(row.0.cells.len() as i64);
    let title = "Impact, as Geneformer's mixture (exploratory)";
    let table = Table::new("impact", title)
        .text(
            "Gene",
            "Gene",
            text(&|one| output.tokens(&one.target.genes)),
        )
        .text(
            "Gene_name",
            "Gene_name",
            text(&|one| output.target_label(&one.target)),
        )
        .text(
            "Ensembl_ID",
            "Ensembl_ID",
            text(&|one| one.target.name.clone()),
        )
        .number(
            "Test_avg_shift",
            "Test_avg_shift",
            NumberFormat::General,
            rows.iter().map(|row| row.1).collect(),
        )
        .integer(
            "Impact_component",
            "Impact_component",
            rows.iter().map(component).collect(),
        )
        .number(
            "Impact_component_percent",
            "Impact_component_percent",
            NumberFormat::Fixed(1),
            rows.iter().map(|row| percent(row.0)).collect(),
        )
        .integer(
            "N_Detections",
            "N_Detections",
            rows.iter().map(n_cells).collect(),
        );
    Some(table)
}
