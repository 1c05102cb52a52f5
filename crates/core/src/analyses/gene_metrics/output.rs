//! What `gene_metrics` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{GeneMetricsParameters, figures};
use crate::{
    analyses::{Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::summary::summarize,
    table::{NumberFormat, Table},
};

/// The metrics of every gene.
#[derive(Debug)]
pub struct GeneMetricsOutput {
    /// One per gene, in the order of the data.
    pub genes: Vec<GeneMetric>,
    /// Samples on each side of the percentile.
    pub half_window: usize,
    pub(super) names: Arc<Vec<String>>,
    pub(super) n_samples: usize,
    pub(super) parameters: GeneMetricsParameters,
    pub(super) value_label: String,
    pub(super) input_name: String,
}

/// The metrics of one gene; NaN where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeneMetric {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, with n − 1.
    pub sd: f64,
    /// Share of zeros among the values present.
    pub zero_share: f64,
    /// The percentile.
    pub signal: f64,
    /// The percentile of (1 + x) / mean(1 + x).
    pub snr: f64,
    /// Mean cosine of every two samples in the window.
    pub mean_cosine: f64,
    /// What the original program prints for it.
    pub reference_compatible: f64,
    /// Samples in the window.
    pub n_window: usize,
    /// Values other than 0.
    pub n_nonzero: usize,
    /// Mean of the ranks of `snr` and `mean_cosine`.
    pub co_rank: f64,
}

/// What the page shows beside table and picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GeneMetricsSummary {
    /// Genes with a co-rank.
    pub n_ranked: usize,
    /// Samples on each side of the percentile.
    pub half_window: usize,
    /// Medians of signal-to-noise and of mean cosine.
    pub medians: Option<[f64; 2]>,
    /// Gene with the best co-rank.
    pub top: Option<String>,
}

impl GeneMetricsOutput {
    /// Genes with a co-rank, best first; ties keep their order.
    pub(super) fn by_co_rank(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.genes.len())
            .filter(|&gene| !self.genes[gene].co_rank.is_nan())
            .collect();
        order.sort_by(|&a, &b| self.genes[a].co_rank.total_cmp(&self.genes[b].co_rank));
        order
    }
}

impl StepOutput for GeneMetricsOutput {
    type Summary = GeneMetricsSummary;

    fn summary(&self) -> GeneMetricsSummary {
        let order = self.by_co_rank();
        let median = |value: fn(&GeneMetric) -> f64| {
            summarize(
                &order
                    .iter()
                    .map(|&gene| value(&self.genes[gene]))
                    .collect::<Vec<_>>(),
            )
            .median
        };
        let medians = [median(|gene| gene.snr), median(|gene| gene.mean_cosine)];
        GeneMetricsSummary {
            n_ranked: order.len(),
            half_window: self.half_window,
            medians: medians
                .iter()
                .all(|median| median.is_finite())
                .then_some(medians),
            top: order.first().map(|&gene| self.names[gene].clone()),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let column = |value: fn(&GeneMetric) -> f64| self.genes.iter().map(value).collect();
        let n_window = self.genes.iter().map(|gene| Some(gene.n_window as i64));
        let (general, fixed) = (NumberFormat::General, NumberFormat::Fixed(4));
        let mut table = Table::new("genes", "Genes")
            .text("gene", "Gene", self.names.to_vec())
            .number("mean", "Mean", general, column(|gene| gene.mean))
            .number("sd", "sd", general, column(|gene| gene.sd))
            .number(
                "zero_share",
                "Zeros",
                NumberFormat::Percent,
                column(|gene| gene.zero_share),
            )
            .number("signal", "Signal", general, column(|gene| gene.signal))
            .number("snr", "Signal to noise", general, column(|gene| gene.snr))
            .number(
                "mean_cosine",
                "Mean cosine",
                fixed,
                column(|gene| gene.mean_cosine),
            )
            .integer("n_window", "Samples in the window", n_window.collect())
            .number(
                "co_rank",
                "Co-rank",
                NumberFormat::Fixed(1),
                column(|gene| gene.co_rank),
            );
        if self.parameters.reference_compatible {
            let values = column(|gene| gene.reference_compatible);
            table = table.number("reference_compatible", "As the original", fixed, values);
        }
        vec![table]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_ranked".into(), json!(summary.n_ranked));
        scalars.insert("half_window".into(), json!(summary.half_window));
        for (at, name) in ["median_snr", "median_mean_cosine"].into_iter().enumerate() {
            scalars.insert(
                name.into(),
                json!(summary.medians.map(|medians| medians[at])),
            );
        }
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        format!(
            "For each of {} genes of {} over {} samples, percentile {} of {} and of (1 + x) / mean(1 + x) were computed, and the mean cosine similarity of the up to {} samples around it; {} genes were ranked by the mean of their ranks in both.",
            self.genes.len(),
            self.input_name,
            self.n_samples,
            self.parameters.percentile,
            self.value_label,
            2 * self.half_window,
            self.summary().n_ranked
        )
    }
}
