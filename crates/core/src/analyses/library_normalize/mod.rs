//! Makes counts of samples of different depth comparable.
//!
//! See [`crate::stats::library_size`] for the factors, and their formulas.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::LibraryNormalizeParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `library_normalize` step.
pub struct LibraryNormalize;

impl Analysis for LibraryNormalize {
    type Parameters = LibraryNormalizeParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "library_normalize",
        title: "Library size normalization",
        help: "Makes counts of samples of different sequencing depth comparable",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[
            "Robinson & Oshlack. A scaling normalization method for differential expression analysis of RNA-seq data. Genome Biology 11:R25 (2010). doi:10.1186/gb-2010-11-3-r25",
            "Anders & Huber. Differential expression analysis for sequence count data. Genome Biology 11:R106 (2010). doi:10.1186/gb-2010-11-10-r106",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &LibraryNormalizeParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
