//! What can be set in `perturb`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prepare::EncoderOptions;
use crate::{
    analyses::{
        DataReference, GeneChoice, Parameters, SampleSet, Shapes, names_of::check_sample_columns,
    },
    error::ParamError,
    stats::{rank_context::EmbeddingKind, sequence_edit::SequenceMode},
};

/// Draws of the null where all knock-outs of a cell follow from one pass.
const DEFAULT_NULL_DRAWS: usize = 20;

/// What answers a perturbation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerturbEngine {
    /// Genes in the context of their cell, from these data alone.
    #[default]
    #[schemars(title = "Rank context (no model)")]
    RankContext,
    /// What to expect of every gene when one changes, from how they vary together.
    #[schemars(title = "Conditional (covariances)")]
    Conditional,
    /// A change that goes from gene to gene over several steps.
    #[schemars(title = "Network (ridge)")]
    Network,
    /// A trained model of the shape of Geneformer, whose files stand behind the data.
    #[schemars(title = "Checkpoint (Geneformer)")]
    Checkpoint,
}

/// Parameters of `perturb`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PerturbParameters {
    /// What answers
    ///
    /// `rank_context` gives genes vectors in the context of their cell, from these data alone.
    /// `checkpoint` runs a trained model, whose files are attached. `conditional` and `network` know
    /// no ranks: they say by how much levels are expected to change.
    pub engine: PerturbEngine,
    /// Genes to perturb
    ///
    /// Each by itself, unless they are to be perturbed together. By name, or as an annotation of
    /// genes calls them; the word all for every gene.
    #[schemars(extend("x-items" = "genes"))]
    pub genes: GeneChoice,
    /// Perturb all of them together, as one set
    ///
    /// A cell counts where it has all of them.
    pub together: bool,
    /// How a gene is perturbed
    ///
    /// Deleting a gene, as Geneformer does, moves all later genes up one position, which alone
    /// changes what a model that knows positions makes of them; `compare_modes` shows how much.
    pub mode: SequenceMode,
    /// Cells to perturb
    #[schemars(extend("x-items" = "samples"))]
    pub cells: SampleSet,
    /// At most so many cells, drawn by `seed`
    #[schemars(range(min = 1), extend("x-unit" = "cells"))]
    pub max_cells: usize,
    /// Sample annotation with the states of cells
    ///
    /// With it, a start and a goal, the table of shifts says which perturbation brings cells nearer
    /// to the goal.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub state_column: String,
    /// State of the cells to perturb
    #[schemars(extend("x-choices" = "levels_of:state_column"))]
    pub start_state: String,
    /// State that they should come nearer to
    #[schemars(extend("x-choices" = "levels_of:state_column"))]
    pub goal_state: String,
    /// Other states to compare with
    pub alternative_states: Vec<String>,
    /// Layer of a checkpoint whose states are compared
    ///
    /// From the end: −1 is the one before the last, more general; 0 the last, nearest to what the
    /// model was trained for.
    pub layer: i32,
    /// How the vector of a gene is made
    ///
    /// This and the next three are of the engine `rank_context`.
    pub embedding: EmbeddingKind,
    /// Numbers in a vector
    #[schemars(range(min = 2, max = 512))]
    pub dimensions: usize,
    /// Weight of a gene's position in the sequence
    ///
    /// 0: positions do not matter. 0.5 is like a language model that knows them.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub position_weight: f64,
    /// Temperature of attention
    ///
    /// The smaller, the more a gene looks at those most like it.
    #[schemars(range(min = 0.01, max = 10.0))]
    pub temperature: f64,
    /// Table with the median of each gene, in counts per 10,000
    ///
    /// Empty: the medians of the data.
    pub medians: DataReference,
    /// Most genes of a sequence
    #[schemars(range(min = 2), extend("x-unit" = "genes"))]
    pub max_length: usize,
    /// Leave out genes that fewer cells have
    ///
    /// Of fewer than twice as many cells, half are enough.
    #[schemars(range(min = 1), extend("x-unit" = "cells"))]
    pub min_cells: usize,
    /// Genes of nearly the same rank that a perturbation is compared with
    ///
    /// For the z score: the same is done to each of them. Default none: 20 where everything follows
    /// from one pass over a cell, else 0, since each takes a pass of its own.
    #[schemars(range(max = 20), extend("x-unit" = "genes"))]
    pub null_draws: Option<usize>,
    /// Affected genes that are kept for each perturbation
    ///
    /// Default none: all where at most 50 genes are perturbed, else 20.
    #[schemars(range(min = 1), extend("x-unit" = "genes"))]
    pub top_affected: Option<usize>,
    /// Genes that may regulate others, for the engine `network`
    ///
    /// A gene list or table, such as transcription factors. Empty: of each gene the 20 with the
    /// largest partial correlation.
    pub regulators: DataReference,
    /// Steps of the engine `network`
    #[schemars(range(min = 1, max = 50), extend("x-unit" = "steps"))]
    pub steps: usize,
    /// Start of the random numbers
    pub seed: u64,
}

impl Default for PerturbParameters {
    fn default() -> Self {
        Self {
            engine: PerturbEngine::default(),
            genes: GeneChoice::default(),
            together: false,
            mode: SequenceMode::default(),
            cells: SampleSet::All,
            max_cells: 100,
            state_column: String::new(),
            start_state: String::new(),
            goal_state: String::new(),
            alternative_states: Vec::new(),
            layer: -1,
            embedding: EmbeddingKind::default(),
            dimensions: 64,
            position_weight: 0.0,
            temperature: 0.1,
            medians: DataReference::default(),
            max_length: 2_048,
            min_cells: 10,
            null_draws: None,
            top_affected: None,
            regulators: DataReference::default(),
            steps: 3,
            seed: 0,
        }
    }
}

impl PerturbParameters {
    /// Whether all knock-outs of a cell follow from one pass over it.
    pub(super) fn is_closed(&self) -> bool {
        match self.mode {
            SequenceMode::AttentionMask
            | SequenceMode::DeleteKeepPositions
            | SequenceMode::Mask => true,
            SequenceMode::Delete | SequenceMode::RandomDelete => self.position_weight == 0.0,
            SequenceMode::ShiftOnly | SequenceMode::Overexpress => false,
        }
    }

    /// How the weight-free encoder is made.
    pub(super) fn encoder_options(&self) -> EncoderOptions {
        EncoderOptions {
            embedding: self.embedding,
            dimensions: self.dimensions,
            position_weight: self.position_weight,
            temperature: self.temperature,
            seed: self.seed,
        }
    }

    /// Draws of the null.
    pub(super) fn n_null_draws(&self, by_force: bool) -> usize {
        let default = if by_force { 0 } else { DEFAULT_NULL_DRAWS };
        self.null_draws.unwrap_or(default)
    }
}

impl Parameters for PerturbParameters {
    const DATA_FIELDS: &'static [&'static str] = &["medians", "regulators"];

    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        check_encoder(self.dimensions, self.position_weight, self.temperature)?;
        let at_least = |field: &str, value: usize, least: usize| {
            let error = || ParamError::new(field, value, format!("{least} or more"));
            if value < least { Err(error()) } else { Ok(()) }
        };
        at_least("max_cells", self.max_cells, 1)?;
        at_least("max_length", self.max_length, 2)?;
        at_least("min_cells", self.min_cells, 1)?;
        at_least("top_affected", self.top_affected.unwrap_or(1), 1)?;
        if self
            .null_draws
            .is_some_and(|draws| draws > DEFAULT_NULL_DRAWS)
        {
            let draws = self.null_draws.unwrap_or_default();
            return Err(ParamError::new("null_draws", draws, "0 to 20"));
        }
        if !(1..=50).contains(&self.steps) {
            return Err(ParamError::new("steps", self.steps, "1 to 50"));
        }
        self.cells.refuse_empty("cells")?;
        if !self.goal_state.is_empty() && self.goal_state == self.start_state {
            return Err(ParamError::new(
                "goal_state",
                &self.goal_state,
                "another state than the start",
            ));
        }
        check_sample_columns(shapes, &[("state_column", &self.state_column)])
    }
}

/// Ranges of what the weight-free encoder is made with.
pub fn check_encoder(
    dimensions: usize,
    position_weight: f64,
    temperature: f64,
) -> Result<(), ParamError> {
    if !(2..=512).contains(&dimensions) {
        return Err(ParamError::new("dimensions", dimensions, "2 to 512"));
    }
    if !(0.0..=10.0).contains(&position_weight) {
        return Err(ParamError::new(
            "position_weight",
            position_weight,
            "0 to 10",
        ));
    }
    if !(0.01..=10.0).contains(&temperature) {
        return Err(ParamError::new("temperature", temperature, "0.01 to 10"));
    }
    Ok(())
}
