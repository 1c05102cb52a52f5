//! Keeps genes that are expressed, that vary, or that are detected often enough.
//!
//! One of three rules: at least `min_value` in at least `min_samples` samples (default); the
//! `top_variable` genes of largest variance; or a value above zero in at least `detected_share` of
//! the samples. Kept genes stay in their order, the others are listed in the table `dropped`.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::FilterGenesParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `filter_genes` step.
pub struct FilterGenes;

impl Analysis for FilterGenes {
    type Parameters = FilterGenesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "filter_genes",
        title: "Filter genes",
        help: "Keeps genes that are expressed, that vary, or that are detected often enough",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };
    const READS_SPARSE: bool = true;

    fn run(
        inputs: &Inputs,
        parameters: &FilterGenesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
