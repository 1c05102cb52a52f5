//! Parameters of `filter_by_expression`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes, names_of::unknown_column},
    error::ParamError,
};

/// Which genes have enough counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FilterByExpressionParameters {
    /// Sample annotation that names the groups to be compared
    ///
    /// Default none: all samples are one group. A gene must be expressed in as many samples as the
    /// smallest group has, so that one group alone can keep it. Samples without a group count in
    /// none.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub group: String,
    /// Count that a gene must reach in a library of median size
    ///
    /// Above 0; default 10. Other libraries are asked for as much per million.
    #[schemars(range(min = 0.0), extend("x-unit" = "counts"))]
    pub min_count: f64,
    /// Sum of a gene's counts over all samples, at least
    ///
    /// From 0 up; default 15.
    #[schemars(range(min = 0.0), extend("x-unit" = "counts"))]
    pub min_total: f64,
    /// Take values that are no counts
    ///
    /// Default no. For estimated counts, which are not whole: from Salmon, kallisto or RSEM.
    pub accept_non_counts: bool,
}

impl Default for FilterByExpressionParameters {
    fn default() -> Self {
        Self {
            group: String::new(),
            min_count: 10.0,
            min_total: 15.0,
            accept_non_counts: false,
        }
    }
}

impl Parameters for FilterByExpressionParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        if !(self.min_count > 0.0 && self.min_count.is_finite()) {
            return Err(ParamError::new(
                "min_count",
                self.min_count,
                "a number above 0",
            ));
        }
        if !(self.min_total >= 0.0 && self.min_total.is_finite()) {
            return Err(ParamError::new(
                "min_total",
                self.min_total,
                "a number from 0 up",
            ));
        }
        let Some(shape) = shapes.datasets.first() else {
            return Ok(());
        };
        if self.group.is_empty() || shape.sample_columns.contains(&self.group) {
            return Ok(());
        }
        let names: Vec<&str> = shape.sample_columns.iter().map(String::as_str).collect();
        Err(unknown_column("group", &self.group, &names))
    }
}
