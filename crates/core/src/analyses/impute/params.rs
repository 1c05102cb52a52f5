//! Parameters of `impute`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, SampleSet, Shapes},
    error::ParamError,
};

/// How to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImputeParameters {
    /// What a missing value becomes
    ///
    /// Default `gene_mean`.
    pub how: ImputeMethod,
    /// Genes that a value is taken from
    ///
    /// From 1 up; default 10. Only used with `how` knn.
    #[schemars(range(min = 1), extend("x-unit" = "genes"))]
    pub k: usize,
    /// Samples that means and distances are computed from
    ///
    /// `"all"` (default), or a list: training samples, so that others do not change what is filled
    /// in.
    pub fit: SampleSet,
}

/// Where a value is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImputeMethod {
    /// The mean of the gene
    #[default]
    GeneMean,
    /// The genes most alike, as scikit-learn's `KNNImputer` on genes
    #[schemars(title = "k-NN")]
    Knn,
    /// Nothing is filled in, only counted
    None,
}

impl Default for ImputeParameters {
    fn default() -> Self {
        Self {
            how: ImputeMethod::GeneMean,
            k: 10,
            fit: SampleSet::All,
        }
    }
}

impl Parameters for ImputeParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if self.k == 0 {
            return Err(ParamError::new("k", self.k, "at least 1"));
        }
        self.fit.refuse_empty("fit")
    }
}
