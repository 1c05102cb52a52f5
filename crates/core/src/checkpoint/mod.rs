//! A model of the shape of Geneformer, as its files hold it: weights, their sizes, the tokens and
//! medians of its genes.
//!
//! Types alone: `cuvette-formats` reads them, [`crate::stats::encoder`] computes with them.

pub mod compatibility;
mod config;
mod dictionary;
mod genes;
mod tensor;

use std::{collections::BTreeMap, sync::Arc};

pub use config::{Activation, CheckpointConfig};
pub use dictionary::{MedianDictionary, SpecialTokens, TokenDictionary};
pub use genes::{GeneMatch, match_genes};
pub use tensor::{Tensor, TensorValues, f32_from_bf16, f32_from_f16};

/// The weights of an encoder: what a safetensors file holds, without heads that the encoder has no
/// use for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checkpoint {
    /// Tensors by the name that the file gives them.
    pub tensors: BTreeMap<String, Tensor>,
    /// Names of what the file holds and was not kept.
    pub left_out: Vec<String>,
}

impl Checkpoint {
    /// Bytes of all values.
    pub fn memory_bytes(&self) -> u64 {
        self.tensors.values().map(Tensor::memory_bytes).sum()
    }

    /// Number of all values.
    pub fn n_values(&self) -> u64 {
        self.tensors
            .values()
            .map(|tensor| tensor.values.len() as u64)
            .sum()
    }
}

/// The files of a model that a step reads, as far as they are there.
#[derive(Debug, Clone, Default)]
pub struct ModelParts {
    /// Its weights.
    pub weights: Option<Arc<Checkpoint>>,
    /// Its sizes.
    pub config: Option<Arc<CheckpointConfig>>,
    /// The tokens of its genes.
    pub tokens: Option<Arc<TokenDictionary>>,
    /// The medians of its genes.
    pub medians: Option<Arc<MedianDictionary>>,
}

impl ModelParts {
    /// Whether none of the files is there.
    pub fn is_empty(&self) -> bool {
        self.weights.is_none()
            && self.config.is_none()
            && self.tokens.is_none()
            && self.medians.is_none()
    }
}
