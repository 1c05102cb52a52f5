//! Principal components: the directions along which samples differ most.
//!
//! Agrees with R `prcomp` and scikit-learn's `PCA`, signs aside: the largest loading of each
//! component is positive. Exact where samples or genes are at most 2,000, else from a seeded random
//! start. Genes with missing values are left out and counted.

mod figures;
mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{PcaOutput, PcaSummary};
pub use params::PcaParameters;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `pca` step.
pub struct Pca;

impl Analysis for Pca {
    type Parameters = PcaParameters;
    type Output = PcaOutput;
    const META: Meta = Meta {
        id: "pca",
        title: "Principal components",
        help: "Shows along which directions samples differ most, and which genes make them",
        group: Group::Look,
        reads: &["Data"],
        citations: &[
            "Halko N, Martinsson PG, Tropp JA (2011) Finding structure with randomness. SIAM Review 53:217–288. doi:10.1137/090771806",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &PcaParameters,
        context: &Context,
    ) -> Result<PcaOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
