//! Logarithm of every value, after adding a pseudocount.
//!
//! `y = log_base(x + pseudocount)`; agrees with R `log2(x + 1)` and `numpy.log2(x + 1)`.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::{Base, LogParameters};

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `log` step.
pub struct Log;

impl Analysis for Log {
    type Parameters = LogParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "log",
        title: "Logarithm",
        help: "Takes the logarithm of every value, after adding a pseudocount",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &LogParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
