//! Parameters of `perturbation_baselines`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes, names_of::check_sample_columns},
    error::ParamError,
};

/// What was perturbed, and how predictions are made and tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PerturbationBaselinesParameters {
    /// Sample annotation that names the perturbed gene
    ///
    /// Must be chosen. Combinations are written `A+B`, in any order; the name of the control in one
    /// (`A+ctrl`) is passed over. Samples without a name are left out.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub column: String,
    /// Name of the control
    ///
    /// Default empty: the one that reads like a control, such as ctrl, non-targeting, DMSO or
    /// untreated.
    #[schemars(extend("x-choices" = "levels_of:column"))]
    pub control: String,
    /// Parts that perturbations are dealt into
    ///
    /// 2 to 50, default 5: each part is predicted from the others, and its combinations from all
    /// single genes too.
    #[schemars(range(min = 2, max = 50))]
    pub folds: usize,
    /// Most expressed genes that are compared
    ///
    /// 2 to 100000, default 1000.
    #[schemars(range(min = 2, max = 100_000), extend("x-unit" = "genes"))]
    pub top_genes: usize,
    /// Components of the linear model
    ///
    /// 1 to 100, default 10.
    #[schemars(range(min = 1, max = 100))]
    pub components: usize,
    /// Penalty of the linear model
    ///
    /// 0.000001 to 1000000, default 0.1. More draws its predictions to the mean.
    #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
    pub ridge: f64,
    /// Start of the random numbers
    ///
    /// Default 0. They deal the perturbations into parts.
    pub seed: u64,
}

impl Default for PerturbationBaselinesParameters {
    fn default() -> Self {
        Self {
            column: String::new(),
            control: String::new(),
            folds: 5,
            top_genes: 1_000,
            components: 10,
            ridge: 0.1,
            seed: 0,
        }
    }
}

impl Parameters for PerturbationBaselinesParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        if !(2..=50).contains(&self.folds) {
            return Err(ParamError::new("folds", self.folds, "2 to 50"));
        }
        if !(2..=100_000).contains(&self.top_genes) {
            return Err(ParamError::new("top_genes", self.top_genes, "2 to 100000"));
        }
        if !(1..=100).contains(&self.components) {
            return Err(ParamError::new("components", self.components, "1 to 100"));
        }
        if !(0.000_001..=1_000_000.0).contains(&self.ridge) {
            return Err(ParamError::new("ridge", self.ridge, "0.000001 to 1000000"));
        }
        check_sample_columns(shapes, &[("column", &self.column)])
    }
}
