//! Parameters of `sample_correlation`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
    stats::correlation::CorrelationMethod,
};

/// Which coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SampleCorrelationParameters {
    /// The coefficient
    ///
    /// Default `pearson`, of the values; `spearman`, of their ranks, does not care about the scale
    /// and little about outliers.
    pub method: CorrelationMethod,
}

impl Parameters for SampleCorrelationParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        Ok(())
    }
}
