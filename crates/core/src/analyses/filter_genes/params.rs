//! Parameters of `filter_genes`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// Which genes to keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FilterGenesParameters {
    /// A gene counts as expressed in a sample from this value up
    ///
    /// Any number; default 10, for counts. Not used with `top_variable` or `detected_share`.
    pub min_value: f64,
    /// In how many samples a gene must be expressed
    ///
    /// From 1 up to the number of samples; default 2, so that one outlying sample does not keep a
    /// gene. Not used with `top_variable` or `detected_share`.
    #[schemars(range(min = 1), extend("x-unit" = "samples"))]
    pub min_samples: usize,
    /// Keep instead this many genes of largest variance
    ///
    /// From 1 up; default none. Ties go to the earlier gene. Take logarithms first: the variance
    /// of counts grows with their mean.
    #[schemars(range(min = 1), extend("x-unit" = "genes"))]
    pub top_variable: Option<usize>,
    /// Keep instead the genes above zero in at least this share of the samples
    ///
    /// Above 0 and up to 1; default none.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub detected_share: Option<f64>,
}

impl Default for FilterGenesParameters {
    fn default() -> Self {
        Self {
            min_value: 10.0,
            min_samples: 2,
            top_variable: None,
            detected_share: None,
        }
    }
}

impl Parameters for FilterGenesParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        if let (Some(n), Some(_)) = (self.top_variable, self.detected_share) {
            return Err(ParamError::new(
                "top_variable",
                n,
                "nothing beside detected_share: choose one",
            ));
        }
        if self.top_variable == Some(0) {
            return Err(ParamError::new("top_variable", 0, "1 or more"));
        }
        if let Some(share) = self.detected_share {
            let is_share = share > 0.0 && share <= 1.0;
            return if is_share {
                Ok(())
            } else {
                Err(ParamError::new(
                    "detected_share",
                    share,
                    "above 0 and up to 1",
                ))
            };
        }
        if self.min_value.is_nan() {
            return Err(ParamError::new("min_value", self.min_value, "a number"));
        }
        let n_samples = shapes
            .datasets
            .first()
            .map_or(usize::MAX, |shape| shape.n_samples);
        let is_used = self.top_variable.is_none();
        if is_used && (self.min_samples == 0 || self.min_samples > n_samples) {
            return Err(ParamError::new(
                "min_samples",
                self.min_samples,
                format!("1 to {n_samples}"),
            ));
        }
        Ok(())
    }
}
