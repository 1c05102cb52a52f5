//! Gives every sample the same distribution: the mean of the sorted samples.
//!
//! See [`crate::stats::quantile_normalize`] for the rule of ties and of missing values.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::QuantileNormalizeParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `quantile_normalize` step.
pub struct QuantileNormalize;

impl Analysis for QuantileNormalize {
    type Parameters = QuantileNormalizeParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "quantile_normalize",
        title: "Quantile normalization",
        help: "Gives every sample the same distribution of values",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[
            "Bolstad et al. A comparison of normalization methods for high density oligonucleotide array data based on variance and bias. Bioinformatics 19:185 (2003). doi:10.1093/bioinformatics/19.2.185",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &QuantileNormalizeParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
