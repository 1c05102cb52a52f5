//! Parameters of `quantile_normalize`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, SampleSet, Shapes},
    error::ParamError,
    stats::quantile_normalize::TieRule,
};

/// How to normalize.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuantileNormalizeParameters {
    /// What equal values of a sample become
    ///
    /// Default `block_mean`, as Python's qnorm; `average_rank` as R's preprocessCore and limma.
    /// They differ where many values are equal, as zeros are.
    pub ties: TieRule,
    /// Samples whose mean distribution all samples get
    ///
    /// `"all"` (default), or a list: training samples, so that new ones do not change the target.
    pub target: SampleSet,
}

impl Parameters for QuantileNormalizeParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        self.target.refuse_empty("target")
    }
}
