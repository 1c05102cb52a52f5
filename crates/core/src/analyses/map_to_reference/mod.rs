//! Gives every sample the distribution of another data set, gene ranks kept.
//!
//! The reference's distribution is the mean of its sorted samples over the common genes; the value
//! of rank r in a sample becomes the r-th of it, equal values the one at their average rank. So an
//! RNA-seq sample can be handed to what was learned from arrays. See
//! [`crate::stats::quantile_normalize::map_to_reference`].
//!
//! # References
//!
//! The idea is that of D-GEX (Chen et al. 2016), which maps RNA-seq samples onto the quantiles of
//! its arrays. D-GEX itself ranks *distinct* values (all zeros are one rank) and so stretches a
//! sample with many ties; here ties keep their average rank, as in preprocessCore's
//! `normalize.quantiles.use.target`.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::MapToReferenceParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `map_to_reference` step.
pub struct MapToReference;

impl Analysis for MapToReference {
    type Parameters = MapToReferenceParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "map_to_reference",
        title: "Map to a reference",
        help: "Gives every sample the distribution of values of another data set",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[
            "Chen et al. Gene expression inference with deep learning. Bioinformatics 32:1832 (2016). doi:10.1093/bioinformatics/btw074",
            "Bolstad et al. A comparison of normalization methods for high density oligonucleotide array data based on variance and bias. Bioinformatics 19:185 (2003). doi:10.1093/bioinformatics/19.2.185",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &MapToReferenceParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs, parameters, context)
    }
}
