//! Parameters of `pca`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// How many components, of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PcaParameters {
    /// How many components
    ///
    /// 1 to 500, default 10. There are at most as many as samples less one, or genes.
    #[schemars(range(min = 1, max = 500))]
    pub components: usize,
    /// Subtract the mean of each gene
    ///
    /// Default yes; without it the first component is mostly the mean.
    pub center: bool,
    /// Divide each gene by its standard deviation
    ///
    /// Default no. With it, quiet genes count as much as those that vary.
    pub scale: bool,
    /// Start of the random numbers
    ///
    /// Default 0. Only used above 2,000 samples and genes, where components are approximated.
    pub seed: u64,
}

impl Default for PcaParameters {
    fn default() -> Self {
        Self {
            components: 10,
            center: true,
            scale: false,
            seed: 0,
        }
    }
}

impl Parameters for PcaParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if (1..=500).contains(&self.components) {
            Ok(())
        } else {
            Err(ParamError::new("components", self.components, "1 to 500"))
        }
    }
}
