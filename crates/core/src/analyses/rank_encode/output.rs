//! What `rank_encode` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    analyses::{
        Scalars, StepOutput,
        figure_parts::{info, unknown_figure},
        vocabulary::MatchedGenes,
    },
    error::AnalysisError,
    figure::{Axis, Figure, FigureInfo, FigureKind, FigureRequest, Guide, Histogram},
    stats::{overview::histogram_counts, quantile::quantiles, rank_encoding::Sequence},
    table::Table,
};

/// Bins of the histogram of lengths.
const N_BINS: usize = 40;

/// The sequences of all cells.
#[derive(Debug)]
pub struct RankEncodeOutput {
    /// One per cell, in the order of the data.
    pub sequences: Vec<Sequence>,
    /// Special tokens before and behind the genes of every cell.
    pub(super) around: [Option<u32>; 2],
    pub(super) matched: MatchedGenes,
    pub(super) cells: Arc<Vec<String>>,
    pub(super) n_genes: usize,
    pub(super) max_length: usize,
    pub(super) input_name: String,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankEncodeSummary {
    /// Cells.
    pub n_cells: usize,
    /// Genes of the data, and those with a token.
    pub n_genes: [usize; 2],
    /// Share of the counts that the genes with a token hold; `None` without a count.
    pub share_of_counts: Option<f64>,
    /// Median length of a sequence; `None` without cells.
    pub median_length: Option<f64>,
    /// Cells with more genes than fit.
    pub n_truncated: usize,
    /// True where medians are those of these data.
    pub has_own_medians: bool,
}

impl RankEncodeOutput {
    fn lengths(&self) -> Vec<f64> {
        let lengths = self
            .sequences
            .iter()
            .map(|sequence| sequence.genes.len() as f64);
        lengths.collect()
    }

    fn figure_of_lengths(&self) -> Figure {
        let lengths = self.lengths();
        let longest = lengths.iter().copied().fold(1.0, f64::max);
        let median = quantiles(&lengths, &[0.5])[0];
        let marks = median.is_finite().then(|| Guide {
            at: median,
            label: format!("median {median}"),
            dashed: false,
        });
        let width = longest / N_BINS as f64;
        Figure {
            name: "lengths".into(),
            title: "Length of sequences".into(),
            subtitle: format!("{}, n = {} cells", self.input_name, lengths.len()),
            alternative: format!("Histogram of {} lengths up to {longest}", lengths.len()),
            kind: FigureKind::Histogram(Histogram {
                x: Axis {
                    label: "Tokens".into(),
                    low: 0.0,
                    high: longest,
                },
                y_label: "Cells".into(),
                edges: (0..=N_BINS).map(|bin| bin as f64 * width).collect(),
                counts: histogram_counts(lengths.into_iter(), 0.0, longest, N_BINS),
                signed: false,
                marks: marks.into_iter().collect(),
                selected_bin: None,
            }),
        }
    }
}

fn infos() -> Vec<FigureInfo> {
    vec![info("lengths", "Length of sequences", false, &[])]
}

impl StepOutput for RankEncodeOutput {
    type Summary = RankEncodeSummary;

    fn summary(&self) -> RankEncodeSummary {
        let median = quantiles(&self.lengths(), &[0.5])[0];
        let is_cut = |sequence: &&Sequence| sequence.n_expressed > sequence.genes.len();
        RankEncodeSummary {
            n_cells: self.sequences.len(),
            n_genes: [self.n_genes, self.matched.n_rows_matched],
            share_of_counts: Some(self.matched.share_of_counts).filter(|share| share.is_finite()),
            median_length: Some(median).filter(|median| median.is_finite()),
            n_truncated: self.sequences.iter().filter(is_cut).count(),
            has_own_medians: self.matched.has_own_medians,
        }
    }

    fn tables(&self) -> Vec<Table> {
        let tokens = |sequence: &Sequence| {
            let [first, last] = self.around;
            let genes = sequence.genes.iter();
            let genes = genes.map(|&gene| self.matched.vocabulary.tokens[gene as usize]);
            let tokens = first.into_iter().chain(genes).chain(last);
            let tokens: Vec<String> = tokens.map(|token| token.to_string()).collect();
            tokens.join(" ")
        };
        let n_around = self.around.iter().flatten().count();
        let integers = |value: &dyn Fn(&Sequence) -> usize| {
            let values = self.sequences.iter();
            values
                .map(|sequence| Some(value(sequence) as i64))
                .collect()
        };
        let sequences = Table::new("sequences", "Sequences")
            .text("cell", "Cell", self.cells.to_vec())
            .integer(
                "length",
                "Tokens",
                integers(&|sequence| sequence.genes.len() + n_around),
            )
            .text(
                "tokens",
                "Tokens, highest first",
                self.sequences.iter().map(tokens).collect(),
            )
            .integer(
                "n_expressed",
                "Genes of the vocabulary",
                integers(&|sequence| sequence.n_expressed),
            );
        vec![
            sequences,
            self.matched.genes_table(),
            self.matched.dropped_table(),
        ]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_cells".into(), json!(summary.n_cells));
        scalars.insert("n_genes".into(), json!(summary.n_genes[0]));
        scalars.insert("n_genes_matched".into(), json!(summary.n_genes[1]));
        scalars.insert(
            "share_of_counts_matched".into(),
            json!(summary.share_of_counts),
        );
        scalars.insert("median_length".into(), json!(summary.median_length));
        scalars.insert("n_truncated".into(), json!(summary.n_truncated));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        match request.name.as_str() {
            "lengths" => Ok(self.figure_of_lengths()),
            other => Err(unknown_figure(other, &infos())),
        }
    }

    fn note(&self) -> String {
        let summary = self.summary();
        format!(
            "{} cells of {} were written as rank-value sequences of at most {} tokens: counts per 10,000 over the median of the gene {}, highest first, equal values by their token. {} of {} genes have a token.",
            summary.n_cells,
            self.input_name,
            self.max_length,
            if summary.has_own_medians {
                "in these data"
            } else {
                "in the dictionary"
            },
            summary.n_genes[1],
            summary.n_genes[0],
        )
    }
}
