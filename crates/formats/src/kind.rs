//! What an input can be, by the name that the recipe gives it (`as`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Genes × samples.
    Matrix,
    /// Annotations of samples.
    SampleTable,
    /// Annotations of genes.
    GeneTable,
    /// Names of genes.
    GeneList,
    /// Named sets of genes.
    GeneSets,
    /// A forest that was saved.
    ForestModel,
    /// Weights of a model.
    Checkpoint,
    /// Sizes of a model.
    CheckpointConfig,
    /// Tokens of genes.
    TokenDictionary,
    /// Medians of genes that a model has learned with.
    MedianDictionary,
}

impl InputKind {
    /// Whether a dictionary of genes may be read as it.
    pub(crate) fn is_dictionary(self) -> bool {
        matches!(
            self,
            Self::TokenDictionary | Self::MedianDictionary | Self::GeneTable
        )
    }

    /// The words on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Matrix => "expression matrix",
            Self::SampleTable => "sample table",
            Self::GeneTable => "gene table",
            Self::GeneList => "gene list",
            Self::GeneSets => "gene sets",
            Self::ForestModel => "forest model",
            Self::Checkpoint => "model weights",
            Self::CheckpointConfig => "model configuration",
            Self::TokenDictionary => "token dictionary",
            Self::MedianDictionary => "median dictionary",
        }
    }
}
