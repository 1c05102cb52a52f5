//! Keeps the genes with enough counts for a statistical analysis, as edgeR does.
//!
//! A gene is kept when its counts per million reach those of `min_count` in a library of median
//! size, in as many samples as the smallest group has, and its counts sum to `min_total`. Above 10
//! samples, only 70 % of the further ones are asked for.
//!
//! Chen, Lun & Smyth 2016, <https://doi.org/10.12688/f1000research.8987.2>. Agrees with R edgeR
//! `filterByExpr(counts, group)`; library sizes are the sums of the counts.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::FilterByExpressionParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `filter_by_expression` step.
pub struct FilterByExpression;

impl Analysis for FilterByExpression {
    type Parameters = FilterByExpressionParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "filter_by_expression",
        title: "Filter by expression",
        help: "Keeps genes with enough counts in enough samples, as edgeR's filterByExpr",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[
            "Chen, Lun & Smyth. From reads to genes to pathways: differential expression analysis of RNA-Seq experiments using Rsubread and the edgeR quasi-likelihood pipeline. F1000Research 5:1438 (2016). doi:10.12688/f1000research.8987.2",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &FilterByExpressionParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
