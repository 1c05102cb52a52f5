//! Fills in missing values, and counts them.
//!
//! - `gene_mean`: the mean of the gene.
//! - `knn`: the mean, in the same sample, of the `k` genes most alike that have a value there. The
//!   distance of two genes is Euclidean over the samples in which both are present, scaled up for
//!   the others: `sqrt(n / n_both × Σ (x − y)²)`. Where fewer than `k` such genes have a distance,
//!   those; where none has one, the mean of the sample. Agrees with scikit-learn's `KNNImputer` on
//!   genes × samples; of equal distances the first gene counts.
//!
//! Both can be fitted on chosen samples: means and distances are then of those alone.
//! Genes without any value are dropped and listed: there is nothing to fill them in from.

mod neighbors;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::{ImputeMethod, ImputeParameters};

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `impute` step.
pub struct Impute;

impl Analysis for Impute {
    type Parameters = ImputeParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "impute",
        title: "Impute",
        help: "Fills in missing values, and counts them",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[
            "Troyanskaya et al. Missing value estimation methods for DNA microarrays. Bioinformatics 17:520 (2001). doi:10.1093/bioinformatics/17.6.520",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &ImputeParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
