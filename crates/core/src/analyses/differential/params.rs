//! Parameters of `differential`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes, names_of::check_sample_columns},
    error::ParamError,
};

/// Which samples are compared, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DifferentialParameters {
    /// Sample annotation that holds the groups
    ///
    /// Must be chosen. Samples of other groups and without one are left out.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub group: String,
    /// First group, the reference: the control, the baseline
    ///
    /// A value of the annotation. Default empty: where there are two, the first by the alphabet.
    #[schemars(extend("x-choices" = "levels_of:group"))]
    pub a: String,
    /// Second group: a gene that is higher here has a positive fold change
    ///
    /// A value of the annotation. Default empty: the other one, where there are two.
    #[schemars(extend("x-choices" = "levels_of:group"))]
    pub b: String,
    /// How each gene is tested
    ///
    /// Default `welch`. `moderated` finds more with few samples per group; `wilcoxon` asks for
    /// ranks alone and needs at least four per group to reach p < 0.05.
    pub method: TestMethod,
}

/// How two groups are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestMethod {
    /// Welch's t test: each gene for itself, unequal variances
    #[default]
    Welch,
    /// Moderated t test of limma: variances borrow strength from all genes
    #[schemars(title = "Moderated t")]
    Moderated,
    /// Wilcoxon rank sum test, also known as Mann and Whitney's
    Wilcoxon,
}

impl TestMethod {
    /// Name in sentences.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Welch => "Welch's t test",
            Self::Moderated => "limma's moderated t test",
            Self::Wilcoxon => "the Wilcoxon rank sum test",
        }
    }
}

impl Parameters for DifferentialParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        if !self.b.is_empty() && self.a.trim() == self.b.trim() {
            return Err(ParamError::new("b", &self.b, "another group than a"));
        }
        check_sample_columns(shapes, &[("group", &self.group)])
    }
}
