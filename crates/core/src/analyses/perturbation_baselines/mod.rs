//! How well simple rules predict what a perturbation does that they have not seen: what every larger
//! model has to beat.
//!
//! Samples (or cells) of one perturbation are averaged, and the perturbations dealt into parts. The
//! single genes of a part are predicted from all perturbations without any of these genes; its
//! combinations from all single genes and the combinations of the other parts:
//!
//! | `method` | predicts |
//! |---|---|
//! | `no_change` | the control |
//! | `mean` | the mean of all perturbations learned from, the same for each |
//! | `additive` | of a combination `A+B` the control and the changes of all its genes, where each was perturbed alone |
//! | `linear` | G W p + b + control: G the first components of the genes in the averages, p the row of G of the perturbed gene (of a combination their sum), W and b by ridge regression |
//!
//! `mean` takes part in every comparison: how often a method comes closer is tested by signs.
//!
//! # Which genes count
//!
//! Distance (L2) and correlation of the changes (`pearson_delta`) are over the most expressed genes
//! of the control, 1,000 by default. A gene with a missing value is left out of all.
//!
//! # References
//!
//! Ahlmann-Eltze, Huber and Anders 2025, <https://doi.org/10.1038/s41592-025-02772-6>. As there, the
//! control is learned from too, with zeros for p; `linear` needs the perturbed gene among the genes.
//! Perturbations come in parts here, each predicted once, and not in one draw.

mod conditions;
mod figures;
mod linear;
mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{
    Judged, Method, MethodScore, PerturbationBaselinesOutput, PerturbationBaselinesSummary,
};
pub use params::PerturbationBaselinesParameters;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `perturbation_baselines` step.
pub struct PerturbationBaselines;

impl Analysis for PerturbationBaselines {
    type Parameters = PerturbationBaselinesParameters;
    type Output = PerturbationBaselinesOutput;
    const META: Meta = Meta {
        id: "perturbation_baselines",
        title: "Perturbation baselines",
        help: "Tests how well simple rules predict perturbations that they have not seen",
        group: Group::Perturb,
        reads: &["Data"],
        citations: &[
            "Ahlmann-Eltze C, Huber W, Anders S. Deep-learning-based gene perturbation effect prediction does not yet outperform simple linear baselines. Nat Methods 2025;22:1657-1661. https://doi.org/10.1038/s41592-025-02772-6",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &PerturbationBaselinesParameters,
        context: &Context,
    ) -> Result<PerturbationBaselinesOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
