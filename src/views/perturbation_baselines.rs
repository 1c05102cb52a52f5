//! How close simple rules come to perturbations that they have not seen.

use cuvette_core::analyses::perturbation_baselines::{Method, PerturbationBaselinesSummary};

use crate::{state::words, ui::result::parts::Stat};

/// The key figures.
pub fn stats(summary: &PerturbationBaselinesSummary) -> Vec<Stat> {
    let [n, n_combinations] = summary.n_perturbations;
    let (control, n_control) = &summary.control;
    let first = Stat {
        name: "n_perturbations",
        label: "Perturbations".into(),
        value: words::count(n as u64),
        detail: format!(
            "{}, against {control} (n = {n_control})",
            words::plural(n_combinations, "combination", "combinations")
        ),
    };
    let scores = summary.methods.iter().filter_map(|score| {
        let [n_closer, _] = score.against_mean;
        let detail = if score.method == Method::Mean {
            format!("what others are held against, n = {}", score.n)
        } else {
            format!("closer than the mean in {n_closer} of {}", score.n)
        };
        Some(Stat {
            name: score.method.name(),
            label: format!("L2, {}", score.method.label()),
            value: words::fixed(score.mean_l2?, 3),
            detail,
        })
    });
    [first].into_iter().chain(scores).collect()
}
