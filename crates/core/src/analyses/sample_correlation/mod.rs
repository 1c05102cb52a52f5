//! How alike samples are: the correlation of every two, in the order of a tree.
//!
//! Coefficients agree within 1e-6 with `numpy.corrcoef` and `scipy.stats.spearmanr`; missing values
//! are left out pair by pair. The heat map orders samples by average linkage on 1 − r.

mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{SampleCorrelationOutput, SampleCorrelationSummary};
pub use params::SampleCorrelationParameters;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `sample_correlation` step.
pub struct SampleCorrelation;

impl Analysis for SampleCorrelation {
    type Parameters = SampleCorrelationParameters;
    type Output = SampleCorrelationOutput;
    const META: Meta = Meta {
        id: "sample_correlation",
        title: "Sample correlation",
        help: "Correlates every sample with every other and orders them by likeness",
        group: Group::Correlation,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &SampleCorrelationParameters,
        context: &Context,
    ) -> Result<SampleCorrelationOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
