//! Makes genes of different length comparable.
//!
//! See [`crate::stats::gene_length`] for the formulas. Lengths come from a table, such as one read
//! from a GTF file, or from an annotation of the genes; genes without a length are dropped and
//! listed.

mod lengths;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::{LengthNormalizeParameters, LengthUnit, RepeatedNames};

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `length_normalize` step.
pub struct LengthNormalize;

impl Analysis for LengthNormalize {
    type Parameters = LengthNormalizeParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "length_normalize",
        title: "Length normalization",
        help: "Makes genes of different length comparable",
        group: Group::Transform,
        reads: &["Data"],
        citations: &[
            "Wagner et al. Measurement of mRNA abundance using RNA-seq data: RPKM measure is inconsistent among samples. Theory in Biosciences 131:281 (2012). doi:10.1007/s12064-012-0162-3",
            "Mortazavi et al. Mapping and quantifying mammalian transcriptomes by RNA-Seq. Nature Methods 5:621 (2008). doi:10.1038/nmeth.1226",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &LengthNormalizeParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs, parameters, context)
    }
}
