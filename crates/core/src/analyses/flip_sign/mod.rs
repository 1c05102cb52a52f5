//! Turns the sign of all samples, or of some.
//!
//! `y = -x`: what repairs log ratios that were formed as reference over sample. Turning twice gives
//! the first values again.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::FlipSignParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `flip_sign` step.
pub struct FlipSign;

impl Analysis for FlipSign {
    type Parameters = FlipSignParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "flip_sign",
        title: "Flip the sign",
        help: "Turns the sign of log ratios that were formed the wrong way round",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &FlipSignParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
