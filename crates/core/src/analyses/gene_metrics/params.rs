//! Parameters of `gene_metrics`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// Half windows of the reference: 50 samples on each side.
const LARGEST_DEFAULT: usize = 50;

/// What counts as the signal, and who shares it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GeneMetricsParameters {
    /// Percentile that is a gene's signal
    ///
    /// From 0 to 100; default 95. Near 100 the signal is that of the highest sample alone.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "%"))]
    pub percentile: f64,
    /// Samples on each side of the percentile that are compared
    ///
    /// From 1 up. Default none: 5 % of the samples, at least 1 and at most 50, as in the reference.
    #[schemars(range(min = 1), extend("x-unit" = "samples"))]
    pub half_window: Option<usize>,
    /// Add what the original program prints for the mean cosine
    ///
    /// Default no.
    pub reference_compatible: bool,
}

impl Default for GeneMetricsParameters {
    fn default() -> Self {
        Self {
            percentile: 95.0,
            half_window: None,
            reference_compatible: false,
        }
    }
}

impl GeneMetricsParameters {
    /// Samples on each side, of so many in the data.
    pub(super) fn half_window_of(&self, n_samples: usize) -> usize {
        self.half_window
            .unwrap_or_else(|| (n_samples / 20).clamp(1, LARGEST_DEFAULT))
    }
}

impl Parameters for GeneMetricsParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if !(0.0..=100.0).contains(&self.percentile) {
            return Err(ParamError::new("percentile", self.percentile, "0 to 100"));
        }
        if self.half_window == Some(0) {
            return Err(ParamError::new("half_window", 0, "1 or more"));
        }
        Ok(())
    }
}
