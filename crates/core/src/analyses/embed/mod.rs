//! A map of samples with neighbors beside neighbors: t-SNE or UMAP of principal components.
//!
//! Settings are those of scikit-learn's `TSNE` and of umap-learn; maps differ from theirs as they do
//! from seed to seed, and keep as many neighbors. Equal seeds give equal maps on any number of
//! threads, natively and in the browser. Genes with missing values are left out and counted.

mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{EmbedOutput, EmbedSummary};
pub use params::{EmbedMethod, EmbedParameters};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `embed` step.
pub struct Embed;

impl Analysis for Embed {
    type Parameters = EmbedParameters;
    type Output = EmbedOutput;
    const META: Meta = Meta {
        id: "embed",
        title: "t-SNE and UMAP",
        help: "Draws a map on which samples lie beside those most like them",
        group: Group::Look,
        reads: &["Data"],
        citations: &[
            "van der Maaten L, Hinton G (2008) Visualizing data using t-SNE. Journal of Machine Learning Research 9:2579–2605",
            "McInnes L, Healy J, Melville J (2018) UMAP: uniform manifold approximation and projection for dimension reduction. doi:10.48550/arXiv.1802.03426",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &EmbedParameters,
        context: &Context,
    ) -> Result<EmbedOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
