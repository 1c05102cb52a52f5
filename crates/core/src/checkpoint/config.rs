//! The sizes of a model.

/// What stands between the two products of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// The positive part.
    Relu,
    /// x Φ(x), by the error function.
    Gelu,
}

impl Activation {
    /// The name that the configuration has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Gelu => "gelu",
        }
    }
}

/// Sizes of a BERT encoder: the `config.json` beside the weights.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckpointConfig {
    /// Length of the embedding of a gene (`hidden_size`).
    pub hidden_size: usize,
    /// Number of layers (`num_hidden_layers`).
    pub n_layers: usize,
    /// Heads of attention per layer (`num_attention_heads`); they divide the hidden size.
    pub n_heads: usize,
    /// Width between the two products of a layer (`intermediate_size`).
    pub intermediate_size: usize,
    /// Longest sequence (`max_position_embeddings`).
    pub n_positions: usize,
    /// Number of tokens (`vocab_size`).
    pub vocab_size: usize,
    /// Added to variances (`layer_norm_eps`).
    pub layer_norm_eps: f64,
    /// Between the products (`hidden_act`).
    pub activation: Activation,
    /// Number of token types (`type_vocab_size`); all genes are of the first.
    pub type_vocab_size: usize,
}

impl CheckpointConfig {
    /// Length of what one head compares.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.n_heads.max(1)
    }

    /// The layer whose output is asked for: 0 is the embedding, `n_layers` the last. Asked for it is
    /// counted from the end, 0 being the last and −1 the one before, as Geneformer's `emb_layer`.
    /// `None` where the model has no such layer.
    pub fn layer_from_end(&self, layer: i32) -> Option<usize> {
        let number = i64::try_from(self.n_layers).ok()? + i64::from(layer);
        usize::try_from(number)
            .ok()
            .filter(|&number| number <= self.n_layers)
    }

    /// Floating-point operations that a sequence of `n` takes up to the output of that layer:
    /// per layer 8nd² + 4n²d + 4ndf, a multiplication and an addition each.
    pub fn operations(&self, n: usize, layer: usize) -> f64 {
        let [n, d, f] = [n, self.hidden_size, self.intermediate_size].map(|size| size as f64);
        layer as f64 * (8.0 * n * d * d + 4.0 * n * n * d + 4.0 * n * d * f)
    }

    /// Each field under the name that the configuration has for it, with its value.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("hidden_size", self.hidden_size.to_string()),
            ("num_hidden_layers", self.n_layers.to_string()),
            ("num_attention_heads", self.n_heads.to_string()),
            ("intermediate_size", self.intermediate_size.to_string()),
            ("max_position_embeddings", self.n_positions.to_string()),
            ("vocab_size", self.vocab_size.to_string()),
            ("layer_norm_eps", format!("{:e}", self.layer_norm_eps)),
            ("hidden_act", self.activation.name().to_owned()),
            ("type_vocab_size", self.type_vocab_size.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Activation, CheckpointConfig};

    /// Geneformer-V1-10M.
    const V1: CheckpointConfig = CheckpointConfig {
        hidden_size: 256,
        n_layers: 6,
        n_heads: 4,
        intermediate_size: 512,
        n_positions: 2048,
        vocab_size: 25_426,
        layer_norm_eps: 1e-12,
        activation: Activation::Relu,
        type_vocab_size: 2,
    };

    #[test]
    fn layers_are_counted_from_the_end() {
        assert_eq!(V1.layer_from_end(0), Some(6));
        assert_eq!(V1.layer_from_end(-1), Some(5));
        assert_eq!(V1.layer_from_end(-6), Some(0));
        assert_eq!(V1.layer_from_end(-7), None);
        assert_eq!(V1.layer_from_end(1), None);
    }

    /// The reference counts 38.7 and 32.2 GFLOP for all layers and for all but one.
    #[test]
    fn operations_are_as_counted_by_hand() {
        assert_eq!((V1.operations(2048, 6) / 1e8).round(), 387.0);
        assert_eq!((V1.operations(2048, 5) / 1e8).round(), 322.0);
    }
}
