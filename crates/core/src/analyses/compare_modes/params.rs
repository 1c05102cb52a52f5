//! What can be set in `compare_modes`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{
        DataReference, GeneChoice, Parameters, SampleSet, Shapes,
        perturb::{PerturbEngine, check_encoder},
    },
    error::ParamError,
    stats::rank_context::EmbeddingKind,
};

/// Parameters of `compare_modes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CompareModesParameters {
    /// What answers
    pub engine: PerturbEngine,
    /// Genes to knock out, each by itself
    ///
    /// By name, or as an annotation of genes calls them; the word all for every gene.
    #[schemars(extend("x-items" = "genes"))]
    pub genes: GeneChoice,
    /// Cells to knock them out in
    #[schemars(extend("x-items" = "samples"))]
    pub cells: SampleSet,
    /// At most so many cells, drawn by `seed`
    #[schemars(range(min = 1), extend("x-unit" = "cells"))]
    pub max_cells: usize,
    /// Weight of a gene's position in the sequence
    ///
    /// 0.5 is like a language model that knows positions; with 0 no mode can show a step.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub position_weight: f64,
    /// Layer of a checkpoint whose states are compared
    ///
    /// From the end: −1 is the one before the last, 0 the last.
    pub layer: i32,
    /// How the vector of a gene is made
    pub embedding: EmbeddingKind,
    /// Numbers in a vector
    #[schemars(range(min = 2, max = 512))]
    pub dimensions: usize,
    /// Temperature of attention
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
    /// Start of the random numbers
    pub seed: u64,
}

impl Default for CompareModesParameters {
    fn default() -> Self {
        Self {
            engine: PerturbEngine::default(),
            genes: GeneChoice::default(),
            cells: SampleSet::All,
            max_cells: 20,
            position_weight: 0.5,
            layer: -1,
            embedding: EmbeddingKind::default(),
            dimensions: 64,
            temperature: 0.1,
            medians: DataReference::default(),
            max_length: 2_048,
            min_cells: 10,
            seed: 0,
        }
    }
}

impl Parameters for CompareModesParameters {
    const DATA_FIELDS: &'static [&'static str] = &["medians"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        check_encoder(self.dimensions, self.position_weight, self.temperature)?;
        let at_least = [
            ("max_cells", self.max_cells, 1),
            ("max_length", self.max_length, 2),
            ("min_cells", self.min_cells, 1),
        ];
        for (field, value, least) in at_least {
            if value < least {
                return Err(ParamError::new(field, value, format!("{least} or more")));
            }
        }
        self.cells.refuse_empty("cells")
    }
}
