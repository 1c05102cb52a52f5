//! Subtracts the middle of each gene or sample and divides by its spread.
//!
//! ```text
//! y = (x − center) / scale
//! ```
//!
//! Agrees with R `scale` (with `ddof` 1) and scikit-learn `StandardScaler` (with `ddof` 0). What is
//! constant is centered, not divided, as in scikit-learn (R gives NaN), and listed in the table
//! `constant`. Missing values stay missing and do not count.
//!
//! Center and scale of genes can be fitted on chosen samples and applied to all. A gene without a
//! value there has no center, and becomes missing.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::{Axis, Center, CenterScaleParameters, Scale};

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `center_scale` step.
pub struct CenterScale;

impl Analysis for CenterScale {
    type Parameters = CenterScaleParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "center_scale",
        title: "Center and scale",
        help: "Subtracts the middle of each gene or sample and divides by its spread",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &CenterScaleParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
