//! Parameters of `embed`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// How the map is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmbedMethod {
    /// t-SNE: neighborhoods as they are, distances between groups mean little
    #[default]
    #[schemars(title = "t-SNE")]
    Tsne,
    /// UMAP: tighter groups, faster on many samples
    #[schemars(title = "UMAP")]
    Umap,
}

/// How the map is made, and of how much.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EmbedParameters {
    /// How the map is made
    ///
    /// Default `tsne`.
    pub method: EmbedMethod,
    /// How many neighbors of a sample count, in effect
    ///
    /// 1 to 1,000, default 30. At most half of the others, and lowered to that where it is more.
    /// Only used by `tsne`.
    #[schemars(range(min = 1.0, max = 1000.0))]
    pub perplexity: f64,
    /// How many neighbors of a sample count, itself among them
    ///
    /// 2 to 200, default 15. More show the large shape, fewer the details. Only used by `umap`.
    #[schemars(range(min = 2, max = 200))]
    pub neighbors: usize,
    /// How many principal components the distances are measured in
    ///
    /// 2 to 500, default 30: they hold most of what is not noise.
    #[schemars(range(min = 2, max = 500))]
    pub components: usize,
    /// Start of the random numbers
    ///
    /// Default 0. Equal seeds give equal maps; groups that come and go with the seed are none.
    pub seed: u64,
}

impl Default for EmbedParameters {
    fn default() -> Self {
        Self {
            method: EmbedMethod::default(),
            perplexity: 30.0,
            neighbors: 15,
            components: 30,
            seed: 0,
        }
    }
}

impl Parameters for EmbedParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if !(1.0..=1000.0).contains(&self.perplexity) {
            return Err(ParamError::new("perplexity", self.perplexity, "1 to 1000"));
        }
        if !(2..=200).contains(&self.neighbors) {
            return Err(ParamError::new("neighbors", self.neighbors, "2 to 200"));
        }
        if !(2..=500).contains(&self.components) {
            return Err(ParamError::new("components", self.components, "2 to 500"));
        }
        Ok(())
    }
}
