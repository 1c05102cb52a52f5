//! Parameters of `library_normalize`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
    stats::library_size::LibraryMethod,
};

/// How to normalize.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LibraryNormalizeParameters {
    /// What makes samples comparable
    ///
    /// Default `tmm`. All assume that most genes do not change between samples, but `cpm`, which
    /// assumes that the whole library does not.
    pub method: LibraryMethod,
    /// Give logarithms to base 2
    ///
    /// Default no.
    pub log: bool,
    /// Added to counts before the logarithm, so that zero stays finite
    ///
    /// Above 0; default 2, as edgeR: it is scaled by library size, so that a zero is the same in
    /// every sample. `DESeq2`'s methods add it to normalized counts; its own `normTransform` takes 1.
    /// Larger values draw low counts together. Only used with `log`.
    #[schemars(range(min = 0.0))]
    pub prior_count: f64,
    /// Take values that are no counts
    ///
    /// Default no. For estimated counts, which are not whole: from Salmon, kallisto or RSEM.
    pub accept_non_counts: bool,
}

impl Default for LibraryNormalizeParameters {
    fn default() -> Self {
        Self {
            method: LibraryMethod::default(),
            log: false,
            prior_count: 2.0,
            accept_non_counts: false,
        }
    }
}

impl Parameters for LibraryNormalizeParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if self.prior_count > 0.0 && self.prior_count.is_finite() {
            Ok(())
        } else {
            Err(ParamError::new(
                "prior_count",
                self.prior_count,
                "a number above 0",
            ))
        }
    }
}
