//! Classical multidimensional scaling: samples in a plane, as far apart as their distances say.
//!
//! Agrees with R `cmdscale` on `1 - cor(x)` or on `dist(t(x))`, with `scale` on
//! `dist(scale(t(x)))`, signs aside: the largest coordinate of each dimension is positive. Genes with
//! missing values are left out and counted; a constant one is not divided.
//!
//! There is no choice to center genes, as `pca` has: differences do not change by it.

mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{MdsOutput, MdsSummary};
pub use params::{MdsParameters, SampleDistance};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `mds` step.
pub struct Mds;

impl Analysis for Mds {
    type Parameters = MdsParameters;
    type Output = MdsOutput;
    const META: Meta = Meta {
        id: "mds",
        title: "Multidimensional scaling",
        help: "Lays samples out so that their distances are kept as well as they can be",
        group: Group::Look,
        reads: &["Data"],
        citations: &[
            "Gower JC (1966) Some distance properties of latent root and vector methods used in multivariate analysis. Biometrika 53:325–338. doi:10.1093/biomet/53.3-4.325",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &MdsParameters,
        context: &Context,
    ) -> Result<MdsOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
