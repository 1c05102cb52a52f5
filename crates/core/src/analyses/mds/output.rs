//! What `mds` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::SampleDistance;
use crate::{
    analyses::{
        Scalars, StepOutput,
        figure_parts::unknown_figure,
        sample_map::{Coordinates, Pair, map, pairs, sample_info},
    },
    dataset::Dataset,
    error::AnalysisError,
    figure::{Coloring, Figure, FigureInfo, FigureKind, FigureRequest},
    stats::scaling::Scaling,
    table::{NumberFormat, Table},
};

/// Samples in few dimensions.
#[derive(Debug)]
pub struct MdsOutput {
    /// Coordinates of all samples, and eigenvalues.
    pub found: Scaling,
    pub(super) distance: SampleDistance,
    pub(super) is_scaled: bool,
    pub(super) n_genes: usize,
    /// What it was computed of, for names and annotations.
    pub(super) data: Arc<Dataset>,
    pub(super) input_name: String,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MdsSummary {
    /// Samples and genes that took part.
    pub shape: [usize; 2],
    /// Share of each dimension in the sum of all eigenvalues.
    pub shares: Vec<f64>,
}

impl MdsOutput {
    /// Share of each dimension in the sum of all eigenvalues, negative ones included.
    pub fn shares(&self) -> Vec<f64> {
        let of_all = |value: &f64| value / self.found.total;
        self.found.eigenvalues.iter().map(of_all).collect()
    }

    fn distance_words(&self) -> &'static str {
        match self.distance {
            SampleDistance::Correlation => "1 − Pearson's r",
            SampleDistance::Euclidean if self.is_scaled => {
                "Euclidean distance of genes in units of their standard deviation"
            }
            SampleDistance::Euclidean => "Euclidean distance",
        }
    }

    fn scores(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        let pair = Pair::asked(request, self.found.eigenvalues.len(), "MDS");
        let shares = self.shares();
        let of = |at: usize| Coordinates {
            label: format!("MDS{} ({:.1} %)", at + 1, 100.0 * shares[at]),
            values: &self.found.coordinates[at],
        };
        let (x, y) = (of(pair.0), of(pair.1));
        let coloring = Coloring::of_samples(&self.data, request)?;
        let scatter = map(&x, &y, &self.data.samples, request, coloring.as_ref());
        let n = self.data.n_samples();
        Ok(Figure {
            name: "scores".into(),
            title: "Samples by their distances".into(),
            subtitle: format!(
                "{}, n = {n} samples, {}",
                self.input_name,
                self.distance_words()
            ),
            alternative: format!("Scatter of {n} samples, {} against {}", x.label, y.label),
            kind: FigureKind::Scatter(scatter),
        })
    }
}

impl StepOutput for MdsOutput {
    type Summary = MdsSummary;

    fn summary(&self) -> MdsSummary {
        MdsSummary {
            shape: [self.data.n_samples(), self.n_genes],
            shares: self.shares(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let names: Vec<String> = (1..=self.found.eigenvalues.len())
            .map(|at| format!("MDS{at}"))
            .collect();
        let start = Table::new("scores", "Coordinates").text(
            "sample",
            "Sample",
            self.data.samples.to_vec(),
        );
        let columns = names.iter().zip(&self.found.coordinates);
        let scores = columns.fold(start, |table, (name, values)| {
            table.number(name, name, NumberFormat::General, values.clone())
        });
        let variance = Table::new("variance", "Eigenvalues")
            .text("component", "Component", names)
            .number(
                "eigenvalue",
                "Eigenvalue",
                NumberFormat::General,
                self.found.eigenvalues.clone(),
            )
            .number("share", "Share", NumberFormat::Percent, self.shares());
        vec![scores, variance]
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("n_samples".into(), json!(self.data.n_samples()));
        scalars.insert("n_genes".into(), json!(self.n_genes));
        scalars.insert("n_components".into(), json!(self.found.eigenvalues.len()));
        scalars.insert("total".into(), json!(self.found.total));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let pairs = pairs(self.found.eigenvalues.len());
        let names: Vec<String> = pairs.iter().map(|pair| pair.words("MDS")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        vec![sample_info("scores", "Samples", &names, &self.data)]
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        match request.name.as_str() {
            "scores" => self.scores(request),
            other => Err(unknown_figure(other, &self.figures())),
        }
    }

    fn note(&self) -> String {
        format!(
            "{} samples of {} were laid out in {} dimensions by classical multidimensional scaling of {} over {} genes. The first two dimensions hold {:.1} % of the sum of all eigenvalues. The largest coordinate of each dimension is positive.",
            self.data.n_samples(),
            self.input_name,
            self.found.eigenvalues.len(),
            self.distance_words(),
            self.n_genes,
            100.0 * self.shares().iter().take(2).sum::<f64>(),
        )
    }
}
