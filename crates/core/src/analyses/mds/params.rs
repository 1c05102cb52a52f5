//! Parameters of `mds`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// How far two samples are from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SampleDistance {
    /// 1 − Pearson's r over genes
    #[default]
    Correlation,
    /// The root of the sum of squared differences over genes
    Euclidean,
}

/// How many dimensions, of which distances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MdsParameters {
    /// How far samples are apart
    ///
    /// Default `correlation`, which does not care how strong a sample is as a whole; with
    /// `euclidean` the coordinates are the scores of `pca`.
    pub distance: SampleDistance,
    /// How many dimensions
    ///
    /// 1 to 500, default 10. There are at most as many as samples less one.
    #[schemars(range(min = 1, max = 500))]
    pub components: usize,
    /// Divide each gene by its standard deviation
    ///
    /// Default no. With it, quiet genes count as much as those that vary; for `euclidean` alone.
    pub scale: bool,
}

impl Default for MdsParameters {
    fn default() -> Self {
        Self {
            distance: SampleDistance::default(),
            components: 10,
            scale: false,
        }
    }
}

impl Parameters for MdsParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if !(1..=500).contains(&self.components) {
            return Err(ParamError::new("components", self.components, "1 to 500"));
        }
        if self.scale && self.distance == SampleDistance::Correlation {
            return Err(ParamError::new(
                "scale",
                "true",
                "false with correlation, or euclidean; to correlate what is scaled, put center_scale before",
            ));
        }
        Ok(())
    }
}
