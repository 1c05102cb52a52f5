//! What `perturb` gives.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    CAVEAT, PerturbParameters, figures,
    impact::impact_table,
    model::Model,
    moves::cells_table,
    plane::Plane,
    shift_tables::{ShiftRow, shift_rows, shifts_table},
    shifts::{Shift, States},
    sums::Affected,
    tables,
    targets::Target,
};
use crate::{
    analyses::{NamedDataset, Scalars, StepOutput, vocabulary::MatchedGenes},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::rank_context::EmbeddingKind,
    table::Table,
};

/// One perturbation.
#[derive(Debug, Clone, PartialEq)]
pub struct Perturbed {
    /// The gene, or the set.
    pub target: Target,
    /// The affected genes, most affected first.
    pub affected: Vec<Affected>,
    /// Mean effect on all genes, one per cell.
    pub cells: Vec<f64>,
    /// Which cells these are, among those perturbed.
    pub cell_numbers: Vec<u32>,
    /// Mean rank of the perturbed genes, from 0; none where no cell has them.
    pub rank: Option<f64>,
    /// How far cells move.
    pub shift: Shift,
}

impl Perturbed {
    /// Mean effect over cells; NaN without one.
    pub fn mean(&self) -> f64 {
        self.cells.iter().sum::<f64>() / self.cells.len() as f64
    }
}

/// All perturbations of sequences.
#[derive(Debug)]
pub struct SequencePerturbation {
    /// In the order asked for, or that of tokens.
    pub perturbed: Vec<Perturbed>,
    pub(super) matched: MatchedGenes,
    /// What genes are called besides, in the order of the vocabulary: symbols, where there are.
    pub(super) labels: Vec<String>,
    pub(super) model: Model,
    pub(super) states: States,
    pub(super) shift_rows: Vec<ShiftRow>,
    /// Whether model and data fit, where there is a model.
    pub(super) compatibility: Option<Table>,
    /// The plane in which cells move, where there is a goal.
    pub(super) plane: Option<Plane>,
    /// Names of the perturbed cells.
    pub(super) cells: Vec<String>,
    pub(super) parameters: PerturbParameters,
    pub(super) input_name: String,
}

/// What a run made, before it is put into words.
pub(super) struct Made {
    pub matched: MatchedGenes,
    pub model: Model,
    pub states: States,
    pub perturbed: Vec<Perturbed>,
    pub compatibility: Option<Table>,
    pub plane: Option<Plane>,
    pub cells: Vec<usize>,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PerturbSummary {
    /// Perturbations.
    pub n_perturbed: usize,
    /// Cells they were tried in.
    pub n_cells: usize,
    /// Cells of the one shown first that have its genes.
    pub n_cells_of_first: usize,
    /// Of the one shown first: its name and the most affected gene.
    pub first: Option<[String; 2]>,
    /// That gene's mean 1 − cosine.
    pub largest: Option<f64>,
    /// Perturbations that move cells towards or away from the goal, at an adjusted p below 0.05;
    /// none without a goal.
    pub n_shifting: Option<usize>,
    /// What was done.
    pub how: String,
    /// What says how much a gene is affected: "1 − cosine".
    pub measure: String,
}

impl SequencePerturbation {
    pub(super) fn new(input: &NamedDataset, parameters: &PerturbParameters, made: Made) -> Self {
        Self {
            shift_rows: shift_rows(&made.perturbed, &made.states, parameters.seed),
            labels: labels(input, &made.matched),
            matched: made.matched,
            model: made.model,
            states: made.states,
            perturbed: made.perturbed,
            compatibility: made.compatibility,
            plane: made.plane,
            cells: made
                .cells
                .iter()
                .map(|&cell| input.data.samples[cell].clone())
                .collect(),
            parameters: parameters.clone(),
            input_name: input.name.clone(),
        }
    }

    /// What a gene is called, its symbol where there is one.
    pub(super) fn label(&self, gene: u32) -> &str {
        &self.labels[gene as usize]
    }

    /// What a perturbation is called, as pictures call it.
    pub(super) fn target_label(&self, target: &Target) -> String {
        let labels: Vec<&str> = target.genes.iter().map(|&gene| self.label(gene)).collect();
        labels.join("+")
    }

    /// The tokens of genes, with spaces between.
    pub(super) fn tokens(&self, genes: &[u32]) -> String {
        let tokens = &self.matched.vocabulary.tokens;
        let words = genes.iter().map(|&gene| tokens[gene as usize].to_string());
        words.collect::<Vec<_>>().join(" ")
    }

    /// The name of a cell of a perturbation.
    pub(super) fn cell(&self, perturbed: &Perturbed, at: usize) -> &str {
        &self.cells[perturbed.cell_numbers[at] as usize]
    }

    /// The perturbation with the largest mean effect; the first of equal ones.
    pub(super) fn strongest(&self) -> Option<&Perturbed> {
        let mut strongest: Option<&Perturbed> = None;
        for perturbed in &self.perturbed {
            let is_larger = strongest.is_none_or(|known| perturbed.mean() > known.mean());
            if is_larger && !perturbed.affected.is_empty() {
                strongest = Some(perturbed);
            }
        }
        strongest
    }
}

/// Symbols, where an annotation of genes has them.
fn labels(input: &NamedDataset, matched: &MatchedGenes) -> Vec<String> {
    let mut labels = matched.vocabulary.genes.clone();
    let annotations = &input.data.gene_annotations;
    let is_symbol = |name: &&str| {
        ["symbol", "gene_symbol", "gene_name"].contains(&name.to_lowercase().as_str())
    };
    let Some(column) = annotations
        .names()
        .find(is_symbol)
        .and_then(|name| annotations.column(name))
    else {
        return labels;
    };
    for (row, gene) in matched.vocabulary.of_row.iter().enumerate() {
        let Some(gene) = gene else { continue };
        let symbol = column.values.text(row);
        if !symbol.trim().is_empty() {
            symbol.trim().clone_into(&mut labels[*gene as usize]);
        }
    }
    labels
}

impl StepOutput for SequencePerturbation {
    type Summary = PerturbSummary;

    fn summary(&self) -> PerturbSummary {
        let first = self.strongest();
        let affected = first.and_then(|first| Some((first, first.affected.first()?)));
        let is_shifting =
            |row: &&ShiftRow| row.states.first().is_some_and(|goal| goal.q_value < 0.05);
        PerturbSummary {
            n_perturbed: self.perturbed.len(),
            n_cells: self.cells.len(),
            n_cells_of_first: first.map_or(0, |first| first.cells.len()),
            first: affected.map(|(first, gene)| {
                [
                    self.target_label(&first.target),
                    self.label(gene.gene).to_owned(),
                ]
            }),
            largest: affected.map(|(_, gene)| gene.mean),
            n_shifting: (!self.states.is_empty())
                .then(|| self.shift_rows.iter().filter(is_shifting).count()),
            how: self.parameters.mode.name().replace('_', " "),
            measure: "1 − cosine".into(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let mut tables = vec![tables::genes(self)];
        if self.perturbed.len() > 1 {
            tables.push(tables::perturbed(self));
        }
        if !self.states.is_empty() {
            tables.push(shifts_table(self));
        }
        tables.extend(impact_table(self));
        tables.extend(cells_table(self));
        tables.extend(self.compatibility.clone());
        tables.extend([
            tables::gene_shifts(self),
            self.matched
                .genes_table()
                .renamed("vocabulary", "Genes with a token"),
            self.matched.dropped_table(),
        ]);
        tables
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_perturbed".into(), json!(summary.n_perturbed));
        scalars.insert("n_cells".into(), json!(summary.n_cells));
        scalars.insert(
            "n_genes_with_token".into(),
            json!(self.matched.vocabulary.genes.len()),
        );
        scalars.insert("caveat".into(), json!(CAVEAT));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos(self)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let parameters = &self.parameters;
        let medians = if self.matched.has_own_medians {
            "these data"
        } else {
            "a dictionary"
        };
        let goal = match (
            self.states.names.as_slice(),
            self.parameters.start_state.as_str(),
        ) {
            ([goal, ..], start) => format!(" Shifts are of cells of {start} towards {goal}."),
            _ => String::new(),
        };
        let encoder = match &self.model {
            Model::RankContext(encoder) => format!(
                "The encoder is one hop of attention (temperature {}) over vectors of {} numbers made by {} from these data, positions weighted {}",
                parameters.temperature,
                encoder.n_dims(),
                match parameters.embedding {
                    EmbeddingKind::Svd => "truncated singular value decomposition of z scores",
                    EmbeddingKind::Ppmi => "positive pointwise mutual information",
                },
                parameters.position_weight,
            ),
            Model::Checkpoint(model) => format!(
                "The encoder is a trained model of {} layers and {} numbers, of which layer {} from the end was taken",
                model.encoder.config().n_layers,
                model.encoder.config().hidden_size,
                model.layer,
            ),
        };
        format!(
            "{} perturbations were made in {} cells of {} by {} in rank-value sequences of at most {} genes, with medians of {medians}. {encoder}; 1 − cosine of each gene's vector before and after was averaged over cells.{goal} This is {CAVEAT}.",
            self.perturbed.len(),
            self.cells.len(),
            self.input_name,
            parameters.mode.name(),
            parameters.max_length,
        )
    }
}
