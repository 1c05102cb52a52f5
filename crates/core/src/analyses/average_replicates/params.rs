//! Parameters of `average_replicates`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes, names_of::unknown_column},
    error::ParamError,
};

/// Which samples are replicates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AverageReplicatesParameters {
    /// Sample annotation that is equal for replicates
    ///
    /// Must be chosen; it also names the averaged samples. Samples without it are left out and
    /// listed.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub by: String,
}

impl Parameters for AverageReplicatesParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        let Some(shape) = shapes.datasets.first() else {
            return Ok(());
        };
        // Left empty it is asked for when the step runs, so that a new step can stand unfinished.
        if self.by.is_empty() || shape.sample_columns.contains(&self.by) {
            return Ok(());
        }
        let names: Vec<&str> = shape.sample_columns.iter().map(String::as_str).collect();
        Err(unknown_column("by", &self.by, &names))
    }
}
