//! What `embed` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{EmbedMethod, EmbedParameters};
use crate::{
    analyses::{
        Scalars, StepOutput,
        figure_parts::unknown_figure,
        sample_map::{Coordinates, map, sample_info},
    },
    dataset::Dataset,
    error::AnalysisError,
    figure::{Coloring, Figure, FigureInfo, FigureKind, FigureRequest},
    table::{NumberFormat, Table},
};

/// Samples on a map.
#[derive(Debug)]
pub struct EmbedOutput {
    /// x and y of all samples.
    pub coordinates: [Vec<f64>; 2],
    /// As used: no more neighbors than there are samples for.
    pub parameters: EmbedParameters,
    pub(super) n_components: usize,
    pub(super) n_genes: usize,
    /// What it was computed of, for names and annotations.
    pub(super) data: Arc<Dataset>,
    pub(super) input_name: String,
}

/// What the page shows beside table and picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmbedSummary {
    /// Samples and genes that took part.
    pub shape: [usize; 2],
    /// True for UMAP, false for t-SNE.
    pub is_umap: bool,
    /// Perplexity or neighbors, as used.
    pub neighborhood: f64,
    /// Principal components.
    pub n_components: usize,
}

impl EmbedOutput {
    fn method(&self) -> &'static str {
        match self.parameters.method {
            EmbedMethod::Tsne => "t-SNE",
            EmbedMethod::Umap => "UMAP",
        }
    }

    /// "perplexity 30".
    fn setting(&self) -> String {
        match self.parameters.method {
            EmbedMethod::Tsne => format!("perplexity {:.4}", self.parameters.perplexity)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .into(),
            EmbedMethod::Umap => format!("{} neighbors", self.parameters.neighbors),
        }
    }

    fn picture(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        let of = |at: usize| Coordinates {
            label: format!("{} {}", self.method(), at + 1),
            values: &self.coordinates[at],
        };
        let coloring = Coloring::of_samples(&self.data, request)?;
        let scatter = map(
            &of(0),
            &of(1),
            &self.data.samples,
            request,
            coloring.as_ref(),
        );
        let n = self.data.n_samples();
        Ok(Figure {
            name: "map".into(),
            title: format!("{} of samples", self.method()),
            subtitle: format!(
                "{}, n = {n} samples, {}, {} components, seed {}",
                self.input_name,
                self.setting(),
                self.n_components,
                self.parameters.seed
            ),
            alternative: format!("Map of {n} samples by {}", self.method()),
            kind: FigureKind::Scatter(scatter),
        })
    }
}

impl StepOutput for EmbedOutput {
    type Summary = EmbedSummary;

    fn summary(&self) -> EmbedSummary {
        let is_umap = self.parameters.method == EmbedMethod::Umap;
        EmbedSummary {
            shape: [self.data.n_samples(), self.n_genes],
            is_umap,
            neighborhood: if is_umap {
                self.parameters.neighbors as f64
            } else {
                self.parameters.perplexity
            },
            n_components: self.n_components,
        }
    }

    fn tables(&self) -> Vec<Table> {
        let [xs, ys] = self.coordinates.clone();
        vec![
            Table::new("coordinates", "Coordinates")
                .text("sample", "Sample", self.data.samples.to_vec())
                .number("x", "x", NumberFormat::General, xs)
                .number("y", "y", NumberFormat::General, ys),
        ]
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("n_samples".into(), json!(self.data.n_samples()));
        scalars.insert("n_genes".into(), json!(self.n_genes));
        scalars.insert("n_components".into(), json!(self.n_components));
        let setting = match self.parameters.method {
            EmbedMethod::Tsne => ("perplexity", json!(self.parameters.perplexity)),
            EmbedMethod::Umap => ("neighbors", json!(self.parameters.neighbors)),
        };
        scalars.insert(setting.0.into(), setting.1);
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        vec![sample_info("map", self.method(), &[], &self.data)]
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        match request.name.as_str() {
            "map" => self.picture(request),
            other => Err(unknown_figure(other, &self.figures())),
        }
    }

    fn note(&self) -> String {
        format!(
            "{} samples of {} were laid out by {} ({}, seed {}) of their first {} principal components over {} genes, centered. Distances between groups and their sizes on the map mean little.",
            self.data.n_samples(),
            self.input_name,
            self.method(),
            self.setting(),
            self.parameters.seed,
            self.n_components,
            self.n_genes,
        )
    }
}
