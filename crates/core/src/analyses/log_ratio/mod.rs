//! Log ratios of two-channel arrays: what was measured over its reference, whatever the dye.
//!
//! ```text
//! M = log2(sample / reference)
//! ```
//!
//! The sign is always that of the sample: where the dyes of an array are swapped, the annotation
//! that says what each channel holds turns the ratio back. Agrees with limma's `MA.RG` where the
//! red channel holds the sample, and with its negative where the green one does.

mod pairing;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::{LogRatioParameters, NotPositive};

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `log_ratio` step.
pub struct LogRatio;

impl Analysis for LogRatio {
    type Parameters = LogRatioParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "log_ratio",
        title: "Log ratio of two channels",
        help: "Gives log2(sample / reference) of two-channel arrays, also where dyes are swapped",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[
            "Yang et al. Normalization for cDNA microarray data: a robust composite method addressing single and multiple slide systematic variation. Nucleic Acids Research 30:e15 (2002). doi:10.1093/nar/30.4.e15",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &LogRatioParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
