//! One sample per group of replicates: their mean, with standard deviation and number beside it.
//!
//! Values are averaged as they are: logarithms give the mean of logs, as it should be for ratios.
//! The tables `sd` (n − 1, empty for n = 1) and `n` hold one column per group. Groups stand in the
//! order of their first sample. An annotation of samples is kept where it is equal within every
//! group. Missing values do not count.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::AverageReplicatesParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `average_replicates` step.
pub struct AverageReplicates;

impl Analysis for AverageReplicates {
    type Parameters = AverageReplicatesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "average_replicates",
        title: "Average replicates",
        help: "Makes one sample of all that share an annotation, with their sd and number",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &AverageReplicatesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
