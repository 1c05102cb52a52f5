//! How strong the signal of every gene is, and how alike the samples are in which it is strong:
//! the gene metrics of the ARCHS4 reference pipeline.
//!
//! | column | what |
//! |---|---|
//! | `mean`, `sd` | of the gene's values; sd with n − 1 |
//! | `zero_share` | values that are exactly 0, of those present |
//! | `signal` | the percentile, linearly interpolated as by `numpy.percentile` |
//! | `snr` | the percentile of (1 + x) / mean(1 + x) |
//! | `mean_cosine` | mean cosine similarity, over all genes, of every two samples in the window |
//! | `n_window` | samples in the window |
//! | `co_rank` | mean of the ranks of `snr` and `mean_cosine`, each 1 for the largest, ties averaged |
//!
//! The window of a gene holds the samples at the positions p − h to p + h − 1, from 0, of its values
//! in ascending order, p = ⌊percentile / 100 (n + 1)⌋, as far as they exist; equal values stand in
//! the order of the samples. A low co-rank is a gene with a strong signal that its samples share.
//!
//! `reference_compatible` adds the column of that name: what the original prints for the mean
//! cosine, which adds every pair twice and each sample with itself, 2 c + 2 / (n − 1); and 0 for a
//! gene with a single value other than 0.
//!
//! # Missing values
//!
//! They do not count: percentile and window are of the n values that a gene has. Two samples are
//! compared over the genes present in both. `mean_cosine` is missing with fewer than two samples
//! in the window, and for a gene whose values are all 0; there is no `co_rank` then. The cosine
//! with a sample whose values are all 0 is 0.

mod figures;
mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{GeneMetric, GeneMetricsOutput, GeneMetricsSummary};
pub use params::GeneMetricsParameters;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `gene_metrics` step.
pub struct GeneMetrics;

impl Analysis for GeneMetrics {
    type Parameters = GeneMetricsParameters;
    type Output = GeneMetricsOutput;
    const META: Meta = Meta {
        id: "gene_metrics",
        title: "Gene metrics",
        help: "Ranks genes by their signal and by how alike the samples are that have it",
        group: Group::GeneMetrics,
        reads: &["Data"],
        citations: &[
            "Lachmann A, Torre D, Keenan AB, et al. Massive mining of publicly available RNA-seq data from human and mouse. Nat Commun 2018;9:1366. https://doi.org/10.1038/s41467-018-03751-6",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &GeneMetricsParameters,
        context: &Context,
    ) -> Result<GeneMetricsOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, *parameters, context)
    }
}
