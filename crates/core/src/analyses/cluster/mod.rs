//! Trees of genes and samples by how alike they are, and the heat map in their order.
//!
//! Merges agree with `scipy.cluster.hierarchy.linkage` to 1e-6 in their heights, among ties too.
//! Ward's linkage is SciPy's on the distances given: on Euclidean ones it is Ward's criterion, on
//! 1 − r it takes these as if they were Euclidean, as SciPy and R's `ward.D2` do.

mod distances;
mod figures;
mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{ClusterOutput, ClusterSummary, Tree};
pub use params::{ClusterAxis, ClusterDistance, ClusterParameters, MAX_CLUSTERED};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `cluster` step.
pub struct Cluster;

impl Analysis for Cluster {
    type Parameters = ClusterParameters;
    type Output = ClusterOutput;
    const META: Meta = Meta {
        id: "cluster",
        title: "Cluster",
        help: "Builds trees of genes and samples by likeness and shows the heat map in their order",
        group: Group::Correlation,
        reads: &["Data"],
        citations: &[
            "Müllner 2011, https://arxiv.org/abs/1109.2378",
            "Ward 1963, https://doi.org/10.1080/01621459.1963.10500845",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &ClusterParameters,
        context: &Context,
    ) -> Result<ClusterOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
