//! What `pca` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PcaParameters, figures};
use crate::{
    analyses::{Scalars, StepOutput},
    dataset::Dataset,
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::principal::Principal,
    table::{NumberFormat, Table},
};

/// Principal components.
#[derive(Debug)]
pub struct PcaOutput {
    /// Scores of all samples, loadings of [`PcaOutput::genes`], variances.
    pub found: Principal,
    /// The genes that took part, in the order of the loadings.
    pub genes: Arc<Vec<String>>,
    pub(super) parameters: PcaParameters,
    pub(super) n_left_out: usize,
    /// What it was computed of, for names and annotations.
    pub(super) data: Arc<Dataset>,
    pub(super) input_name: String,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PcaSummary {
    /// Samples and genes that took part.
    pub shape: [usize; 2],
    /// Share of the variance of each component.
    pub shares: Vec<f64>,
    /// Genes with the largest loadings on the first component, either sign.
    pub top_genes: Vec<String>,
}

/// Genes named beside the key figures.
const N_TOP: usize = 3;

impl PcaOutput {
    /// Share of all variance of each component.
    pub fn shares(&self) -> Vec<f64> {
        let of_all = |variance: &f64| variance / self.found.total_variance;
        self.found.variances.iter().map(of_all).collect()
    }

    /// Positions of the genes with the largest loadings by `size`, of equal ones the first.
    pub(super) fn top_genes(&self, n: usize, size: impl Fn(usize) -> f64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.genes.len()).collect();
        order.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
        order.truncate(n);
        order
    }

    fn with_components(table: Table, vectors: &[Vec<f64>]) -> Table {
        let numbered = vectors.iter().enumerate();
        numbered.fold(table, |table, (at, vector)| {
            let name = format!("PC{}", at + 1);
            table.number(&name, &name, NumberFormat::General, vector.clone())
        })
    }
}

impl StepOutput for PcaOutput {
    type Summary = PcaSummary;

    fn summary(&self) -> PcaSummary {
        let first = &self.found.loadings[0];
        let top = self.top_genes(N_TOP, |gene| first[gene].abs());
        PcaSummary {
            shape: [self.data.n_samples(), self.genes.len()],
            shares: self.shares(),
            top_genes: top
                .into_iter()
                .map(|gene| self.genes[gene].clone())
                .collect(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let scores =
            Table::new("scores", "Scores").text("sample", "Sample", self.data.samples.to_vec());
        let loadings = Table::new("loadings", "Loadings").text("gene", "Gene", self.genes.to_vec());
        let names = (1..=self.found.variances.len()).map(|at| format!("PC{at}"));
        let variance = Table::new("variance", "Variance")
            .text("component", "Component", names.collect())
            .number(
                "variance",
                "Variance",
                NumberFormat::General,
                self.found.variances.clone(),
            )
            .number("share", "Share", NumberFormat::Percent, self.shares());
        vec![
            Self::with_components(scores, &self.found.scores),
            Self::with_components(loadings, &self.found.loadings),
            variance,
        ]
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("n_samples".into(), json!(self.data.n_samples()));
        scalars.insert("n_genes".into(), json!(self.genes.len()));
        scalars.insert("n_genes_left_out".into(), json!(self.n_left_out));
        scalars.insert("n_components".into(), json!(self.found.variances.len()));
        scalars.insert("total_variance".into(), json!(self.found.total_variance));
        scalars.insert("exact".into(), json!(self.found.is_exact));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos(self)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let how = match (self.parameters.center, self.parameters.scale) {
            (true, true) => "centered and scaled to a standard deviation of 1",
            (true, false) => "centered",
            (false, true) => "scaled to a mean square of 1",
            (false, false) => "as they are",
        };
        let method = if self.found.is_exact {
            "from all products of the shorter side".into()
        } else {
            format!(
                "by randomized singular value decomposition with seed {}",
                self.parameters.seed
            )
        };
        format!(
            "The first {} principal components of {} samples of {} were computed over {} genes, {how}, {method}; {} genes were left out. The first holds {:.1} % of the variance. The largest loading of each component is positive.",
            self.found.variances.len(),
            self.data.n_samples(),
            self.input_name,
            self.genes.len(),
            self.n_left_out,
            100.0 * self.shares()[0],
        )
    }
}
