//! Parameters of `center_scale`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, SampleSet, Shapes},
    error::ParamError,
};

/// How to center and scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CenterScaleParameters {
    /// What is centered and scaled, each by itself
    ///
    /// Default `genes`.
    pub axis: Axis,
    /// What is subtracted
    ///
    /// Default `mean`.
    pub center: Center,
    /// What is divided by
    ///
    /// Default `sd`. A gene or sample without spread is not divided.
    pub scale: Scale,
    /// Subtracted from n in the standard deviation
    ///
    /// 0 or 1; default 1, as in R. scikit-learn and NumPy take 0. Only used with `scale` sd.
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Samples that centers and scales are computed from
    ///
    /// `"all"` (default), or a list: training samples, so that new ones do not change the scale.
    /// Only with `axis` genes.
    pub fit: SampleSet,
}

/// Rows or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Each gene over the samples
    #[default]
    Genes,
    /// Each sample over the genes
    Samples,
}

/// A middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Center {
    /// Arithmetic mean
    #[default]
    Mean,
    /// Median
    Median,
    /// Nothing
    None,
}

/// A spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Standard deviation
    #[default]
    #[schemars(title = "SD")]
    Sd,
    /// Median absolute deviation from the median, times 1.4826 as in R
    #[schemars(title = "MAD")]
    Mad,
    /// Nothing
    None,
}

impl Default for CenterScaleParameters {
    fn default() -> Self {
        Self {
            axis: Axis::Genes,
            center: Center::Mean,
            scale: Scale::Sd,
            ddof: 1,
            fit: SampleSet::All,
        }
    }
}

impl Parameters for CenterScaleParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if self.ddof > 1 {
            return Err(ParamError::new("ddof", self.ddof, "0 or 1"));
        }
        if self.axis == Axis::Samples && self.fit != SampleSet::All {
            let allowed = "\"all\" with axis samples: each is centered and scaled by itself";
            return Err(ParamError::new("fit", "a list", allowed));
        }
        self.fit.refuse_empty("fit")
    }
}
