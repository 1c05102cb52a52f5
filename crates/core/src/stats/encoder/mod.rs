//! The encoder of a BERT checkpoint: the hidden state of any layer, for any positions and keys.
//!
//! ```text
//! x = LN(word + position + type 0)
//! a = softmax(QKᵀ/√(d/h) + m) V;  y = LN(x + a Woᵀ + bo);  x' = LN(y + act(y W1ᵀ + b1) W2ᵀ + b2)
//! ```
//!
//! How this works: rows are computed in tiles, all of a layer but its keys and values in one go, so
//! that no more of the scores than a tile of one head is ever there. A key that is masked is left
//! out of the sums; what is computed then has the bits of a sequence without that row. Tiles do not
//! depend on the number of threads, and no sum crosses them.

mod layer;
mod weights;

use crate::{
    checkpoint::{Checkpoint, CheckpointConfig},
    context::Context,
    error::{AnalysisError, ParamError},
    parallel,
};
use weights::{Embeddings, LayerWeights, Taker};

/// Rows of the embedding that are made together.
const EMBEDDED_ROWS: usize = 64;

/// An encoder ready to run.
///
/// # References
///
/// Agrees with `BertModel(…, attn_implementation="eager")` of transformers in evaluation, with
/// `attention_mask` and `position_ids`, to the rounding of `f32` (Devlin et al. 2019,
/// <https://doi.org/10.48550/arXiv.1810.04805>).
#[derive(Debug)]
pub struct Encoder {
    config: CheckpointConfig,
    embeddings: Embeddings,
    layers: Vec<LayerWeights>,
}

impl Encoder {
    /// The encoder of these weights. Embeddings stay as they are stored; the matrices of the layers
    /// are laid out anew, in single precision.
    ///
    /// # Errors
    ///
    /// A tensor that is missing, of another shape than the configuration says, not finite, or that
    /// the configuration has no place for.
    pub fn new(checkpoint: &Checkpoint, config: &CheckpointConfig) -> Result<Self, AnalysisError> {
        let mut taker = Taker::new(checkpoint, config);
        let embeddings = taker.embeddings()?;
        let layers: Result<Vec<_>, _> = (0..config.n_layers)
            .map(|number| taker.layer(number))
            .collect();
        let layers = layers?;
        taker.finish()?;
        Ok(Self {
            config: config.clone(),
            embeddings,
            layers,
        })
    }

    /// The sizes of the model.
    pub fn config(&self) -> &CheckpointConfig {
        &self.config
    }

    /// The hidden state of each token: n rows of `hidden_size`, one after the other.
    ///
    /// `positions` are the rows of the position table, in any order and with gaps. Tokens whose
    /// `key_mask` is false are attended to by none (their own state is computed all the same).
    /// `layer` counts from the end as Geneformer's `emb_layer`: 0 is the last, −1 the one before.
    /// Layers behind it are not computed.
    ///
    /// # Errors
    ///
    /// Lengths that differ, a token or position that the model does not have, a layer that it does
    /// not have, no key that is seen, or a state that is no finite number.
    ///
    /// # Complexity
    ///
    /// [`CheckpointConfig::operations`]; memory of 2 n `hidden_size` for keys and values, and 64 n
    /// per thread.
    pub fn hidden(
        &self,
        tokens: &[u32],
        positions: &[u32],
        key_mask: &[bool],
        layer: i32,
        context: &Context,
    ) -> Result<Vec<f32>, AnalysisError> {
        let n_run = self.config.layer_from_end(layer).ok_or_else(|| {
            let allowed = format!("-{} to 0", self.config.n_layers);
            ParamError::new("layer", layer, allowed)
        })?;
        self.check(tokens, positions, key_mask)?;
        let seen: Vec<usize> = (0..key_mask.len()).filter(|&at| key_mask[at]).collect();
        let mut x = self.embedded(tokens, positions);
        for layer in self.layers.iter().take(n_run) {
            context.check_cancelled()?;
            x = layer::forward(layer, &self.config, &x, &seen, context)?;
        }
        if x.iter().all(|value| value.is_finite()) {
            Ok(x)
        } else {
            Err(AnalysisError::Input {
                message: "the model gives values that are no finite numbers: its weights are damaged, or too large for f32".into(),
            })
        }
    }

    fn check(
        &self,
        tokens: &[u32],
        positions: &[u32],
        key_mask: &[bool],
    ) -> Result<(), AnalysisError> {
        let wrong = |message: String| Err(AnalysisError::Input { message });
        let n = tokens.len();
        if positions.len() != n || key_mask.len() != n {
            let [positions, keys] = [positions.len(), key_mask.len()];
            return wrong(format!(
                "{n} tokens with {positions} positions and {keys} keys, expected one each"
            ));
        }
        let first_beyond = |numbers: &[u32], n: usize| {
            let is_beyond = |number: &&u32| **number as usize >= n;
            numbers.iter().find(is_beyond).copied()
        };
        if let Some(token) = first_beyond(tokens, self.config.vocab_size) {
            let n = self.config.vocab_size;
            return wrong(format!("the token {token} is none of the {n} of the model"));
        }
        if let Some(position) = first_beyond(positions, self.config.n_positions) {
            let n = self.config.n_positions;
            return wrong(format!(
                "the position {position} is none of the {n} of the model"
            ));
        }
        if key_mask.contains(&true) {
            Ok(())
        } else {
            Err(AnalysisError::TooFew {
                what: "tokens that are seen".into(),
                need: 1,
                got: 0,
            })
        }
    }

    /// Tokens before the first layer.
    fn embedded(&self, tokens: &[u32], positions: &[u32]) -> Vec<f32> {
        let d = self.config.hidden_size;
        let Embeddings {
            words,
            positions: places,
            token_type,
            norm,
        } = &self.embeddings;
        let mut x = vec![0.0; tokens.len() * d];
        parallel::for_each_chunk(&mut x, EMBEDDED_ROWS * d, &|chunk, rows| {
            for (at, row) in rows.chunks_exact_mut(d).enumerate() {
                let at = chunk * EMBEDDED_ROWS + at;
                words.add_to(tokens[at] as usize * d, row);
                places.add_to(positions[at] as usize * d, row);
                cuvette_kernels::attention::add(row, token_type);
            }
            norm.normalize(rows);
        });
        x
    }
}
