//! What gives genes their vectors: the encoder made from the data, or a checkpoint.

use crate::{
    checkpoint::SpecialTokens,
    context::Context,
    error::AnalysisError,
    stats::{
        encoder::Encoder,
        rank_context::{MASK_TOKEN, RankContext},
    },
};

/// An encoder of sequences of genes.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one per step, never in bulk")]
pub enum Model {
    /// Made from the data.
    RankContext(RankContext),
    /// A model that was trained.
    Checkpoint(CheckpointModel),
}

/// A trained model, and how genes are written for it.
#[derive(Debug)]
pub struct CheckpointModel {
    /// The model.
    pub encoder: Encoder,
    /// Layer whose states are compared, from the end.
    pub layer: i32,
    /// Token of each gene of the vocabulary.
    pub tokens: Vec<u32>,
    /// Tokens that stand for no gene.
    pub special: SpecialTokens,
}

impl Model {
    /// The encoder made from the data, where it is that.
    pub fn rank_context(&self) -> Option<&RankContext> {
        match self {
            Self::RankContext(encoder) => Some(encoder),
            Self::Checkpoint(_) => None,
        }
    }

    /// Numbers in a vector.
    pub fn n_dims(&self) -> usize {
        match self {
            Self::RankContext(encoder) => encoder.n_dims(),
            Self::Checkpoint(model) => model.encoder.config().hidden_size,
        }
    }

    /// Special tokens before and behind the genes.
    pub fn n_special(&self) -> [usize; 2] {
        match self {
            Self::RankContext(_) => [0, 0],
            Self::Checkpoint(model) => {
                [model.special.cls, model.special.eos].map(|token| usize::from(token.is_some()))
            }
        }
    }

    /// The token of a hidden gene.
    pub fn mask(&self) -> u32 {
        match self {
            Self::RankContext(_) => MASK_TOKEN,
            Self::Checkpoint(model) => model.special.mask.unwrap_or(MASK_TOKEN),
        }
    }

    /// The tokens of a set of genes.
    pub fn tokens(&self, genes: &[u32]) -> Vec<u32> {
        match self {
            Self::RankContext(_) => genes.to_vec(),
            Self::Checkpoint(model) => genes
                .iter()
                .map(|&gene| model.tokens[gene as usize])
                .collect(),
        }
    }

    /// The tokens of a whole cell, with the special ones around it.
    pub fn sequence(&self, genes: &[u32]) -> Vec<u32> {
        let mut tokens = self.tokens(genes);
        if let Self::Checkpoint(model) = self {
            if let Some(first) = model.special.cls {
                tokens.insert(0, first);
            }
            tokens.extend(model.special.eos);
        }
        tokens
    }

    /// The vector of every token in context, one after the other.
    ///
    /// # Errors
    ///
    /// Those of [`Encoder::hidden`].
    pub fn hidden(
        &self,
        tokens: &[u32],
        positions: &[u32],
        is_seen: &[bool],
        context: &Context,
    ) -> Result<Vec<f64>, AnalysisError> {
        match self {
            Self::RankContext(encoder) => Ok(encoder.hidden(tokens, positions, is_seen)),
            Self::Checkpoint(model) => {
                let encoder = &model.encoder;
                let hidden = encoder.hidden(tokens, positions, is_seen, model.layer, context)?;
                Ok(hidden.into_iter().map(f64::from).collect())
            }
        }
    }
}
