//! The tensors of a checkpoint in their places, each of the shape that the configuration gives it.

use std::{collections::BTreeSet, sync::Arc};

use cuvette_kernels::dense::{Packed, View};

use crate::{
    checkpoint::{Checkpoint, CheckpointConfig, Tensor, TensorValues},
    error::AnalysisError,
};

/// x Wᵀ + b.
#[derive(Debug)]
pub(super) struct Linear {
    /// Wᵀ.
    pub weight: Packed,
    pub bias: Arc<Vec<f32>>,
}

impl Linear {
    /// Of rows that stand one after the other.
    pub fn of(&self, rows: &[f32], n_columns: usize) -> Vec<f32> {
        let n_rows = rows.len() / n_columns.max(1);
        let mut out = Vec::with_capacity(n_rows * self.bias.len());
        for _ in 0..n_rows {
            out.extend_from_slice(&self.bias);
        }
        self.weight
            .add_product(View::new(rows, n_columns), &mut out);
        out
    }
}

/// Weight and bias of a normalized row.
#[derive(Debug)]
pub(super) struct Norm {
    pub weight: Arc<Vec<f32>>,
    pub bias: Arc<Vec<f32>>,
    pub epsilon: f32,
}

impl Norm {
    /// Normalizes rows that stand one after the other.
    pub fn normalize(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.weight.len().max(1)) {
            cuvette_kernels::attention::normalize(row, &self.weight, &self.bias, self.epsilon);
        }
    }
}

/// The weights of one layer.
#[derive(Debug)]
pub(super) struct LayerWeights {
    pub query: Linear,
    pub key: Linear,
    pub value: Linear,
    pub attended: Linear,
    pub attended_norm: Norm,
    pub inner: Linear,
    pub outer: Linear,
    pub outer_norm: Norm,
}

/// What a token becomes before the first layer.
#[derive(Debug)]
pub(super) struct Embeddings {
    pub words: TensorValues,
    pub positions: TensorValues,
    /// Of the first type, of which all tokens are.
    pub token_type: Vec<f32>,
    pub norm: Norm,
}

/// Takes tensors by name and checks their shapes.
pub(super) struct Taker<'a> {
    checkpoint: &'a Checkpoint,
    config: &'a CheckpointConfig,
    prefix: &'static str,
    taken: BTreeSet<String>,
}

const WORDS: &str = "embeddings.word_embeddings.weight";

impl<'a> Taker<'a> {
    pub fn new(checkpoint: &'a Checkpoint, config: &'a CheckpointConfig) -> Self {
        // With a head the encoder is named, alone it is not.
        let is_alone = checkpoint.tensors.contains_key(WORDS);
        Self {
            checkpoint,
            config,
            prefix: if is_alone { "" } else { "bert." },
            taken: BTreeSet::new(),
        }
    }

    fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<&'a Tensor, AnalysisError> {
        let name = format!("{}{name}", self.prefix);
        let Some(tensor) = self.checkpoint.tensors.get(&name) else {
            return Err(unsuitable(format!("the weights have no tensor {name}")));
        };
        let n_values = shape.iter().product::<usize>();
        if tensor.shape != shape || tensor.values.len() != n_values {
            return Err(unsuitable(format!(
                "the tensor {name} has the shape {:?}, expected {shape:?} by the configuration",
                tensor.shape
            )));
        }
        self.taken.insert(name);
        Ok(tensor)
    }

    fn values(&mut self, name: &str, shape: &[usize]) -> Result<Arc<Vec<f32>>, AnalysisError> {
        let values = self.tensor(name, shape)?.values.widened();
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(unsuitable(format!(
                "the tensor {name} holds values that are no finite numbers"
            )))
        }
    }

    fn linear(&mut self, name: &str, n_out: usize, n_in: usize) -> Result<Linear, AnalysisError> {
        let weight = self.values(&format!("{name}.weight"), &[n_out, n_in])?;
        Ok(Linear {
            weight: Packed::new(View::new(&weight, n_in).transposed()),
            bias: self.values(&format!("{name}.bias"), &[n_out])?,
        })
    }

    fn norm(&mut self, name: &str) -> Result<Norm, AnalysisError> {
        let d = self.config.hidden_size;
        Ok(Norm {
            weight: self.values(&format!("{name}.weight"), &[d])?,
            bias: self.values(&format!("{name}.bias"), &[d])?,
            epsilon: self.config.layer_norm_eps as f32,
        })
    }

    pub fn embeddings(&mut self) -> Result<Embeddings, AnalysisError> {
        let config = self.config;
        let d = config.hidden_size;
        let words = self.tensor(WORDS, &[config.vocab_size, d])?;
        let name = "embeddings.position_embeddings.weight";
        let positions = self.tensor(name, &[config.n_positions, d])?;
        let name = "embeddings.token_type_embeddings.weight";
        let token_types = self.values(name, &[config.type_vocab_size, d])?;
        Ok(Embeddings {
            words: words.values.clone(),
            positions: positions.values.clone(),
            token_type: token_types.iter().take(d).copied().collect(),
            norm: self.norm("embeddings.LayerNorm")?,
        })
    }

    pub fn layer(&mut self, number: usize) -> Result<LayerWeights, AnalysisError> {
        let (d, f) = (self.config.hidden_size, self.config.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        Ok(LayerWeights {
            query: self.linear(&name("attention.self.query"), d, d)?,
            key: self.linear(&name("attention.self.key"), d, d)?,
            value: self.linear(&name("attention.self.value"), d, d)?,
            attended: self.linear(&name("attention.output.dense"), d, d)?,
            attended_norm: self.norm(&name("attention.output.LayerNorm"))?,
            inner: self.linear(&name("intermediate.dense"), f, d)?,
            outer: self.linear(&name("output.dense"), d, f)?,
            outer_norm: self.norm(&name("output.LayerNorm"))?,
        })
    }

    /// Refuses tensors that nothing has asked for: those of a model of other sizes.
    pub fn finish(self) -> Result<(), AnalysisError> {
        let mut others = self
            .checkpoint
            .tensors
            .keys()
            .filter(|name| !self.taken.contains(*name));
        match others.next() {
            None => Ok(()),
            Some(first) => Err(unsuitable(format!(
                "the weights hold {} tensors that the configuration has no place for; the first is {first}",
                1 + others.count()
            ))),
        }
    }
}

fn unsuitable(found: String) -> AnalysisError {
    AnalysisError::Unsuitable {
        found,
        expected: "expected the weights of a BERT encoder of the sizes in the configuration".into(),
        hint: "Open the config.json that lies beside these weights, and both files whole".into(),
    }
}
