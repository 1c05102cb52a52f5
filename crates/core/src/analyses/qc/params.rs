//! Parameters of `qc`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// What is known of the samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QcParameters {
    /// Correlation above which two samples are nearly the same
    ///
    /// 0 to 1; default 0.999.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub near_duplicate_r: f64,
    /// Annotation of the groups
    ///
    /// Default empty: read off the sample names where they end in a number, such as `wt_1`.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub group: String,
    /// Annotation of the batches
    ///
    /// Default empty: batches are not looked at.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub batch: String,
    /// Annotation of the sex
    ///
    /// Default empty: the one called sex or gender, where there is one.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub sex: String,
}

impl Default for QcParameters {
    fn default() -> Self {
        Self {
            near_duplicate_r: 0.999,
            group: String::new(),
            batch: String::new(),
            sex: String::new(),
        }
    }
}

impl Parameters for QcParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if (0.0..=1.0).contains(&self.near_duplicate_r) {
            Ok(())
        } else {
            Err(ParamError::new(
                "near_duplicate_r",
                self.near_duplicate_r,
                "0 to 1",
            ))
        }
    }
}
